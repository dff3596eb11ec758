/* Who cares about what: a row for each theme chosen on the page, with everybody there to tap. Without this file the page asks once
   the conversation is saved. What was ticked is remembered by theme and name, so that it stays while a name becomes a chip. */
(() => {
  "use strict";

  const page = window.kithCapture;
  const box = document.querySelector("[data-cares]");
  if (!page || !box || !window.kithMatching) {
    return;
  }

  const { hear, prepare } = window.kithMatching;
  const rows = box.querySelector("[data-cares-rows]");
  const fields = ["summary", "idea"].map((name) => page.form.querySelector(`[name=${name}]`)).filter(Boolean);
  const ticked = new Set();
  let shown = null;
  let timer = 0;

  const keyOf = (theme, who) => `${theme.label.toLowerCase()}|${who.label.toLowerCase()}|${who.twin}`;

  /* Two people of one name are told apart by their place among them. */
  const everybody = () => {
    const seen = new Map();
    return page.everybody().map((each) => {
      const twin = seen.get(each.label.toLowerCase()) || 0;
      seen.set(each.label.toLowerCase(), twin + 1);
      return { ...each, twin };
    });
  };

  const chosen = () => [
    ...page.themesNamed(),
    ...page.themesTyped().map((name) => ({ value: name, label: name })),
  ];

  const heardIn = (themes, people) => {
    const text = fields.map((field) => field.value).join("\n");
    const entries = prepare({ themes: themes.map(({ value, label }) => [value, label]), gifts: [], shipped: [] });
    const found = new Set();
    for (const { value, who } of text.trim() ? hear(text, entries, people) : []) {
      who.forEach((each) => found.add(`${value}|${each}`));
    }
    return (theme, who) => found.has(`${theme.value}|${who.value}`);
  };

  const pill = (theme, who, isHeard) => {
    const holder = document.createElement("div");
    holder.className = "choice";
    const around = document.createElement("label");
    const tick = Object.assign(document.createElement("input"), {
      type: "checkbox", name: "cares", value: JSON.stringify([theme.value, who.value]), checked: ticked.has(keyOf(theme, who)),
    });
    tick.addEventListener("change", () => (tick.checked ? ticked.add(keyOf(theme, who)) : ticked.delete(keyOf(theme, who))));
    around.append(tick, ` ${who.label}${isHeard ? `, ${box.dataset.sayHeard}` : ""}`);
    holder.append(around);
    return holder;
  };

  /* One tap where everybody said so: with many people a tap for each would be too many. */
  const forAll = (theme, people, pills) => {
    const all = Object.assign(document.createElement("button"), {
      type: "button", className: "button button--quiet", textContent: box.dataset.sayAll,
    });
    all.addEventListener("click", () => {
      people.forEach((who) => ticked.add(keyOf(theme, who)));
      pills.querySelectorAll("input").forEach((tick) => { tick.checked = true; });
    });
    return all;
  };

  const draw = () => {
    clearTimeout(timer);
    const people = everybody();
    const themes = people.length > 1 ? chosen() : [];
    const isHeard = themes.length ? heardIn(themes, people) : null;
    const now = JSON.stringify([people, themes, themes.map((theme) => people.map((who) => isHeard(theme, who)))]);
    if (now === shown) {
      return;
    }
    shown = now;
    const focused = rows.contains(document.activeElement) ? document.activeElement.value : null;
    box.hidden = themes.length === 0;
    rows.replaceChildren(
      ...themes.map((theme) => {
        const row = Object.assign(document.createElement("div"), { className: "field" });
        row.setAttribute("role", "group");
        row.setAttribute("aria-label", theme.label);
        const label = document.createElement("p");
        label.textContent = theme.label;
        const pills = Object.assign(document.createElement("div"), { className: "choices choices--pills" });
        const sorted = [...people].sort((one, other) => isHeard(theme, other) - isHeard(theme, one));
        pills.append(...sorted.map((who) => pill(theme, who, isHeard(theme, who))));
        row.append(label, pills);
        if (people.length > 2) {
          row.append(forAll(theme, people, pills));
        }
        return row;
      }),
    );
    if (focused) {
      [...rows.querySelectorAll("input")].find((each) => each.value === focused)?.focus({ preventScroll: true });
    }
  };

  /* What the server drew is ticked already: on the page that changes a conversation, and after an error. */
  const before = new Set([...rows.querySelectorAll("input:checked")].map((each) => each.value));
  for (const theme of chosen()) {
    for (const who of everybody()) {
      if (before.has(JSON.stringify([theme.value, who.value]))) {
        ticked.add(keyOf(theme, who));
      }
    }
  }

  /* A theme and whose it is, confirmed in one tap. */
  page.giveTheme = (theme, values) => {
    for (const who of everybody().filter(({ value }) => values.includes(value))) {
      ticked.add(keyOf(theme, who));
    }
    shown = null;
    draw();
  };

  page.form.addEventListener("input", (event) => {
    if (!box.contains(event.target)) {
      clearTimeout(timer);
      timer = setTimeout(draw, 250);
    }
  });
  page.form.addEventListener("change", (event) => {
    if (!box.contains(event.target)) {
      draw();
    }
  });
  page.form.addEventListener("people:changed", draw);
  draw();
})();
