"""Full-text search in long tables: one interface to SQLite's FTS5 and PostgreSQL's tsvector.

Both databases find the same rows: those that contain every word of the query, or a word that starts with it, folded by
the one rule of `communities.folding`; text in double quotation marks must occur as a phrase. Words are not stemmed, because teams write in
more than one language: "bak" finds baking, baked and bakery. A single letter or digit matches only as a whole word:
nearly every row contains a word that starts with "a". In scripts that write a word with one character, such as Chinese,
it matches the start of a word all the same.

On SQLite triggers maintain the index. A migration that rebuilds the table (Django does for most changes of one) drops
them with it, and the index is installed again after `migrate`. On PostgreSQL a generated column follows the table
automatically.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from communities.among import among
from communities.database_objects import has_index, run, triggers_of
from communities.folding import APOSTROPHES, LETTERS, MARKS, UNSEEN
from communities.latest_words import asked_of, latest_with, of_team, words_of
from communities.typed_words import is_whole, phrases

#: How many of the latest matching rows are found: twelve pages. To find others, users add a keyword.
MOST_FOUND = 300
#: How many words with the same start are searched one by one. Looking one up costs a fraction of a millisecond.
MOST_ENDINGS = 12
#: A word of more characters is not found on PostgreSQL.
LONGEST_WORD = 255
#: How many pages of SQLite's index are merged at once; 200 took a tenth of a second at most.
MERGED_PAGES = 200

# What PostgreSQL's parser would leave joined, and SQLite's tokenizer splits: addresses, dates and compounds.
_PARTS = "-_./@:&#%+=~\\"
# Letters in both cases and apostrophes, with what stands for each in the index: SQLite's tokenizer folds the rest itself.
_FOLDED = {
    **{case: plain for letter, plain in LETTERS.items() for case in (letter, letter.upper()) if not case.isascii()},
    **dict.fromkeys(APOSTROPHES, ""),
    # Invisible characters that come with copied texts: SQLite would take a word with one for two.
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
}
#: How many functions SQLite's parser is given one within the other: its stack holds about thirty.
_NESTED = 8
# Prefix lengths that FTS5 indexes, by its `prefix` option; longer prefixes are expanded to words first.
_SHORT = (2, 3)
#: SQL and what is sent with it.
type _Query = tuple[str, tuple[Any, ...]]
# The events of a row that have triggers on SQLite.
_EVENTS = ("insert", "update", "delete")


@dataclass(frozen=True)
class FullText:
    """An index over some text columns of a table whose rows belong to teams.

    through: for a table without `team_id`, its foreign key to the table that has it, and that table. Such a row must not
    move to another team.
    """

    table: str
    columns: tuple[str, ...]
    through: tuple[str, str] | None = None

    def __str__(self) -> str:
        return f"the full-text index of the table {self.table}, or a part that keeps it up to date"

    @property
    def index(self) -> str:
        """Return the name of the index: a table on SQLite, a column's index on PostgreSQL."""
        return f"{self.table}_text"

    def _team_of(self, row: str) -> str:
        """Return SQL for the team of a row, such as `new`."""
        if self.through is None:
            return f"{row}.team_id"
        key, table = self.through
        return f"(SELECT team_id FROM {table} WHERE id = {row}.{key})"  # noqa: S608 - names of our own

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the index exists and is maintained."""
        if connection.vendor == "postgresql":
            if self.through:
                return has_index(self.index, connection) and f"{self.index}_fill" in triggers_of(self.table, connection)
            return all(has_index(name, connection) for name in (self.index, f"{self.index}_latest"))
        if not {self.index, f"{self.index}_words"} <= set(connection.introspection.table_names()):
            return False
        return {f"{self.index}_{event}" for event in _EVENTS} <= triggers_of(self.table, connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the index and fill it from the table; safe to repeat."""
        self.remove(connection)
        run(connection, self._make_postgresql() if connection.vendor == "postgresql" else self._make_sqlite())

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Drop the index, if it exists."""
        if connection.vendor == "postgresql":
            return run(
                connection,
                (
                    f"DROP INDEX IF EXISTS {self.index}_latest",
                    f"DROP TRIGGER IF EXISTS {self.index}_fill ON {self.table}",
                    f"DROP FUNCTION IF EXISTS {self.index}_fill",
                    f"ALTER TABLE {self.table} DROP COLUMN IF EXISTS full_text",
                ),
            )
        triggers = [f"DROP TRIGGER IF EXISTS {self.index}_{event}" for event in _EVENTS]
        tables = [f"DROP TABLE IF EXISTS {table}" for table in (f"{self.index}_words", self.index)]
        return run(connection, triggers + tables)

    def purge_deleted_words(self, using: str = DEFAULT_DB_ALIAS) -> None:
        """Remove words from the index's own pages that rows no longer contain.

        SQLite leaves them there, marked as deleted, until the index is optimised (seconds for a million rows);
        PostgreSQL's vacuum removes them automatically.
        """
        connection = connections[using]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.index} ({self.index}) VALUES ('optimize')")  # noqa: S608 - names of our own

    def merge_pages(self, connection: BaseDatabaseWrapper, *, is_first: bool) -> bool:
        """Merge some of the pages that writes have left; return whether there are more. Others can write between calls.

        The result is what `purge_deleted_words` reaches in one statement, which blocks SQLite's writers for as long as
        it takes. The first call requests that everything becomes one segment. PostgreSQL's index needs no merging.
        Source: "The 'merge' Command", https://www.sqlite.org/fts5.html, read 2026-11-26.
        """
        if connection.vendor != "sqlite":
            return False
        with connection.cursor() as cursor:
            before = connection.connection.total_changes
            cursor.execute(
                f"INSERT INTO {self.index} ({self.index}, rank) VALUES ('merge', %s)",  # noqa: S608 - names of our own
                [-MERGED_PAGES if is_first else MERGED_PAGES],
            )
            # The command itself counts as one change.
            return connection.connection.total_changes - before > 1

    def matching(self, rows: QuerySet, text: str, *, team_id: int, most: int = MOST_FOUND) -> QuerySet:
        """Return the rows of a team that contain every word of a text, at most the `most` latest by primary key.

        The index is queried now, and once, however often the rows are counted and read afterwards. A text without a
        letter or digit gives no rows.
        """
        found = self.latest(text, team_id=team_id, most=most, using=rows.db)
        return rows.filter(among(found)) if found else rows.none()

    def latest(
        self,
        text: str,
        *,
        team_id: int,
        most: int,
        among: Sequence[int] | None = None,
        any_word: bool = False,
        using: str = DEFAULT_DB_ALIAS,
    ) -> list[int]:
        """Return the primary keys of a team's rows that contain every word of a text: the `most` latest.

        among: only these rows, so that none is missed because many others contain the words. any_word: rows with one of
        the words are enough.
        """
        return latest_of([Lookup(self, text, most, among, any_word)], team_id=team_id, using=using)[0]

    def _query_sqlite(self, lookup: "Lookup", endings: Mapping[tuple[str, str], list[str]], team_id: int) -> _Query:
        columns = " ".join(self.columns)
        words = (" OR " if lookup.any_word else " AND ").join(
            f"{{{columns}}} : ({_phrase_of_sqlite(phrase, endings.get((self.index, phrase[-1])))})"
            for phrase in phrases(lookup.text)
        )
        some = "" if lookup.among is None else " AND rowid IN (SELECT value FROM json_each(%s))"
        sql = f"SELECT rowid AS number FROM {self.index} WHERE {self.index} MATCH %s{some} ORDER BY rowid DESC LIMIT %s"  # noqa: S608 - names of our own
        chosen = [] if lookup.among is None else [json.dumps(list(lookup.among))]
        return sql, (f"team_id : {team_id:d} AND ({words})", *chosen, lookup.most)

    def _query_endings(self, start: str) -> _Query:
        """Return a query of SQLite for the words that begin like this, at most MOST_ENDINGS and one."""
        # Each step jumps past the word found: no letter or digit sorts before "0".
        behind = f"SELECT term FROM {self.index}_words WHERE term >= {{}} AND term < %s LIMIT 1"  # noqa: S608 - names of our own
        sql = (
            f"WITH RECURSIVE found(term) AS (SELECT ({behind.format('%s')}) UNION ALL "  # noqa: S608 - names of our own
            f"SELECT ({behind.format("found.term || '0'")}) FROM found WHERE found.term IS NOT NULL LIMIT %s) "
            "SELECT term FROM found WHERE term IS NOT NULL"
        )
        return sql, (start, beyond := f"{start}\U0010ffff", beyond, MOST_ENDINGS + 1)

    def _query_postgresql(self, lookup: "Lookup", team_id: int) -> _Query:
        words = [words_of(phrase) for phrase in phrases(lookup.text)]
        if lookup.among is None:
            any_of_them, has_team, most = lookup.any_word, not self.through, int(lookup.most)
            return latest_with(
                self.table, words, any_of_them=any_of_them, team_id=team_id, has_team=has_team, most=most
            )
        joined = (" | " if lookup.any_word else " & ").join(words)
        return (
            f"WITH asked AS MATERIALIZED (SELECT {asked_of(team_id)} AS words) "  # noqa: S608
            f"SELECT id AS number FROM {self.table} WHERE id = ANY(%s) AND full_text @@ (SELECT words FROM asked) "
            f"ORDER BY id DESC LIMIT {int(lookup.most)}",
            (joined, list(lookup.among)),
        )

    def _make_postgresql(self) -> list[str]:
        row = "NEW." if self.through else ""
        joined = " || ' ' || ".join(f"coalesce({row}{column}, '')" for column in self.columns)
        team = self._team_of("NEW") if self.through else "team_id"
        # PostgreSQL refuses a word of more than 2,046 bytes with the team in front of it. What its parser takes for one is known only
        # once it has done so.
        found = f"CAST(to_tsvector('simple', {_folded_by_postgresql(joined)}) AS text)"
        short = f"regexp_replace({found}, '''[^'':]{{{LONGEST_WORD}}}[^'':]+''(:[0-9A-D,]+)?', '', 'g')"
        # The team alone is a word too, which each of its rows has. Nobody can type either.
        own = of_team(short, team, "tsvector")
        words = f"{own} || array_to_tsvector(ARRAY['@' || CAST({team} AS text)])"
        index = f"CREATE INDEX {self.index} ON {self.table} USING gin (full_text) WITH (fastupdate = off)"
        if not self.through:
            return [
                f"ALTER TABLE {self.table} ADD COLUMN full_text tsvector GENERATED ALWAYS AS ({words}) STORED",
                index,
                f"CREATE INDEX {self.index}_latest ON {self.table} (team_id, id)",
            ]
        # A generated column cannot read another table.
        columns = ", ".join((*self.columns, self.through[0]))
        return [
            f"ALTER TABLE {self.table} ADD COLUMN full_text tsvector",
            f"CREATE FUNCTION {self.index}_fill() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN NEW.full_text := {words}; RETURN NEW; END $$",
            f"CREATE TRIGGER {self.index}_fill BEFORE INSERT OR UPDATE OF {columns} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.index}_fill()",
            f"UPDATE {self.table} SET {self.columns[0]} = {self.columns[0]}",  # noqa: S608 - names of our own
            index,
        ]

    def _make_sqlite(self) -> list[str]:
        """Return what makes an index that stores no text of its own, and triggers that fold what the table has."""
        columns = ", ".join(("team_id", *self.columns))
        key = self.through[0] if self.through else "team_id"

        def values(row: str) -> str:
            texts = (_folded_by_sqlite(f"{row}.{column}") for column in self.columns)
            return ", ".join((f"{row}.id", self._team_of(row), *texts))

        insert = f"INSERT INTO {self.index} (rowid, {columns})"  # noqa: S608 - names of our own
        add = f"{insert} VALUES ({values('new')});"
        drop = f"INSERT INTO {self.index} ({self.index}, rowid, {columns}) VALUES ('delete', {values('old')});"  # noqa: S608
        changed = ", ".join((key, *self.columns))
        return [
            f"CREATE VIRTUAL TABLE {self.index} USING fts5({columns}, content='', "
            f"tokenize='unicode61 remove_diacritics 2', prefix='{' '.join(map(str, _SHORT))}', columnsize=0)",
            f"CREATE VIRTUAL TABLE {self.index}_words USING fts5vocab({self.index}, instance)",
            f"CREATE TRIGGER {self.index}_insert AFTER INSERT ON {self.table} BEGIN {add} END",
            f"CREATE TRIGGER {self.index}_update AFTER UPDATE OF {changed} ON {self.table} BEGIN {drop} {add} END",
            f"CREATE TRIGGER {self.index}_delete AFTER DELETE ON {self.table} BEGIN {drop} END",
            f"{insert} SELECT {values('found')} FROM {self.table} AS found ORDER BY id",  # noqa: S608 - names of our own
        ]


@dataclass(frozen=True)
class Lookup:
    """The rows of an index that contain every word of a text, the `most` latest; see `FullText.latest`."""

    index: FullText
    text: str
    most: int
    among: Sequence[int] | None = None
    any_word: bool = False


def latest_of(lookups: Sequence[Lookup], *, team_id: int, using: str = DEFAULT_DB_ALIAS) -> list[list[int]]:
    """Return the primary keys that each lookup finds, the latest first: one query for all, on SQLite one more for endings.

    Ten queries of their own take 2 to 4 ms longer, above all on PostgreSQL, which is asked across a socket.
    """
    found: list[list[int]] = [[] for _lookup in lookups]
    asked = [number for number, lookup in enumerate(lookups) if phrases(lookup.text)]
    if not asked:
        return found
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            queries = [lookups[number].index._query_postgresql(lookups[number], team_id) for number in asked]
        else:
            endings = _endings_of(cursor, [lookups[number] for number in asked])
            queries = [lookups[number].index._query_sqlite(lookups[number], endings, team_id) for number in asked]
        for place, row in _rows_of_each(cursor, queries):
            found[asked[place]].append(row)
    # A union keeps the order of its parts on both databases today, but promises none.
    return [sorted(numbers, reverse=True) for numbers in found]


def _rows_of_each(cursor: CursorWrapper, queries: Sequence[_Query]) -> list[tuple[int, Any]]:
    """Return the rows of several queries of one column, each with the place of its query."""
    sql = " UNION ALL ".join(
        f"SELECT {place}, found.* FROM ({text}) AS found"  # noqa: S608 - texts of our own
        for place, (text, _params) in enumerate(queries)
    )
    cursor.execute(sql, [each for _text, params in queries for each in params])
    return cursor.fetchall()


def _endings_of(cursor: CursorWrapper, lookups: Iterable[Lookup]) -> dict[tuple[str, str], list[str]]:
    """Return the words with which the last words of phrases can end in SQLite's indexes, by index and word.

    For a prefix longer than the indexed ones, FTS5 reads every row of every matching word before it answers (15 ms
    for a word in a third of a million rows). For whole words it reads only as many rows as requested, the latest
    first.
    """
    starts = {
        (lookup.index.index, phrase[-1]): lookup.index._query_endings(phrase[-1])
        for lookup in lookups
        for phrase in phrases(lookup.text)
        if not is_whole(phrase[-1]) and len(phrase[-1]) not in _SHORT
    }
    if not starts:
        return {}
    keys, endings = list(starts), {key: list[str]() for key in starts}
    for place, word in _rows_of_each(cursor, list(starts.values())):
        endings[keys[place]].append(word)
    return endings


def _phrase_of_sqlite(phrase: list[str], endings: list[str] | None) -> str:
    """Return an FTS5 expression for a phrase whose last word can have any of these endings; None: every one, by its prefix."""
    text = " ".join(phrase)
    if is_whole(phrase[-1]):
        return f'"{text}"'
    if endings is None or len(endings) > MOST_ENDINGS:
        return f'"{text}" *'
    return " OR ".join(f'"{" ".join([*phrase[:-1], word])}"' for word in endings or phrase[-1:])


def full_texts() -> list[FullText]:
    """Return the full-text indexes that the apps declare."""
    own: Iterable[Iterable[object]] = (getattr(app, "database_objects", tuple)() for app in apps.get_app_configs())
    return [each for objects in own for each in objects if isinstance(each, FullText)]


def purge_deleted_words(using: str = DEFAULT_DB_ALIAS) -> None:
    """Remove the words that rows no longer contain from the pages of every index; see `FullText.purge_deleted_words`."""
    for index in full_texts():
        index.purge_deleted_words(using)


@cache
def _folded_by_sqlite(text: str) -> str:
    """Return SQL that folds what SQLite's tokenizer does not: letters such as ł, apostrophes, invisible characters."""
    found = text
    for level, some in enumerate(batched(_FOLDED.items(), _NESTED)):
        calls = found if level == 0 else "x"
        for letter, plain in some:
            calls = f"replace({calls}, '{_quoted(letter)}', '{plain}')"
        found = f"SELECT {calls} AS x" + (f" FROM ({found})" if level else "")  # noqa: S608 - texts of our own
    return f"({found})"


def _folded_by_postgresql(text: str) -> str:
    """Return SQL that folds a text as `communities.folding.folded` does; the parser of full text splits it into words."""
    # Control characters are between words for PostgreSQL, which cannot store the first of them.
    unseen = UNSEEN[UNSEEN.index("\u00ad") :]
    single = {letter: plain for letter, plain in _FOLDED.items() if len(plain) == 1}
    gone = "".join(_quoted(letter) for letter, plain in _FOLDED.items() if not plain)
    found = f"regexp_replace(lower(normalize({text}, NFKD)), '[{MARKS}{unseen}]', '', 'g')"
    letters, signs = "".join((*single, _PARTS)), "".join((*single.values(), " " * len(_PARTS)))
    found = f"translate({found}, '{letters}{gone}', '{signs}')"
    for letter, several in _FOLDED.items():
        if len(several) > 1:
            found = f"replace({found}, '{letter}', '{several}')"
    return f"normalize({found}, NFC)"


def _quoted(sign: str) -> str:
    return sign.replace("'", "''")
