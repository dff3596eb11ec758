/* Words that could begin with strengths, noticed beside the field while somebody types. Never blocks, never rewrites by
   itself, and leaves alone what stands in quotation marks. Reads as connectors/wording does; the tests hold both to
   the same vectors. A field that carries `data-wording` is watched, whenever it comes into the page; the list is fetched
   only then, or comes with the page where a phone keeps a copy for when there is no signal. */
(() => {
  "use strict";

  const address = document.currentScript.dataset.words;
  const FIELD = "[data-wording]";

  const GAP = "[ \\t\\r\\n\\u00a0\\u2010\\u2011-]{1,3}";
  const LETTER = "[\\p{L}\\p{N}_]";
  const TOKEN = /[\p{L}\p{N}_]+/u;
  const TOKENS = /[\p{L}\p{N}_]+/gu;
  const MARKS = /["\u201c\u201d'\u2018\u2019]|\n[ \t\r]*\n/g;
  const DOUBLE = "\"\u201c\u201d";
  const LOOK = 24;
  /* What every form of a team carries: the token, and the team it was opened in. */
  const CARRIED = "input[name='csrfmiddlewaretoken'], input[name='for_team']";
  const isWord = (text, at) => at >= 0 && at < text.length && /[\p{L}\p{N}_]/u.test(text[at]);
  const isBlank = (text, at) => at < 0 || at >= text.length || " \t\r\n\u00a0".includes(text[at]);
  const opens = (text, at) => !isWord(text, at - 1) && !isBlank(text, at + 1);
  const closes = (text, at) => !isBlank(text, at - 1) && !isWord(text, at + 1);
  const isPlural = (text, at) => "sS".includes(text[at - 1] || " ") && text[at + 1] === " " && isWord(text, at + 2);
  const key = (words) => words.replace(new RegExp(GAP, "g"), " ").replaceAll("\u2019", "'").toLowerCase();

  const doubleQuotations = (text) => {
    const spans = [];
    let start = null;
    for (const mark of text.matchAll(MARKS)) {
      const at = mark.index;
      if (start !== null) {
        if (mark[0].length > 1 || mark[0] === "\"" || mark[0] === "\u201d") {
          spans.push([start, mark[0].length > 1 ? at : at + 1]);
          start = null;
        }
      } else if (mark[0] === "\u201c" || (mark[0] === "\"" && opens(text, at))) {
        start = at;
      }
    }
    return start === null ? spans : [...spans, [start, text.length]];
  };

  /* An apostrophe after a plural (the neighbours' shed) ends a quotation only if nothing later does. */
  const singleQuotations = (text, double) => {
    const spans = [];
    let start = null;
    let maybe = null;
    let inner = 0;
    const settle = () => {
      if (maybe !== null) {
        spans.push([start, maybe]);
      }
    };
    for (const mark of text.matchAll(MARKS)) {
      const at = mark.index;
      while (inner < double.length && double[inner][1] <= at) {
        inner += 1;
      }
      if ((inner < double.length && double[inner][0] <= at) || DOUBLE.includes(mark[0])) {
        continue;
      }
      if (mark[0].length > 1) {
        settle();
        start = maybe = null;
      } else if (start !== null && mark[0] !== "\u2018" && closes(text, at)) {
        if (isPlural(text, at)) {
          maybe = at + 1;
        } else {
          spans.push([start, at + 1]);
          start = maybe = null;
        }
      } else if (opens(text, at)) {
        settle();
        start = at;
        maybe = null;
      }
    }
    settle();
    return spans;
  };

  const quotations = (text) => {
    const double = doubleQuotations(text);
    const joined = [];
    for (const span of [...double, ...singleQuotations(text, double)].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      const last = joined[joined.length - 1];
      if (last && span[0] < last[1]) {
        last[1] = Math.max(last[1], span[1]);
      } else {
        joined.push([...span]);
      }
    }
    return joined;
  };

  const like = (word, other) => {
    const first = word[0];
    return first !== first.toLowerCase() ? other[0].toUpperCase() + other.slice(1) : other;
  };

  const before = new RegExp(`(${LETTER}+)[ \\t\\u00a0]+$`, "u");
  const after = new RegExp(`^[ \\t\\u00a0]+(${LETTER}+)`, "u");
  const isOtherSense = (entry, text, start, end) => {
    const left = entry.notAfter && text.slice(Math.max(0, start - LOOK), start).match(before);
    const right = entry.notBefore && text.slice(end, end + LOOK).match(after);
    return Boolean(
      (left && entry.notAfter.includes(left[1].toLowerCase())) ||
        (right && entry.notBefore.includes(right[1].toLowerCase())),
    );
  };

  /* Return a function from a text to [{start, end, word, alternatives, reason, name, language}], as `WordList.notice`
     in Python. One look into a map for each word of the text; the expression of a first word is made when it is met. */
  const reader = ({ entries, reasons, quiet }) => {
    const forms = new Map();
    for (const entry of entries) {
      entry.forms.forEach((form, place) => forms.set(form, { entry, place }));
    }
    const startingWith = new Map();
    for (const form of forms.keys()) {
      const first = form.match(TOKEN)[0];
      startingWith.set(first, [...(startingWith.get(first) || []), form]);
    }
    const patterns = new Map();
    const patternOf = (first) => {
      if (!patterns.has(first)) {
        const longest = startingWith.get(first).sort((a, b) => b.length - a.length);
        const phrase = (form) => form.split(" ").join(GAP).replaceAll("'", "['\\u2019]");
        patterns.set(first, new RegExp(`(?:${longest.map(phrase).join("|")})(?!${LETTER})`, "iuy"));
      }
      return patterns.get(first);
    };
    const phraseAt = (text, token) => {
      const first = token[0].toLowerCase();
      if (!startingWith.has(first)) {
        return null;
      }
      const pattern = patternOf(first);
      pattern.lastIndex = token.index;
      const match = pattern.exec(text);
      const form = match && forms.get(key(match[0]));
      return form ? { ...form, end: token.index + match[0].length } : null;
    };
    return (text) => {
      const quoted = quotations(text);
      const found = [];
      let span = 0;
      let readTo = 0;
      for (const token of text.matchAll(TOKENS)) {
        const start = token.index;
        const hit = start < readTo ? null : phraseAt(text, token);
        if (!hit) {
          continue;
        }
        readTo = hit.end;
        while (span < quoted.length && quoted[span][1] <= start) {
          span += 1;
        }
        const { entry, place } = hit;
        const isQuoted = span < quoted.length && quoted[span][0] <= start;
        if (isQuoted || quiet.has(entry.name) || isOtherSense(entry, text, start, hit.end)) {
          continue;
        }
        const word = text.slice(start, hit.end);
        const alternatives = entry.alternatives.map((other) => like(word, other[Math.min(place, other.length - 1)]));
        const { name, language } = entry;
        found.push({ start, end: hit.end, word, alternatives, reason: reasons[entry.reason], name, language });
      }
      return found;
    };
  };

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

  /* Kept for good on the server; without signal the word is left alone on this page, and the voice says so. */
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
