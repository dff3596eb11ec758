/* Words that could begin with strengths, noticed beside the field while somebody types. Never blocks, never rewrites by
   itself, and leaves alone what stands in quotation marks. Reads as connectors/wording.py does; the tests hold both to
   the same vectors. The list comes from the page, in a data block. */
(() => {
  "use strict";

  const GAP = "[ \\t\\r\\n\\u00a0\\u2010\\u2011-]{1,3}";
  const LETTER = "[\\p{L}\\p{N}_]";
  const MARKS = /["\u201c\u201d'\u2018\u2019]|\n[ \t\r]*\n/g;
  const DOUBLE = "\"\u201c\u201d";
  const LOOK = 24;
  const isWord = (text, at) => at >= 0 && at < text.length && /[\p{L}\p{N}_]/u.test(text[at]);
  const isBlank = (text, at) => at < 0 || at >= text.length || " \t\r\n\u00a0".includes(text[at]);
  const opens = (text, at) => !isWord(text, at - 1) && !isBlank(text, at + 1);
  const closes = (text, at) => !isBlank(text, at - 1) && !isWord(text, at + 1);
  const isPlural = (text, at) => "sS".includes(text[at - 1] || " ") && text[at + 1] === " " && isWord(text, at + 2);
  const key = (words) => words.replace(new RegExp(GAP, "g"), " ").toLowerCase();

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

  /* Return a function from a text to [{start, end, word, alternatives, reason}], as `notice` in Python. */
  const reader = (list) => {
    const entries = new Map(list.map((entry) => [entry.words, entry]));
    const phrases = list.map((entry) => entry.words.split(" ").join(GAP)).join("|");
    const words = new RegExp(`(?<!${LETTER})(?:${phrases})(?!${LETTER})`, "giu");
    const before = new RegExp(`(${LETTER}+)[ \\t\\u00a0]+$`, "u");
    const after = new RegExp(`^[ \\t\\u00a0]+(${LETTER}+)`, "u");
    const otherSense = (entry, text, start, end) => {
      const left = text.slice(Math.max(0, start - LOOK), start).match(before);
      const right = text.slice(end, end + LOOK).match(after);
      return Boolean(
        (left && entry.notAfter.includes(left[1].toLowerCase())) ||
          (right && entry.notBefore.includes(right[1].toLowerCase())),
      );
    };
    const like = (word, other) => {
      const first = word[0];
      return first !== first.toLowerCase() ? other[0].toUpperCase() + other.slice(1) : other;
    };
    return (text) => {
      const quoted = quotations(text);
      const found = [];
      let span = 0;
      for (const match of text.matchAll(words)) {
        const [start, end] = [match.index, match.index + match[0].length];
        while (span < quoted.length && quoted[span][1] <= start) {
          span += 1;
        }
        const entry = entries.get(key(match[0]));
        if ((span < quoted.length && quoted[span][0] <= start) || !entry || otherSense(entry, text, start, end)) {
          continue;
        }
        const alternatives = entry.alternatives.map((other) => like(match[0], other));
        found.push({ start, end, word: match[0], alternatives, reason: entry.reason });
      }
      return found;
    };
  };

  const block = document.getElementById("wording-list");
  if (!block) {
    return;
  }
  const { words, say } = JSON.parse(block.textContent);
  const notice = reader(words);
  globalThis.kithNotice = notice;
  const kept = new Set();

  const button = (label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--secondary button--small";
    made.textContent = label;
    made.addEventListener("click", press);
    return made;
  };

  const watch = (field) => {
    const hint = document.createElement("div");
    hint.className = "wording";
    hint.setAttribute("aria-live", "polite");
    field.after(hint);
    let shown = "";
    let timer = 0;

    const replace = (word, other) => {
      const here = notice(field.value).find((each) => each.word === word);
      if (here) {
        field.setRangeText(other, here.start, here.end, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      field.focus();
      show();
    };

    const line = (each) => {
      const row = document.createElement("p");
      row.className = "wording__words";
      const reason = document.createElement("span");
      reason.className = "wording__reason";
      reason.textContent = `${say.noticed.replace("%s", each.word)} ${each.reason}`;
      row.append(
        reason,
        ...each.alternatives.map((other) => button(say.use.replace("%s", other), () => replace(each.word, other))),
        button(say.keep, () => {
          kept.add(each.word.toLowerCase());
          field.focus();
          show();
        }),
      );
      return row;
    };

    const show = () => {
      const open = notice(field.value).filter((each) => !kept.has(each.word.toLowerCase()));
      const first = [...new Map(open.map((each) => [each.word.toLowerCase(), each])).values()].slice(0, 2);
      const now = first.map((each) => each.word).join("|");
      if (now !== shown) {
        shown = now;
        hint.replaceChildren(...first.map(line));
      }
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 400);
    });
  };

  document.querySelectorAll("[data-wording]").forEach(watch);
})();
