/* What was saved on this phone and is not sent yet. Runs on every page, the sign-in page too: a session that died with the
   browser must not strand what waits. Runs in the worker as well, where the browser knows when there is signal again.

   Never in here: words in clear. Items come sealed from record.js, and leave only when the server has said which ones it
   holds, by number and by digest. */
(() => {
  "use strict";

  const mount = self.document ? document.querySelector("[data-queue]") : null;
  const at = mount ? mount.dataset : self.KITH;
  if (!at || !self.kithStore) {
    return;
  }
  const { within, ask, look, read, write, recall, pass, passes, lying, items, savedOutside, keepOutside, persist } = self.kithStore;

  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const LOCK = "kith-queue";
  const pause = (time) => new Promise((done) => { setTimeout(done, time); });

  /* Everybody who looks at Kith on this phone hears what became of an item: this page and the other tabs. */
  const channel = self.BroadcastChannel ? new BroadcastChannel(LOCK) : null;
  const arrived = new Set();
  let hasWaited = false;
  const hear = (detail) => {
    if (self.document) {
      if (detail.type === "settled" && !/^(draft|form):/.test(detail.id) && ["kept", "parked", "waiting"].includes(detail.answer.state)) {
        arrived.add(detail.parent || detail.uuid);
      }
      document.dispatchEvent(new CustomEvent("kith:queue", { detail }));
      showSoon();
    }
  };
  const tell = (detail) => {
    hear(detail);
    channel?.postMessage(detail);
  };
  if (channel) {
    channel.onmessage = (event) => hear(event.data);
  }

  /* What is only begun: a conversation, or any other form, whose sealed contents say by themselves whose they are. */
  const isDraft = ({ kind }) => kind === "draft" || kind === "form";

  /* Keep sealed items, all or none, each with the next number of this phone. A draft has none, because the phone has not promised to send it. */
  const save = async (owner, sealed, { instead = [] } = {}) => {
    const number = await write(async (store) => {
      const name = `saved:${owner}`;
      let last = Math.max((await ask(store("memory").get(name)))?.value || 0, savedOutside(owner));
      for (const item of sealed) {
        const sequence = isDraft(item) ? null : (last += 1);
        await ask(store("items").put({
          id: `${item.kind}:${item.uuid}`, owner, parent: null, saved_at: Date.now(), state: "waiting", reason: "", tries: 0,
          ...item, sequence,
        }));
      }
      for (const id of instead) {
        await ask(store("items").delete(id));
      }
      await ask(store("memory").put({ name, value: last }));
      return last;
    });
    keepOutside(owner, number);
    tell({ type: "saved" });
    if (sealed.some((item) => item.kind !== "draft")) {
      afterSaving();
    }
    return number;
  };

  /* Ask the browser not to clear the store, and to wake the worker when there is signal. */
  const afterSaving = async () => {
    try {
      await persist();
      const ready = self.registration || (await navigator.serviceWorker?.getRegistration());
      await ready?.sync?.register(LOCK);
    } catch { /* a kindness of some browsers */ }
  };

  /* Take an item out, unless it was written anew while it was under way. */
  const settle = async (item, answer) => {
    await write(async (store) => {
      const now = await ask(store("items").get(item.id));
      if (now?.sha256 === item.sha256) {
        await ask(store("items").delete(item.id));
      }
      if (item.sequence) {
        const log = (await ask(store("memory").get("sent")))?.value || [];
        const line = { owner: item.owner, sequence: item.sequence, kind: item.kind, state: answer.state, at: Date.now() };
        await ask(store("memory").put({ name: "sent", value: [line, ...log].slice(0, 30) }));
      }
    });
    tell({ type: "settled", id: item.id, uuid: item.uuid, parent: item.parent, answer });
  };
  /* Note something about an item, unless it was written anew meanwhile. */
  const change = (id, how, sha256 = null) =>
    write(async (store) => {
      const item = await ask(store("items").get(id));
      return item && (!sha256 || item.sha256 === sha256) && ask(store("items").put({ ...item, ...how }));
    });
  const park = async (item, reason, words) => {
    if (item.state === "gone") {
      await settle(item, { state: "gone" }); /* the server cannot use the line, and the item has nothing else */
      return;
    }
    await change(item.id, { state: "parked", reason, words }, item.sha256);
    tell({ type: "parked", id: item.id, uuid: item.uuid });
  };
  /* Not when a new pass has come meanwhile: the answer is about the old one. */
  const stop = async (owner, token, reason, words) => {
    await write(async (store) => {
      const known = await ask(store("passes").get(owner));
      return known?.token === token && ask(store("passes").put({ ...known, stopped: reason, stopped_words: words, stopped_at: Date.now() }));
    });
    tell({ type: "stopped", owner });
  };

  /* The right to send: fetched while somebody is signed in, good for 14 days, for creating and nothing else. */
  const renew = async ({ force = false } = {}) => {
    if (!at.pass) {
      return null;
    }
    const known = at.owner ? await pass(at.owner) : null;
    if (known && !known.stopped && !force && Math.abs(Date.now() - known.fetched_at) < 60 * MINUTE) {
      return known;
    }
    const fetched = async (query = "") => {
      const answer = await fetch(at.pass + query, {
        headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout?.(MINUTE),
      });
      return answer.ok ? answer.json() : null;
    };
    let fresh = await fetched();
    if (!fresh?.token || !fresh.key) {
      return null;
    }
    /* What this phone remembers may be more than the server knows: things that wait, or that were lost. */
    const inside = await recall(`saved:${fresh.owner}`);
    const saved = Math.max(inside || 0, savedOutside(fresh.owner));
    const isEmptied = inside === undefined && Math.max(saved, fresh.saved) > 0;
    if (saved > fresh.saved || isEmptied) {
      fresh = (await fetched(`?saved=${Math.max(saved, fresh.saved)}${isEmptied ? "&empty=1" : ""}`)) || fresh;
    }
    const { owner, name_hint, token, token_expires, device, key } = fresh;
    const made = { owner, name_hint, token, expires: token_expires, device, key, fetched_at: Date.now(), lost: fresh.lost || 0 };
    const highest = Math.max(saved, fresh.saved || 0);
    if (isEmptied) {
      Object.assign(made, { emptied_at: Date.now(), emptied_up_to: highest });
    } else if (known?.emptied_at && fresh.lost) {
      Object.assign(made, { emptied_at: known.emptied_at, emptied_up_to: known.emptied_up_to });
    }
    await write(async (store) => {
      /* Something may have been saved while the answer was on its way: no number is given out twice. */
      const last = (await ask(store("memory").get(`saved:${owner}`)))?.value || 0;
      await ask(store("passes").put(made));
      await ask(store("memory").put({ name: `saved:${owner}`, value: Math.max(last, highest) }));
    });
    keepOutside(owner, highest);
    tell({ type: "pass", owner });
    return made;
  };

  /* One item on its way. Returns "done", "parked", "stopped", or what to do about the rest: "next", "later", or "slow" if the
     answer took too long, which does not prove that the signal is gone. */
  const send = async (item, token) => {
    const { uuid, sha256, kind, kid, sequence, parent, recorded_at, draft_version } = item;
    const saved = Math.max((await recall(`saved:${item.owner}`)) || 0, savedOutside(item.owner));
    const deleted_on_phone = item.state === "gone" || undefined;
    const meta = { uuid, sha256, kind, kid, sequence, saved, parent, recorded_at, sent_at: new Date().toISOString(), draft_version, deleted_on_phone };
    const body = new FormData();
    body.set("meta", JSON.stringify(meta));
    body.set("sealed", new Blob([item.sealed], { type: "application/octet-stream" }), "sealed");
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), kind === "photo" ? 5 * MINUTE : MINUTE);
    let response;
    let answer = null;
    try {
      response = await fetch(kind === "form" ? at.captureForm : at.capture, {
        method: "POST", body, headers: token ? { Authorization: `Bearer ${token}` } : {},
        credentials: "omit", cache: "no-store", redirect: "error", signal: limit.signal,
      });
      if ((response.headers.get("Content-Type") || "").startsWith("application/json")) {
        answer = await response.json();
      }
    } catch {
      if (response) {
        return "next"; /* a broken answer is the item's; no answer at all is everybody's */
      }
      return limit.signal.aborted ? "slow" : "later";
    } finally {
      clearTimeout(timer);
    }
    if (answer && answer.uuid === uuid && answer.sha256 === sha256) {
      await settle(item, answer);
      return "done";
    }
    if (answer && response.status === 401) {
      await stop(item.owner, token, answer.reason || "token-bad", answer.words || "");
      return "stopped";
    }
    if ((answer && response.status === 422) || response.status === 413) {
      await park(item, answer?.reason || "size", answer?.words || "");
      return "parked";
    }
    if (response.status === 429) {
      notBefore = Date.now() + Math.min(300, Number(response.headers.get("Retry-After")) || 0) * SECOND;
      return "later";
    }
    return "next"; /* 5xx, a wifi page, an answer about something else: not this item's fault, and nothing is taken out */
  };

  /* Waiting longer after each failure, by chance a little more or less, so that thirty phones do not come at once. */
  let failures = 0;
  let notBefore = 0;
  const backOff = () => {
    failures += 1;
    const wait = Math.min(5 * MINUTE, 2 ** failures * SECOND) * (0.75 + Math.random() / 2);
    notBefore = Math.max(isTooSoon() ? notBefore : 0, Date.now() + wait);
    setTimeout(() => flush(), Math.max(0, notBefore - Date.now()) + 50);
  };
  /* A clock that was put back must not make the waiting last for days. */
  const isTooSoon = () => Date.now() < notBefore && notBefore - Date.now() < 7 * MINUTE;

  const mayGo = (item, known) =>
    item.state !== "parked" && (item.kind === "form" || known && !(known.stopped && Math.abs(Date.now() - known.stopped_at) < 10 * MINUTE));

  /* Send what waits, until nothing new is there. Safe to run twice at once: the server keeps each number once. */
  const sweep = async () => {
    const tried = new Set();
    let strikes = 0;
    for (;;) {
      const owners = new Map((await passes()).map((each) => [each.owner, each]));
      const rest = (await lying()).filter((item) => mayGo(item, owners.get(item.owner)) && !tried.has(item.id + item.sha256));
      if (rest.length === 0) {
        break;
      }
      const halted = new Set();
      for (const { id, sha256, owner } of rest) {
        tried.add(id + sha256);
        const item = await read((store) => look(store("items").get(id)));
        if ((halted.has(owner) && item?.kind !== "form") || item?.sha256 !== sha256 || item.state === "parked") {
          continue;
        }
        tell({ type: "sending", id, uuid: item.uuid });
        const outcome = await send(item, item.kind === "form" ? "" : owners.get(owner).token);
        if (["next", "later", "slow"].includes(outcome)) {
          tell({ type: "unsent", id, uuid: item.uuid, isSlow: outcome === "slow", isEverybodys: outcome !== "next" });
        }
        if (outcome === "stopped") {
          halted.add(owner);
        }
        if (outcome === "done") {
          strikes = failures = 0;
        } else if (outcome === "later" || outcome === "slow") {
          return false;
        } else if (outcome === "next") {
          await change(id, { tries: item.tries + 1 }, sha256);
          if ((strikes += 1) === 3) {
            return false;
          }
        }
      }
    }
    return strikes === 0;
  };

  /* One tab at a time where the browser has locks. A tab that went to sleep with the lock does not hold up the others for
     long: nothing depends on it. */
  let busySince = 0;
  const inTurn = (work) => {
    if (!navigator.locks || (busySince && Math.abs(Date.now() - busySince) > 2 * MINUTE)) {
      return work();
    }
    let isAsked = false;
    const turn = navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      isAsked = true;
      busySince = lock ? 0 : busySince || Date.now();
      return lock ? work() : null;
    });
    /* A browser that has locks and refuses them to this page. */
    return turn.catch((error) => {
      if (isAsked) {
        throw error;
      }
      return work();
    });
  };

  let running = null;
  let wanted = null; /* what was asked for during an attempt: asked for now, it does not wait as long as a failed one would */
  const flush = ({ now = false } = {}) => {
    if (now) {
      notBefore = 0;
    }
    if (running) {
      wanted = { now: now || wanted?.now };
      return running;
    }
    if (isTooSoon() || navigator.onLine === false) {
      return Promise.resolve(false);
    }
    running = (async () => {
      try {
        const isClear = await inTurn(sweep);
        if (isClear === null) {
          setTimeout(() => flush(), 2 * SECOND);
        } else if (!isClear) {
          backOff();
        }
        return isClear;
      } catch {
        return false; /* the store is away: the next occasion finds it */
      } finally {
        running = null;
        if (wanted) {
          const next = wanted;
          wanted = null;
          setTimeout(() => flush(next));
        }
      }
    })();
    return running;
  };

  const retry = async (id) => {
    await change(id, { state: "waiting", reason: "", words: "" });
    tell({ type: "saved" });
    return flush({ now: true });
  };
  /* Let something go, and the photos that were saved with it. Of what had a number the number stays until the server knows,
     so that nobody looks for it later; what it held is gone at once. */
  const drop = async (id) => {
    const gone = async (store, item) => {
      const { words: _words, ...rest } = item;
      await ask(item.sequence ? store("items").put({ ...rest, state: "gone", reason: "", sealed: new ArrayBuffer(0) }) : store("items").delete(item.id));
    };
    const all = await lying();
    await write(async (store) => {
      const item = await ask(store("items").get(id));
      const photos = all.filter((each) => item && each.kind === "photo" && each.parent === item.uuid && each.owner === item.owner);
      for (const each of [item, ...photos]) {
        const there = each && (await ask(store("items").get(each.id)));
        if (there) {
          await gone(store, there);
        }
      }
    });
    tell({ type: "dropped", id });
    flush();
  };

  self.kithQueue = { save, flush, renew, pass, passes, items, recall, retry, drop, pause, within };
  if (!mount) {
    return;
  }

  /* What everybody sees, on every page: how much waits here, and why. */
  const link = mount.querySelector("a");
  let drawing = null;
  const showSoon = () => {
    drawing ||= setTimeout(() => {
      drawing = null;
      show().catch(() => {});
    }, 100);
  };
  const show = async () => {
    const kept = (await items()).filter((item) => !isDraft(item));
    const stopped = new Set((await passes()).filter((each) => each.stopped).map((each) => each.owner));
    const say = mount.dataset;
    /* A photo waits with its conversation, and is not counted beside it. */
    const count = new Set(kept.map((item) => item.parent || item.uuid)).size;
    if (count === 0 && hasWaited && arrived.size) {
      link.textContent = arrived.size === 1 ? say.sayArrivedOne : say.sayArrivedMany.replace("%s", String(arrived.size));
      link.hidden = false;
      return;
    }
    if (count && !hasWaited) {
      arrived.clear();
    }
    hasWaited ||= count > 0;
    const words = [count === 1 ? say.sayOne : say.sayMany.replace("%s", String(count))];
    if (kept.some((item) => item.state === "parked")) {
      words.push(say.sayParked);
    } else if (kept.some((item) => stopped.has(item.owner))) {
      words.push(say.saySignIn);
    }
    const line = words.join(" – ");
    if (link.textContent !== line) {
      link.textContent = kept.length ? line : "";
    }
    link.hidden = kept.length === 0;
  };

  const start = async () => {
    await renew().catch(() => null);
    await flush();
    await show();
    await tellWorker();
  };

  /* The worker keeps a copy of the page for writing things down; whoever signs out takes it away, never the queue. */
  const worker = "serviceWorker" in navigator ? navigator.serviceWorker : null;
  const tellWorker = async () => {
    if (worker && at.worker) {
      await worker.register(at.worker, { scope: "/" });
      const ready = await worker.ready;
      if (at.owner) {
        ready.active.postMessage({ do: "renew", owner: at.owner });
      }
    }
  };
  document.addEventListener("submit", (event) => {
    if (at.signOut && event.target.getAttribute("action") === at.signOut) {
      worker?.controller?.postMessage({ do: "forget" });
    }
  });

  addEventListener("online", () => flush({ now: true }));
  addEventListener("pageshow", () => { flush(); showSoon(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  setInterval(() => flush(), 30 * SECOND);
  start().catch(() => {});
})();
