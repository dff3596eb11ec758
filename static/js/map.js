/* Maps: turns `<div data-map>` into a Leaflet map. Without this file the page still has its list, inputs and textarea.

   Use components/map.html for the markup and components/map_scripts.html in block scripts. Attributes of [data-map]:

   data-mode            "show" (default), "pick" (one pin into two inputs), "draw" (corners into a textarea)
   data-outlines-url    GeoJSON of outlines; properties: name, url (a link in the popup), both optional
   data-pins-url        GeoJSON points; id; properties: name, url, note (second line), kind (the sign of that name in the page), bumping, touching;
                        of a group count, and its bbox. map_pins.js explains how they are asked for, grouped and walked through
   data-tile-url, data-tile-attribution      background tiles; none when absent
   data-lat, data-lng, data-zoom             where to begin; otherwise the outlines, the pins, or Britain decide
   data-bounds          "west,south,east,north" to begin with, before all others
   data-fit="pins"      begin with what was found rather than with the outlines
   data-remember        keep the view in the address as #map=zoom/lat/lng, so that Back finds it again
   data-still           a small map in a page that scrolls: a finger scrolls the page, two move the map
   data-add-url         a press and hold, or one's own place, offers to add something there: this address with #at=lat,lng
   data-area            the page can list what is in a part of the map (`kith:area`)
   data-lat-input, data-lng-input            pick: ids (or names in the same form) of the inputs that hold the position
   data-target          draw: id (or name) of the textarea; GeoJSON or "lat, lng" lines are read, lines are written

   Inside it: [data-map-canvas]; buttons [data-map-action="centre|locate|undo|close|more|clear"] in a hidden [data-map-tools];
   [data-map-over] with buttons that belong on the map; [data-map-signs] with one svg a kind;
   [data-map-status role=status] whose data-say-<key> attributes hold the translated sentences.
   Send a `kith:pins` event with detail.url to the element to show other pins (a changed filter). Arrow keys move a focused
   corner; Delete takes a corner away. Words from data are only ever set as text. */
