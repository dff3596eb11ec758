/* Drawing an outline on a map: [data-map data-mode="draw"]. Load after map.js, which explains the attributes.

   A click adds a corner, a drag moves it, Delete or Backspace takes a focused one away, a click on the first one closes the
   outline. Every change is written to the textarea at once, so nothing waits for the closing. An outline of several parts is
   shown and stays as it is until somebody begins a new one. */
(() => {
  "use strict";
  if (!window.kithMapParts) return;
  const L = window.L;
  const { KithMap, field, marker, nudge, write } = window.kithMapParts;

  Object.assign(KithMap.prototype, {
    startDrawing() {
      this.target = field(this.root, this.data.target);
      this.corners = [];
      this.shape = L.polygon([], { className: "map-drawn", interactive: false }).addTo(this.map);
      this.map.on("click", (event) => this.open && this.add(event.latlng));
      this.target?.addEventListener("change", (event) => event.detail !== "map" && this.read());
      this.map.doubleClickZoom.disable();
      this.read();
    },

    read() {
      this.kept?.remove();
      this.corners.forEach((corner) => corner.remove());
      this.corners = [];
      const text = this.target?.value.trim() || "";
      let rings = [];
      try {
        const found = text.startsWith("{") ? JSON.parse(text) : null;
        const simple = found?.type === "Polygon" && found.coordinates.length === 1 && found.coordinates[0].length <= 200;
        if (found && !simple) this.kept = L.geoJSON(found, { className: "map-drawn", interactive: false }).addTo(this.map);
        else rings = found ? found.coordinates[0].slice(0, -1).map(([lng, lat]) => [lat, lng]) : text.split("\n").map((line) => line.match(/-?\d+(\.\d+)?/g)?.map(Number));
        rings.filter((at) => at?.length === 2 && at.every(Number.isFinite)).forEach((at) => this.corner(L.latLng(at)));
      } catch {
        this.say("unreadable");
      }
      const bounds = this.kept ? this.kept.getBounds() : L.latLngBounds(this.corners.map((corner) => corner.getLatLng()));
      this.redraw();
      this.opened(this.corners.length < 3 && !this.kept);
      if (this.kept) this.say("kept");
      if (bounds.isValid()) this.placed = false;
      this.fit(bounds);
    },

    corner(at) {
      const made = marker(at, "map-corner", `${this.corners.length + 1}`, { draggable: true, size: 44 });
      const moved = () => this.changed("moved");
      made.on("drag", () => this.redraw()).on("dragend", moved).addTo(this.map);
      made.on("click", () => made === this.corners[0] && this.open && this.corners.length > 2 && this.close());
      made.getElement().addEventListener("keydown", (event) => {
        if (event.key === "Delete" || event.key === "Backspace") {
          event.preventDefault();
          made.remove();
          this.corners = this.corners.filter((corner) => corner !== made);
          this.changed("removed");
          this.root.querySelector("[data-map-canvas]").focus();
        } else nudge(this.map, made, event, moved);
      });
      this.corners.push(made);
    },

    add(at) {
      this.kept?.remove();
      this.kept = null;
      this.opened(true);
      this.corner(at);
      this.changed(this.corners.length < 3 ? "added" : "enough");
    },

    undo() {
      this.corners.pop()?.remove();
      this.changed("removed");
    },

    clear() {
      this.kept?.remove();
      this.kept = null;
      while (this.corners.length) this.corners.pop().remove();
      this.opened(true);
      this.changed("cleared");
    },

    close() {
      if (this.corners.length < 3) return this.say("few");
      this.opened(false);
      this.say("closed");
    },

    more() {
      this.opened(true);
      this.say("more");
    },

    opened(open) {
      this.open = open;
      if (this.tools.has("close")) this.tools.get("close").hidden = !open;
      if (this.tools.has("more")) this.tools.get("more").hidden = open;
    },

    redraw() {
      this.shape.setLatLngs(this.corners.map((corner) => corner.getLatLng()));
    },

    changed(said) {
      this.redraw();
      const ring = this.corners.map((corner) => corner.getLatLng().wrap()).map(({ lat, lng }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
      write(this.target, ring.length < 3 ? "" : JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }));
      this.say(said);
    },
  });
})();
