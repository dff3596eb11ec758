"""Maintain the database: update the planner's statistics, merge the full-text index, and record when that was done.

Each statement is a short transaction of its own, so that nobody who saves meanwhile waits for long. Nothing is audited,
because no row that a user wrote is changed.
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

#: The longest pause after a statement, in seconds. A waiting writer of SQLite tries to get the lock at least this often, so
#: during a pause it succeeds.
PAUSE = 0.12


class NotTheOwnerError(Exception):
    """PostgreSQL skipped tables, because the account that Kith uses owns neither them nor the database."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(tables)
        self.tables = tables


def analyse(using: str = DEFAULT_DB_ALIAS) -> int:
    """Update the planner's statistics for all tables, and return the number of tables.

    SQLite has no statistics until ANALYZE runs, and without them it takes every index for a very selective one. It holds the
    write lock while it analyses, so its indexes are analysed one at a time. PostgreSQL analyses and vacuums automatically,
    but seldom a table that seldom changes. A connection to SQLite uses new statistics only after it is reopened.
    Raises: TransactionManagementError in a transaction on PostgreSQL, which cannot vacuum there; NotTheOwnerError after
    the other tables if PostgreSQL skipped some of Kith's.
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
    """Return the names to analyse one at a time: a table's indexes, or the table itself if all its indexes are partial."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, partial FROM pragma_index_list(%s)", [table])
        indexes = cursor.fetchall()
    return [table] if all(is_partial for _name, is_partial in indexes) else [name for name, _is_partial in indexes]


@contextmanager
def _making_room() -> Iterator[None]:
    """Pause after a statement for as long as it took, up to PAUSE, so that others can write."""
    start = time.monotonic()
    yield
    time.sleep(min(time.monotonic() - start, PAUSE))


def compact(indexes: Iterable[FullText], using: str = DEFAULT_DB_ALIAS) -> None:
    """Merge the segments of full-text indexes, a few pages at a time. Does nothing on PostgreSQL."""
    for index in indexes:
        is_first = has_more = True
        while has_more:
            with _making_room():
                has_more = index.merge_pages(connections[using], is_first=is_first)
            is_first = False


def record_upkeep() -> Upkeep:
    """Record that the nightly upkeep finished now."""
    upkeep, _is_new = Upkeep.objects.update_or_create(pk=Upkeep.ONLY, defaults={"finished_at": timezone.now()})
    return upkeep
