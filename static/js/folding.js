/* Names and search words without accents, case, punctuation and invisible characters, as communities/folding.py folds them:
   the tests hold both to the same names. No page is touched here. */
(() => {
  "use strict";

  const LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss", "ħ": "h", "ŋ": "ng", "ŧ": "t",
    "ς": "σ",
  };
  const UNSEEN = new RegExp(
    "[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f" +
      "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]+",
    "gu",
  );
  const APOSTROPHES = /['\u2018\u2019\u201b\u02bb\u02bc\u02b9`\u00b4\u2032\uff07\ua78c]/g;
  const MARKS = new RegExp(
    "[\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670" +
      "\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]+",
    "g",
  );

  /* Return the text folded, its words separated by one space; "" for an emoji alone. */
  const folded = (text) =>
    [...text.replace(UNSEEN, "").replace(APOSTROPHES, "").toLowerCase().normalize("NFKD").replace(MARKS, "").toLowerCase()]
      .map((letter) => LETTERS[letter] ?? letter)
      .join("")
      .replace(APOSTROPHES, "")
      .normalize("NFC")
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
      .trim();

  /* Return what two names must have in common to be the same: their letters alone; for a name without any, its signs. */
  const compared = (text) => folded(text).replaceAll(" ", "") || text.replace(UNSEEN, "").replace(/[\p{P}\p{Z}\p{C}]+/gu, "");

  /* Return whether two typed names are one. */
  const key = (name) => compared(name) || name.trim().toLowerCase();
  const isSame = (one, other) => key(one) === key(other);

  const ONE_UNSEEN = new RegExp(`^${UNSEEN.source}$`, "u");
  const isBlank = (sign) => /\s/.test(sign) || "\u001c\u001d\u001e\u001f\u0085".includes(sign);
  const SELECTOR = /^[\ufe00-\ufe0f]$/;
  const HAS_VARIANTS = /^[\p{So}\p{Sm}\p{Po}\p{Nd}]$/u;

  /* Return whether an invisible character joins its neighbours, or chooses the variant of an emoji. */
  const changesItsNeighbours = (sign, before, after) => {
    if (SELECTOR.test(sign)) {
      return HAS_VARIANTS.test(before);
    }
    const isJoiner = sign === "\u200c" || sign === "\u200d";
    return isJoiner && before >= "\u0600" && after >= "\u0600" && !/\s/.test(before) && !/\s/.test(after);
  };

  /* Return a text of one line as people see it: without invisible characters, with single spaces, none around it. */
  const visible = (text) =>
    [...text]
      .map((sign, at, all) => {
        if (!ONE_UNSEEN.test(sign) || changesItsNeighbours(sign, all[at - 1] ?? "", all[at + 1] ?? "")) {
          return sign;
        }
        return isBlank(sign) && sign !== "\ufeff" ? " " : "";
      })
      .join("")
      .replace(/\s+/g, " ")
      .trim();

  self.kithFolding = { compared, folded, isSame, visible };
})();
