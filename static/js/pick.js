/* What a field with a list below it does, for the people and the places of the capture page. */
(() => {
  "use strict";

  /* A field with a list below it: arrow keys walk, Enter takes, Escape closes. htmx fetches the list. An answer does not open the list
     while `isQuiet()`. */
  window.kithPick = (input, list, { typed, params, take, enter, isQuiet = () => false }) => {
    let timer = 0;
    let asked = null;
    let answered = null;
    let wanted = null;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const active = () => list.querySelector("[aria-selected=true]");
    const isOpen = () => !list.hidden && options().length > 0;

    const point = (option) => {
      options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const open = () => {
      list.hidden = options().length === 0;
      input.setAttribute("aria-expanded", String(isOpen()));
    };
    const close = () => {
      clearTimeout(timer);
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      point(null);
    };
    const clear = () => {
      asked = answered = wanted = null;
      list.replaceChildren();
      close();
    };
    const ask = () => {
      clearTimeout(timer);
      asked = typed();
      if (asked) {
        input.dispatchEvent(new CustomEvent("pick:ask"));
      } else {
        clear();
      }
    };
    /* Open the list on the first option that fits, once it is there. */
    const suggest = (fits) => {
      wanted = fits;
      if (answered === typed()) {
        open();
        point(options().find(fits));
        wanted = null;
      } else {
        ask();
      }
    };
    const choose = (option) => {
      const chosen = { ...option.dataset };
      clear();
      take(chosen);
    };

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("htmx:configRequest", (event) => {
      event.detail.parameters = params(asked);
    });
    list.addEventListener("htmx:beforeSwap", (event) => {
      // An answer to what is no longer typed says nothing.
      event.detail.shouldSwap = event.detail.shouldSwap && asked !== null && asked === typed();
    });
    list.addEventListener("htmx:afterSwap", () => {
      answered = asked;
      if (document.activeElement === input && !isQuiet()) {
        open();
        if (wanted) {
          point(options().find(wanted));
          wanted = null;
        }
      }
    });
    input.addEventListener("input", () => {
      point(null);
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) {
        return;
      }
      const all = options();
      const at = all.indexOf(active());
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length > 0) {
        event.preventDefault();
        open();
        const step = event.key === "ArrowDown" ? 1 : -1;
        point(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
      } else if (event.key === "Escape" && isOpen()) {
        event.preventDefault();
        close();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (isOpen() && active()) {
          choose(active());
        } else {
          enter();
        }
      }
    });
    // Pressing an option must not take the focus away from the field first.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        choose(option);
        input.focus();
      }
    });
    input.addEventListener("blur", close);
    // Whoever typed before this script and htmx were there does not wait for the next letter.
    document.addEventListener("DOMContentLoaded", () => {
      if (document.activeElement === input) {
        ask();
      }
    });
    return { clear, close, suggest };
  };
})();
