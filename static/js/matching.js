/* Which of a team's words somebody is using: forms of a word are told by a small stem, words of a phrase must stand near one
   another, and a gift is whose name stands beside it. No page is touched here; propose.js shows what was heard. */
(() => {
  "use strict";

  const IRREGULAR = {
    grew: "grow", grown: "grow", taught: "teach", teaching: "teach", sang: "sing", sung: "sing", song: "sing", built: "build",
    made: "make", making: "make", drove: "drive", driven: "drive", spoke: "speak", spoken: "speak", wrote: "write",
    written: "write", sewn: "sew", told: "tell", drew: "draw", drawn: "draw", caught: "catch", kept: "keep", knew: "know",
    known: "know", gave: "give", given: "give", went: "go", gone: "go", goes: "go", going: "go", sat: "sit", ran: "run",
    swam: "swim", swum: "swim", rode: "ride", ridden: "ride", did: "do", done: "do", does: "do", doing: "do", has: "have",
    had: "have", children: "child", men: "man", women: "woman", neighbours: "neighbour", veg: "vegetable", veggies: "vegetable",
    cycling: "cycle", taken: "take", took: "take", taking: "take", led: "lead", read: "read", reading: "read",
  };
  const SMALL = new Set(
    "a an the and or of for with to in on at by from as is are was be my our your their his her its this that some any all who it".split(" "),
  );
  const REFUSES = new Set("not never no nobody cannot cant dont doesnt didnt wont isnt wasnt hate hates hated stopped without".split(" "));
  const NEEDS = new Set("need needs needed needing lacks".split(" "));
  /* Somebody who wishes to do it cares about it, and does not offer it. */
  const WISHES = new Set("learn learning learns wish wishes wished want wants wanted wanting would hope hopes hoped keen".split(" "));
  const BREAKS = new Set(["and", "but", "while", "whereas", "so"]);
  const REACH = 3;

  const plain = (word) =>
    word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/['’]s$/, "").replace(/['’]/g, "");

  const hasVowel = (word) => /[aeiouy]/.test(word);

  const stem = (word) => {
    let root = plain(word);
    if (root in IRREGULAR) {
      root = IRREGULAR[root];
    } else {
      if (/[^aeiou]ie[sd]$/.test(root) && root.length > 4) {
        root = `${root.slice(0, -3)}y`;
      } else if (/(?:s|x|z|ch|sh|o)es$/.test(root) && root.length > 4) {
        root = root.slice(0, -2);
      } else if (/[^sui]s$/.test(root) && root.length > 3) {
        root = root.slice(0, -1);
      }
      if (root.length > 5 && root.endsWith("ing") && hasVowel(root.slice(0, -3))) {
        root = root.slice(0, -3);
      } else if (root.length > 4 && root.endsWith("ed") && !root.endsWith("eed") && hasVowel(root.slice(0, -2))) {
        root = root.slice(0, -2);
      }
    }
    root = root.length > 3 ? root.replace(/e$/, "") : root;
    return root.replace(/([bcdfghjklmnpqrstvwxz])\1$/, "$1");
  };

  const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu;

  /* Sentences of words, each with its clause, so that "Ama sings, and Li mends bikes" is two. */
  const read = (text) =>
    text.split(/[.!?;:\n]+/).map((sentence) => {
      const words = [];
      let clause = 0;
      let end = 0;
      for (const found of sentence.matchAll(WORD)) {
        const word = plain(found[0]);
        if (/[,–—()]/.test(sentence.slice(end, found.index)) || BREAKS.has(word)) {
          clause += 1;
        }
        end = found.index + found[0].length;
        words.push({ word, stem: stem(found[0]), clause });
      }
      return words;
    });

  /* What a phrase asks for: stems of its words that matter; "=gardening" asks for the word as it stands. */
  const wanted = (phrase) =>
    phrase
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => (word.startsWith("=") ? { word: plain(word.slice(1)) } : { stem: stem(word), small: SMALL.has(plain(word)) }))
      .filter((each) => !each.small);

  /* The theme or gift itself, for telling two spellings of one from two gifts. */
  const keyOf = (name) =>
    [...name.matchAll(WORD)].map(([word]) => word).filter((word) => !SMALL.has(plain(word))).map(stem).sort().join(" ");

  const fits = (token, want) => (want.word ? token.word === want.word : token.stem === want.stem);

  /* Return the places of the words of a sentence that say the phrase, or null. */
  const find = (words, wants) => {
    for (let at = 0; at < words.length; at += 1) {
      if (wants.some((want) => fits(words[at], want))) {
        const near = words.slice(at, at + wants.length + REACH);
        const last = wants.map((want) => near.findIndex((token) => fits(token, want)));
        if (!last.includes(-1)) {
          return last.map((step) => at + step);
        }
      }
    }
    return null;
  };

  const before = (words, at) => words.slice(Math.max(0, at - 5), at).filter((each) => each.clause === words[at].clause);

  /* Whose it is: the one person named in the same breath, or in the sentence, or the only one there. */
  const giver = (words, places, people) => {
    const [from, to] = [Math.min(...places), Math.max(...places)];
    const spoken = people.filter(({ label }) => {
      const name = [...label.matchAll(WORD)].map(([word]) => plain(word));
      return name.length > 0 && words.some((_, at) => name.every((each, step) => words[at + step]?.word === each));
    });
    const clauses = new Set(words.slice(from, to + 1).map(({ clause }) => clause));
    const close = spoken.filter(({ label }) => {
      const [name] = [...label.matchAll(WORD)].map(([word]) => plain(word));
      return words.some(({ word, clause }) => word === name && clauses.has(clause));
    });
    for (const found of [close, spoken, people]) {
      if (found.length === 1) {
        return found[0].value;
      }
      if (found.length > 1) {
        return "";
      }
    }
    return "";
  };

  /* Who a theme belongs to: those named in its clause, with a list of names just before it ("Ama, Rose and Li dance"); if
     nobody is, those named in the sentence. */
  const named = (words, places, people) => {
    const names = people.map(({ label }) => [...label.matchAll(WORD)].map(([word]) => plain(word)));
    const isNamed = (within) => people.filter((_each, n) => names[n][0] && within.some(({ word }) => word === names[n][0]));
    const clauseOf = (n) => words.filter(({ clause }) => clause === n);
    const isList = (within) => within.length > 0 && within.every(({ word }) => BREAKS.has(word) || names.some((parts) => parts.includes(word)));
    let first = words[Math.min(...places)].clause;
    const last = words[Math.max(...places)].clause;
    while (isList(clauseOf(first - 1))) {
      first -= 1;
    }
    const close = isNamed(words.filter(({ clause }) => clause >= first && clause <= last));
    return (close.length > 0 ? close : isNamed(words)).map(({ value }) => value);
  };

  /* Make the team's vocabulary ready once: themes [[number, name]], gifts [[name, kind]], shipped [[name, kind, phrase…]]. */
  const prepare = ({ themes, gifts, shipped }) => {
    const entries = [];
    const known = new Set();
    const add = (entry, phrases) => {
      const key = `${entry.type}:${keyOf(entry.label)}`;
      const all = phrases.map(wanted).filter((wants) => wants.some((want) => (want.word || want.stem).length > 2));
      if (!known.has(key) && all.length > 0) {
        known.add(key);
        entries.push({ ...entry, key, phrases: all });
      }
    };
    const also = new Map(shipped.map(([name, , ...phrases]) => [keyOf(name), phrases]));
    themes.forEach(([value, label]) => add({ type: "theme", value: String(value), label }, [label]));
    gifts.forEach(([label, kind]) => add({ type: "gift", label, kind }, [label, ...(also.get(keyOf(label)) || [])]));
    shipped.forEach(([label, kind, ...phrases]) => add({ type: "gift", label, kind }, phrases));
    return entries;
  };

  /* The theme for something that somebody wishes to do: the team's own that shares a word with it, or a new one. */
  const wished = (gift, entries) => {
    const words = new Set(keyOf(gift.label).split(" "));
    const own = entries.find(({ type, label }) => type === "theme" && keyOf(label).split(" ").some((word) => words.has(word)));
    return own || { type: "theme", value: "", label: gift.label, key: `theme:${keyOf(gift.label)}` };
  };

  /* Each once: of two gifts in the same words the one that says more, and a theme once however often it was said. */
  const each = (heard) => {
    const covers = (one, other) => one.where.words === other.where.words && other.where.at.every((at) => one.where.at.includes(at));
    const kept = heard.filter((one, at) =>
      one.type === "theme"
        ? heard.findIndex(({ key }) => key === one.key) === at
        : !heard.some(
            (other, later) =>
              other !== one && other.type === "gift" && covers(other, one) && (!covers(one, other) || later < at),
          ),
    );
    return kept.map((entry) => ({ ...entry, where: undefined }));
  };

  /* Return what the words say of the vocabulary: entries, each once, gifts with `whose` (a value of people, or ""), themes with
     `who` (values of those named in the same sentence). */
  const hear = (text, entries, people = []) => {
    const sentences = read(text);
    const heard = [];
    for (const entry of entries) {
      for (const words of sentences) {
        const at = entry.phrases.map((wants) => find(words, wants)).filter(Boolean).sort((one, other) => other.length - one.length)[0];
        if (!at) {
          continue;
        }
        const said = before(words, Math.min(...at)).map(({ word }) => word);
        const isGift = entry.type === "gift";
        if (said.some((word) => REFUSES.has(word)) || (isGift && said.some((word) => NEEDS.has(word)))) {
          continue;
        }
        const where = { words, at };
        if (isGift && said.some((word) => WISHES.has(word))) {
          heard.push({ ...wished(entry, entries), who: named(words, at, people), where });
        } else {
          heard.push(isGift ? { ...entry, whose: giver(words, at, people), where } : { ...entry, who: named(words, at, people), where });
        }
        break;
      }
    }
    return each(heard);
  };

  window.kithMatching = { hear, keyOf, prepare, stem };
})();
