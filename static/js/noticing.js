/* Finds the words of a list in a text, and leaves alone what stands in quotation marks. Reads as connectors/wording does; the
   tests hold both to the same vectors. No page is touched here; wording.js shows what was found. */
(() => {
  "use strict";

  const GAP = "[ \\t\\r\\n\\u00a0\\u2010\\u2011-]{1,3}";
  const LETTER = "[\\p{L}\\p{N}_]";
  const TOKEN = /[\p{L}\p{N}_]+/u;
  const TOKENS = /[\p{L}\p{N}_]+/gu;
  const MARKS = /["\u201c\u201d'\u2018\u2019]|\n[ \t\r]*\n/g;
  const DOUBLE = "\"\u201c\u201d";
  const LOOK = 24;
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

  /* How an English alternative fits into its sentence, as connectors/wording/grammar.py. */
  const spaced = new RegExp(`(${LETTER}+)([ \\t\\u00a0]+)$`, "u");
  const ones = new RegExp(`^['\\u2019]s(?!${LETTER})`, "u");
  const manys = new RegExp(`^['\\u2019](?=[ \\u00a0]${LETTER})`, "u");
  const owned = (each) => (each.endsWith("s") ? `${each}\u2019` : `${each}\u2019s`);
  const possessive = (text, end, offered) => {
    const rest = text.slice(end, end + LOOK);
    const [one, many] = [rest.match(ones), rest.match(manys)];
    if (one && offered.some((each) => each.endsWith("s"))) {
      return [end + one[0].length, offered.map(owned)];
    }
    if (many && "sS".includes(text[end - 1]) && offered.some((each) => !each.endsWith("s"))) {
      return [end + many[0].length, offered.map(owned)];
    }
    return [end, offered];
  };
  const withArticle = (text, start, offered) => {
    const begin = Math.max(0, start - LOOK);
    const left = text.slice(begin, start).match(spaced);
    if (!left || !["a", "an"].includes(left[1].toLowerCase())) {
      return [start, offered];
    }
    const wanted = offered.map((each) => ("aeiou".includes(each[0].toLowerCase()) ? "an" : "a"));
    if (wanted.every((each) => each === left[1].toLowerCase())) {
      return [start, offered];
    }
    return [begin + left.index, offered.map((each, at) => `${wanted[at]}${left[2]}${each}`)];
  };

  /* Return a function from a text to [{start, end, word, alternatives, reason, name, language}], as `WordList.notice`
     in Python. One look into a map for each word of the text; the expression of a first word is made when it is met. */
  const reader = ({ entries, reasons, quiet, noNoun = [] }) => {
    const small = new Set(noNoun);
    const nounAfter = (text, end) => {
      const found = text.slice(end, end + LOOK).match(after);
      return found && !small.has(found[1].toLowerCase()) ? found : null;
    };
    const behindNoun = (text, end, offered) => {
      const noun = nounAfter(text, end);
      if (!noun) {
        return [end, offered];
      }
      if (startingWith.has(noun[1].toLowerCase()) || nounAfter(text, end + noun[0].length)) {
        return [end, []];
      }
      return [end + noun[0].length, offered.map((each) => `${noun[1]} ${each}`)];
    };
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
        const noun = entry.namesPeople && nounAfter(text, hit.end);
        if (noun) {
          readTo = nounAfter(text, hit.end + noun[0].length) ? start + token[0].length : hit.end;
          continue;
        }
        const isQuoted = span < quoted.length && quoted[span][0] <= start;
        if (isQuoted || quiet.has(entry.name) || isOtherSense(entry, text, start, hit.end)) {
          continue;
        }
        const { name, language } = entry;
        const typed = text.slice(start, hit.end);
        let offered = entry.alternatives.map((other) => other[Math.min(place, other.length - 1)]);
        let from = start;
        let end = hit.end;
        if (entry.followsNoun) {
          [end, offered] = behindNoun(text, end, offered);
        }
        if (language === "en-gb") {
          [end, offered] = possessive(text, end, offered);
          [from, offered] = withArticle(text, start, offered.map((other) => like(typed, other)));
        }
        const word = text.slice(from, end);
        const alternatives = offered.map((other) => like(word, other));
        found.push({ start: from, end, word, alternatives, reason: reasons[entry.reason], name, language });
        readTo = end;
      }
      return found;
    };
  };

  self.kithNoticing = { quotations, reader };
})();
