"""Look after the database: statistics for its planner, a compact full-text index, a note of when that was done.

Each statement is a short transaction of its own, so whoever saves meanwhile waits for a moment at most. No audit: nothing
that a person wrote is changed.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from communities.database_objects import run
from communities.full_text import FullText
from communities.models import Upkeep

#: Seconds between two writes at the most: SQLite's writers ask for the lock at least so often, and must find it free.
PAUSE = 0.12


class NotTheOwnerError(Exception):
    """PostgreSQL skipped tables, because the account that Kith uses owns neither them nor the database."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(tables)
        self.tables = tables


def analyse(using: str = DEFAULT_DB_ALIAS) -> int:
    """Let the database count what its tables hold, and return how many tables those are.

    SQLite has no statistics unless somebody asks, and takes every index for a very selective one. An index at a time, because
    it holds the writer's lock while it counts. PostgreSQL counts by itself, and vacuums, but a table that seldom changes
    waits for long. Open connections of SQLite plan by what was counted once they are opened anew.
    Raises: TransactionManagementError on PostgreSQL in a transaction, where nothing can be vacuumed; NotTheOwnerError
    after the other tables if PostgreSQL skipped some of Kith's.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        connection.validate_no_atomic_block()
        return _vacuum(connection)
    tables = connection.introspection.table_names()
    for table in tables:
        for name in _sqlite_parts(table, connection):
            with _making_room():
                run(connection, [f"ANALYZE {connection.ops.quote_name(name)}"])
    return len(tables)


def _vacuum(connection: BaseDatabaseWrapper) -> int:
    """Vacuum and analyse the tables of the apps, and return how many those are. Raises: NotTheOwnerError.

    PostgreSQL only warns about a table of somebody else, and goes on.
    """
    tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    skipped: list[str] = []
    for table in tables:
        with _making_room(), _severities(connection) as severities:
            run(connection, [f"VACUUM (ANALYZE) {connection.ops.quote_name(table)}"])
        if "WARNING" in severities:
            skipped.append(table)
    if skipped:
        raise NotTheOwnerError(skipped)
    return len(tables)


@contextmanager
def _severities(connection: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """Yield a list of the severities of what PostgreSQL remarks on the statements inside, such as NOTICE and WARNING."""
    connection.ensure_connection()
    found: list[str] = []

    def handler(notice: Any) -> None:
        # psycopg frees the notice when this returns.
        found.append(notice.severity_nonlocalized)

    connection.connection.add_notice_handler(handler)
    try:
        yield found
    finally:
        connection.connection.remove_notice_handler(handler)


def _sqlite_parts(table: str, connection: BaseDatabaseWrapper) -> list[str]:
    """Return what to count one after the other: a table's indexes, or the table itself when none of them holds every row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, partial FROM pragma_index_list(%s)", [table])
        indexes = cursor.fetchall()
    return [table] if all(is_partial for _name, is_partial in indexes) else [name for name, _is_partial in indexes]


@contextmanager
def _making_room() -> Iterator[None]:
    """Leave others as much time after a statement as it took, up to PAUSE."""
    start = time.monotonic()
    yield
    time.sleep(min(time.monotonic() - start, PAUSE))


def compact(indexes: Iterable[FullText], using: str = DEFAULT_DB_ALIAS) -> None:
    """Put full-text indexes together, a few pages at a time; PostgreSQL's need none of it."""
    for index in indexes:
        is_first = has_more = True
        while has_more:
            with _making_room():
                has_more = index.merge_pages(connections[using], is_first=is_first)
            is_first = False


def record_upkeep() -> Upkeep:
    """Note that the nightly upkeep finished now."""
    upkeep, _is_new = Upkeep.objects.update_or_create(pk=Upkeep.ONLY, defaults={"finished_at": timezone.now()})
    return upkeep
