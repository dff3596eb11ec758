/* Words that could start with strengths, noticed beside the field while somebody types. Never blocks, never rewrites by
   itself; noticing.js finds them. A field that carries `data-wording` is watched, whenever it comes into the page; the list is
   fetched only then, or comes with the page where a phone keeps a copy for use without signal. */
(() => {
  "use strict";

  // A script that did not arrive leaves the plain field, which works.
  if (!self.kithNoticing) {
    return;
  }
  const { reader } = self.kithNoticing;
  const address = document.currentScript.dataset.words;
  const FIELD = "[data-wording]";

  /* What every form of a team carries: the token, and the team it was opened in. */
  const CARRIED = "input[name='csrfmiddlewaretoken'], input[name='for_team']";

  /* The list with what is said around it: fetched, or from the copy of the page that a phone keeps. */
  const load = async () => {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    if (answer && answer.ok) {
      return answer.json();
    }
    const block = document.getElementById("wording-list");
    return block ? JSON.parse(block.textContent) : null;
  };

  let say = {};
  let ignore = "";
  let list = null;
  let notice = () => [];
  const always = new Set();
  const shows = new Map();
  const announced = new Set();

  /* One quiet voice for the whole page: a word is spoken of once, in one sentence, and never again. */
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");

  const inLanguage = (element, words, language) => {
    element.textContent = words;
    if (language !== document.documentElement.lang.toLowerCase()) {
      element.lang = language;
    }
    return element;
  };

  const button = (label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--secondary button--small";
    made.textContent = label;
    made.addEventListener("click", press);
    return made;
  };

  const lookAgain = (field) => {
    shows.forEach((show) => show());
    field.focus({ preventScroll: true });
  };

  /* Kept this once: the form says so, so that the server does not speak of it again when it is sent. */
  const KEPT = "kept_words";
  const isKept = (form, name) => [...form.querySelectorAll(`input[name=${KEPT}]`)].some((each) => each.value === name);
  const keepOnce = (name, field) => {
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name: KEPT, value: name });
    field.form.append(kept);
    lookAgain(field);
  };

  /* Kept for good on the server; without signal the word is ignored on this page, and the voice says so. */
  const leaveAloneForGood = async (name, field) => {
    always.add(name);
    lookAgain(field);
    const sent = new FormData();
    for (const hidden of field.form.querySelectorAll(CARRIED)) {
      sent.append(hidden.name, hidden.value);
    }
    sent.append("name", name);
    const answer = await fetch(ignore, {
      method: "POST",
      body: sent,
      headers: { Accept: "application/json" },
      redirect: "error",
    }).catch(() => null);
    voice.textContent = (answer && answer.ok ? say.always_kept : say.always_failed).replace("%s", name);
  };

  /* What has just come up under the bar at the foot of a phone's page comes out from under it: the page's scroll-padding
     knows how high the bars are. Only beside the field in which somebody writes, so that no page jumps by itself. */
  const bringIntoSight = (hint, field) => {
    if (document.activeElement === field && hint.firstElementChild) {
      hint.firstElementChild.scrollIntoView({ block: "nearest" });
    }
  };

  const watch = (field) => {
    const hint = document.createElement("div");
    hint.className = "wording";
    field.after(hint);
    let shown = "";
    let timer = 0;
    const open = () => notice(field.value).filter((each) => !always.has(each.name) && !isKept(field.form, each.name));

    /* Only the word changes: whoever was writing further on goes on writing there. */
    const replace = (word, other) => {
      const here = notice(field.value).find((each) => each.word === word);
      if (here) {
        field.setRangeText(other, here.start, here.end, "preserve");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      field.focus({ preventScroll: true });
      show();
    };

    const line = (each) => {
      const row = document.createElement("div");
      row.className = "wording__words";
      row.setAttribute("role", "group");
      const reason = document.createElement("p");
      reason.className = "wording__reason";
      row.setAttribute("aria-label", say.noticed.replace("%s", each.word));
      reason.append(
        `${say.noticed.replace("%s", each.word)} `,
        inLanguage(document.createElement("span"), each.reason, each.language),
      );
      row.append(reason);
      for (const other of each.alternatives) {
        const [left, right] = say.use.split("%s");
        const use = button("", () => replace(each.word, other));
        const words = document.createElement("span");
        words.append(left, inLanguage(document.createElement("span"), other, each.language), right);
        use.append(words);
        row.append(use);
      }
      row.append(button(say.keep, () => keepOnce(each.name, field)));
      if (ignore) {
        const forGood = button(say.always, () => leaveAloneForGood(each.name, field));
        forGood.className = "button button--quiet button--small";
        row.append(forGood);
      }
      return row;
    };

    const announce = (found) => {
      const fresh = found.find((each) => !announced.has(each.name));
      if (fresh) {
        announced.add(fresh.name);
        const [first, second] = fresh.alternatives;
        const offer = second ? say.offer_two : first ? say.offer_one : "";
        voice.textContent = [say.noticed, offer].join(" ").replace("%s", fresh.word).replace("%s", first).replace("%s", second);
      }
    };

    const show = () => {
      const found = open();
      const first = [...new Map(found.map((each) => [each.word.toLowerCase(), each])).values()].slice(0, 2);
      const now = first.map((each) => each.word).join("|");
      if (now !== shown) {
        shown = now;
        hint.replaceChildren(...first.map(line));
        announce(first);
        bringIntoSight(hint, field);
      }
    };

    shows.set(field, show);
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 400);
    });
    show();
  };

  /* Fields come and go: another row, a part that htmx puts in, the page laid out for the next conversation. */
  let loading = null;
  const look = async () => {
    const fields = [...document.querySelectorAll(FIELD)].filter((field) => !shows.has(field) && field.form);
    if (!fields.length) {
      return;
    }
    loading ||= load();
    const given = await loading;
    if (!given) {
      loading = null;
      return;
    }
    if (!list) {
      ({ list, say, ignore } = given);
      notice = reader({ ...list, quiet: new Set(list.quiet) });
      globalThis.kithNotice = notice;
    }
    [...shows.keys()].filter((field) => !field.isConnected).forEach((field) => shows.delete(field));
    fields.filter((field) => field.isConnected && !shows.has(field)).forEach(watch);
    if (!voice.isConnected && shows.size) {
      [...shows.keys()][0].form.append(voice);
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    look();
    new MutationObserver((changes) => {
      const isNew = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(FIELD) || node.querySelector(FIELD));
      if (changes.some((change) => [...change.addedNodes].some(isNew))) {
        look();
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
