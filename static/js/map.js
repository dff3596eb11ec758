/* Maps: turns `<div data-map>` into a Leaflet map. Without this file the page still has its list, inputs and textarea.

   Use components/map.html for the markup and components/map_scripts.html in block scripts. Attributes of [data-map]:

   data-mode            "show" (default), "pick" (one pin into two inputs), "draw" (corners into a textarea)
   data-outlines-url    GeoJSON of outlines; properties: name, url (a link in the popup), both optional
   data-pins-url        GeoJSON points; properties: name, url, note (second line), kind (class map-pin--<kind>), label (a short
                        text in the pin), and for a cluster count (a numbered bubble; a press zooms in)
   data-pins-live       present: asks again with &bbox=west,south,east,north&zoom=n whenever the view leaves what was fetched
   data-tile-url, data-tile-attribution      background tiles; none when absent
   data-lat, data-lng, data-zoom             where to begin; otherwise the outlines, the pins, or Britain decide
   data-lat-input, data-lng-input            pick: ids (or names in the same form) of the inputs that hold the position
   data-target          draw: id (or name) of the textarea; GeoJSON or "lat, lng" lines are read, lines are written

   Inside it: [data-map-canvas]; buttons [data-map-action="centre|locate|undo|close|more|clear"] in a hidden [data-map-tools];
   [data-map-status role=status] whose data-say-<key> attributes hold the translated sentences.
   Send a `kith:pins` event with detail.url to the element to show other pins (a changed filter). Arrow keys move a focused
   pin or corner; Delete takes a corner away. Words from data are only ever set as text. */
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

  function popup({ name, url, note }) {
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

  function icon(className, text = "", size = 24) {
    const html = document.createElement("span");
    html.textContent = text;
    return L.divIcon({ className, html, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
  }

  function marker(at, className, label, options = {}) {
    const made = L.marker(at, { icon: icon(className, options.text, options.size), keyboard: true, ...options });
    return made.on("add", () => made.getElement().setAttribute("aria-label", label));
  }

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
      const canvas = root.querySelector("[data-map-canvas]");
      canvas.replaceChildren();
      this.map = L.map(canvas, {
        zoomSnap: this.data.tileUrl ? 1 : 0.25, attributionControl: Boolean(this.data.tileUrl), zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
      });
      if (still) this.map.panBy = (by, options) => L.Map.prototype.panBy.call(this.map, by, { ...options, animate: false }); /* Leaflet has no option for it */
      this.begin();
      if (this.data.tileUrl) this.tiles();
      root.addEventListener("kith:pins", (event) => { this.data.pinsUrl = event.detail.url; this.pins(); });
      this.tools = new Map();
      for (const button of root.querySelectorAll("[data-map-action]")) {
        this.tools.set(button.dataset.mapAction, button);
        button.addEventListener("click", () => this[button.dataset.mapAction]());
      }
      const tools = root.querySelector("[data-map-tools]");
      if (tools) tools.hidden = false;
      if (this.data.mode === "pick") this.startPicking();
      if (this.data.mode === "draw") this.startDrawing?.();
      this.layers();
    }

    say(key) {
      if (this.status) this.status.textContent = this.status.getAttribute(`data-say-${key}`) || "";
    }

    begin() {
      const at = [this.data.lat, this.data.lng].map(Number.parseFloat);
      this.placed = at.every(Number.isFinite);
      if (this.placed) this.map.setView(at, Number(this.data.zoom) || 14);
      else this.map.fitBounds(BRITAIN);
    }

    fit(bounds) {
      if (this.placed || !bounds.isValid()) return;
      this.map.fitBounds(bounds, { padding: [16, 16], maxZoom: 16, animate: false });
      this.placed = true;
    }

    tiles() {
      const credit = document.createElement("span");
      credit.textContent = this.data.tileAttribution || "";
      this.map.attributionControl.setPrefix(false);
      // oxlint-disable-next-line no-restricted-properties -- read only: this is how words become escaped HTML
      L.tileLayer(this.data.tileUrl, { attribution: credit.innerHTML, referrerPolicy: "strict-origin" }).addTo(this.map);
    }

    async layers() {
      if (this.data.outlinesUrl) await this.outlines();
      if (!this.data.pinsUrl) return;
      if ("pinsLive" in this.data) this.map.on("moveend", () => this.outside() && this.pins());
      await this.pins();
    }

    async outlines() {
      try {
        const busy = this.data.mode === "pick" || this.data.mode === "draw";
        const layer = L.geoJSON(await geojson(this.data.outlinesUrl), {
          interactive: !busy,
          style: { className: "map-outline" },
          onEachFeature: (feature, shape) => {
            if (!feature.properties.name) return;
            const name = document.createElement("span");
            name.textContent = feature.properties.name;
            shape.bindTooltip(name, { permanent: true, direction: "center", className: "map-label" });
            if (feature.properties.url && !busy) shape.bindPopup(() => popup(feature.properties));
          },
        }).addTo(this.map);
        this.fit(layer.getBounds());
        layer.bringToBack();
        const label = () => layer.eachLayer((shape) => this.label(shape));
        this.map.on("zoomend", label);
        label();
      } catch {
        this.say("failed");
      }
    }

    /* A name is written on an outline that has room for it; a press names the others. */
    label(shape) {
      if (!shape.getTooltip()) return;
      const bounds = shape.getBounds();
      const room = this.map.latLngToLayerPoint(bounds.getNorthEast()).x - this.map.latLngToLayerPoint(bounds.getSouthWest()).x;
      if (room > shape.feature.properties.name.length * 7) shape.openTooltip();
      else shape.closeTooltip();
    }

    outside() {
      return !this.fetched || this.fetchedZoom !== this.map.getZoom() || !this.fetched.contains(this.map.getBounds());
    }

    async pins() {
      this.asking?.abort();
      this.asking = new AbortController();
      const url = new URL(this.data.pinsUrl, window.location.href);
      if ("pinsLive" in this.data) {
        this.fetched = this.map.getBounds().pad(0.4);
        this.fetchedZoom = this.map.getZoom();
        url.searchParams.set("bbox", this.fetched.toBBoxString());
        url.searchParams.set("zoom", Math.round(this.fetchedZoom));
      }
      try {
        const layer = L.geoJSON(await geojson(url, this.asking.signal), { pointToLayer: (feature, at) => this.pin(feature.properties, at) });
        this.pinLayer?.remove();
        this.pinLayer = layer.addTo(this.map);
        this.fit(layer.getBounds());
        this.root.dispatchEvent(new CustomEvent("kith:pins-shown", { bubbles: true }));
      } catch (error) {
        if (error.name !== "AbortError") this.say("failed");
      }
    }

    pin(properties, at) {
      const count = Number(properties.count) || 0;
      if (count > 1) {
        const size = count > 99 ? 52 : 44;
        return marker(at, "map-cluster", `${count}`, { text: `${count}`, size })
          .on("click", () => this.map.setView(at, Math.min(this.map.getZoom() + 2, 18)));
      }
      const kind = /^[a-z0-9_-]+$/.test(properties.kind || "") ? ` map-pin--${properties.kind}` : "";
      const made = marker(at, `map-pin${kind}`, properties.name || "", { text: properties.label || "" });
      return properties.name ? made.bindPopup(() => popup(properties)) : made;
    }

    // Picking one place.
    startPicking() {
      this.inputs = [field(this.root, this.data.latInput), field(this.root, this.data.lngInput)];
      const typed = () => {
        // Only what is all number move the pin: "51,8" stays as typed, so that the page can explain it.
        const at = this.inputs.map((input) => (input?.value.trim() ? Number(input.value) : Number.NaN));
        if (at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180) this.put(L.latLng(at), true);
      };
      typed();
      for (const input of this.inputs) input?.addEventListener("change", (event) => event.detail !== "map" && typed());
      this.map.on("click", (event) => this.put(event.latlng));
    }

    put(at, show = false) {
      if (!this.picked) {
        this.picked = marker(at, "map-pin map-pin--picked", this.status?.getAttribute("data-say-pin") || "", { draggable: true, size: 28 });
        const moved = () => this.put(this.picked.getLatLng());
        this.picked.on("dragend", moved).addTo(this.map);
        this.picked.getElement().addEventListener("keydown", (event) => nudge(this.map, this.picked, event, moved));
      }
      this.picked.setLatLng(at.wrap());
      if (show) {
        this.placed = true;
        this.map.setView(at, Math.max(this.map.getZoom(), 15));
      }
      write(this.inputs[0], at.wrap().lat.toFixed(6));
      write(this.inputs[1], at.wrap().lng.toFixed(6));
      this.say("picked");
    }

    centre() {
      if (this.data.mode === "draw") this.add(this.map.getCenter());
      else this.put(this.map.getCenter());
    }

    locate() {
      if (!navigator.geolocation) return this.say("unavailable");
      this.say("locating");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.put(L.latLng(coords.latitude, coords.longitude), true),
        (error) => this.say({ 1: "denied", 3: "timeout" }[error.code] || "unavailable"),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    }
  }

  window.kithMaps = new WeakMap();
  window.kithMapParts = { KithMap, field, marker, nudge, write };
  const start = (within) => {
    const found = within.matches?.("[data-map]") ? [within] : within.querySelectorAll("[data-map]");
    for (const root of found) if (!window.kithMaps.has(root)) window.kithMaps.set(root, new KithMap(root));
  };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
})();
