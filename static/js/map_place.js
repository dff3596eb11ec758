/* A place on the map: picked into two inputs, found by the phone, or pressed and held. Load after map.js, which explains the attributes.

   The phone is asked where it is only when somebody presses the button, and the position stays on the phone: an address with
   `#at=lat,lng` takes it to the page that adds something there, and no browser sends what follows the #. */
(() => {
  "use strict";
  if (!window.kithMapParts) return;
  const L = window.L;
  const { KithMap, field, marker, nudge, write } = window.kithMapParts;

  const WHY = { 1: "denied", 2: "unavailable", 3: "timeout" };
  const text = (at) => `${at.lat.toFixed(6)},${at.lng.toFixed(6)}`;

  Object.assign(KithMap.prototype, {
    startPlacing() {
      if (this.data.mode === "pick") this.startPicking();
      else if (this.data.addUrl) this.map.on("contextmenu", (event) => this.offer(event.latlng, "pressed"));
    },

    startPicking() {
      this.inputs = [field(this.root, this.data.latInput), field(this.root, this.data.lngInput)];
      const typed = () => {
        // Only what is all number move the pin: "51,8" stays as typed, so that the page can explain it.
        const at = this.inputs.map((input) => (input?.value.trim() ? Number(input.value) : Number.NaN));
        if (at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180) this.put(L.latLng(at), true);
      };
      typed();
      const brought = /^#at=(-?[\d.]+),(-?[\d.]+)$/.exec(window.location.hash);
      if (brought && !this.picked && Math.abs(brought[1]) <= 90 && Math.abs(brought[2]) <= 180) this.put(L.latLng(Number(brought[1]), Number(brought[2])), true);
      for (const input of this.inputs) input?.addEventListener("change", (event) => event.detail !== "map" && typed());
      this.map.on("click", (event) => this.put(event.latlng));
    },

    put(at, show = false) {
      if (!this.picked) {
        this.picked = marker(at, "map-pin map-pin--picked", this.words("pin"), { draggable: true, size: 32, zIndexOffset: 500 });
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
    },

    centre() {
      if (this.data.mode === "draw") this.add(this.map.getCenter());
      else this.put(this.map.getCenter());
    },

    locate() {
      if (!navigator.geolocation) return this.say("unavailable");
      this.say("locating");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const at = L.latLng(coords.latitude, coords.longitude);
          if (this.data.mode === "pick") this.put(at, true);
          else this.stand(at, coords.accuracy);
        },
        (error) => this.say(WHY[error.code] || "unavailable"),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    },

    /* Where one stands: a dot, and round it how sure the phone is. */
    stand(at, accuracy) {
      this.here?.remove();
      const sure = Math.max(Math.round(accuracy / 5) * 5, 5);
      const ring = L.circle(at, { radius: accuracy, className: "map-here-ring", interactive: false });
      const dot = marker(at, "map-here", this.words("you"), { size: 22, keyboard: false, interactive: false });
      this.here = L.layerGroup([ring, dot]).addTo(this.map);
      const bounds = at.toBounds(Math.max(2 * accuracy, 300));
      this.map.fitBounds(bounds, { ...this.padding(), maxZoom: 17, animate: false });
      this.say("here", sure < 1000 ? `${sure} m` : `${Math.round(sure / 1000)} km`);
      if (this.data.addUrl) this.offer(at, "you");
    },

    /* "Add something here", where somebody pressed and held or where they stand. */
    offer(at, title) {
      const box = document.createElement("div");
      const words = document.createElement("p");
      words.textContent = this.words(title);
      const add = document.createElement("a");
      const to = new URL(this.data.addUrl, window.location.href);
      to.hash = `at=${text(at.wrap())}`;
      add.href = to.href;
      add.textContent = this.words("add-here");
      box.append(words, add);
      const { paddingTopLeft, paddingBottomRight } = this.padding();
      L.popup({ className: "map-popup", autoPanPaddingTopLeft: paddingTopLeft, autoPanPaddingBottomRight: paddingBottomRight })
        .setLatLng(at).setContent(box).openOn(this.map);
    },
  });
})();
