/* Without signal: what somebody searched for stays on the page, and the search runs when there is signal again. */
(() => {
  "use strict";

  const place = document.querySelector("[data-again]");
  const words = new URLSearchParams(location.search).get("q");
  if (!place || location.pathname !== place.dataset.again || !words) {
    return;
  }
  const PAUSE = 10000;
  place.querySelector("[data-again-words]").textContent = words;
  place.hidden = false;

  const again = async () => {
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store" });
      location.reload();
    } catch {
      /* Still nothing: the clock or the browser asks again. */
    }
  };
  window.addEventListener("online", again);
  setInterval(again, PAUSE);
})();
