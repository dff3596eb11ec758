/* Drafts of forms while Kith cannot be reached: sealed with the server's public key like a conversation (sealing.js), beside
   what else waits on this phone (store.js), and handed over as ordinary drafts when there is signal (queue.js). Not even this
   page can read them again. A photo is an item of its own, so that it is sealed once and not with every word. */
(() => {
  "use strict";

  const about = document.currentScript;
  const { kithStore: store, kithQueue: queue, kithSealing: sealing } = self;
  const mount = document.querySelector("[data-queue]");
  if (!store || !queue || !sealing?.isPossible() || !mount) {
    return;
  }

  const KEY = "form-key";
  const DAY = 24 * 60 * 60 * 1000;
  const MOST = 10 * 1024 * 1024;
  const owner = mount.dataset.owner || "";

  /* The phone of somebody who logs conversations has a key already; others fetch one while there is signal. */
  const keyNow = async () => (owner && (await store.pass(owner)))?.key || (await store.recall(KEY))?.key;
  const renew = async () => {
    const known = await store.recall(KEY);
    if (owner || (known && Math.abs(Date.now() - known.at) < DAY)) {
      return;
    }
    const answer = await fetch(about.dataset.key, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
    if (answer.ok) {
      await store.remember(KEY, { key: await answer.json(), at: Date.now() });
    }
  };

  const sealed = async (key, uuid, header, bytes) => {
    const recorded_at = new Date().toISOString();
    const plain = sealing.plainPhoto({ ...header, uuid, kind: "form", recorded_at }, bytes);
    return { uuid, kind: "form", kid: key.kid, recorded_at, ...(await sealing.seal({ key, kind: "form", uuid, plain })) };
  };

  /* What lies here by now, so that the same is not sealed twice; and one at a time, so that the last word stays the last. */
  const lies = new Map();
  let turn = Promise.resolve();
  const keepNow = async ({ uuid, said, words, photos }) => {
    const key = await keyNow();
    if (!key) {
      return false;
    }
    if (lies.get(uuid) !== words) {
      await queue.save(owner, [await sealed(key, uuid, said, new ArrayBuffer(0))]);
      lies.set(uuid, words);
    }
    for (const [name, file] of photos) {
      if (lies.get(uuid + name) !== file && file.size <= MOST) {
        const item = await sealed(key, uuid, { ...said, photo: name, type: file.type }, await file.arrayBuffer());
        await queue.save(owner, [{ ...item, id: `form:${uuid}:${name}` }]);
        lies.set(uuid + name, file);
      }
    }
    queue.flush();
    return true;
  };
  const keep = (what) => {
    turn = turn.then(() => keepNow(what)).catch(() => false); /* the store is full or refused */
    return turn;
  };

  /* Returns "there", "slow" if nothing came for ten seconds, or "away". */
  const reach = async () => {
    try {
      const answer = await fetch(about.dataset.key, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout?.(10_000) });
      return answer.status < 500 ? "there" : "away";
    } catch (error) {
      return error.name === "TimeoutError" && navigator.onLine !== false ? "slow" : "away";
    }
  };

  /* What was sealed before this page was opened has come to Kith by now: show it, unless somebody writes already. */
  let isTouched = false;
  document.addEventListener("input", () => { isTouched = true; }, { once: true });
  document.addEventListener("kith:queue", ({ detail }) => {
    const url = detail.type === "settled" && detail.id.startsWith("form:") && detail.answer.url;
    if (url && !isTouched && !document.querySelector("[data-draft-shown]") && new URL(url, location.href).pathname === location.pathname) {
      location.reload();
    }
  });

  self.kithSealedDrafts = { keep, reach };
  if (document.querySelector("form[method=post] [name=draft]")) {
    renew().catch(() => {});
  }
})();
