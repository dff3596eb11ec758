"""Detect whether cached figures about a team's rows are still what a recount would give.

Triggers mark a team when one of its counted rows is written: an app declares a `Counted` for each such table,
so no action, admin, import or command can forget it. A mark says which part of the rows changed and in which quarter they
count, so that only what was touched is counted again. See docs/adr/0018-marks-of-counted-rows.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, Sum

from communities.compiled import compiled_once
from communities.database_objects import run, triggers_of
from communities.models import CountMark, Team
from communities.periods import Period

#: Tokens are below this, so that SQLite, whose integers end at 2**63, can add up eight million of them.
TOKENS = 2**40
#: The quarter of a row that counts on no particular day, or on every day.
ANY_QUARTER = 0
_MARKS = CountMark._meta.db_table


def stamp_of(team: Team) -> str:
    """Return a text of at most 16 characters that differs after every write to a counted row of the team.

    A transaction that commits late changes it only then, when its mark becomes visible. Read it before counting: a cached
    figure is then never newer than its stamp. Runs one query, which reads the marks of about a day.
    """
    total = CountMark.objects.filter(team=team).aggregate(total=Sum("token"))["total"]
    return f"{total or 0:x}"


@cache
def counted_tables() -> frozenset[str]:
    """Return the tables of which every write changes the stamp of its team."""
    own: Iterable[Iterable[object]] = (getattr(app, "database_objects", tuple)() for app in apps.get_app_configs())
    return frozenset(each.table for some in own for each in some if isinstance(each, Counted))


@compiled_once
def _sums_of(*, team: Team) -> QuerySet[CountMark, Any]:
    marks = CountMark.objects.filter(team=team).order_by().values_list("part", "quarter")
    return marks.annotate(total=Sum("token"))


def quarter_number(day: date) -> int:
    """Return the number of a date's calendar quarter, counted through from the year 0: what a mark has as its quarter."""
    return day.year * 4 + (day.month - 1) // 3


@dataclass(frozen=True)
class Marks:
    """The sums of a team's marks by part and quarter, read in one query."""

    sums: Mapping[str, Mapping[int, int]]

    @classmethod
    def of(cls, team: Team) -> "Marks":
        """Return the sums of a team. Read them before counting, as `stamp_of`."""
        sums: dict[str, dict[int, int]] = defaultdict(dict)
        for part, quarter, total in _sums_of(team=team):
            sums[part][quarter] = total
        return cls(sums)

    def total(self, period: Period, *, dated: Collection[str], always: Collection[str] = ()) -> int:
        """Return a number that differs after every write to some parts of the rows.

        dated: parts of which only what counts in the period matters. always: parts that matter in every period.
        """
        first, final = quarter_number(period.start), quarter_number(period.end)
        total = sum(
            sums
            for part in dated
            for quarter, sums in self.sums.get(part, {}).items()
            if quarter == ANY_QUARTER or first <= quarter <= final
        )
        return total + sum(sum(self.sums.get(part, {}).values()) for part in always)


@dataclass(frozen=True)
class Part:
    """What a mark says was written: rows of a table, or only some changes of them.

    day: the column with the date on which a row counts, so that a mark names its quarter. owner_day: the same in the row that
    it belongs to its team through. columns: an update counts only if one of these changes. is_change: only updates count.
    if_set: only rows that have a value in this column count.
    """

    name: str
    day: str = ""
    owner_day: str = ""
    columns: tuple[str, ...] = ()
    is_change: bool = False
    if_set: str = ""


