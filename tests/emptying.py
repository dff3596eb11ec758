"""Empty the tables after a test that committed rows, but keep the rows that every migrated Kith database has.

Django's flush truncates every table and then installs everything that `migrate` does; most tests fill a dozen of a
hundred tables and do not touch installed rows. So only the tables that have rows are emptied, and the flush is used
only after tests that changed an installed row, a trigger or an index.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase

#: How the names of SQLite's triggers end that forbid or follow deletions.
ON_DELETE = ("_no_update", "_no_delete", "_marks_delete")
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%%' ORDER BY name",
    "postgresql": (
        "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT tgrelid::regclass || ' ' || tgname, 't' FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    ),
}


@contextmanager
def emptying() -> Iterator[None]:
    """Empty the tables in this way after each transactional test, starting from their current content."""
    flush = TransactionTestCase._fixture_teardown
    if connection.vendor == "postgresql" and not _may_skip_triggers():
        TransactionTestCase._fixture_teardown = _after_dropping_triggers(flush)
    else:
        TransactionTestCase._fixture_teardown = _empty_or(_after_dropping_triggers(flush))
    yield
    TransactionTestCase._fixture_teardown = flush


def _empty_or(flush: Callable[[TransactionTestCase], None]) -> Callable[[TransactionTestCase], None]:
    """Return a function that empties the tables, with a flush if an installed object has changed."""
    schema, shipped = _schema(), {table: _rows(table) for table in filled(_tables())}

    def empty(case: TransactionTestCase) -> None:
        if _schema() != schema or any(_rows(table) != rows for table, rows in shipped.items()):
            flush(case)
            shipped.update({table: _rows(table) for table in shipped})
            return
        for is_last in (False, False, True):
            try:
                _delete_rows(shipped.keys())
            except IntegrityError:
                # On SQLite a browser test shares its connection with the server, whose answer to a last request can write
                # a row between two deletions. It was rolled back with them.
                if is_last:
                    raise
            else:
                return

    return empty


def _delete_rows(kept: Collection[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        triggers = _drop_triggers_on_delete() if connection.vendor == "sqlite" else []
        # Within the transaction: the server of a browser test may still be answering its last request.
        for table in filled(_tables()) - set(kept):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for sql in triggers:
            cursor.execute(sql)


def _after_dropping_triggers(flush: Callable[[TransactionTestCase], None]) -> Callable[[TransactionTestCase], None]:
    """Return Django's flush, which ends like `migrate`: it installs triggers, outcomes and indicators again."""

    def drop_and_flush(case: TransactionTestCase) -> None:
        if connection.vendor == "sqlite":
            _drop_triggers_on_delete()
        flush(case)

    return drop_and_flush


def _drop_triggers_on_delete() -> list[str]:
    """Drop SQLite's triggers that forbid or follow deletions, and return the SQL that creates them.

    PostgreSQL's TRUNCATE fires none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = [(name, sql) for name, sql in cursor.fetchall() if name.endswith(ON_DELETE)]
        for name, _sql in found:
            cursor.execute(f'DROP TRIGGER "{name}"')
    return [sql for _name, sql in found]


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def filled(tables: Iterable[str]) -> set[str]:
    """Return the tables that have rows; one query finds them."""
    sql = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 - ours
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def _rows(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608 - ours
        return cursor.fetchall()


def _schema() -> list[tuple]:
    """Return tables, indexes and triggers by name, and on SQLite the SQL that creates each."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA[connection.vendor])
        return cursor.fetchall()


def _may_skip_triggers() -> bool:
    """Return whether PostgreSQL allows this account to delete rows protected by triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]
