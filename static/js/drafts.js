/* Drafts of every form: what is typed is sent to Kith now and then, with the form's own token, and comes back when the page
   is opened again. The page's address names the draft, so that a reload or Back shows it in place. A form that logs has
   its own script (record.js), which seals. */
(() => {
  "use strict";

  const about = document.currentScript;
  const PAUSE = 1200;
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
      states.set(form, { timer: 0, sequence: 0, sent: "", files: new Map(), running: null, isOver: false, isDirty: false });
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

  /* The address of the page from now on leads to the draft. */
  const nameDraft = (uuid) => {
    const here = new URL(location.href);
    if (here.searchParams.get("continue") !== uuid) {
      here.searchParams.set("continue", uuid);
      history.replaceState(history.state, "", here);
    }
  };

  const bodyOf = (form, state) => {
    const page = new URL(location.href);
    page.searchParams.delete("continue");
    state.sequence += 1;
    const said = {
      token: tokenOf(form).value, tab, sequence: String(state.sequence), page: page.pathname + page.search,
      address: new URL(form.getAttribute("action") || location.href, location.href).pathname,
      team: form.elements.namedItem("for_team")?.value, title: document.querySelector("h1")?.textContent.trim() || document.title,
      fields: pairs(form), without: [...form.querySelectorAll("[name=draft-without]:checked")].map((each) => each.value),
    };
    const body = new FormData();
    body.set("said", JSON.stringify(said));
    return body;
  };

  const send = async (form, { leaving = false } = {}) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    const words = JSON.stringify(pairs(form));
    const fresh = leaving ? [] : photos(form).filter((field) => state.files.get(field.name) !== field.files[0]);
    if (state.isOver || !state.isDirty || (words === state.sent && !fresh.length)) {
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
    const body = bodyOf(form, state);
    fresh.forEach((field) => body.set(field.name, field.files[0], field.files[0].name));
    state.sent = words;
    state.running = new AbortController();
    const { signal } = state.running;
    try {
      const isLight = words.length < MOST_KEPT_ALIVE && !fresh.length;
      const answer = await fetch(about.dataset.save, { method: "POST", body, keepalive: isLight, cache: "no-store", redirect: "error", signal });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      fresh.forEach((field) => state.files.set(field.name, field.files[0]));
      if (answer.status === 200) {
        const { token, uuid } = await answer.json();
        tokenOf(form).value = token;
        nameDraft(uuid);
      }
    } catch {
      state.sent = ""; /* sent again with the next word, or when there is signal */
    } finally {
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
      nameDraft(uuidOf(form));
    }
    clearTimeout(state.timer);
    state.timer = setTimeout(() => send(form), PAUSE);
  };
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);

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
