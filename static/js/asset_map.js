/* The page of the map: what the list shows the map shows, a row and its pin know each other, and an area of the map can be listed. */
(() => {
  "use strict";

  const page = document.querySelector("[data-asset-map]");
  const root = page?.querySelector("[data-map]");
  if (!page || !root) return;
  const list = document.getElementById("asset-results");
  const sheet = page.querySelector("[data-sheet]");
  const filters = document.getElementById("asset-filters");
  const search = page.querySelector("[data-search-area]");
  const form = filters.querySelector("form");
  const isPhone = () => window.getComputedStyle(sheet).position === "absolute";
  const map = () => window.kithMaps?.get(root);
  let pins = list.querySelector("[data-pins-address]")?.dataset.pinsAddress;

  /* How many there are stands on the grip, where a phone shows it. */
  const count = () => {
    const total = list.querySelector("[data-total]")?.dataset.total;
    page.querySelector("[data-sheet-words]").textContent = total ? `(${total})` : "";
  };

  const ready = () => {
    const shown = map();
    if (!shown) return;
    shown.covered = () => {
      if (!isPhone()) return {};
      const half = sheet.dataset.height === "peek" ? sheet.offsetHeight : Math.min(sheet.offsetHeight, root.offsetHeight / 2);
      return { top: 64, bottom: half + 16 };
    };
    let moved = false;
    const byHand = () => { moved = true; };
    shown.map.on("dragstart", byHand);
    shown.canvas.addEventListener("keydown", byHand);
    shown.canvas.addEventListener("wheel", byHand, { passive: true });
    shown.canvas.addEventListener("click", byHand);
    shown.map.on("moveend", () => { search.hidden = !moved; });
  };

  const listArea = (bounds) => {
    const field = form.elements.area;
    if (!field) return;
    field.value = bounds.toBBoxString().split(",").map((edge) => Number(edge).toFixed(5)).join(",");
    search.hidden = true;
    form.requestSubmit();
  };
  search.addEventListener("click", () => map() && listArea(map().map.getBounds()));
  root.addEventListener("kith:area", (event) => listArea(event.detail.bounds));

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== list) return;
    count();
    if (filters.matches(":popover-open")) filters.hidePopover();
    const address = list.querySelector("[data-pins-address]")?.dataset.pinsAddress;
    if (!address || address === pins) return;
    pins = address;
    search.hidden = true;
    root.dispatchEvent(new CustomEvent("kith:pins", { detail: { url: address, fit: !form.elements.area?.value } }));
  });

  /* A row lights its pin. */
  const rowOf = (event) => event.target.closest?.("[data-asset]");
  const light = (event) => map()?.markPins(rowOf(event)?.dataset.asset);
  for (const kind of ["mouseover", "focusin"]) list.addEventListener(kind, light);
  for (const kind of ["mouseleave", "focusout"]) list.addEventListener(kind, () => map()?.markPins(""));

  /* A pin marks its row, and the row comes into view if it is on this page of the list. */
  root.addEventListener("kith:pin-chosen", (event) => {
    list.querySelectorAll(".asset-row--chosen").forEach((row) => row.classList.remove("asset-row--chosen"));
    const row = list.querySelector(`[data-asset="${CSS.escape(String(event.detail.id))}"]`);
    if (!row) return;
    row.classList.add("asset-row--chosen");
    if (isPhone()) list.scrollTop = row.offsetTop - list.offsetTop;
    else row.scrollIntoView({ block: "nearest" });
  });

  count();
  document.addEventListener("DOMContentLoaded", ready);
})();
