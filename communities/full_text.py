"""Finding words in long tables: SQLite's FTS5 and PostgreSQL's tsvector behind one door.

Both databases find the same rows: whole words or their beginnings, whatever their capitals and accents, every word of the
question, and what stands in double quotation marks side by side. There is no stemming, because teams write in more than
one language: "bak" finds baking, baked and bakery. A letter or digit alone is a word, and no beginning: nearly every row
holds a word that begins with an "a". Where one sign says a word, as in Chinese, it is a beginning all the same.

On SQLite triggers keep the index; a later migration that rebuilds the table (Django does for most changes of one) drops
them with it, and must call `install` again. On PostgreSQL a generated column and its index follow the table by themselves.
"""

import re
import unicodedata
from copy import copy
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.models import Func, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.where import WhereNode

#: How many of the latest rows that hold the words are found: twelve pages. Whoever wants more adds a word.
MOST_FOUND = 300
#: How many words of a question count; the rest is left out.
MOST_WORDS = 12
#: How many words with one beginning are asked for one by one. Looking one up costs a fraction of a millisecond.
MOST_ENDINGS = 12
#: PostgreSQL looks for rows among so many times the number wanted, the latest, before it asks the index for all.
NEAR = 10

_PHRASE = re.compile(r'["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]?')
_WORD = re.compile(r"[^\W_]+")
# What PostgreSQL's parser would keep together, and SQLite's tokenizer parts: joined addresses, dates and compounds.
_PARTS = "-_./@:'\u2019&#%+=~\\"
# The first sign of the scripts that write a word with one: whatever comes before is a letter of an alphabet.
_FIRST_WHOLE_SIGN = "\u2e80"
# What FTS5 finds beginnings of at once, by its `prefix` option; the beginnings of longer words are taken apart first.
_SHORT = (2, 3)
# Latin letters with marks in use from Irish and Welsh to Polish, Turkish, Romanian and Vietnamese names.
_MARKED = "".join(
    letter
    for first, last in ((0xC0, 0x24F), (0x1E00, 0x1EFF))
    for letter in map(chr, range(first, last + 1))
    if len(unicodedata.normalize("NFD", letter)) > 1 and unicodedata.normalize("NFD", letter)[0].isascii()
)


