"""Where the bench's database is, and whether an existing one can be used. Never touches the data of a real Kith."""

import hashlib
import os
import secrets
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from bench.plan import Plan

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
#: Dates count back from the day of building; after so many days none is "lately" any more.
KEPT_DAYS = 14
#: Files that determine a database: its tables, and the code that fills them.
SOURCES = (
    "*/migrations/*.py",
    "communities/actions/upkeep.py",
    "communities/full_text.py",
    "bench/plan.py",
    "bench/sql.py",
    "bench/words.py",
    "bench/catalogue.py",
    "bench/rows.py",
)


class NotOursError(Exception):
    """The database at DATABASE_URL contains tables that the bench did not create."""


def file_of(size: int) -> Path:
    """Return the SQLite file for a size."""
    return FOLDER / f"kith-{size}.sqlite3"


def environment(url: str) -> dict[str, str]:
    """Return the environment of a production Kith on a database, without the KITH_ settings of this shell."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "KITH_DEBUG": "0",
        "KITH_SECRET_KEY": secrets.token_urlsafe(50),
        "KITH_ALLOWED_HOSTS": "kith.example",
        "KITH_VAR_DIR": str(FOLDER),
    }


def mark(size: int) -> str:
    """Return the mark that a database must have to be used for a size: a digest of its sources and its size."""
    found = hashlib.sha256(str(size).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if ".venv" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def is_ready(rows: list[tuple], size: int, today: date) -> bool:
    """Return whether one of the database's (mark, date) rows makes it usable."""
    return any(
        found == mark(size) and today - timedelta(days=KEPT_DAYS) <= date.fromisoformat(built) <= today
        for found, built in rows
    )


def sqlite_is_ready(size: int, today: date, *, rebuild: bool) -> bool:
    """Return whether the file of a size can be used; delete one that cannot."""
    path = file_of(size)
    if path.exists() and not rebuild:
        with sqlite3.connect(path) as found:
            try:
                rows = found.execute("SELECT mark, built_on FROM bench_about").fetchall()
            except sqlite3.Error:
                rows = []
        found.close()
        if is_ready(rows, size, today):
            return True
    for part in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal"))):
        part.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return False


def postgres_is_ready(size: int, today: date, *, rebuild: bool) -> bool:
    """Return whether the server's database can be used; empty one that the bench built and that cannot.

    Raises: NotOursError when there are tables that the bench did not create.
    """
    from django.db import connection

    tables = connection.introspection.table_names()
    if not tables:
        return False
    if "bench_about" not in tables:
        raise NotOursError("This database holds tables that the bench did not make. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark, built_on FROM bench_about")
        if is_ready(cursor.fetchall(), size, today) and not rebuild:
            return True
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    return False


def build(plan: Plan, today: date) -> None:
    """Create the tables, fill them, check every foreign key, and mark the database as complete."""
    from django.core.management import call_command
    from django.db import connection

    from bench.build import fill

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_about (mark text, built_on text)")
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":
        _hasten()
    fill(plan, today)
    connection.check_constraints()
    tend()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_about VALUES (%s, %s)", [mark(plan.size), today.isoformat()])
    connection.close()


def tend() -> None:
    """Do what the nightly upkeep does: statistics, and on PostgreSQL a vacuum.

    Measuring writes, and takes tens of thousands of imported rows back. In a house that runs, PostgreSQL removes what is left of
    them by itself; the server that the tests start never does, and then a page that reads an index alone visits every row:
    the page that logs took twice as long at a million conversations.
    """
    from communities.actions.upkeep import analyse, compact, record_upkeep
    from config.management.commands.tend import full_texts

    compact(full_texts())
    analyse()
    record_upkeep()


def _hasten() -> None:
    """Switch off SQLite's durability and foreign keys until the file is complete; the next connection has both."""
    from django.db import connection

    with connection.cursor() as cursor:
        for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            cursor.execute(f"PRAGMA {pragma}")
