/* The pins of a map: fetched, grouped, walked through with the arrow keys, opened. Load after map.js, which explains the attributes.

   The first request asks for everything. A small answer is the whole; of a large one come groups ("grouped": true), which are
   asked for again in every window. In either case pins nearer than a finger are one disc, which opens when it is pressed, or
   lists what is in it where zooming would not part them. The map is one tab stop: an arrow goes to the next pin that way, Shift
   and an arrow move the map, Enter opens, Escape goes back. Events on the element: `kith:pins-shown`, `kith:pin-chosen` with
   detail.id, `kith:area` with detail.bounds when somebody wants the list of a disc. */
(() => {
  "use strict";
  if (!window.kithMapParts) return;
  const L = window.L;
  const { KithMap, geojson, link, marker, sign } = window.kithMapParts;
  const { NEAR, group, nearest, next } = window.kithGroups;

  const LAST_ZOOM = 19;
  const MOST_NAMES = 30;
  const PAN = { ArrowUp: [0, -90], ArrowDown: [0, 90], ArrowLeft: [-90, 0], ArrowRight: [90, 0] };

  const placeOf = ({ geometry }) => L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
  const boundsOf = (features) =>
    features.reduce((bounds, feature) => {
      const [west, south, east, north] = feature.bbox || [];
      return feature.bbox ? bounds.extend([south, west]).extend([north, east]) : bounds.extend(placeOf(feature));
    }, L.latLngBounds([]));

  Object.assign(KithMap.prototype, {
    async startPins() {
      this.features = [];
      this.shown = [];
      this.canvas.addEventListener("keydown", (event) => this.pinKey(event));
      this.map.on("zoomend", () => this.drawPins());
      this.map.on("moveend", () => this.grouped && this.outside() && this.pins());
      this.map.on("popupclose", () => this.backToPin());
      await this.pins({ whole: true, fit: !this.placed });
    },

    /* Whether the view has left what was fetched. */
    outside() {
      return this.fetchedZoom !== this.map.getZoom() || !this.fetched?.contains(this.map.getBounds());
    },

    async pins({ whole = false, fit = false } = {}) {
      this.asking?.abort();
      this.asking = new AbortController();
      const url = new URL(this.data.pinsUrl, window.location.href);
      const view = this.map.getBounds().pad(0.4);
      const zoom = this.map.getZoom();
      if (!whole) url.searchParams.set("bbox", view.toBBoxString());
      url.searchParams.set("zoom", whole ? 4 : Math.round(zoom));
      try {
        const found = await geojson(url, this.asking.signal);
        this.features = found.features;
        this.grouped = Boolean(found.grouped);
        this.fetched = whole ? null : view;
        this.fetchedZoom = zoom;
      } catch (error) {
        if (error.name !== "AbortError") this.say("failed");
        return;
      }
      this.drawPins();
      if (whole) this.answered();
      const bounds = boundsOf(this.features);
      if (fit && bounds.isValid()) {
        this.placed = false;
        this.fit(bounds);
      }
      if (this.grouped && this.outside()) await this.pins();
      else this.root.dispatchEvent(new CustomEvent("kith:pins-shown", { bubbles: true }));
    },

    /* What arrives takes back only what an earlier answer said: "the pin is set" or "no background" said meanwhile stays. A form
       to place a pin on does not search, so there nothing can fail to match. */
    answered() {
      const said = this.status?.textContent;
      if (!this.features.length && this.data.mode !== "pick") this.say("nothing");
      else if (said && ["nothing", "failed"].some((key) => said === this.words(key))) this.say("");
    },

    drawPins() {
      const focused = this.shown.find((each) => each.marker.getElement() === document.activeElement);
      const opened = this.shown.find((each) => each.marker.isPopupOpen?.());
      const zoom = this.map.getZoom();
      this.drawing = true;
      this.pinLayer?.remove();
      const points = this.features.map((feature) => ({ ...this.map.project(placeOf(feature), zoom), count: feature.properties.count || 1 }));
      this.shown = group(points).map((each) => {
        const members = each.members.map((at) => this.features[at]);
        const at = members.length === 1 ? placeOf(members[0]) : this.map.unproject([each.x, each.y], zoom);
        const made = { x: each.x, y: each.y, count: each.count, members, at };
        made.marker = each.count > 1 ? this.disc(made) : this.pin(members[0], at);
        return made;
      });
      this.pinLayer = L.layerGroup(this.shown.map((each) => each.marker)).addTo(this.map);
      this.drawing = false;
      this.canvas.tabIndex = 0;
      this.markPins();
      this.labels();
      const again = (old) => {
        if (!old) return null;
        const [{ id }] = old.members;
        const same = id && this.shown.find((each) => each.members.some((feature) => feature.id === id));
        return same || this.shown[nearest(this.shown, this.map.project(old.at, zoom))];
      };
      const reopened = again(opened);
      if (reopened && reopened.count === opened.count) reopened.marker.openPopup();
      if (this.refocus) {
        const { x, y } = this.map.project(this.refocus, zoom);
        this.refocus = null;
        this.focusPin(this.shown[nearest(this.shown, { x, y })]);
      } else if (focused) this.focusPin(again(focused));
    },

    pin(feature, at) {
      const { name = "", kind = "", bumping, touching, note } = feature.properties;
      const known = /^[a-z0-9_-]+$/.test(kind) ? ` map-pin--${kind}` : "";
      const inert = this.data.mode === "pick" || this.data.mode === "draw";
      const label = [name, note, bumping && this.words("bumping"), touching && this.words("touching")].filter(Boolean).join(", ");
      const drawn = sign(this.root, kind);
      if (drawn && touching) {
        const dot = document.createElementNS(drawn.namespaceURI, "circle");
        for (const [part, value] of [["class", "sign__dot"], ["cx", 28], ["cy", 28], ["r", 6]]) dot.setAttribute(part, value);
        drawn.append(dot);
      }
      const made = marker(at, `map-pin${known}${bumping ? " map-pin--bumping" : ""}`, label, {
        html: drawn, size: 36, interactive: !inert, keyboard: false, title: inert ? "" : name,
      });
      made.on("add", () => this.still(made, inert));
      if (inert || !name) return made;
      made.bindPopup(() => this.pinPopup(feature), this.popupOptions(name));
      return made.on("popupopen", () => {
        this.root.dispatchEvent(new CustomEvent("kith:pin-chosen", { bubbles: true, detail: { id: feature.id } }));
        this.intoPopup(made);
      });
    },

    /* A pin is reached with the arrows, not with Tab. */
    still(made, inert) {
      const element = made.getElement();
      element.tabIndex = -1;
      if (inert) element.setAttribute("aria-hidden", "true");
      else element.setAttribute("role", "button");
    },

    disc(each) {
      const words = each.count.toLocaleString();
      const size = 40 + 4 * Math.min(String(each.count).length, 4);
      const made = marker(each.at, "map-cluster", this.words("group").replace("%s", words) || words, { text: words, size, keyboard: false });
      made.on("add", () => this.still(made, false));
      return made.on("click", () => this.openDisc(each));
    },

    openDisc(each) {
      const bounds = boundsOf(each.members);
      const last = Math.min(LAST_ZOOM, this.map.getMaxZoom()); /* tiles may end before */
      const far = this.map.project(bounds.getNorthEast(), last).distanceTo(this.map.project(bounds.getSouthWest(), last));
      const before = this.map.getZoom();
      if (far >= NEAR && before < last) {
        if (this.byKey) this.refocus = each.at;
        this.map.fitBounds(bounds, { ...this.padding(), maxZoom: last, animate: false });
        if (this.map.getZoom() <= before) this.map.setView(bounds.getCenter(), Math.min(before + 1, last), { animate: false });
        return;
      }
      if (!each.marker.getPopup()) each.marker.bindPopup(() => this.discPopup(each, bounds), this.popupOptions(this.words("together")));
      each.marker.off("popupopen").on("popupopen", () => this.intoPopup(each.marker)).openPopup();
    },

    popupOptions(label) {
      const { paddingTopLeft, paddingBottomRight } = this.padding();
      return { className: "map-popup", maxWidth: Math.min(300, this.map.getSize().x - 90), autoPanPaddingTopLeft: paddingTopLeft, autoPanPaddingBottomRight: paddingBottomRight, kithLabel: label };
    },

    pinPopup({ properties }) {
      const box = link(properties);
      for (const mark of ["bumping", "touching"].filter((each) => properties[each])) {
        const line = document.createElement("p");
        line.textContent = this.words(mark);
        box.append(line);
      }
      return box;
    },

    discPopup(each, bounds) {
      const box = document.createElement("div");
      const title = document.createElement("strong");
      title.textContent = this.words("together").replace("%s", each.count.toLocaleString());
      const list = document.createElement("ul");
      list.className = "map-popup__list";
      const named = each.members.filter(({ properties }) => properties.name).slice(0, MOST_NAMES);
      for (const { properties } of named) {
        const row = document.createElement("li");
        row.append(...link(properties).childNodes);
        list.append(row);
      }
      box.append(title, list);
      if (named.length < each.count && "area" in this.data) {
        const more = document.createElement("button");
        more.type = "button";
        more.className = "button button--secondary button--small";
        more.textContent = this.words("list");
        more.addEventListener("click", () => this.root.dispatchEvent(new CustomEvent("kith:area", { detail: { bounds } })));
        box.append(more);
      }
      return box;
    },

    intoPopup(made) {
      const popup = made.getPopup().getElement();
      popup.setAttribute("role", "dialog");
      popup.setAttribute("aria-label", made.getPopup().options.kithLabel);
      this.cameFrom = this.byKey ? made : null;
      if (this.byKey) popup.querySelector("a[href], button")?.focus();
    },

    backToPin() {
      if (this.drawing || !this.cameFrom) return;
      const back = this.shown.find((each) => each.marker === this.cameFrom);
      this.cameFrom = null;
      this.focusPin(back);
    },

    focusPin(each) {
      const element = each?.marker.getElement();
      if (!element) return;
      this.map.panInside(each.at, { ...this.padding(), animate: false });
      this.shown.forEach((other) => { other.marker.getElement().tabIndex = -1; });
      this.canvas.tabIndex = -1; /* one stop: the pin stands for the map until Escape */
      element.tabIndex = 0;
      element.focus({ preventScroll: true });
    },

    pinKey(event) {
      const { key, target } = event;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const current = this.shown.find((each) => each.marker.getElement() === target);
      const inPopup = target.closest(".leaflet-popup");
      const done = () => {
        event.preventDefault();
        event.stopPropagation();
      };
      if (key === "Escape" && this.canvas.querySelector(".leaflet-popup")) {
        done();
        const open = this.shown.find((each) => each.marker.isPopupOpen?.());
        this.map.closePopup();
        if (open) this.focusPin(open);
        else this.canvas.focus();
      } else if (key === "Escape" && current) {
        done();
        target.tabIndex = -1;
        this.canvas.tabIndex = 0;
        this.canvas.focus();
      } else if (inPopup || (!current && target !== this.canvas)) return;
      else if (key in PAN && event.shiftKey) {
        done();
        this.map.panBy(PAN[key], { animate: false });
      } else if (key in PAN && !(["pick", "draw"].includes(this.data.mode))) {
        const inView = this.map.getBounds();
        const centre = this.map.project(this.map.getCenter());
        const near = current ? this.shown : this.shown.filter((each) => inView.contains(each.at));
        const found = current ? next(near, current, key) : nearest(near, centre);
        if (found >= 0) {
          done();
          this.focusPin(near[found]);
        } else if (current) {
          done();
          this.map.panBy(PAN[key], { animate: false });
        }
      } else if (current && (key === "+" || key === "=")) this.map.zoomIn();
      else if (current && key === "-") this.map.zoomOut();
      else if (current && (key === "Enter" || key === " ")) {
        done();
        this.byKey = true;
        if (current.count > 1) this.openDisc(current);
        else current.marker.openPopup();
        this.byKey = false;
      }
    },

    /* A row of the list lights its pin, or the disc that holds it. */
    markPins(id = this.marked) {
      this.marked = id;
      for (const each of this.shown || []) {
        const isIt = id !== undefined && each.members.some((feature) => String(feature.id) === id);
        each.marker.getElement()?.classList.toggle("map-pin--marked", isIt);
        each.marker.setZIndexOffset(isIt ? 1000 : 0);
      }
    },
  });
})();
