/* The map on paper from the browser's own Print: the drawing with numbered pins, and the list in the order of the numbers, which
   the page for paper draws on the server, in place of the list alone. `beforeprint` waits for nothing but its own code, so it is
   fetched synchronously, and only then; if that fails, the list is printed as it is. */
(() => {
  "use strict";

  const page = document.querySelector("[data-asset-map]");
  const paper = page?.querySelector("[data-paper]");
  if (!paper) return;
  let shown = "";

  window.addEventListener("beforeprint", () => {
    const url = page.querySelector("[data-paper-address]")?.href;
    if (!url || url === shown) return;
    paper.replaceChildren();
    shown = "";
    try {
      const request = new XMLHttpRequest();
      request.open("GET", url, false);
      request.send();
      if (request.status !== 200) return;
      const drawn = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-paper-map]");
      if (!drawn) return;
      paper.replaceChildren(document.adoptNode(drawn));
      shown = url;
    } catch {
      /* No signal: the list stays. */
    }
  });
})();
