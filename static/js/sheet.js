/* A sheet over a map: pulled up from below to half or all of the height, by dragging its grip, pressing it, or with the arrow keys.
   Without this file it stands half open and scrolls. [data-sheet] holds [data-sheet-grip], a button, and .sheet__body; its
   data-height is "peek", "half" or "full", and the stylesheet decides what that is. A change is told as `kith:sheet`. */
(() => {
  "use strict";

  const HEIGHTS = ["peek", "half", "full"];
  const CLICK = 6; /* pixels: less is a press, not a drag */

  document.querySelectorAll("[data-sheet]").forEach((sheet) => {
    const grip = sheet.querySelector("[data-sheet-grip]");
    let drag = null;
    let dragged = false;

    const set = (height) => {
      sheet.dataset.height = height;
      sheet.style.removeProperty("height");
      grip.setAttribute("aria-expanded", String(height !== "peek"));
      sheet.dispatchEvent(new CustomEvent("kith:sheet", { bubbles: true, detail: { height } }));
    };
    const step = (by) => set(HEIGHTS[Math.min(Math.max(HEIGHTS.indexOf(sheet.dataset.height) + by, 0), HEIGHTS.length - 1)]);

    grip.addEventListener("click", () => {
      if (dragged) dragged = false;
      else if (sheet.dataset.height === "full") set("peek");
      else step(1);
    });
    const KEYS = { ArrowUp: () => step(1), ArrowDown: () => step(-1), Home: () => set("peek"), End: () => set("full") };
    grip.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS)) return;
      event.preventDefault();
      KEYS[event.key]();
    });

    grip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      dragged = false;
      drag = { y: event.clientY, height: sheet.getBoundingClientRect().height };
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const up = drag.y - event.clientY;
      if (!dragged && Math.abs(up) < CLICK) return;
      dragged = true;
      sheet.dataset.dragged = "";
      sheet.style.height = `${Math.max(drag.height + up, grip.offsetHeight)}px`;
    });
    const drop = () => {
      if (!drag) return;
      drag = null;
      delete sheet.dataset.dragged;
      if (!dragged) return;
      const share = sheet.getBoundingClientRect().height / sheet.parentElement.getBoundingClientRect().height;
      set(share < 0.3 ? "peek" : share < 0.72 ? "half" : "full");
    };
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
    grip.addEventListener("lostpointercapture", drop);

    set("peek");
  });
})();
