/* Where what was saved on this phone lies until it is sent: sealed items, each person's pass, and a few numbers to remember.
   Nothing in here sends anything, and nothing in here knows words in clear (queue.js, record.js). */
(() => {
  "use strict";

  const hasStore = () => {
    try { return Boolean(self.indexedDB); } catch { return false; } /* some refuse even to be asked */
  };
  if (!hasStore()) {
    return;
  }

  const SECOND = 1000;
  /* A store or a network that never answers is as good as none. */
  const within = (time, promise) => {
    let timer = 0;
    const late = new Promise((_done, fail) => { timer = setTimeout(() => fail(new DOMException("", "TimeoutError")), time); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };

  /* The store. iOS closes the connection when memory is short: then it is opened anew, once. It may also never open: when
     another tab is about to change it, or in some versions of Safari. */
  let opening = null;
  const open = () => {
    if (opening) {
      return opening;
    }
    const made = within(10 * SECOND, new Promise((resolve, reject) => {
      const request = indexedDB.open("kith", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("items", { keyPath: "id" });
        request.result.createObjectStore("passes", { keyPath: "owner" });
        request.result.createObjectStore("memory", { keyPath: "name" });
      };
      request.onsuccess = () => {
        const base = request.result;
        base.onclose = () => { opening = null; };
        base.onversionchange = () => { base.close(); opening = null; };
        resolve(base);
      };
      request.onerror = () => reject(request.error);
    }));
    opening = made;
    made.catch(() => { opening = opening === made ? null : opening; });
    return made;
  };

  /* Safari sometimes drops a request while another tab writes, and then nobody ever answers it. The limit is for one request:
     forty photos, read one after the other, may take longer. */
  const SILENCE = 15 * SECOND;
  const ask = (request) =>
    within(SILENCE, new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }));

  /* Do some work on the store. A change is done only when the browser says that it lies on the disk ("strict", "complete").
     What failed because the connection was stale is done once more on a new one, and so is a read that nobody answered; a
     change is not, because it may have been written. */
  const transact = async (mode, work, isSecondTry = false) => {
    let isOpen = false;
    try {
      const base = await open();
      isOpen = true;
      const change = base.transaction(["items", "passes", "memory"], mode, { durability: "strict" });
      return await new Promise((resolve, reject) => {
        const outcome = (async () => work((name) => change.objectStore(name)))();
        outcome.then(mode === "readonly" ? resolve : null, (error) => {
          reject(error);
          try { change.abort(); } catch { /* over already */ }
        });
        change.oncomplete = () => outcome.then(resolve, reject);
        change.onabort = () => reject(change.error || new DOMException("", "AbortError"));
      });
    } catch (error) {
      const isUnanswered = isOpen && mode === "readonly" && error?.name === "TimeoutError";
      if (!isSecondTry && (isUnanswered || ["InvalidStateError", "UnknownError"].includes(error?.name))) {
        opening = null;
        return transact(mode, work, true);
      }
      throw error;
    }
  };
  const read = (work) => transact("readonly", work);
  const write = (work) => transact("readwrite", work);

  const remember = (name, value) => write((store) => ask(store("memory").put({ name, value })));
  const recall = async (name) => (await read((store) => ask(store("memory").get(name))))?.value;
  const pass = (owner) => read((store) => ask(store("passes").get(owner)));
  const passes = () => read((store) => ask(store("passes").getAll()));

  /* Everything that lies here, in the order in which it goes: what failed before comes last, so that three that never go do
     not stand in the way of the others; words first, then photos, then what is only begun. One after the other, because
     forty photos at once are more than a phone can hold; one that cannot be read hides none of the rest. */
  const RANK = { conversation: 0, light: 0, photo: 1, draft: 2, form: 3 };
  const look = (request) =>
    within(SILENCE, new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = (event) => { event.preventDefault(); event.stopPropagation(); resolve(null); };
    }));
  const lying = async () => {
    const found = await read(async (store) => {
      const all = [];
      for (const id of await ask(store("items").getAllKeys())) {
        const item = await look(store("items").get(id));
        if (item?.sealed) {
          const { sealed, ...rest } = item;
          all.push({ ...rest, size: sealed.byteLength });
        }
      }
      return all;
    });
    return found.sort(
      (one, two) =>
        one.tries - two.tries || RANK[one.kind] - RANK[two.kind] || (one.sequence || 0) - (two.sequence || 0) || one.saved_at - two.saved_at,
    );
  };
  /* Without deleted ones, whose number the server still has to be told. */
  const items = async () => (await lying()).filter((item) => item.state !== "gone");

  /* How many things this phone ever saved is kept in three places: a browser that clears one seldom clears all, and so it
     is noticed when something was lost. Numbers only. */
  const cookieName = (owner) => `kith-saved-${owner}`;
  const savedOutside = (owner) => {
    if (!self.document) {
      return 0;
    }
    const found = document.cookie.split("; ").find((each) => each.startsWith(`${cookieName(owner)}=`));
    let stored = 0;
    try { stored = Number(localStorage.getItem(cookieName(owner))); } catch { /* storage may be refused */ }
    return Math.max(0, stored || 0, Number(found?.split("=")[1]) || 0);
  };
  const keepOutside = (owner, given) => {
    const number = Math.max(given, savedOutside(owner));
    if (!self.document || !number) {
      return;
    }
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${cookieName(owner)}=${number}; Max-Age=34560000; Path=/; SameSite=Lax${secure}`;
    try { localStorage.setItem(cookieName(owner), String(number)); } catch { /* the other two remember */ }
  };

  /* Ask the browser not to clear the store when space is short, and again after a week if it would not promise. */
  const WEEK = 7 * 24 * 60 * 60 * SECOND;
  const persist = async () => {
    if (navigator.storage?.persist && !(await navigator.storage.persisted())) {
      const asked = Number(await recall("asked-to-persist")) || 0;
      if (Math.abs(Date.now() - asked) > WEEK) {
        await remember("asked-to-persist", Date.now());
        await navigator.storage.persist();
      }
    }
  };

  self.kithStore = {
    within, ask, look, read, write, remember, recall, pass, passes, lying, items, savedOutside, keepOutside, persist,
  };
})();
