/* Themes and gifts that the words already name, as chips to tap. Nothing is added by itself, and what was left out stays out. */
(() => {
  "use strict";

  const page = window.kithCapture;
  const box = document.querySelector("[data-propose]");
  const list = document.getElementById("propose-words");
  if (!page || !box || !list || !window.kithMatching) {
    return;
  }

  const { hear, keyOf, prepare } = window.kithMatching;
  const given = JSON.parse(list.textContent);
  const { say } = given;
  const chips = box.querySelector("[data-propose-list]");
  const status = box.querySelector("[data-propose-status]");
  const fields = ["summary", "idea"].map((name) => page.form.querySelector(`[name=${name}]`)).filter(Boolean);
  const gifts = page.form.querySelector("[name=gifts-0-name]");
  const MOST = 6;
  const leftOut = new Set();
  let entries = null;
  let shown = "";
  let timer = 0;

  const isThere = (entry) =>
    entry.type === "theme"
      ? page.themesChosen().includes(entry.value) || page.themesTyped().some((name) => `theme:${keyOf(name)}` === entry.key)
      : [...page.giftNames(), ...given.recorded].some((name) => `gift:${keyOf(name)}` === entry.key);

  const labelOf = (entry) => {
    if (entry.type === "theme") {
      const there = page.people();
      const names = there.length > 1 ? there.filter(({ value }) => entry.who.includes(value)).map(({ label }) => label) : [];
      return names.length ? say.whose.replace("%(gift)s", entry.label).replace("%(name)s", names.join(", ")) : entry.label;
    }
    const whose = page.people().find(({ value }) => value === entry.whose);
    return whose ? say.whose.replace("%(gift)s", entry.label).replace("%(name)s", whose.label) : say.nobody.replace("%s", entry.label);
  };

  const button = (words, label, name) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: words });
    made.setAttribute("aria-label", label);
    return made;
  };

  /* Do it and say it; the focus must not fall off the page with the chip that held it. */
  const settle = (words, act) => {
    const before = [...chips.children].findIndex((chip) => chip.contains(document.activeElement));
    const instead = act();
    look();
    status.textContent = words;
    if (before >= 0) {
      const next = chips.children[Math.min(before, chips.children.length - 1)];
      (next ? next.querySelector("button") : instead).focus({ preventScroll: true });
    }
  };

  /* A theme with those of whom the words say it. */
  const addTheme = (entry) => {
    const instead = entry.value ? page.addTheme(entry) : page.addThemeNamed(entry.label);
    if (page.giveTheme && entry.who.length) {
      page.giveTheme({ value: entry.value || entry.label, label: entry.label }, entry.who);
    }
    return instead;
  };

  const chip = (entry) => {
    const item = document.createElement("li");
    item.className = "propose__chip";
    const words = labelOf(entry);
    const add = button(words, say.add.replace("%s", words), "propose__add");
    const drop = button("×", say.not.replace("%s", entry.label), "propose__drop");
    add.dataset.adds = entry.type;
    add.addEventListener("click", () =>
      settle(say.added.replace("%s", words), () =>
        entry.type === "theme" ? addTheme(entry) : page.addGift({ ...entry, name: entry.label }),
      ),
    );
    drop.addEventListener("click", () =>
      settle(say.left.replace("%s", entry.label), () => {
        leftOut.add(entry.key);
        return add.dataset.adds === "theme" ? page.form.querySelector("[name=themes], [name=new_themes]") : gifts;
      }),
    );
    item.append(add, drop);
    return item;
  };

  function look() {
    clearTimeout(timer);
    const text = fields.map((field) => field.value).join("\n");
    entries = entries || prepare(given);
    const heard = text.trim() ? hear(text, entries, page.people()) : [];
    const found = heard.filter((entry) => !leftOut.has(entry.key) && !isThere(entry)).slice(0, MOST);
    const now = found.map((entry) => `${entry.key}|${labelOf(entry)}`).join("\n");
    if (now !== shown) {
      shown = now;
      chips.replaceChildren(...found.map(chip));
      box.classList.toggle("propose--empty", found.length === 0);
    }
  }

  box.hidden = false;
  page.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  });
  page.form.addEventListener("change", look);
  page.form.addEventListener("people:changed", look);
  look();
})();
