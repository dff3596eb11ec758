"""Finding words in long tables: SQLite's FTS5 and PostgreSQL's tsvector behind one door.

Both databases find the same rows: whole words or their beginnings, whatever their capitals and accents, every word of the
question, and what stands in double quotation marks side by side. There is no stemming, because teams write in more than
one language: "bak" finds baking, baked and bakery.

On SQLite triggers keep the index; a later migration that rebuilds the table (Django does for most changes of one) drops
them with it, and must call `install` again. On PostgreSQL a generated column and its index follow the table by themselves.
"""

import re
import unicodedata
from copy import copy
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Func, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.where import WhereNode

#: How many of the latest rows that hold the words are found: twelve pages. Whoever wants more adds a word.
MOST_FOUND = 300
#: How many words of a question count; the rest is left out.
MOST_WORDS = 12

_PHRASE = re.compile(r'["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]?')
_WORD = re.compile(r"[^\W_]+")
# What PostgreSQL's parser would keep together, and SQLite's tokenizer parts: joined addresses, dates and compounds.
_PARTS = "-_./@:'\u2019&#%+=~\\"
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
            schema_editor.execute(f"ALTER TABLE {self.table} DROP COLUMN IF EXISTS full_text")
            return
        for verb in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.index}_{verb}")
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
        question = self._ask_postgresql if is_postgresql else self._ask_sqlite
        found: list[int] = []
        if wanted:
            with connection.cursor() as cursor:
                cursor.execute(*question(wanted, team_id, most))
                found = [number for (number,) in cursor.fetchall()]
        if not found:
            return rows.none()
        kept = rows.filter(pk__in=found)
        return kept if is_postgresql else _off_the_teams_index(kept)

    def _ask_sqlite(self, wanted: list[list[str]], team_id: int, most: int) -> tuple[str, tuple]:
        columns = " ".join(self.columns)
        words = " AND ".join(f'{{{columns}}} : "{" ".join(phrase)}" *' for phrase in wanted)
        sql = f"SELECT rowid FROM {self.index} WHERE {self.index} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608 - names of our own
        return sql, (f"team_id : {team_id:d} AND {words}", most)

    def _ask_postgresql(self, wanted: list[list[str]], team_id: int, most: int) -> tuple[str, tuple]:
        words = " & ".join(f"({' <-> '.join([*phrase[:-1], phrase[-1] + ':*'])})" for phrase in wanted)
        sql = (
            f"SELECT id FROM {self.table} WHERE team_id = %s AND full_text @@ to_tsquery('simple', %s) "  # noqa: S608 - names of our own
            "ORDER BY id DESC LIMIT %s"
        )
        return sql, (team_id, words, most)

    def _make_postgresql(self) -> list[str]:
        joined = " || ' ' || ".join(f"coalesce({column}, '')" for column in self.columns)
        parts = _PARTS.replace("'", "''")
        spaces = " " * len(_PARTS)
        bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in _MARKED)
        plain = f"translate({joined}, '{parts}{_MARKED}', '{spaces}{bare}')"
        return [
            f"ALTER TABLE {self.table} ADD COLUMN full_text tsvector "
            f"GENERATED ALWAYS AS (to_tsvector('simple', {plain})) STORED".replace("%", "%%"),
            f"CREATE INDEX {self.index} ON {self.table} USING gin (full_text) WITH (fastupdate = off)",
        ]

    def _make_sqlite(self) -> list[str]:
        columns = ", ".join(("team_id", *self.columns))
        new, old = (", ".join(f"{row}.{name}" for name in ("id", "team_id", *self.columns)) for row in ("new", "old"))
        add = f"INSERT INTO {self.index} (rowid, {columns}) VALUES ({new});"  # noqa: S608 - names of our own
        drop = f"INSERT INTO {self.index} ({self.index}, rowid, {columns}) VALUES ('delete', {old});"  # noqa: S608
        return [
            f"CREATE VIRTUAL TABLE {self.index} USING fts5({columns}, content='{self.table}', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3', columnsize=0)",
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
