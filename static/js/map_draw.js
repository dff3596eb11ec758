/* Drawing an outline on a map: [data-map data-mode="draw"]. Load after map.js, which explains the attributes.

   A click adds a corner, a drag moves it, Delete or Backspace takes a focused one away, a click on the first one closes the
   outline. Every change is written to the textarea at once, one "latitude, longitude" a line, so nothing waits for the closing. An outline of several parts is
   shown and stays as it is until somebody begins a new one. */
(() => {
  "use strict";
  if (!window.kithMapParts) return;
  const L = window.L;
  const { KithMap, field, marker, nudge, write } = window.kithMapParts;

  const MOST_CORNERS = 200; /* more handles than that help nobody */

  const typed = (text) =>
    text.split("\n").filter((line) => line.trim()).map((line) => {
      const [lat, lng] = line.trim().split(/[,;\s]+/).map(Number);
      if (!Number.isFinite(lat) || !Number.isFinite(lng)) throw new Error(line);
      return [lng, lat];
    });

  /* A GeoJSON ring ends where it began; handles do not. */
  const open = (ring) => (ring.length > 1 && `${ring[0]}` === `${ring.at(-1)}` ? ring.slice(0, -1) : ring);

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
      try {
        const found = text.startsWith("{") ? JSON.parse(text) : { type: "Polygon", coordinates: [typed(text)] };
        const ring = found.type === "Polygon" && found.coordinates.length === 1 ? open(found.coordinates[0]) : null;
        if (ring && ring.length <= MOST_CORNERS) ring.forEach(([lng, lat]) => this.corner(L.latLng(lat, lng)));
        else this.kept = L.geoJSON(found, { style: { className: "map-drawn" }, interactive: false }).addTo(this.map);
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
      const made = marker(at, "map-corner", `${this.status?.getAttribute("data-say-corner") || ""} ${this.corners.length + 1}`, { draggable: true, size: 44 });
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

    opened(isOpen) {
      this.open = isOpen;
      if (this.tools.has("close")) this.tools.get("close").hidden = !isOpen;
      if (this.tools.has("more")) this.tools.get("more").hidden = isOpen;
    },

    redraw() {
      this.shape.setLatLngs(this.corners.map((corner) => corner.getLatLng()));
    },

    changed(said) {
      this.redraw();
      const lines = this.corners.map((corner) => corner.getLatLng().wrap()).map(({ lat, lng }) => `${lat.toFixed(6)}, ${lng.toFixed(6)}`);
      write(this.target, lines.join("\n"));
      this.say(said);
    },
  });
})();
