"""Distinguish an unavailable, locked or full database from an error in a statement."""

import sqlite3

from django.db import InterfaceError, OperationalError


def is_outage(error: BaseException | None) -> bool:
    """Return whether an error or one of its causes means that the database is unavailable.

    PostgreSQL has one exception class for this. SQLite uses the same class for a missing table, which waiting does not
    fix.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, InterfaceError | OperationalError):
            code = getattr(error.__cause__, "sqlite_errorcode", None)
            return code is None or code & 0xFF != sqlite3.SQLITE_ERROR
        error = error.__cause__ or error.__context__
    return False
