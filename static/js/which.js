/* “Which Amina?”, below the line of names, as soon as a name fits several residents: a button for each, and one for somebody new.
   Whoever taps none is asked once the conversation is saved. */
(() => {
  "use strict";

  window.kithWhich = (who, { isSame, take }) => {
    const box = who.querySelector("[data-which]");
    const say = box.dataset;
    const asked = new Map(); /* a name, and its question on the page */

    const tidy = (text) => text.replace(/\s+/g, " ").trim();
    const answer = (label, detail, chosen) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--secondary button--small";
      button.textContent = detail ? `${label}, ${detail}` : label;
      button.addEventListener("click", () => take(chosen));
      return button;
    };

    const question = (name, fits) => {
      const group = document.createElement("fieldset");
      group.className = "who__ask";
      const legend = document.createElement("legend");
      legend.textContent = say.sayWhich.replace("%s", name);
      const answers = document.createElement("div");
      answers.className = "button-row";
      answers.append(
        ...fits.map((each) => answer(each.dataset.label, tidy(each.querySelector("small")?.textContent || ""), { name, ...each.dataset })),
        answer(say.sayNew.replace("%s", name), "", { name, label: name }),
      );
      group.append(legend, answers);
      return group;
    };

    const askedAs = (name) => [...asked.keys()].find((each) => isSame(each, name));

    return {
      /* Whether the page asks who is meant by a name. */
      isAsked: (name) => askedAs(name) !== undefined,
      /* Ask which of these residents is meant; again only if others fit now. */
      ask(name, fits) {
        const known = fits.filter((each) => each.dataset.value);
        if (askedAs(name) || known.length === 0 || fits.some((each) => each.dataset.odd)) {
          return;
        }
        asked.set(name, question(name, known));
        box.append(asked.get(name));
        asked.get(name).scrollIntoView({ block: "nearest" });
      },
      /* A question whose name left the line goes. */
      refresh(names) {
        for (const [name, group] of asked) {
          if (!names.some((each) => isSame(each, name))) {
            group.remove();
            asked.delete(name);
          }
        }
      },
    };
  };
})();
