/* A record beside its list, on screens wide enough: a click on a row shows it, arrows (or j and k) move, Enter opens the whole page,
   Escape closes. The address names the record, so that Back, a reload and a copied link work. Elsewhere a row is a link. */
(() => {
  "use strict";

  const root = document.querySelector("[data-reading]");
  const pane = document.getElementById("reading");
  const wide = matchMedia("(width >= 75rem)");
  if (!root || !pane || !self.htmx) {
    return;
  }
  const frame = pane.parentElement;
  const whole = frame.querySelector("[data-reading-whole]");
  const shut = frame.querySelector("[data-reading-close]");
  const says = frame.querySelector("[data-reading-says]");
  const title = document.title;
  const MOVES = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  const PAUSE = 120; /* a key that is held down asks for the last row only */
  let timer = 0;
  let asked = ""; /* the path of the record that is shown or on its way */

  const links = () => [...root.querySelectorAll("[data-read]")].filter((link) => link.getClientRects().length);
  const uuidOf = (path) => path.split("/").filter(Boolean).at(-1);
  const opened = () => new URLSearchParams(location.search).get("open") || "";
  const isTyping = (element) => element.matches("textarea, select, input, [contenteditable]");

  const mark = () => links().forEach((link) => {
    if (asked && link.pathname === asked) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  const address = (uuid) => {
    const here = new URL(location.href);
    here.searchParams.delete("open");
    if (uuid) {
      here.searchParams.set("open", uuid);
    }
    return here;
  };
  const fetch = () => {
    pane.dataset.reads = asked;
    self.htmx.trigger(pane, "htmx:abort");
    self.htmx.ajax("GET", asked, { source: pane, target: pane, swap: "innerHTML" });
  };
  const show = (path) => {
    clearTimeout(timer);
    asked = path;
    whole.href = path;
    whole.hidden = false;
    shut.hidden = false;
    delete frame.dataset.empty;
    mark();
    timer = setTimeout(fetch, PAUSE);
  };
  const hide = () => {
    clearTimeout(timer);
    const link = links().find((each) => each.pathname === asked);
    asked = "";
    frame.dataset.empty = "";
    delete pane.dataset.reads;
    pane.replaceChildren();
    document.title = title;
    mark();
    return link;
  };
  /* What somebody typed beside the list is a draft of that record: the page is left as any other, which saves it. */
  const isWritten = () => [...pane.querySelectorAll("form")].some((form) => [...form.elements].some((field) =>
    field.matches("textarea, input[type=text]") && field.value !== field.defaultValue));
  const choose = (link, { isMove = false } = {}) => {
    if (link.pathname === asked) {
      return;
    }
    const to = address(uuidOf(link.pathname));
    if (isWritten()) {
      location.assign(to);
      return;
    }
    history[isMove && opened() ? "replaceState" : "pushState"]({}, "", to);
    show(link.pathname);
  };
  const close = () => {
    if (isWritten()) {
      location.assign(address(""));
      return;
    }
    history.pushState({}, "", address(""));
    hide()?.focus();
  };
  /* As the address says: after Back, Forward and a reload. */
  const obey = () => {
    const uuid = opened();
    const path = whole.getAttribute("href") || links()[0]?.pathname || "";
    if (uuid && path) {
      show(path.replace(/[^/]+\/$/, `${uuid}/`));
    } else if (!frame.hasAttribute("data-empty")) {
      hide();
    }
  };

  root.addEventListener("click", (event) => {
    const row = event.target.closest("tr, .card");
    const link = event.target.closest("[data-read]") || (event.target.closest("a, button, input, label, summary") ? null : row?.querySelector("[data-read]"));
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    /* Enter on a link is a click without a pointer: it opens the whole page. */
    if (!link || !isPlain || !wide.matches || event.detail === 0 || frame.contains(event.target) || String(getSelection())) {
      return;
    }
    event.preventDefault();
    link.focus({ preventScroll: true });
    choose(link);
  });

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (!wide.matches || event.defaultPrevented || hasModifier || !(target instanceof HTMLElement) || isTyping(target)) {
      return;
    }
    if (event.key === "Escape" && asked && (root.contains(target) || target === document.body)) {
      event.preventDefault();
      close();
      return;
    }
    const row = target.closest("[data-read]") || (target === document.body && asked ? links().find((link) => link.pathname === asked) : null);
    const move = MOVES[event.key];
    if (!move || !row || !root.contains(row)) {
      return;
    }
    event.preventDefault();
    const all = links();
    const next = all[all.indexOf(row) + move];
    if (next) {
      next.focus();
      choose(next, { isMove: true });
    }
  });
  shut.addEventListener("click", close);
  whole.addEventListener("click", (event) => { whole.href = asked || event.currentTarget.href; });

  /* Anything but the record, such as the page to sign in: the whole page says what happened. */
  pane.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target === pane && (xhr.status >= 400 || /^\s*<!doctype/i.test(xhr.responseText))) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      location.assign(asked);
    }
  });
  pane.addEventListener("htmx:sendError", () => location.assign(asked));
  pane.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== pane) {
      return;
    }
    /* What is written without a path belongs to the page of the record. */
    pane.querySelectorAll("form:not([action])").forEach((form) => form.setAttribute("action", asked));
    pane.querySelectorAll("a[href^='?']").forEach((link) => link.setAttribute("href", asked + link.getAttribute("href")));
    pane.scrollTop = 0;
    says.textContent = pane.querySelector(".reading__title")?.textContent.replace(/\s+/g, " ").trim() || "";
  });
  /* Another search keeps the record that is open. */
  document.addEventListener("htmx:pushedIntoHistory", () => {
    if (asked) {
      history.replaceState(history.state, "", address(uuidOf(asked)));
    }
  });
  document.addEventListener("htmx:afterSettle", mark);
  addEventListener("popstate", (event) => event.state?.htmx || obey());
  wide.addEventListener("change", () => opened() && obey());
  if (opened() && whole.getAttribute("href")) {
    if (wide.matches) {
      obey();
    } else {
      location.replace(whole.href);
    }
  }
})();
