/* A long list of tick boxes: what is ticked and the first few are shown, typing finds the rest. Without scripts all are there. */
(() => {
  "use strict";

  /* So many fit on a phone without pushing the next question off the screen. */
  const FEW = matchMedia("(width < 48rem)").matches ? 4 : 8;
  const { folded } = self.kithFolding;

  const setUp = (box) => {
    const list = box.querySelector(".choices");
    const choices = [...list.querySelectorAll(".choice")].map((row) => ({
      row,
      tick: row.querySelector("input"),
      words: ` ${folded(row.textContent)}`,
    }));
    if (box.querySelector(".many__find") || choices.length <= FEW) {
      return;
    }
    const find = document.createElement("input");
    find.type = "search";
    find.className = "many__find";
    find.autocomplete = "off";
    find.placeholder = box.dataset.find;
    find.setAttribute("aria-label", box.dataset.find);
    find.setAttribute("aria-controls", list.id);
    const note = document.createElement("p");
    note.className = "field__hint";
    note.setAttribute("role", "status");

    const show = () => {
      const typed = folded(find.value);
      let shown = 0;
      let left = 0;
      choices.forEach(({ row, tick, words }) => {
        const fits = words.includes(` ${typed}`);
        row.hidden = !tick.checked && !(fits && shown < FEW);
        shown += !row.hidden && fits && !tick.checked;
        left += row.hidden && fits;
      });
      const { more, none } = box.dataset;
      note.textContent = left ? more.replace("{}", left) : shown || !typed ? "" : none;
    };

    find.addEventListener("input", show);
    /* Enter ticks the first that fits; it does not send the form. */
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") {
        return;
      }
      event.preventDefault();
      const typed = folded(find.value);
      const first = typed && choices.find(({ row, tick, words }) => !row.hidden && !tick.checked && words.includes(` ${typed}`));
      if (first) {
        first.tick.click();
        find.value = "";
        show();
      }
    });
    list.prepend(...choices.filter(({ tick }) => tick.checked).map(({ row }) => row));
    box.prepend(find);
    box.append(note);
    show();
  };

  const all = (root) => root.querySelectorAll("[data-many]").forEach(setUp);
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.target));
})();
