/* Where it was: the place on the map, where this phone was last, and where it is now. The position stays on the phone. */
(() => {
  "use strict";

  const page = window.kithCapture;
  const where = document.querySelector("[data-where]");
  if (!page || !where) {
    return;
  }

  const { form } = page;
  const say = where.dataset;
  const hood = form.querySelector("[name=neighbourhood]");
  const place = form.querySelector("[data-pick=place]");
  const key = document.getElementById(place.dataset.pickKey);
  const status = where.querySelector("[data-where-status]");
  const clear = where.querySelector("[data-place-clear]");
  const elsewhere = where.querySelector("[data-where-elsewhere]");
  const here = where.querySelector("[data-where-here]");
  /* Somebody who comes from the page of a place is there: neither last time nor the phone says otherwise. */
  const isFresh = "fresh" in form.dataset && !("placeGiven" in say);
  const memory = `kith-where-${form.dataset.team}`;
  const nameOf = (value) => [...hood.options].find((each) => each.value === value)?.text || "";
  let chosenByHand = false;
  let moving = false;

  const tell = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
  const line = where.querySelector("[data-where-words]");
  const draw = () => {
    line.textContent = [place.value.trim(), hood.value && nameOf(hood.value)].filter(Boolean).join(" · ") || line.dataset.sayNone;
    clear.hidden = !place.value;
    elsewhere.hidden = !elsewhere.dataset.last || elsewhere.dataset.last !== `${hood.value}|${key.value}`;
  };
  const put = (id, name) => {
    key.value = id;
    place.value = name;
    tell(place);
    draw();
  };
  const move = (value) => {
    if (hood.value !== value) {
      hood.value = value;
      moving = true;
      tell(hood);
      moving = false;
    }
    draw();
  };

  /* A place on the map, from a list below the field. */
  const places = window.kithPick(place, document.getElementById(place.getAttribute("hx-target").slice(1)), {
    typed: () => place.value.trim(),
    params: (q) => ({ q }),
    take: ({ value, label }) => put(value, label),
    enter: () => places.clear(),
  });
  place.addEventListener("input", () => {
    key.value = "";
    draw();
  });
  clear.addEventListener("click", () => {
    put("", "");
    places.clear();
    place.focus();
  });

  /* Where this phone was last: numbers and the name of a place on the map, never words of a resident. */
  const recall = () => {
    try {
      const last = JSON.parse(localStorage.getItem(memory));
      return last && nameOf(String(last.hood)) ? last : null;
    } catch {
      return null;
    }
  };
  const remember = () => {
    try {
      if (hood.value) {
        const kept = key.value ? { place: key.value, name: place.value } : { place: "", name: "" };
        localStorage.setItem(memory, JSON.stringify({ hood: hood.value, ...kept }));
      }
    } catch {
      // A full or forbidden store: the server's last place serves instead.
    }
  };
  /* Somebody may have chosen before this script was here: that stays. */
  const usual = [...hood.options].find((each) => each.defaultSelected) || hood.options[0];
  const isTouched = (last) =>
    (hood.value !== usual?.value || place.value !== place.defaultValue) && !(last && hood.value === String(last.hood) && place.value === last.name);
  const fromLastTime = () => {
    const last = recall();
    if (isTouched(last)) {
      chosenByHand = true;
    } else if (last) {
      move(String(last.hood));
      put(last.place || "", last.place ? last.name : "");
    }
    if (hood.value) {
      elsewhere.dataset.last = `${hood.value}|${key.value}`;
    }
    draw();
  };
  elsewhere.addEventListener("click", () => {
    chosenByHand = true;
    put("", "");
    move("");
    status.textContent = "";
    hood.focus();
  });
  hood.addEventListener("change", () => {
    if (!moving) {
      chosenByHand = true;
      status.textContent = "";
    }
    // The place of last time is not in the next neighbourhood.
    const [, last] = (elsewhere.dataset.last || "|").split("|");
    if (last && key.value === last && !elsewhere.dataset.last.startsWith(`${hood.value}|`)) {
      put("", "");
    }
    draw();
  });
  form.addEventListener("submit", remember);

  /* Where it is now. */
  let outlines = null;
  const DAY = 24 * 60 * 60 * 1000;
  const shelf = async () => {
    try {
      return await caches.open("kith-outlines");
    } catch {
      return null;
    }
  };
  const fetched = async (kept) => {
    const answer = await fetch(say.outlinesUrl, { headers: { Accept: "application/geo+json" }, signal: AbortSignal.timeout(15000) });
    if (!answer.ok || answer.redirected) {
      throw new Error("no outlines");
    }
    const text = await answer.text();
    const found = JSON.parse(text).features;
    await kept?.put(`${say.outlinesUrl}?team=${form.dataset.team}`, new Response(JSON.stringify({ at: Date.now(), found }))).catch(() => {});
    return found;
  };
  /* From the phone's own shelf for a day, so that a slow or absent signal costs nothing; public outlines only live there. */
  const fetchOutlines = async () => {
    const kept = await shelf();
    const answer = await kept?.match(`${say.outlinesUrl}?team=${form.dataset.team}`).catch(() => null);
    const old = answer ? await answer.json().catch(() => null) : null;
    if (old && Date.now() - old.at < DAY) {
      return old.found;
    }
    try {
      return await fetched(kept);
    } catch (error) {
      if (old) {
        return old.found;
      }
      throw error;
    }
  };
  const position = (asked) =>
    new Promise((resolve, reject) => {
      navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: false, timeout: 12000, maximumAge: asked ? 0 : 120000 });
    });

  /* The places where one stands, the nearest first. The server hears of a square of about two kilometres, never of the position. */
  const near = where.querySelector("[data-where-near]");
  const offerPlaces = async ({ latitude, longitude, accuracy }) => {
    const [south, west] = [latitude, longitude].map((degrees) => Math.floor(degrees * 100 - 0.5) / 100);
    const answer = await fetch(`${say.nearUrl}?bbox=${west},${south},${west + 0.02},${south + 0.02}`, { signal: AbortSignal.timeout(8000) });
    if (!answer.ok || answer.redirected) return;
    const { places: around } = await answer.json();
    const found = window.kithGeometry.nearest(around, latitude, longitude, Math.min(Math.max(accuracy, 150), 500)).slice(0, 4);
    near.replaceChildren(
      ...found.map(({ uuid, name, metres }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button--secondary button--small";
        button.textContent = `${name} (${Math.max(Math.round(metres / 10) * 10, 10)} m)`;
        button.addEventListener("click", () => {
          chosenByHand = true;
          put(uuid, name);
          near.hidden = true;
          place.focus();
        });
        return button;
      }),
    );
    near.hidden = found.length === 0;
    if (found.length) status.textContent = `${status.textContent} ${say.sayNear}`.trim();
  };

  const find = async (asked) => {
    const speak = (words) => {
      if (asked) {
        status.textContent = words;
      }
    };
    speak(say.sayLooking);
    here.disabled = asked;
    try {
      const { coords } = await position(asked);
      outlines = outlines || (await fetchOutlines());
      const found = window.kithGeometry.locate(outlines, coords.latitude, coords.longitude);
      if (chosenByHand && !asked) {
        return;
      }
      if (found && nameOf(String(found.id))) {
        const moved = hood.value !== String(found.id);
        move(String(found.id));
        const words = coords.accuracy > 500 ? say.sayRoughly : say.sayFound;
        if (asked || moved) {
          status.textContent = words.replace("%s", nameOf(hood.value));
        }
      } else {
        speak(outlines.length ? say.sayOutside : say.sayNoOutlines);
      }
      if (asked) await offerPlaces(coords).catch(() => {}); /* without signal there is still the neighbourhood */
    } catch (error) {
      speak({ 1: say.sayDenied, 2: say.sayUnavailable, 3: say.sayTimeout }[error.code] || say.sayNoOutlines);
    } finally {
      here.disabled = false;
    }
  };

  if (navigator.geolocation && window.kithGeometry) {
    here.hidden = false;
    here.addEventListener("click", () => {
      chosenByHand = false;
      find(true);
    });
  }
  if (isFresh) {
    fromLastTime();
    if (!here.hidden) {
      navigator.permissions
        ?.query({ name: "geolocation" })
        .then(({ state }) => (state === "granted" ? find(false) : null))
        .catch(() => {});
    }
  }
  draw();
})();
