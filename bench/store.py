"""Where the bench's database is, and whether the one that is there will do. Nothing of a real Kith is ever touched."""

import hashlib
import os
import secrets
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from bench.plan import Plan

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
#: Records lie at days counted back from the day of building; after so long nothing in them is "lately" any more.
KEPT_DAYS = 14
#: What makes a database another one: the tables, and what fills them.
SOURCES = (
    "*/migrations/*.py",
    "communities/full_text.py",
    "bench/plan.py",
    "bench/sql.py",
    "bench/words.py",
    "bench/catalogue.py",
    "bench/rows.py",
)


class NotOursError(Exception):
    """The database that was named holds something that the bench did not build."""


def file_of(size: int) -> Path:
    """Return the SQLite file of a size."""
    return FOLDER / f"kith-{size}.sqlite3"


def environment(url: str) -> dict[str, str]:
    """Return the environment of a production Kith on a database, and nothing of the settings in this shell."""
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
    """Return what a database must be marked with to be used for a size: its tables, its fillers and its size."""
    found = hashlib.sha256(str(size).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if ".venv" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def is_ready(rows: list[tuple], size: int, today: date) -> bool:
    """Return whether what a database says of itself, (mark, day), will do."""
    return any(
        found == mark(size) and today - timedelta(days=KEPT_DAYS) <= date.fromisoformat(built) <= today
        for found, built in rows
    )


def sqlite_is_ready(size: int, today: date, *, rebuild: bool) -> bool:
    """Return whether the file of a size will do; take away one that will not."""
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
    """Return whether the server's database will do; empty one that the bench built and that will not.

    Raises: NotOursError when there are tables that the bench did not make.
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
    """Make the tables, fill them, check every key, and mark the database as whole."""
    from django.core.management import call_command
    from django.db import connection

    from bench.build import fill

    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_about (mark text, built_on text)")
    call_command("migrate", verbosity=0)
    if is_sqlite:
        _hasten()
    fill(plan, today)
    connection.check_constraints()
    with connection.cursor() as cursor:
        if not is_sqlite:
            # What autovacuum does within minutes. SQLite is left as a Kith that nobody tends: without statistics.
            cursor.execute("VACUUM ANALYZE")
        cursor.execute("INSERT INTO bench_about VALUES (%s, %s)", [mark(plan.size), today.isoformat()])
    connection.close()


def _hasten() -> None:
    """Let SQLite forget about power cuts and keys until the file is whole; the next connection is careful again."""
    from django.db import connection

    with connection.cursor() as cursor:
        for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            cursor.execute(f"PRAGMA {pragma}")
