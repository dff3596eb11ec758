/* Saving on the page for writing down: seal, put away, and only then clear the page; drafts while somebody writes. Where the
   browser or the phone cannot do that, the page is the ordinary form and goes its ordinary way. Stands before capture.js,
   because it keeps the page as it came, to lay it out afresh for the next one. */
(() => {
  "use strict";

  const sealing = self.kithSealing;
  const queue = self.kithQueue;
  let form = document.querySelector("form[data-record]");
  /* A copy without signal can only be saved by this script: its button waits for it. */
  document.querySelectorAll("[data-record-wait]").forEach((button) => { button.disabled = false; });
  const status = document.querySelector("[data-record-status]");
  const about = document.querySelector("[data-queue]");
  if (!form || !status || !about || !queue || !sealing || !sealing.isPossible()) {
    return;
  }

  const owner = form.dataset.owner || about.dataset.owner;
  const kind = form.dataset.record;
  const MOST = 20 * 1024 * 1024;
  const PATIENCE = 4000;
  const SECOND = 1000;
  /* Somebody may have been writing before this script was here: it belongs to this one, not to the next. */
  const isTouched = [...form.elements].some((field) =>
    field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : "defaultValue" in field && field.type !== "file" && field.value !== field.defaultValue,
  );
  const pristine = form.cloneNode(true);
  pristine.reset();
  const isToday = (box) => (box.name === "held_on" ? box.dataset.days === "0" : box.value === "");
  let lastDraft = "";
  let draftVersion = Number(form.dataset.begun) || 0; /* that of what is carried on with, maybe by another clock */
  let draftTimer = 0;
  let hasBegun = false;

  const uuidField = () => form.querySelector("[name=uuid]");
  const photoField = () => form.querySelector("input[type=file][name=photo]");
  const put = (name, uuid, url = "") => {
    const words = document.querySelector(`template[data-record-say="${name}"]`);
    status.replaceChildren(words.content.cloneNode(true));
    Object.assign(status.dataset, { about: uuid, said: name });
    status.querySelectorAll("[data-record-url]").forEach((link) => {
      link.hidden = !url;
      link.href = url;
    });
    const undo = status.querySelector("[data-undo]");
    if (undo) {
      undo.action = undo.dataset.undo.replace(/[0-9a-f-]{36}/, uuid);
      undo.dispatchEvent(new Event("kith:undo", { bubbles: true }));
    }
    status.querySelector("[data-record-plain]")?.addEventListener("click", () => ordinary());
  };
  const say = (name, uuid = "") => {
    put(name, uuid);
    status.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };

  const dayOf = (when) => {
    const two = (number) => String(number).padStart(2, "0");
    return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  };

  /* A page that came from the phone's own copy, or stays open for the next conversation: another number, and today's days. */
  const renumber = () => {
    uuidField().value = crypto.randomUUID();
    form.querySelectorAll("input[data-days]").forEach((tap) => {
      const day = new Date();
      day.setDate(day.getDate() + Number(tap.dataset.days));
      tap.value = dayOf(day);
    });
    form.querySelectorAll("input[data-served]").forEach((field) => { field.value = dayOf(new Date()); });
    form.querySelectorAll("input[data-today]").forEach((field) => { field.value = dayOf(new Date()); });
  };

  /* What the form would send, without the token that only an ordinary sending needs. */
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const isSaid = ([name, value]) => value.trim() && !fixed.has(name) && !name.startsWith("gifts-");
  /* Those that are filled in before anybody writes. */
  const fixed = new Set([
    "uuid", "seen_at", "for_team", "draft", "held_on", "held_on-date", "held_on-today", "next_step_on", "next_step_on-date", "next_step_on-today", "neighbourhood", "place",
    "place_name", "told", "photo_alt",
  ]);
  const isEmpty = () => !fields().some((each) => isSaid(each) || /^gifts-\d+-name$/.test(each[0]) && each[1].trim()) && !photoField()?.files.length;

  const sealFields = async (key, what, uuid) => {
    const now = new Date();
    const header = { uuid, kind: what, fields: fields(), recorded_at: now.toISOString(), phone_day: dayOf(now), owner };
    const plain = sealing.plainWords(header);
    return { uuid, kind: what, kid: key.kid, recorded_at: header.recorded_at, ...(await sealing.seal({ key, kind: what, uuid, plain })) };
  };
  const sealPhoto = async (key, file, bytes, parent) => {
    const uuid = crypto.randomUUID();
    const alt = form.querySelector("[name=photo_alt]")?.value || "";
    const plain = sealing.plainPhoto({ uuid, kind: "photo", name: file.name, type: file.type, alt, owner }, bytes);
    return {
      uuid, kind: "photo", kid: key.kid, parent, recorded_at: new Date().toISOString(),
      ...(await sealing.seal({ key, kind: "photo", uuid, plain })),
    };
  };

  /* The page may have come filled in, with what was begun or with questions: nothing of it belongs to the next one. */
  const blank = (page) => {
    page.querySelectorAll("[data-error-summary], .errorlist, [data-people-chips] > *, .who__ask").forEach((each) => each.remove());
    page.querySelectorAll(".field--error").forEach((each) => each.classList.remove("field--error"));
    page.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
    page.querySelectorAll("textarea").forEach((each) => { each.textContent = ""; });
    page.querySelectorAll("input[type=text], input[type=date]").forEach((each) => each.removeAttribute("value"));
    page.querySelectorAll("[selected]").forEach((each) => each.removeAttribute("selected"));
    page.querySelectorAll("input[type=checkbox][checked]").forEach((each) => each.removeAttribute("checked"));
    page.querySelectorAll("[name=held_on], [name=next_step_on]").forEach((each) => each.toggleAttribute("checked", isToday(each)));
    return page;
  };

  /* Lay the page out for the next one: as it came, where the last one was. The scripts of the form run again on it. */
  const WHERE = ["neighbourhood", "place", "place_name"];
  const layOut = () => {
    clearTimeout(draftTimer);
    const where = WHERE.map((name) => [name, form.querySelector(`[name=${name}]`)?.value || ""]);
    const next = blank(pristine.cloneNode(true));
    form.replaceWith(next);
    form = next;
    where.forEach(([name, value]) => {
      const field = form.querySelector(`[name=${name}]`);
      if (field) {
        field.value = value;
      }
    });
    renumber();
    listen();
    self.htmx?.process(form);
    document.querySelectorAll("script[data-record-script] ~ script[src]").forEach((old) => {
      const again = document.createElement("script");
      again.src = old.src;
      again.async = false; /* in their order */
      old.replaceWith(again);
    });
    lastDraft = JSON.stringify(fields());
    hasBegun = false;
  };

  const passNow = async () => {
    let kept = null;
    try {
      kept = owner ? await queue.pass(owner) : null;
    } catch {
      return "ordinary"; /* a private window, say, in which nothing can be kept */
    }
    if (kept?.key) {
      return kept;
    }
    try {
      const fresh = await Promise.race([queue.renew({ force: true }), queue.pause(3000).then(() => null)]);
      return fresh?.owner === owner ? fresh : "ordinary";
    } catch {
      return null; /* no signal */
    }
  };

  /* Leave the page only when Kith answers: a browser that cannot send a form shows its own page, and the words are gone.
     Returns "there", "slow" if nothing came for 20 seconds, or "away". */
  const reach = async () => {
    if (!about.dataset.pass) {
      return "there";
    }
    try {
      const answer = await fetch(about.dataset.pass, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout?.(20 * SECOND) });
      return (answer.headers.get("Content-Type") || "").startsWith("application/json") ? "there" : "away";
    } catch (error) {
      return error.name === "TimeoutError" && navigator.onLine !== false ? "slow" : "away";
    }
  };
  const ordinary = async (otherwise = "unkept") => {
    const reached = await reach();
    if (reached === "there") {
      form.dataset.plain = "yes";
      form.requestSubmit();
    } else {
      say(reached === "slow" && otherwise === "unkept" ? "slow-unkept" : otherwise);
    }
  };

  let isSaving = false;
  const saveHere = async () => {
    const known = await passNow();
    if (known === "ordinary") {
      await ordinary();
      return;
    }
    if (known === null) {
      say("unkept");
      return;
    }
    const uuid = uuidField().value.toLowerCase();
    const [photo] = photoField()?.files || [];
    let unsent = "saved";
    form.inert = true; /* what is typed after it was sealed would be in neither */
    try {
      const bytes = photo ? await photo.arrayBuffer().catch(() => null) : null;
      if (photo && !bytes) {
        form.inert = false;
        say("unread");
        return;
      }
      const sealed = [await sealFields(known.key, kind, uuid)];
      if (photo) {
        sealed.push(await sealPhoto(known.key, photo, bytes, uuid));
        unsent = "photo-saved";
      }
      await queue.within(45 * SECOND, queue.save(owner, sealed, { instead: [`draft:${uuid}`] }));
    } catch {
      form.inert = false;
      say("full");
      return;
    }
    layOut();
    say(navigator.onLine === false ? unsent : "sending", uuid);
    follow(uuid, unsent); /* not waited for: the next one may be written meanwhile */
    queue.flush({ now: true });
  };

  /* What happens to it, as long as this page speaks of it. Signal that is slow is not called none: only the browser, or a request
     that failed, says that. */
  const follow = (uuid, unsent) => {
    const until = new AbortController();
    const savedAt = Date.now();
    let timer = 0;
    const update = (name, url) => {
      if (status.dataset.about === uuid && status.dataset.said !== name) {
        put(name, uuid, url); /* whoever writes the next one is not taken away from it */
      }
    };
    const waitFor = (name) => {
      clearTimeout(timer);
      timer = setTimeout(update, PATIENCE, name);
    };
    const arrived = (answer) => {
      if (answer.state === "erased") {
        say("erased");
      } else if (answer.url && Date.now() - savedAt < PATIENCE && !hasBegun && !isSaving) {
        location.assign(answer.url);
      } else {
        update(answer.state === "kept" && !answer.url ? "sent" : "arrived", answer.url);
      }
    };
    const heard = ({ detail }) => {
      const isIt = detail.uuid === uuid && !detail.id?.startsWith("draft:");
      if (detail.type === "sending" && isIt) {
        waitFor("slow");
      } else if (detail.type === "unsent" && (isIt || detail.isEverybodys)) {
        clearTimeout(timer);
        update(detail.isSlow ? "slow" : unsent);
      } else if (detail.type === "settled" && isIt) {
        clearTimeout(timer);
        until.abort();
        arrived(detail.answer);
      }
    };
    document.addEventListener("kith:queue", heard, { signal: until.signal });
    addEventListener("offline", () => update(unsent), { signal: until.signal });
    waitFor(unsent);
  };

  const submitted = async (event) => {
    if (form.dataset.plain) {
      delete form.dataset.plain;
      return;
    }
    event.preventDefault();
    if (isSaving) {
      return;
    }
    const [photo] = photoField()?.files || [];
    if (photo && photo.size > MOST) {
      say("large");
      return;
    }
    isSaving = true;
    const button = event.submitter;
    if (button) {
      button.dataset.busy = "yes";
    }
    try {
      await (isEmpty() ? ordinary("empty") : saveHere()); /* of an empty one the server says what is missing */
    } finally {
      isSaving = false;
      delete button?.dataset.busy;
    }
  };

  /* Drafts: sealed at once, sent now and then. They come back through the server, because this phone cannot read them. */
  let lastSent = 0;
  const keepDraft = async ({ leaving = false } = {}) => {
    clearTimeout(draftTimer);
    const words = JSON.stringify(fields());
    if (kind !== "conversation" || isSaving || !hasBegun || words === lastDraft || isEmpty()) {
      return;
    }
    const known = await queue.pass(owner).catch(() => null);
    if (!known?.key) {
      return;
    }
    lastDraft = words;
    const uuid = uuidField().value.toLowerCase();
    draftVersion = Math.min(2 ** 31 - 1, Math.max(draftVersion + 1, Math.floor(Date.now() / 1000)));
    const draft_version = draftVersion;
    try {
      const sealed = await sealFields(known.key, "draft", uuid);
      if (isSaving || uuidField().value.toLowerCase() !== uuid) {
        return; /* saved meanwhile, so nothing is left to finish */
      }
      await queue.save(owner, [{ ...sealed, draft_version }]);
      if (leaving || Date.now() - lastSent > 10_000) {
        lastSent = Date.now();
        queue.flush();
      }
    } catch {
      lastDraft = ""; /* tried again at the next word */
    }
  };
  const listen = () => {
    form.addEventListener("submit", submitted);
    form.addEventListener("input", () => {
      hasBegun = true;
      clearTimeout(draftTimer);
      draftTimer = setTimeout(keepDraft, 500);
    });
  };
  addEventListener("pagehide", () => keepDraft({ leaving: true }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepDraft({ leaving: true }));

  /* A draft that was sent while the page before went has come to Kith by now: offer it. */
  document.addEventListener("kith:queue", ({ detail }) => {
    if (detail.type === "settled" && detail.id.startsWith("draft:") && !hasBegun) {
      document.body.dispatchEvent(new Event("kith:drafts"));
    }
  });

  if (form.hasAttribute("data-copy")) {
    renumber();
  }
  listen();
  if (isTouched) {
    hasBegun = true;
    draftTimer = setTimeout(keepDraft, 500);
  } else {
    lastDraft = JSON.stringify(fields());
  }
})();
