/* Names in a line, as connectors/forms/fields.py reads it; the tests hold both to the same lines. No page is touched here. */
(() => {
  "use strict";

  const { isSame } = self.kithFolding;

  /* What parts one name from the next: a comma, a semicolon, a new line, "and" (not after a title alone: "Mr and Mrs Patel"),
     a plus sign, a slash, and in Welsh "a" or "ac" before a capital. */
  const BETWEEN = new RegExp(
    "([,;\\r\\n]" +
      "|(?<!\\s)(?<!\\b[Mm]rs?\\.?)(?<!\\b[Mm]s)(?<!\\b[Mm]iss)(?<!\\b[Dd]r\\.?)\\s+(?:[Aa][Nn][Dd]|&|\\+)\\s+" +
      "|\\s+/\\s+" +
      "|\\s+ac?\\s+(?=[A-ZÀ-ÖØ-ÞŴŶ]))",
  );
  const COUPLE = /^((?:mrs?|ms|miss|dr)\.?)\s+(?:and|&|\+)\s+((?:mrs?|ms|miss|dr)\.?)\s+(.+)$/i;
  const tidy = (piece) => self.kithFolding.visible(piece);
  /* Names, blanks and what stands between them in turn: names at even places. */
  const pieces = (line) => line.split(BETWEEN);

  /* Return the names, in their order; the server takes each once. */
  const split = (line) =>
    pieces(line)
      .filter((_piece, at) => at % 2 === 0)
      .map(tidy)
      .filter(Boolean)
      .flatMap((name) => {
        const couple = name.match(COUPLE);
        return couple ? [`${couple[1]} ${couple[3]}`, `${couple[2]} ${couple[3]}`] : [name];
      });

  /* Return the name that is being typed, "" after a comma. */
  const last = (line) => tidy(pieces(line).at(-1));

  /* Return the line without a name. Everything else stays as it stands: somebody may be in the middle of the next name. */
  const without = (line, name) => {
    const all = pieces(line);
    for (let at = all.length - 1; at >= 0; at -= 2) {
      const others = split(all[at]).filter((each) => !isSame(each, name));
      if (all[at].trim() && !others.length) {
        all.splice(at, 2);
      } else if (others.length === 1 && COUPLE.test(tidy(all[at])) && split(all[at]).length > others.length) {
        all[at] = `${/^\s*/.exec(all[at])[0]}${others[0]}`;
      }
    }
    return all.join("").trimStart();
  };

  self.kithNames = { isSame, last, split, without };
})();
