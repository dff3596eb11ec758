/* Keeps two pages for use without signal: for writing a conversation down and for a word in passing, in copies
   that know nobody's name. Everything else passes by untouched, and nothing personal is ever stored. `KITH` stands above this file: the version,
   which changes with every deploy, and the addresses (connectors/capture/views/service_worker.py). */
"use strict";

importScripts(...KITH.scripts); /* sends what waits when the browser wakes this worker because there is signal again */

const COPY = `kith-copy-${KITH.version}`;
const PLAIN = `kith-plain-${KITH.version}`;
const PATIENCE = 3000;
const AGE = 60 * 60 * 1000;
const INFO = "/kith-copy-info";

/* A page and every file it names, and those that its stylesheets name. */
const filesOf = async (words) => {
  const found = new Set([...words.matchAll(/(?:src|href)="([^"]+\.(?:css|js|svg|png|webmanifest))"/g)].map((each) => each[1]));
  const files = new Map();
  const add = async (address) => {
    const { href } = new URL(address, location.href);
    if (files.has(href) || new URL(href).origin !== location.origin) {
      return;
    }
    const answer = await fetch(href);
    if (!answer.ok) {
      throw new Error(href);
    }
    files.set(href, answer.clone());
    if (href.endsWith(".css")) {
      const sheet = await answer.text();
      const named = [...sheet.matchAll(/@import\s+(?:url\()?["']([^"']+)["']/g)].map((each) => new URL(each[1], href).href);
      await Promise.all(named.map(add));
    }
  };
  await Promise.all([...found].map(add));
  return files;
};

/* All or nothing: the copy of before stays until the new one is whole. */
const store = async (name, address, under) => {
  const answer = await fetch(address, { credentials: KITH.pages.includes(under) ? "same-origin" : "omit", cache: "no-store" });
  if (!answer.ok || answer.redirected) {
    return false;
  }
  const files = await filesOf(await answer.clone().text());
  const cache = await caches.open(name);
  await Promise.all([...files].map(([href, file]) => cache.put(href, file)));
  await cache.put(under, answer);
  return true;
};

const storePlain = () => Promise.all(KITH.offline.map((address) => store(PLAIN, address, address)));

const renewCopy = async (owner) => {
  const cache = await caches.open(COPY);
  const info = await cache.match(INFO);
  const known = info ? await info.json() : null;
  if (known && known.owner === owner && Date.now() - known.at < AGE && Date.now() >= known.at) {
    return;
  }
  if (known && known.owner !== owner) {
    await caches.delete(COPY);
  }
  const stored = await Promise.all(KITH.pages.map((address) => store(COPY, `${address}?copy=1`, address)));
  if (stored.every(Boolean)) {
    await (await caches.open(COPY)).put(INFO, new Response(JSON.stringify({ owner, at: Date.now() })));
  }
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  /* What a page sends while it is being closed goes straight out: it would die with the page while it waits for this worker. */
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" }).catch(() => {});
  event.waitUntil(storePlain());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("kith-") && name !== COPY && name !== PLAIN);
    const before = old.find((name) => name.startsWith("kith-copy-"));
    const info = before && (await (await caches.open(before)).match(INFO));
    if (info) {
      /* A deploy while nobody looks: the copy is renewed for whoever it was made, or kept until they come by. */
      const { owner } = await info.json();
      await renewCopy(owner).catch(() => {});
      if (!(await (await caches.open(COPY)).match(KITH.pages[0]))) {
        old.splice(old.indexOf(before), 1);
      }
    }
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => {
  if (event.data?.do === "renew") {
    event.waitUntil(renewCopy(event.data.owner).catch(() => {}));
  }
  if (event.data?.do === "forget") {
    const forget = async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("kith-copy-")).map((name) => caches.delete(name)));
    };
    event.waitUntil(forget());
  }
});

self.addEventListener("sync", (event) => {
  const send = async () => {
    if ((await self.kithQueue?.flush({ now: true })) === false) {
      throw new Error("Not everything could be sent."); /* so that the browser wakes this worker once more */
    }
  };
  event.waitUntil(send());
});

/* The network first; after three seconds of nothing, or none at all, what is kept here. Signal that is there but slow still
   gets its page if the phone has no copy. */
const networkFirst = async (request, kept) => {
  const answer = fetch(request);
  answer.catch(() => {});
  let timer = 0;
  const patience = new Promise((resolve) => { timer = setTimeout(resolve, PATIENCE, null); });
  try {
    const first = await Promise.race([answer, patience]);
    if (first && first.status < 500) {
      return first;
    }
    return (await kept()) || answer;
  } catch (error) {
    const found = await kept();
    if (found) {
      return found;
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const copy = (address) => caches.match(address);
const offline = async () => caches.match(KITH.offline[(await copy(KITH.pages[0])) ? 0 : 1]);
const page = async (request, url) => {
  if (KITH.pages.includes(url.pathname) && !url.searchParams.has("draft") && !url.searchParams.has("continue")) {
    return networkFirst(request, async () => (await copy(url.pathname)) || null).catch(offline);
  }
  return fetch(request).catch(offline);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  } else if (url.pathname.startsWith(KITH.static)) {
    const kept = () => caches.match(url.href);
    /* A name with a digest in it always means the same bytes. */
    const isFixed = /\.[0-9a-f]{12}\.\w+$/.test(url.pathname);
    event.respondWith((async () => (isFixed && (await kept())) || networkFirst(request, kept))());
  }
});
