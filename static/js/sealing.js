/* Sealing what was written, with the browser's own Web Crypto: a fresh AES key for each item, locked to the server's public
   key, so that what waits on this phone cannot be read on it, not even by this page. The server's half is
   connectors/capture/sealing.py; both write the same envelope:

   "KITH1" | length of kid (1 byte) | kid | length of the wrapped key (2 bytes) | wrapped key | 12-byte iv | ciphertext, tag */
(() => {
  "use strict";

  const MAGIC = "KITH1";
  const text = new TextEncoder();

  /* A plain address without TLS has no Web Crypto, an old browser no IndexedDB: there the page is an ordinary form. */
  const isPossible = () => Boolean(self.crypto && crypto.subtle && crypto.randomUUID && self.indexedDB);

  const fromBase64 = (words) => Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const join = (parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    parts.forEach((part) => {
      whole.set(part, at);
      at += part.length;
    });
    return whole;
  };

  /* The number and kind of the item are bound in, so that no item can be passed off as another. */
  const seal = async ({ key, kind, uuid, plain }) => {
    const publicKey = await crypto.subtle.importKey(
      "spki", fromBase64(key.spki), { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"],
    );
    const secret = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
    const raw = await crypto.subtle.exportKey("raw", secret);
    const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP" }, publicKey, raw));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bound = text.encode(`kith:1:${kind}:${uuid.toLowerCase()}`);
    const locked = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, secret, plain));
    const kid = text.encode(key.kid);
    const envelope = join([
      text.encode(MAGIC),
      new Uint8Array([kid.length]),
      kid,
      new Uint8Array([wrapped.length >> 8, wrapped.length & 255]),
      wrapped,
      iv,
      locked,
    ]);
    return { sealed: envelope.buffer, sha256: hex(await crypto.subtle.digest("SHA-256", envelope)) };
  };

  /* What is written in a form, as the server's own form will read it. */
  const plainWords = (header) => text.encode(JSON.stringify({ v: 1, ...header }));

  /* A photo: one line that says what it is, then its bytes as they came from the camera. */
  const plainPhoto = (header, bytes) => join([text.encode(`${JSON.stringify({ v: 1, ...header })}\n`), new Uint8Array(bytes)]);

  self.kithSealing = { isPossible, seal, plainWords, plainPhoto };
})();
