"""What a database needs besides the tables of its models: triggers, indexes that Django cannot declare, shipped rows.

Each app names its own in `KithConfig.database_objects`. They are installed after every `migrate`, so migrations contain
only the schema, and a trigger that SQLite dropped when Django rebuilt its table is created again. A system check
reports what is missing: see `communities.checks`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class DatabaseObject(Protocol):
    """Something that belongs to one table and that `migrate` does not create."""

    table: str

    def __str__(self) -> str:
        """Return its name, to be read after "The database lacks"."""
        ...

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the database has it."""
        ...

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create it; safe to repeat."""
        ...


def missing(objects: Iterable[DatabaseObject], connection: BaseDatabaseWrapper) -> list[DatabaseObject]:
    """Return the objects that are missing, although their table exists."""
    tables = set(connection.introspection.table_names())
    return [each for each in objects if each.table in tables and not each.is_installed(connection)]


def install_missing(objects: Iterable[DatabaseObject], connection: BaseDatabaseWrapper) -> None:
    """Install what is missing, each in a transaction of its own."""
    for each in missing(objects, connection):
        with transaction.atomic(using=connection.alias):
            each.install(connection)


def run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    """Execute statements that take no parameters."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def triggers_of(table: str, connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the triggers on a table that fire; a disabled trigger counts as missing."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return {name for (name,) in cursor.fetchall()}


def has_index(name: str, connection: BaseDatabaseWrapper) -> bool:
    """Return whether PostgreSQL has an index of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return cursor.fetchone()[0]


@dataclass(frozen=True)
class LatestOf:
    """An index for the latest rows with one value in a column of a table that Django makes by itself, such as of a many-to-many field.

    Only PostgreSQL needs it, which would otherwise read back through the rows with every value: on SQLite each index ends with
    the primary key.
    """

    table: str
    column: str

    def __str__(self) -> str:
        return f"the index {self.index}"

    @property
    def index(self) -> str:
        """Return the name of the index."""
        return f"{self.table}_latest"

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the index exists, where it is needed."""
        return connection.vendor != "postgresql" or has_index(self.index, connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the index; safe to repeat."""
        if connection.vendor == "postgresql":
            run(connection, [f"CREATE INDEX IF NOT EXISTS {self.index} ON {self.table} ({self.column}, id)"])


@dataclass(frozen=True)
class AppendOnly:
    """A table whose rows are never changed or deleted.

    PostgreSQL's TRUNCATE remains possible for the table's owner, as does dropping the trigger: this guards against
    mistakes and against the application, not against the database's own administrator.
    """

    table: str

    def __str__(self) -> str:
        return f"a trigger that keeps the table {self.table} append-only"

    @property
    def triggers(self) -> dict[str, str]:
        """Return the event that each of SQLite's triggers precedes, by the trigger's name."""
        return {
            f"{self.table}_no_update": f"UPDATE ON {self.table}",
            f"{self.table}_no_delete": f"DELETE ON {self.table}",
            # INSERT OR REPLACE deletes a row of the same primary key without firing the trigger above.
            f"{self.table}_no_replace": f"INSERT ON {self.table} WHEN NEW.id IN (SELECT id FROM {self.table})",  # noqa: S608 - ours
        }

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the triggers exist."""
        wanted = {f"{self.table}_no_change"} if connection.vendor == "postgresql" else self.triggers.keys()
        return wanted <= triggers_of(self.table, connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the triggers."""
        if connection.vendor == "postgresql":
            return run(connection, _refusal(self.table, "UPDATE OR DELETE", "append-only"))
        return run(
            connection,
            (
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} "
                f"BEGIN SELECT RAISE(ABORT, '{self.table} is append-only'); END"
                for name, event in self.triggers.items()
            ),
        )


@dataclass(frozen=True)
class KeptAsWritten:
    """Columns of a table that are never changed; its other columns can change, and rows can be deleted."""

    table: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"the trigger that keeps columns of the table {self.table} as they were written"

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the trigger exists."""
        return f"{self.table}_no_change" in triggers_of(self.table, connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the trigger."""
        event = f"UPDATE OF {', '.join(self.columns)}"
        if connection.vendor == "postgresql":
            return run(connection, _refusal(self.table, event, "kept as written"))
        return run(
            connection,
            [
                f"CREATE TRIGGER IF NOT EXISTS {self.table}_no_change BEFORE {event} ON {self.table} "
                f"BEGIN SELECT RAISE(ABORT, '{self.table} is kept as written'); END"
            ],
        )


def _refusal(table: str, event: str, words: str) -> list[str]:
    """Return PostgreSQL's statements for a trigger that refuses an event on a table."""
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is {words}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]
