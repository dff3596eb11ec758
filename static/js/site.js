/* Small kindnesses; every page works without them. */
(() => {
  "use strict";

  /* After a refused form, the summary of what to mend takes focus. */
  const focusErrors = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  };

  /* A card layout makes some browsers forget that a table is a table: say it again. */
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  const nameTables = (root) => {
    root.querySelectorAll("table.table--cards").forEach((table) => {
      [table, ...table.querySelectorAll("thead, tbody, tr, td, th")].forEach((part) => {
        const header = part.scope === "row" ? "rowheader" : "columnheader";
        part.setAttribute("role", ROLES[part.tagName] || header);
      });
    });
  };

  const pointedAt = () => (location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null);

  /* On a phone, parts of a long page that are read now and then begin closed, unless the URL leads into one. */
  const closeParts = (root) => {
    if (!matchMedia("(width < 48rem)").matches) {
      return;
    }
    root.querySelectorAll("details[data-closed-on-phone]").forEach((part) => { part.open = part.contains(pointedAt()); });
  };

  /* A link to a part that is closed opens it: browsers do so for what is inside, not for its own heading. */
  const openPointedAt = () => {
    const target = pointedAt();
    const part = target?.closest("details");
    if (part && !part.open) {
      part.open = true;
      target.scrollIntoView();
    }
  };

  /* A second click on Save waits for the first. The server is safe without this; it spares a confusing answer.
     The button is not disabled until the form data is built, so its own name and value are sent. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) {
      event.submitter.dataset.busy = "yes";
    }
  });

  /* Back and Forward are htmx's from DOMContentLoaded on. Pressed while a page loads, they change the address and
     nothing else: the page then shows what another address says. Ask for the page of the address. */
  document.addEventListener("DOMContentLoaded", () => {
    const [asked] = performance.getEntriesByType("navigation");
    const served = asked && new URL(asked.name);
    if (served && history.state?.htmx && served.pathname + served.search !== location.pathname + location.search) {
      location.reload();
    }
  });

  /* Whoever goes back to a list by the link above a page finds it where they left it. For this tab only. */
  const PLACE = "kith-place:";
  const BACK = "kith-back";
  const here = () => location.pathname + location.search;
  const memory = (work) => { try { return work(sessionStorage); } catch { return null; } }; /* storage may be refused */
  window.addEventListener("pagehide", () => memory((store) => store.setItem(PLACE + here(), String(Math.round(scrollY)))));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".crumbs a");
    if (link) {
      memory((store) => store.setItem(BACK, link.pathname + link.search));
    }
  });
  const place = memory((store) => {
    const isBack = store.getItem(BACK) === here();
    store.removeItem(BACK);
    return isBack ? store.getItem(PLACE + here()) : null;
  });
  if (Number(place) > 0) {
    scrollTo(0, Number(place));
  }

  const release = () => {
    document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[data-busy]").forEach((button) => delete button.dataset.busy);
  };
  window.addEventListener("pageshow", release);
  document.addEventListener("submit", () => setTimeout(release, 8000)); /* a download never shows a new page */
  document.addEventListener("htmx:afterRequest", release);

  document.addEventListener("htmx:load", (event) => { nameTables(event.target); closeParts(event.target); });
  nameTables(document);
  closeParts(document);
  openPointedAt();
  window.addEventListener("hashchange", openPointedAt);
  focusErrors(document);
})();
