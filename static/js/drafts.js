/* Drafts of every form: what is typed is sent to Kith now and then, with the form's own token, and comes back when the page
   is opened again. The page's address names the draft, so that a reload or Back shows it in place. When Kith cannot be
   reached, the draft is sealed on this phone instead (sealed_drafts.js). A form that logs has its own script (record.js). */
(() => {
  "use strict";

  const about = document.currentScript;
  const PAUSE = 1200;
  const PAUSE_WITHOUT_SIGNAL = 400;
  const PATIENCE = 4000; /* how long an answer may take before the words are sealed meanwhile */
  const MOST_KEPT_ALIVE = 60_000; /* what a browser sends while the page goes */
  const LEFT = "kith:draft";
  const tab = crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2, 12)}`;
  const TYPED = "textarea, select, input:not([type=hidden], [type=submit], [type=button], [type=password])";

  const tokenOf = (form) => form.elements.namedItem("draft");
  const takesPart = (form) =>
    form instanceof HTMLFormElement && form.method === "post" && !("record" in form.dataset) && tokenOf(form)?.value &&
    !form.querySelector("input[type=password]") && form.querySelector(TYPED);

  const states = new WeakMap();
  const stateOf = (form) => {
    if (!states.has(form)) {
      states.set(form, { timer: 0, sequence: 0, sent: "", files: new Map(), running: null, isOver: false, isDirty: false, isAway: false });
    }
    return states.get(form);
  };
  const NEVER = new Set(["csrfmiddlewaretoken", "draft", "draft-tab", "draft-sequence"]);
  const pairs = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name));
  const photos = (form) => [...form.querySelectorAll("input[type=file]")].filter((field) => field.files[0]?.type.startsWith("image/"));

  const hidden = (form, name, value) => {
    let field = form.querySelector(`input[type=hidden][name="${name}"]`);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  };

  const uuidOf = (form) => tokenOf(form).value.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  /* What was sent while the page went may arrive after the next page was made. */
  const remember = (uuid) => { try { sessionStorage.setItem(LEFT, uuid); } catch { /* a kindness only */ } };
  const recall = () => {
    try {
      const uuid = sessionStorage.getItem(LEFT);
      sessionStorage.removeItem(LEFT);
      return uuid;
    } catch {
      return null;
    }
  };

  /* A record that is read beside its list has a page of its own. */
  const pageOf = (form) => new URL(form.closest("[data-reads]")?.dataset.reads || location.href, location.href);

  /* The address of the page from now on leads to the draft. */
  const nameDraft = (form, uuid) => {
    if (form.closest("[data-reads]")) {
      return;
    }
    const here = new URL(location.href);
    if (here.searchParams.get("continue") !== uuid) {
      here.searchParams.set("continue", uuid);
      history.replaceState(history.state, "", here);
    }
  };

  const saidOf = (form, state) => {
    const page = pageOf(form);
    page.searchParams.delete("continue");
    state.sequence += 1;
    return {
      token: tokenOf(form).value, tab, sequence: String(state.sequence), page: page.pathname + page.search,
      address: new URL(form.getAttribute("action") || page, location.href).pathname,
      team: form.elements.namedItem("for_team")?.value, title: document.querySelector("h1")?.textContent.trim() || document.title,
      fields: pairs(form), without: [...form.querySelectorAll("[name=draft-without]:checked")].map((each) => each.value),
    };
  };

  /* Without Kith: sealed on this phone, until there is signal. */
  const isOffline = () => navigator.onLine === false;
  const keepHere = async (form, state, said = saidOf(form, state)) => {
    hidden(form, "draft-tab", tab);
    const isKept = await self.kithSealedDrafts?.keep({
      uuid: uuidOf(form), said, words: JSON.stringify(said.fields),
      photos: photos(form).filter((field) => state.files.get(field.name) !== field.files[0]).map((field) => [field.name, field.files[0]]),
    });
    return Boolean(isKept);
  };

  const button = (form) => form.querySelector("button:not([type=button])");
  const say = (form, words, by = button(form)) => {
    const status = document.createElement("p");
    Object.assign(status, { className: "notice notice--warning", tabIndex: -1, textContent: words });
    status.dataset.draftStatus = "";
    status.setAttribute("role", "alert");
    form.querySelectorAll("[data-draft-status]").forEach((each) => each.remove());
    if (by) {
      by.before(status);
    } else {
      form.append(status);
    }
    return status;
  };

  const send = async (form, { leaving = false } = {}) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    const words = JSON.stringify(pairs(form));
    const fresh = leaving ? [] : photos(form).filter((field) => state.files.get(field.name) !== field.files[0]);
    if (state.isOver || !state.isDirty || (words === state.sent && !fresh.length)) {
      return;
    }
    if (isOffline()) {
      await keepHere(form, state);
      return;
    }
    if (state.running && !leaving) {
      state.timer = setTimeout(() => send(form), PAUSE);
      return;
    }
    if (leaving) {
      remember(uuidOf(form));
    }
    hidden(form, "draft-tab", tab);
    const said = saidOf(form, state);
    const body = new FormData();
    body.set("said", JSON.stringify(said));
    fresh.forEach((field) => body.set(field.name, field.files[0], field.files[0].name));
    state.sent = words;
    state.running = new AbortController();
    const { signal } = state.running;
    /* The same with the same number: whichever comes second changes nothing. What a page sends while it goes may never arrive. */
    const keepToo = () => keepHere(form, state, said);
    const patience = setTimeout(keepToo, PATIENCE);
    if (leaving) {
      keepToo();
    }
    try {
      const isLight = words.length < MOST_KEPT_ALIVE && !fresh.length;
      const answer = await fetch(about.dataset.save, { method: "POST", body, keepalive: isLight, cache: "no-store", redirect: "error", signal });
      if (answer.status === 413) {
        say(form, about.dataset.sayLong);
        return;
      }
      if (!answer.ok) {
        state.isAway = answer.status >= 500;
        throw new Error(String(answer.status));
      }
      state.isAway = false;
      fresh.forEach((field) => state.files.set(field.name, field.files[0]));
      if (answer.status === 200) {
        const { token, uuid } = await answer.json();
        tokenOf(form).value = token;
        nameDraft(form, uuid);
      }
    } catch (error) {
      state.sent = ""; /* sent again with the next word, or when there is signal */
      state.isAway ||= error instanceof TypeError; /* no answer at all */
      if (state.isAway && !signal.aborted) {
        await keepToo();
      }
    } finally {
      clearTimeout(patience);
      state.running = null;
    }
  };

  const soon = (event) => {
    const form = event.target.form;
    if (!takesPart(form) || !event.isTrusted && event.type === "input") {
      return;
    }
    const state = stateOf(form);
    if (!state.isDirty) {
      state.isDirty = true;
      nameDraft(form, uuidOf(form));
    }
    clearTimeout(state.timer);
    state.timer = setTimeout(() => send(form), isOffline() ? PAUSE_WITHOUT_SIGNAL : PAUSE);
  };
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);

  /* A browser that cannot send a form shows a page of its own in its place. Without signal the form stays, and says so. */
  document.addEventListener("submit", async (event) => {
    const [form, { submitter }] = [event.target, event];
    document.querySelectorAll("[data-draft-status]").forEach((each) => each.remove());
    if (!takesPart(form) || form.dataset.draftGoes || !(isOffline() || states.get(form)?.isAway)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const isKept = await keepHere(form, stateOf(form));
    const reached = await self.kithSealedDrafts?.reach();
    if (reached === "there") {
      form.dataset.draftGoes = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.draftGoes;
      return;
    }
    const words = { slow: [about.dataset.saySlowKept, about.dataset.saySlow] }[reached] || [about.dataset.sayKept, about.dataset.sayUnkept];
    say(form, words[isKept ? 0 : 1], submitter || undefined).focus();
  }, true);

  /* From here on the form itself is on its way. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !takesPart(form)) {
      return;
    }
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.running?.abort();
    state.isOver = true;
    hidden(form, "draft-tab", tab);
    hidden(form, "draft-sequence", String(state.sequence + 1));
    setTimeout(() => { state.isOver = false; }, 8000); /* it never left: site.js lets go then, too */
  });

  const leave = () => [...document.forms].filter((form) => states.has(form)).forEach((form) => send(form, { leaving: true }));
  addEventListener("beforeunload", leave);
  addEventListener("pagehide", leave);
  addEventListener("online", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());

  /* What is continued is seen, wherever its form is folded away. */
  for (let fold = document.querySelector("[data-draft-shown]")?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }

  const wanted = new URL(location.href).searchParams.get("continue");
  const [left, tries] = (recall() || "").split(" ");
  if (wanted && wanted === left && Number(tries || 0) < 4 && !document.querySelector("[data-draft-shown]")) {
    const again = setTimeout(() => {
      remember(`${wanted} ${Number(tries || 0) + 1}`);
      location.reload();
    }, 700);
    document.addEventListener("input", () => clearTimeout(again), { once: true });
  }
})();