@dataclass(frozen=True)
class FullText:
    """An index over some text columns of a table whose rows belong to teams."""

    table: str
    columns: tuple[str, ...]

    @property
    def index(self) -> str:
        """Return the name of the index: a table on SQLite, a column's index on PostgreSQL."""
        return f"{self.table}_text"

    def install(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Make the index and fill it with what is there; made again, it is the same."""
        self.remove(schema_editor)
        make = self._make_postgresql if schema_editor.connection.vendor == "postgresql" else self._make_sqlite
        for statement in make():
            schema_editor.execute(statement)

    def remove(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Take the index away, if it is there."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.index}_latest")
            schema_editor.execute(f"ALTER TABLE {self.table} DROP COLUMN IF EXISTS full_text")
            return
        for verb in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.index}_{verb}")
        schema_editor.execute(f"DROP TABLE IF EXISTS {self.index}_words")
        schema_editor.execute(f"DROP TABLE IF EXISTS {self.index}")

    def let_go_of_old_words(self, using: str = DEFAULT_DB_ALIAS) -> None:
        """Take words out of the index's own pages that the rows no longer hold.

        SQLite keeps them there, marked as gone, until the index is put together again (seconds for a million rows);
        PostgreSQL's vacuum does it by itself.
        """
        connection = connections[using]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.index} ({self.index}) VALUES ('optimize')")  # noqa: S608 - names of our own

    def matching(self, rows: QuerySet, text: str, *, team_id: int, most: int = MOST_FOUND) -> QuerySet:
        """Keep the rows of a team that hold every word of a text, at most the latest so many by number.

        The index is asked at once, and once, however often the rows are counted and read afterwards. A text without a
        letter or digit keeps none.
        """
        wanted = phrases(text)
        connection = connections[rows.db]
        is_postgresql = connection.vendor == "postgresql"
        find = self._find_postgresql if is_postgresql else self._find_sqlite
        found: list[int] = []
        if wanted:
            with connection.cursor() as cursor:
                find(cursor, wanted, team_id, most)
                found = [number for (number,) in cursor.fetchall()]
        if not found:
            return rows.none()
        kept = rows.filter(pk__in=found)
        return kept if is_postgresql else _off_the_teams_index(kept)

    def _find_sqlite(self, cursor: CursorWrapper, wanted: list[list[str]], team_id: int, most: int) -> None:
        columns = " ".join(self.columns)
        words = " AND ".join(f"{{{columns}}} : ({self._endings(cursor, phrase)})" for phrase in wanted)
        sql = f"SELECT rowid FROM {self.index} WHERE {self.index} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608 - names of our own
        cursor.execute(sql, (f"team_id : {team_id:d} AND {words}", most))

    def _endings(self, cursor: CursorWrapper, phrase: list[str]) -> str:
        """Return a phrase with every ending of its last word that is written anywhere, for FTS5.

        For a beginning longer than those it keeps, FTS5 reads every row of every such word before it answers (15 ms for one
        that stands in a third of a million rows). For whole words it reads as many as are wanted, the latest first.
        """
        text, last = " ".join(phrase), phrase[-1]
        if _is_whole(last):
            return f'"{text}"'
        if len(last) in _SHORT:
            return f'"{text}" *'
        # Each step jumps behind the word found: no letter or digit comes before "0".
        behind = f"SELECT term FROM {self.index}_words WHERE term >= {{}} AND term < %s LIMIT 1"  # noqa: S608 - names of our own
        cursor.execute(
            f"WITH RECURSIVE found(term) AS (SELECT ({behind.format('%s')}) UNION ALL "  # noqa: S608 - names of our own
            f"SELECT ({behind.format("found.term || '0'")}) FROM found WHERE found.term IS NOT NULL LIMIT %s) "
            "SELECT term FROM found WHERE term IS NOT NULL",
            (last, beyond := f"{last}\U0010ffff", beyond, MOST_ENDINGS + 1),
        )
        words = [word for (word,) in cursor.fetchall()] or [last]
        if len(words) > MOST_ENDINGS:
            return f'"{text}" *'
        return " OR ".join(f'"{" ".join([*phrase[:-1], word])}"' for word in words)

    def _find_postgresql(self, cursor: CursorWrapper, wanted: list[list[str]], team_id: int, most: int) -> None:
        """Look among the team's latest rows, where a common word is, and only then at all that the index knows.

        Left to choose, PostgreSQL walks back through the whole table when it takes a word for common that the team last
        wrote down years ago, or reads every row that holds a common word.
        """
        words = " & ".join(f"({' <-> '.join([*phrase[:-1], _lexeme(phrase[-1])])})" for phrase in wanted)
        cursor.execute(
            "WITH near AS MATERIALIZED (SELECT id FROM (SELECT id, full_text FROM "  # noqa: S608 - names of our own
            f"{self.table} WHERE team_id = %s ORDER BY id DESC LIMIT %s) AS latest "
            "WHERE full_text @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT %s), "
            f"every AS MATERIALIZED (SELECT id FROM {self.table} WHERE (SELECT count(*) FROM near) < %s "
            "AND full_text @@ (to_tsquery('simple', %s) && CAST(%s AS tsquery))) "
            "SELECT id FROM near UNION SELECT id FROM every ORDER BY id DESC LIMIT %s",
            (team_id, NEAR * most, words, most, most, words, f"'@{team_id:d}'", most),
        )

    def _make_postgresql(self) -> list[str]:
        joined = " || ' ' || ".join(f"coalesce({column}, '')" for column in self.columns)
        parts = _PARTS.replace("'", "''")
        spaces = " " * len(_PARTS)
        bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in _MARKED)
        plain = f"translate({joined}, '{parts}{_MARKED}', '{spaces}{bare}')"
        # The team is a word that nobody can type, so that the index alone tells whose rows hold the others.
        team = "array_to_tsvector(ARRAY['@' || CAST(team_id AS text)])"
        return [
            f"ALTER TABLE {self.table} ADD COLUMN full_text tsvector "
            f"GENERATED ALWAYS AS (to_tsvector('simple', {plain}) || {team}) STORED".replace("%", "%%"),
            f"CREATE INDEX {self.index} ON {self.table} USING gin (full_text) WITH (fastupdate = off)",
            f"CREATE INDEX {self.index}_latest ON {self.table} (team_id, id)",
        ]

    def _make_sqlite(self) -> list[str]:
        columns = ", ".join(("team_id", *self.columns))
        new, old = (", ".join(f"{row}.{name}" for name in ("id", "team_id", *self.columns)) for row in ("new", "old"))
        add = f"INSERT INTO {self.index} (rowid, {columns}) VALUES ({new});"  # noqa: S608 - names of our own
        drop = f"INSERT INTO {self.index} ({self.index}, rowid, {columns}) VALUES ('delete', {old});"  # noqa: S608
        return [
            f"CREATE VIRTUAL TABLE {self.index} USING fts5({columns}, content='{self.table}', content_rowid='id', "
            f"tokenize='unicode61 remove_diacritics 2', prefix='{' '.join(map(str, _SHORT))}', columnsize=0)",
            f"CREATE VIRTUAL TABLE {self.index}_words USING fts5vocab({self.index}, instance)",
            f"CREATE TRIGGER {self.index}_insert AFTER INSERT ON {self.table} BEGIN {add} END",
            f"CREATE TRIGGER {self.index}_update AFTER UPDATE OF {columns} ON {self.table} BEGIN {drop} {add} END",
            f"CREATE TRIGGER {self.index}_delete AFTER DELETE ON {self.table} BEGIN {drop} END",
            f"INSERT INTO {self.index} ({self.index}) VALUES ('rebuild')",  # noqa: S608 - names of our own
        ]


def _off_the_teams_index(rows: QuerySet) -> QuerySet:
    """Return the same rows, looked up by the numbers found.

    Without statistics SQLite believes that a team has ten rows, and would walk all of them, in the order of the list, to
    ask of each whether it was found. A plus sign before a column keeps an index out of it.
    Source: "Disqualifying WHERE clause terms using unary +", https://www.sqlite.org/optoverview.html, read 2026-11-22.
    """
    rows = rows.all()
    nodes = [rows.query.where]
    while nodes:
        node = nodes.pop()
        for place, child in enumerate(node.children):
            if isinstance(child, WhereNode):
                nodes.append(child)
            elif isinstance(child.lhs, Col) and child.lhs.target.column == "team_id":
                node.children[place] = kept = copy(child)
                kept.lhs = Func(child.lhs, template="+%(expressions)s", output_field=child.lhs.output_field)
    return rows


def _is_whole(word: str) -> bool:
    """Return whether a word means itself alone, and nothing that begins with it."""
    return len(word) == 1 and word < _FIRST_WHOLE_SIGN


def _lexeme(word: str) -> str:
    return word if _is_whole(word) else f"{word}:*"


def phrases(text: str) -> list[list[str]]:
    """Return the words of a question, folded, one list for each single word and for each quoted phrase.

    `Mae's "fish supper"` gives [["fish", "supper"], ["mae"], ["s"]].
    """
    found = [words for quoted in _PHRASE.findall(text) if (words := _words(quoted))]
    found += [[word] for word in _words(_PHRASE.sub(" ", text))]
    kept, room = [], MOST_WORDS
    for phrase in found:
        kept.append(phrase[:room])
        room -= len(kept[-1])
        if room <= 0:
            break
    return kept


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return _WORD.findall("".join(mark for mark in decomposed if not unicodedata.combining(mark)))
