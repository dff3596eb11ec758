/* Quicker hands for the page where a conversation is written down. Without this file the page works: names stand in a
   line with commas between them, and the server sorts out who is meant. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-capture]");
  // A script that did not arrive leaves the plain page, which works.
  if (!form || !window.kithPick || !window.kithNames || !window.kithWhich) {
    return;
  }
  const { isSame, last, split, without } = window.kithNames;

  /* A browser brings the line with the caret into sight, and may leave the rest of the box under the bar at the foot. */
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea")) {
      target.scrollIntoView({ block: "nearest" });
    }
  });

  /* Who was there. */
  const who = form.querySelector("[data-people]");
  const chips = who.querySelector("[data-people-chips]");
  const line = who.querySelector("[data-pick]");
  const status = who.querySelector("[data-people-status]");
  const say = who.dataset;
  who.classList.add("who--live");

  const boxes = () => [...who.querySelectorAll("input[type=checkbox]:checked")];
  /* Of an answer to a question ("is:<UUID>:Bill") the UUID; a note and a pair of names are nobody yet. */
  const valueOf = (box) => {
    const [kind, uuid] = box.value.split(":");
    return box.name.endsWith("-new") || kind === "new" ? box.dataset.label : kind === "is" ? uuid : box.value;
  };
  const people = () =>
    boxes()
      .filter((box) => !/^(?:note|two):/.test(box.value))
      .map((box) => ({ value: valueOf(box), label: box.dataset.label }));
  const changed = () => form.dispatchEvent(new CustomEvent("people:changed"));

  const addChip = ({ value, label, note }) => {
    const kind = value ? "known" : "new";
    const same = boxes().some((box) => (value ? box.value === value : !box.name.endsWith("-known") && isSame(box.dataset.label, label)));
    if (!same) {
      const item = document.createElement("li");
      const chip = document.createElement("label");
      chip.className = "who__chip";
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: `${say.name}-${kind}`, value: value || label, checked: true });
      box.dataset.label = label;
      const name = document.createElement("span");
      name.textContent = label;
      const face = value && who.querySelector(`[data-value="${CSS.escape(value)}"] .avatar`);
      chip.append(box, ...(face ? [face.cloneNode(true)] : []), name);
      const words = value ? note : say.sayNew;
      if (words) {
        const small = document.createElement("small");
        small.textContent = words;
        chip.append(" ", small);
      }
      item.append(chip);
      chips.append(item);
    }
    status.textContent = `${say.sayAdded} ${label}`;
    changed();
  };

  const removeChip = (box) => {
    const next = box.closest("li").nextElementSibling || box.closest("li").previousElementSibling;
    status.textContent = `${say.sayRemoved} ${box.dataset.label}`;
    box.closest("li").remove();
    (next ? next.querySelector("input") : line).focus();
    changed();
  };

  const names = () => split(line.value);
  const lastName = () => last(line.value);
  const takeOut = (name) => {
    line.value = without(line.value, name);
    which.refresh(names());
  };
  const which = window.kithWhich(who, {
    isSame,
    take: ({ name, ...chosen }) => {
      takeOut(name);
      addChip(chosen);
      line.focus();
    },
  });

  const hood = form.querySelector("[name=neighbourhood]");
  const about = (q) => ({ q, neighbourhood: hood ? hood.value : "" });

  /* Who might be meant by this name: the server decides, and never guesses between two. */
  const mightBe = async (name) => {
    try {
      const address = `${line.getAttribute("hx-get")}?${new URLSearchParams({ ...about(name), whole: 1 })}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) {
        return null;
      }
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      return [...found.querySelectorAll("[data-meant]")];
    } catch {
      return null;
    }
  };

  /* A name leaves the line only when its chip is there, so that a page sent meanwhile loses nobody. What is unclear, or
     cannot be looked up, stays in the line and the server asks. */
  const sort = async (name, { asks }) => {
    const fits = await mightBe(name);
    let isPair = false;
    if (fits === null || !names().some((each) => isSame(each, name))) {
      return isPair;
    }
    if (fits.length > 1 || (fits.length === 1 && fits[0].dataset.meant !== "here")) {
      isPair = fits.some((each) => each.dataset.odd === "surname");
      status.textContent = say.saySeveral;
      which.ask(name, fits);
      const isLast = isSame(names().at(-1), name);
      if (which.isAsked(name)) {
        picker.close(); /* the list would lie over the question, and has the same answers */
      } else if (asks && isLast && document.activeElement === line) {
        line.value = names().join(", ");
        picker.suggest((option) => fits.some((each) => each.dataset.value === option.dataset.value));
      }
      return isPair;
    }
    takeOut(name);
    if (!lastName()) {
      picker.clear();
    }
    addChip(fits.length ? fits[0].dataset : { label: name });
    return isPair;
  };
  /* After a surname alone the next name waits with it, and the server asks: "Patel, Asha" may be one person. */
  const sortAll = async (some, asks) => {
    let waits = false;
    for (const name of some) {
      waits = waits ? false : await sort(name, { asks });
    }
  };

  const picker = window.kithPick(line, document.getElementById(line.getAttribute("hx-target").slice(1)), {
    typed: lastName,
    params: about,
    isQuiet: () => which.isAsked(lastName()),
    take: (chosen) => {
      takeOut(lastName());
      addChip("new" in chosen ? { label: chosen.label } : chosen);
    },
    enter: () => {
      // The comma at once: whoever types fast is at the next name before the answer is here.
      line.value = names().length ? `${names().join(", ")}, ` : "";
      picker.clear();
      sortAll(names(), true);
    },
  });
  line.addEventListener("input", (event) => {
    which.refresh(names());
    if (event.data === "," || event.data === ";") {
      sortAll(names(), false);
    }
  });
  line.addEventListener("blur", () => sortAll(names(), false));
  line.addEventListener("keydown", (event) => {
    const chip = chips.querySelector("li:last-child input");
    if (event.key === "Backspace" && line.value === "" && chip) {
      event.preventDefault();
      chip.focus();
    }
  });
  chips.addEventListener("change", (event) => removeChip(event.target));
  chips.addEventListener("keydown", (event) => {
    if (["Backspace", "Delete", "Enter"].includes(event.key) && event.target.matches("input")) {
      event.preventDefault();
      removeChip(event.target);
    }
  });
  who.addEventListener("change", changed);

  /* Gifts: one row to begin with, whose they are in one tap. */
  const gifts = form.querySelector("[data-gifts]");
  const template = gifts.querySelector("[data-gift-template]");
  const more = gifts.querySelector("[data-gift-add]");
  const total = gifts.querySelector("[name=gifts-TOTAL_FORMS]");
  const rows = () => [...gifts.querySelectorAll(":scope > [data-gift]")];
  const isBlank = (row) => !row.querySelector("[name$=-name]").value && !row.querySelector(".errorlist");

  const offer = (row) => {
    const field = row.querySelector("[name$=-whose]");
    const wanted = field.value;
    const there = people();
    const fits = there.find((one) => one.value === wanted || one.label.toLowerCase() === wanted.toLowerCase());
    if (there.length === 0 || (wanted && !fits)) {
      return;
    }
    const select = field.matches("select") ? field : document.createElement("select");
    if (select !== field) {
      [...field.attributes].forEach(({ name, value }) => {
        if (!["type", "value", "maxlength"].includes(name)) {
          select.setAttribute(name, value);
        }
      });
      field.replaceWith(select);
    }
    select.replaceChildren(new Option(gifts.dataset.sayNobody, ""), ...there.map((one) => new Option(one.label, one.value)));
    select.value = fits ? fits.value : there.length === 1 ? there[0].value : "";
  };

  const offerAll = () =>
    rows().forEach((row) => {
      const field = row.querySelector("select[name$=-whose]");
      if (field && !people().some((one) => one.value === field.value)) {
        field.value = "";
      }
      offer(row);
    });

  const addRow = () => {
    const asleep = rows().find((row) => row.hidden);
    if (asleep) {
      asleep.hidden = false;
      return asleep;
    }
    const count = Number(total.value);
    const row = document.importNode(template.content, true).firstElementChild;
    for (const each of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of each.attributes) {
        if (value.includes("__prefix__")) {
          each.setAttribute(name, value.replaceAll("__prefix__", String(count)));
        }
      }
    }
    template.before(row);
    total.value = String(count + 1);
    offer(row);
    return row;
  };

  rows().filter(isBlank).slice(rows().some((row) => !isBlank(row)) ? 0 : 1).forEach((row) => {
    row.hidden = true;
  });
  more.hidden = false;
  more.addEventListener("click", () => addRow().querySelector("[name$=-whose]").focus());
  gifts.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=text]")) {
      event.preventDefault();
      if (event.target.name.endsWith("-name") && event.target.value.trim()) {
        more.click();
      }
    }
  });
  form.addEventListener("people:changed", offerAll);
  offerAll();

  /* A row for a gift that somebody confirmed: the first that is empty, or another. */
  const tell = (field, kind) => field.dispatchEvent(new Event(kind, { bubbles: true }));
  const addGift = ({ name, kind, whose }) => {
    const row = rows().find((each) => !each.hidden && isBlank(each)) || addRow();
    row.querySelector("[name$=-name]").value = name;
    const choice = row.querySelector(`[name$=-kind][value="${kind}"]`);
    if (choice) {
      choice.checked = true;
    }
    offer(row);
    const giver = row.querySelector("[name$=-whose]");
    if (whose) {
      giver.value = whose;
    }
    tell(row.querySelector("[name$=-name]"), "input");
    return giver;
  };
  const giftNames = () => rows().map((row) => row.querySelector("[name$=-name]").value.trim()).filter(Boolean);

  /* Enter in the line of themes puts a comma, as in the line of names, instead of sending the page too early. */
  const themeLine = form.querySelector("[name=new_themes]");
  themeLine.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (themeLine.value.trim() && !/,\s*$/.test(themeLine.value)) {
        themeLine.value = `${themeLine.value.trim()}, `;
      }
    }
  });

  /* A theme of the team that somebody confirmed: its box ticked, and made when it is not among those offered. */
  const pills = form.querySelector("[data-themes] .choices");
  const themeBoxes = () => [...form.querySelectorAll("[name=themes]")];
  const addTheme = ({ value, label }) => {
    let box = themeBoxes().find((each) => each.value === String(value));
    if (!box) {
      const holder = document.createElement("div");
      holder.className = "choice";
      const around = document.createElement("label");
      box = Object.assign(document.createElement("input"), { type: "checkbox", name: "themes", value: String(value) });
      box.id = `id_themes_more_${value}`;
      around.htmlFor = box.id;
      around.append(box, ` ${label}`);
      holder.append(around);
      pills.append(holder);
    }
    box.checked = true;
    tell(box, "change");
    return box;
  };
  const themesChosen = () => themeBoxes().filter((box) => box.checked).map((box) => box.value);
  const themesNamed = () =>
    themeBoxes().filter((box) => box.checked).map((box) => ({ value: box.value, label: box.closest("label").textContent.trim() }));
  const themesTyped = () => themeLine.value.split(/[,;]/).map((name) => name.trim()).filter(Boolean);

  const addThemeNamed = (name) => {
    themeLine.value = [...themesTyped(), name].join(", ");
    tell(themeLine, "input");
    return themeLine;
  };

  /* What the other scripts of the page ask of this one. */
  window.kithCapture = {
    form,
    people,
    /* Chips, and names that are still in the line: without signal nothing makes them chips. */
    everybody: () => [...people(), ...names().map((name) => ({ value: name, label: name }))],
    firstName: () => (people()[0] || { label: names()[0] || "" }).label,
    addGift,
    giftNames,
    addTheme,
    themesChosen,
    themesNamed,
    themesTyped,
    addThemeNamed,
  };
})();