(() => {
  "use strict";
  if (window.kithMaps || !window.L) return;
  const L = window.L;
  const BRITAIN = [[50, -6.5], [56.5, 1.8]];
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const field = (root, key) =>
    key && (document.getElementById(key) || root.closest("form")?.elements[key] || document.getElementsByName(key)[0]);

  const write = (input, value) => {
    if (!input || input.value === value) return;
    input.value = value;
    for (const kind of ["input", "change"]) input.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail: "map" }));
  };

  function address(url) {
    try {
      const found = new URL(url, window.location.href);
      return ["http:", "https:"].includes(found.protocol) ? found.href : "";
    } catch {
      return "";
    }
  }

  /* What a popup says of a pin or an outline. */
  function link({ name, url, note }) {
    const box = document.createElement("div");
    const title = document.createElement(url && address(url) ? "a" : "strong");
    if (title.href !== undefined) title.href = address(url);
    title.textContent = name || "";
    box.append(title);
    if (note) {
      const line = document.createElement("p");
      line.textContent = note;
      box.append(line);
    }
    return box;
  }

  function icon(className, { text = "", html = null, size = 24 }) {
    const words = document.createElement("span");
    words.textContent = text;
    return L.divIcon({ className, html: html || words, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
  }

  function marker(at, className, label, options = {}) {
    const made = L.marker(at, { icon: icon(className, options), keyboard: true, ...options });
    return made.on("add", () => made.getElement().setAttribute("aria-label", label));
  }

  /* The shape of a kind, copied from the page: the list, the key and the pins look the same. */
  const sign = (root, kind) => root.querySelector(`[data-map-signs] [data-sign="${CSS.escape(kind || "")}"]`)?.cloneNode(true) || null;

  function nudge(map, pin, event, moved) {
    const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    pin.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(pin.getLatLng()).add(step)));
    moved();
  }

  async function geojson(url, signal) {
    const answer = await fetch(url, { headers: { Accept: "application/geo+json" }, credentials: "same-origin", signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  class KithMap {
    constructor(root) {
      this.root = root;
      this.data = root.dataset;
      this.status = root.querySelector("[data-map-status]");
      this.canvas = root.querySelector("[data-map-canvas]");
      this.canvas.replaceChildren();
      const coarse = "still" in this.data && window.matchMedia("(pointer: coarse)").matches;
      this.map = L.map(this.canvas, {
        zoomSnap: this.data.tileUrl ? 1 : 0.25, attributionControl: Boolean(this.data.tileUrl), zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
        dragging: !coarse, scrollWheelZoom: !("still" in this.data), zoomControl: false, maxZoom: this.data.tileUrl ? undefined : 20,
      });
      if (coarse) this.canvas.classList.add("map--still");
      this.furnish();
      if (still) this.map.panBy = (by, options) => L.Map.prototype.panBy.call(this.map, by, { ...options, animate: false }); /* Leaflet has no option for it */
      this.begin();
      if (this.data.tileUrl) this.tiles();
      root.addEventListener("kith:pins", (event) => {
        this.data.pinsUrl = event.detail.url;
        this.map.closePopup();
        this.pins({ whole: true, fit: event.detail.fit !== false });
      });
      this.tools = new Map();
      for (const button of root.querySelectorAll("[data-map-action]")) {
        this.tools.set(button.dataset.mapAction, button);
        button.addEventListener("click", () => this[button.dataset.mapAction]());
      }
      const tools = root.querySelector("[data-map-tools]");
      if (tools) tools.hidden = false;
      if (this.data.mode === "draw") this.startDrawing?.();
      if (this.data.mode !== "draw") this.startPlacing?.();
      this.layers();
    }

    words(key) {
      return this.status?.getAttribute(`data-say-${key}`) || "";
    }

    say(key, value = "") {
      if (this.status) this.status.textContent = this.words(key).replace("%s", value);
    }

    /* Zoom buttons, the page's own buttons below them, a scale, and where north is; the keys + and - zoom, so Tab passes by. */
    furnish() {
      L.control.zoom({ position: "topright" }).addTo(this.map);
      this.canvas.querySelectorAll(".leaflet-control-zoom a").forEach((button) => { button.tabIndex = -1; });
      const over = this.root.querySelector("[data-map-over]");
      if (over) {
        over.hidden = false;
        const control = L.control({ position: "topright" });
        control.onAdd = () => {
          L.DomEvent.disableClickPropagation(over);
          return over;
        };
        control.addTo(this.map);
      }
      L.control.scale({ position: "bottomleft", maxWidth: 110 }).addTo(this.map);
      const north = L.control({ position: "bottomleft" });
      north.onAdd = () => {
        const box = L.DomUtil.create("div", "map-north");
        box.textContent = this.words("north");
        return box;
      };
      if (this.words("north")) north.addTo(this.map);
      this.map.createPane("labels").style.zIndex = 450; /* names lie under the pins */
      this.map.getPane("labels").style.pointerEvents = "none";
    }

    /* How much of the map something else covers; a page with a sheet over its map says more. */
    padding() {
      const { top = 16, bottom = 16 } = this.covered?.() || {};
      return { paddingTopLeft: [24, top], paddingBottomRight: [60, bottom] };
    }

    begin() {
      const at = [this.data.lat, this.data.lng].map(Number.parseFloat);
      const kept = "remember" in this.data && /^#map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(window.location.hash);
      const box = (this.data.bounds || "").split(",").map(Number);
      this.placed = true;
      if (kept && Math.abs(kept[2]) <= 90) this.map.setView([Number(kept[2]), Number(kept[3])], Math.min(Number(kept[1]), 20));
      else if (box.length === 4 && box.every(Number.isFinite)) this.map.fitBounds([[box[1], box[0]], [box[3], box[2]]]);
      else if (at.every(Number.isFinite)) this.map.setView(at, Number(this.data.zoom) || 14);
      else {
        this.placed = false;
        this.map.fitBounds(BRITAIN);
      }
    }

    /* From now on the address says where the map is. Nothing is added to the history: Back goes to the page before. */
    remember() {
      this.map.on("moveend", () => {
        const { lat, lng } = this.map.getCenter().wrap();
        const here = `#map=${+this.map.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
        window.history.replaceState(window.history.state, "", here);
      });
    }

    fit(bounds) {
      if (this.placed || !bounds.isValid()) return;
      this.map.fitBounds(bounds, { ...this.padding(), maxZoom: 16, animate: false });
      this.placed = true;
    }

    tiles() {
      const credit = document.createElement("span");
      credit.textContent = this.data.tileAttribution || "";
      this.map.attributionControl.setPrefix(false);
      // oxlint-disable-next-line no-restricted-properties -- read only: this is how words become escaped HTML
      L.tileLayer(this.data.tileUrl, { attribution: credit.innerHTML, referrerPolicy: "strict-origin" })
        .once("tileerror", () => this.say("tiles"))
        .addTo(this.map);
    }

    async layers() {
      const pinsFirst = this.data.fit === "pins";
      if (this.data.outlinesUrl) await this.outlines(!pinsFirst);
      if (this.data.pinsUrl) await this.startPins();
      if (pinsFirst && this.outlined) this.fit(this.outlined.getBounds());
      if ("remember" in this.data) this.remember();
    }

    async outlines(fit) {
      try {
        const busy = this.data.mode === "pick" || this.data.mode === "draw";
        const layer = L.geoJSON(await geojson(this.data.outlinesUrl), {
          interactive: !busy,
          style: { className: "map-outline" },
          onEachFeature: (feature, shape) => {
            if (!feature.properties.name) return;
            const name = document.createElement("span");
            name.textContent = feature.properties.name;
            shape.bindTooltip(name, { permanent: true, direction: "center", className: "map-label", pane: "labels" });
            if (feature.properties.url && !busy) shape.bindPopup(() => link(feature.properties), { className: "map-popup" });
          },
        }).addTo(this.map);
        this.outlined = layer;
        if (fit) this.fit(layer.getBounds());
        layer.bringToBack();
        this.map.on("zoomend", () => this.labels());
        this.labels();
      } catch {
        this.say("failed");
      }
    }

    /* A name is written on an outline that has room for it, where the fewest pins are; a press names the others. */
    label(shape) {
      if (!shape.getTooltip()) return;
      const bounds = shape.getBounds();
      const [west, north] = [bounds.getWest(), bounds.getNorth()];
      const room = this.map.latLngToLayerPoint(bounds.getNorthEast()).x - this.map.latLngToLayerPoint(bounds.getSouthWest()).x;
      if (room <= shape.feature.properties.name.length * 7) {
        shape.closeTooltip();
        return;
      }
      const pins = (this.shown || []).map((each) => this.map.latLngToLayerPoint(each.at));
      let [best, most] = [shape.getCenter(), -1];
      for (let right = 1; right < 8; right += 1) {
        for (let down = 1; down < 12; down += 1) {
          const at = L.latLng(north - ((north - bounds.getSouth()) * down) / 12, west + ((bounds.getEast() - west) * right) / 8);
          if (!window.kithGeometry.contains(shape.feature.geometry, at.lat, at.lng)) continue;
          const here = this.map.latLngToLayerPoint(at);
          /* Names are wide: what stands beside them is nearer than what stands above. The middle is best when all else is equal. */
          const free = Math.min(90, ...pins.map(({ x, y }) => Math.hypot((x - here.x) / 2, y - here.y)));
          const inner = free - here.distanceTo(this.map.latLngToLayerPoint(shape.getCenter())) / 1000;
          if (inner > most) [best, most] = [at, inner];
        }
      }
      shape.openTooltip(best);
    }

    labels() {
      this.outlined?.eachLayer((shape) => this.label(shape));
    }
  }

  window.kithMaps = new WeakMap();
  window.kithMapParts = { KithMap, address, field, geojson, link, marker, nudge, sign, write };
  const start = (within) => {
    const found = within.matches?.("[data-map]") ? [within] : within.querySelectorAll("[data-map]");
    for (const root of found) if (!window.kithMaps.has(root)) window.kithMaps.set(root, new KithMap(root));
  };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
})();
