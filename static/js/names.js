/* Names in a line, as connectors/forms/fields.py reads it; the tests hold both to the same lines. No page is touched here. */
(() => {
  "use strict";

  /* What parts one name from the next: a comma, a semicolon, a new line, "and". */
  const BETWEEN = /([,;\r\n]|\s+(?:and|&)\s+)/i;
  const tidy = (piece) => piece.trim().replace(/\s+/g, " ");
  /* Names, blanks and what stands between them in turn: names at even places. */
  const pieces = (line) => line.split(BETWEEN);

  const isSame = (one, other) => one.toLowerCase() === other.toLowerCase();

  /* Return the names, in their order; the server takes each once. */
  const split = (line) => pieces(line).filter((_piece, at) => at % 2 === 0).map(tidy).filter(Boolean);

  /* Return the name that is being typed, "" after a comma. */
  const last = (line) => tidy(pieces(line).at(-1));

  /* Return the line without a name. Everything else stays as it stands: somebody may be in the middle of the next name. */
  const without = (line, name) => {
    const all = pieces(line);
    for (let at = all.length - 1; at >= 0; at -= 2) {
      if (isSame(tidy(all[at]), name)) {
        all.splice(at, 2);
      }
    }
    return all.join("").trimStart();
  };

  self.kithNames = { isSame, last, split, without };
})();