@dataclass(frozen=True)
class Counted:
    """A table whose rows are counted in a team's figures.

    through: (column, table) if a row belongs to a team through a row of another table; otherwise it has a `team_id`.
    day: the column with the date on which a row counts; see `Part`. parts: what else its marks tell apart.
    """

    table: str
    through: tuple[str, str] | None = None
    day: str = ""
    owner_day: str = ""
    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        return f"a trigger that notices when the table {self.table} changes"

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Return the part of every write, which is named like the table, and the others."""
        return (Part(self.table, self.day, self.owner_day), *self.parts)

    @property
    def triggers(self) -> dict[str, str]:
        """Return the event of each trigger by the trigger's name."""
        return {f"{self.table}_marks_{event.lower()}": event for event in ("INSERT", "UPDATE", "DELETE")}

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the triggers exist."""
        return self.triggers.keys() <= triggers_of(self.table, connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the triggers."""
        if connection.vendor == "postgresql":
            return run(connection, self._for_postgresql())
        return run(connection, (self._for_sqlite(name, event) for name, event in self.triggers.items()))

    def _parts_of(self, event: str) -> list[Part]:
        return [part for part in self.all_parts if event == "UPDATE" or not part.is_change]

    def _for_sqlite(self, name: str, event: str) -> str:
        """Return a trigger per row. SQLite has one writer at a time, so each part and quarter has one mark, which is updated."""
        rows = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[event]
        token = f"random() & {TOKENS - 1}"
        steps = []
        for part in self._parts_of(event):
            for row in rows:
                team, quarter = self._team_in(row), self._quarter_in(row, part, _SQLITE_QUARTER)
                where = self._condition(part, row, "OLD" if event == "UPDATE" else "", "NEW", "IS NOT")
                same = f"part = '{part.name}' AND quarter = {quarter}"
                steps += [
                    f"UPDATE {_MARKS} SET token = {token}, at = CURRENT_TIMESTAMP "  # noqa: S608
                    f"WHERE team_id = {team} AND {same} AND {where};",
                    f"INSERT INTO {_MARKS} (team_id, part, quarter, token, at) "  # noqa: S608
                    f"SELECT owner, '{part.name}', {quarter}, {token}, CURRENT_TIMESTAMP FROM (SELECT {team} AS owner) "
                    f"WHERE owner IS NOT NULL AND {where} "
                    f"AND NOT EXISTS (SELECT 1 FROM {_MARKS} WHERE team_id = owner AND {same});",
                ]
        return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {self.table} BEGIN {' '.join(steps)} END"

    def _for_postgresql(self) -> list[str]:
        """Return a trigger per statement, which inserts its marks, so that writers never wait for each other."""
        named = {"INSERT": "NEW TABLE AS added", "DELETE": "OLD TABLE AS gone"}
        named["UPDATE"] = f"{named['DELETE']} {named['INSERT']}"
        cases = " ELSIF ".join(f"TG_OP = '{event}' THEN {self._marking(event)};" for event in named)
        function = f"{self.table}_mark"
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {cases} END IF; RETURN NULL; END $$",
            *(
                f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {self.table} REFERENCING {named[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
                for name, event in self.triggers.items()
            ),
        ]

    def _marking(self, event: str) -> str:
        """Return the statement that marks what an event touched: each team, part and quarter once."""
        rows = {"INSERT": ("added",), "DELETE": ("gone",), "UPDATE": ("gone", "added")}[event]
        selects = []
        for part in self._parts_of(event):
            is_compared = event == "UPDATE" and part.columns
            source = "gone JOIN added ON gone.id = added.id" if is_compared else ""
            for row in rows:
                where = self._condition(part, row, "gone" if is_compared else "", "added", "IS DISTINCT FROM")
                quarter = self._quarter_in(row, part, _POSTGRESQL_QUARTER)
                selects.append(
                    f"SELECT {self._team_in(row)} AS owner, '{part.name}' AS part, {quarter} AS quarter "  # noqa: S608
                    f"FROM {source or row} WHERE {where}"
                )
        return (
            f"INSERT INTO {_MARKS} (team_id, part, quarter, token, at) "  # noqa: S608 - identifiers from our models
            f"SELECT owner, part, quarter, floor(random() * {TOKENS})::bigint, CURRENT_TIMESTAMP "
            f"FROM (SELECT DISTINCT owner, part, quarter FROM ({' UNION ALL '.join(selects)}) AS touched "
            "WHERE owner IS NOT NULL) AS once"
        )

    def _team_in(self, row: str) -> str:
        """Return the SQL expression for a row's team; NULL if the row that it belongs through is deleted."""
        return f"{row}.team_id" if self.through is None else self._owner(row, "team_id")

    def _owner(self, row: str, wanted: str) -> str:
        column, table = self.through or ("", "")
        return f"(SELECT {wanted} FROM {table} WHERE id = {row}.{column})"  # noqa: S608

    def _quarter_in(self, row: str, part: Part, template: str) -> str:
        """Return the SQL expression for the quarter in which a row counts."""
        if not part.day and not part.owner_day:
            return str(ANY_QUARTER)
        return template.format(f"{row}.{part.day}" if part.day else self._owner(row, part.owner_day))

    def _condition(self, part: Part, row: str, before: str, after: str, differs: str) -> str:
        """Return the SQL condition that a row touches a part; before: the old row of an update, "" for other events."""
        conditions = [f"{row}.{part.if_set} IS NOT NULL"] if part.if_set else []
        if before and part.columns:
            columns = (*part.columns, self.through[0] if self.through else "team_id")
            conditions.append(f"({' OR '.join(f'{before}.{name} {differs} {after}.{name}' for name in columns)})")
        return " AND ".join(conditions) or "TRUE"


#: `quarter_number` in SQL, of a date that may be NULL.
_SQLITE_QUARTER = (
    "COALESCE(CAST(strftime('%Y', {0}) AS INTEGER) * 4 + (CAST(strftime('%m', {0}) AS INTEGER) - 1) / 3, 0)"
)
_POSTGRESQL_QUARTER = "COALESCE(EXTRACT(YEAR FROM {0})::integer * 4 + (EXTRACT(MONTH FROM {0})::integer - 1) / 3, 0)"
