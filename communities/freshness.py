"""Detect whether cached figures about a team's rows are still what a recount would give.

Triggers mark a team when one of its counted rows is written: an app declares a `Counted` for each such table,
so no action, admin, import or command can forget it. `stamp_of` reads the marks. See docs/adr/0018-marks-of-counted-rows.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Sum

from communities.database_objects import run, triggers_of
from communities.models import CountMark, Team

#: Tokens are below this, so that SQLite, whose integers end at 2**63, can add up eight million of them.
TOKENS = 2**40
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


@dataclass(frozen=True)
class Counted:
    """A table whose rows are counted in a team's figures.

    through: (column, table) if a row belongs to a team through a row of another table; otherwise it has a `team_id`.
    """

    table: str
    through: tuple[str, str] | None = None

    def __str__(self) -> str:
        return f"a trigger that notices when the table {self.table} changes"

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

    def _for_sqlite(self, name: str, event: str) -> str:
        """Return a trigger per row. SQLite has one writer at a time, so a team has one mark, which is updated."""
        rows = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[event]
        token = f"random() & {TOKENS - 1}"
        steps = []
        for row in rows:
            team = self._team_in(row)
            steps += [
                f"UPDATE {_MARKS} SET token = {token}, at = CURRENT_TIMESTAMP WHERE team_id = {team};",  # noqa: S608
                f"INSERT INTO {_MARKS} (team_id, token, at) SELECT owner, {token}, CURRENT_TIMESTAMP FROM "  # noqa: S608
                f"(SELECT {team} AS owner) WHERE owner IS NOT NULL "
                f"AND NOT EXISTS (SELECT 1 FROM {_MARKS} WHERE team_id = owner);",
            ]
        return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {self.table} BEGIN {' '.join(steps)} END"

    def _for_postgresql(self) -> list[str]:
        """Return a trigger per statement, which inserts a mark per team, so that writers never wait for each other."""
        tables = {"INSERT": ("added",), "DELETE": ("gone",), "UPDATE": ("gone", "added")}
        named = {"INSERT": "NEW TABLE AS added", "DELETE": "OLD TABLE AS gone"}
        named["UPDATE"] = f"{named['DELETE']} {named['INSERT']}"
        cases = " ELSIF ".join(f"TG_OP = '{event}' THEN {self._marking(rows)};" for event, rows in tables.items())
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

    def _marking(self, tables: tuple[str, ...]) -> str:
        teams = " UNION ".join(f"SELECT {self._team_in(table)} AS owner FROM {table}" for table in tables)  # noqa: S608
        return (
            f"INSERT INTO {_MARKS} (team_id, token, at) "  # noqa: S608 - identifiers from our models
            f"SELECT owner, floor(random() * {TOKENS})::bigint, CURRENT_TIMESTAMP "
            f"FROM (SELECT DISTINCT owner FROM ({teams}) AS teams WHERE owner IS NOT NULL) AS once"
        )

    def _team_in(self, row: str) -> str:
        """Return the SQL expression for a row's team; NULL if the row that it belongs through is deleted."""
        if self.through is None:
            return f"{row}.team_id"
        column, table = self.through
        return f"(SELECT team_id FROM {table} WHERE id = {row}.{column})"  # noqa: S608
