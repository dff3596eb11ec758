/* The search on every page: "/" leads to the box, results appear while somebody types, arrows walk through them, Escape closes.
   Without signal it says so, keeps the words, and asks again when there is signal. Without this script the box is a form. */
(() => {
  "use strict";

  const box = document.querySelector("[data-search]");
  if (!box) {
    return;
  }
  const input = box.querySelector("input");
  const panel = box.querySelector("#search-panel");
  const notices = [...document.querySelectorAll("[data-search-offline]")];
  const PAUSE = 200;
  const RETRY = 10000;
  let timer = 0;

  const isTyping = (element) =>
    element instanceof HTMLElement
    && (element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
  const isSeen = (element) => Boolean(element) && element.getClientRects().length > 0;
  const links = () => [...panel.querySelectorAll("a")];
  const words = () => input.value.trim();

  const close = () => {
    clearTimeout(timer);
    panel.hidden = true;
  };
  let isWaiting = null; /* the form whose words wait for signal */
  const say = (form) => {
    isWaiting = form;
    notices.forEach((notice) => { notice.textContent = form ? notice.dataset.say : ""; });
  };
  const ask = () => {
    clearTimeout(timer);
    if (isWaiting && !box.contains(isWaiting)) {
      isWaiting.requestSubmit();
    } else if (words()) {
      input.dispatchEvent(new CustomEvent("search:ask"));
    } else {
      panel.replaceChildren();
      close();
      say(null);
    }
  };
  /* A request that no server answered: say so, and try again when the browser or the clock says that it is worth it. */
  const wait = (form) => {
    close();
    say(form);
    timer = setTimeout(ask, RETRY);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("focus", () => {
    panel.hidden = !words() || panel.children.length === 0;
  });
  const own = box.querySelector("form");
  box.addEventListener("htmx:sendError", () => wait(own));
  box.addEventListener("htmx:timeout", () => wait(own));
  box.addEventListener("htmx:afterSwap", () => {
    say(null);
    panel.hidden = !box.contains(document.activeElement) || !words();
  });
  box.addEventListener("htmx:beforeSwap", (event) => {
    /* An answer to what is no longer typed says nothing. */
    const asked = new URL(event.detail.xhr.responseURL || location.href).searchParams.get("q") ?? "";
    event.detail.shouldSwap = event.detail.shouldSwap && asked.trim() === words();
  });
  window.addEventListener("online", () => {
    if (isWaiting) {
      ask();
    }
  });

  /* Without signal the form would lead to a page that has nothing to say; the words stay where they are. */
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-search-form]") && !navigator.onLine) {
      event.preventDefault();
      wait(event.target);
    }
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault();
      close();
      input.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = panel.hidden ? [] : [input, ...links()];
      const at = all.indexOf(document.activeElement);
      if (all.length > 1 && at >= 0) {
        event.preventDefault();
        all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length].focus();
      }
    }
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) {
      close();
    }
  });
  /* Safari gives a pressed link no focus: the panel must not close before the press is over. */
  panel.addEventListener("pointerdown", (event) => event.preventDefault());

  /* On the way to the page of the search, letters wait for it. */
  let isLeaving = false;
  document.querySelector(".search-link")?.addEventListener("click", (event) => {
    isLeaving = !(event.ctrlKey || event.metaKey || event.shiftKey);
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  document.addEventListener("keydown", (event) => {
    if (!isLeaving || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || isTyping(event.target)) {
      return;
    }
    event.preventDefault();
    try {
      sessionStorage.setItem("kith-search-typed", (sessionStorage.getItem("kith-search-typed") || "") + event.key);
    } catch { /* storage is refused: the letters are typed again */ }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) {
      return;
    }
    event.preventDefault();
    const field = [document.getElementById("search-words"), input].find(isSeen);
    if (field) {
      field.focus();
      field.select();
    } else {
      isLeaving = true;
      location.assign(own.action);
    }
  });
})();
