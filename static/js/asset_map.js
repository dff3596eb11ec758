/* The map follows the list: when a facet swaps the list, its pins are fetched from the address that the new list names. */
(() => {
  "use strict";

  document.addEventListener("htmx:afterSwap", (event) => {
    const shell = event.target.closest?.("[data-asset-map]");
    const list = shell?.querySelector("[data-pins-address]");
    const map = shell?.querySelector("[data-map]");
    if (list && map) {
      map.dispatchEvent(new CustomEvent("kith:pins", { detail: { url: list.dataset.pinsAddress } }));
    }
  });
})();
