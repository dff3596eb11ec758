"""`manage.py back_up FILE`: copy the database into one file while Kith runs."""

import os
import sqlite3
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    """Write the copy under a temporary name and rename it when complete; only its owner can read it."""

    help = "Copy the database into FILE.sqlite3 or FILE.dump. Photos are separate files: copy them afterwards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the path of the copy, without an extension")

    def handle(self, *, file: Path, **options: Any) -> None:
        """Copy the database."""
        ending = ".dump" if connection.vendor == "postgresql" else ".sqlite3"
        whole, part = file.with_name(file.name + ending), file.with_name(f"{file.name}.part")
        if whole.exists():
            raise CommandError(f"{whole} is there already. Choose another name.")
        os.umask(0o077)
        try:
            whole.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            if connection.vendor == "postgresql":
                dump_postgresql(part)
            else:
                copy_sqlite(part)
            part.rename(whole)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"The database could not be copied: {error}. Nothing was copied.") from None
        self.stdout.write(f"The database is copied to {whole}. Keep it encrypted and elsewhere.")


def copy_sqlite(to: Path) -> None:
    """Copy a consistent snapshot of the SQLite database, even during writes. Raises: sqlite3.Error."""
    source = sqlite3.connect(connection.settings_dict["NAME"])
    try:
        source.execute("VACUUM INTO ?", (str(to),))
    finally:
        source.close()


#: The environment variables of PostgreSQL's programs for the options in DATABASE_URL.
VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}


def variables() -> dict[str, str]:
    """Return the environment for PostgreSQL's programs; other users of the machine cannot read a password in it."""
    known = connection.settings_dict
    said = {"PGHOST": known["HOST"], "PGPORT": known["PORT"], "PGUSER": known["USER"], "PGDATABASE": known["NAME"]}
    said |= {"PGPASSWORD": known["PASSWORD"]}
    said |= {name: known["OPTIONS"].get(option) for option, name in VARIABLES.items()}
    return {name: str(value) for name, value in said.items() if value}


def dump_postgresql(to: Path) -> None:
    """Dump PostgreSQL's database. Raises: CommandError."""
    try:
        done = subprocess.run(  # noqa: S603 - no untrusted input
            ["pg_dump", "--format=custom", "--no-password", f"--file={to}"],  # noqa: S607 - the machine's own
            env={**os.environ, **variables()},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise CommandError(
            "pg_dump was not found. Install PostgreSQL's programs in the server's version. Nothing was copied."
        ) from None
    if done.returncode:
        to.unlink(missing_ok=True)
        raise CommandError(f"pg_dump could not copy the database. Nothing was copied. It said: {done.stderr.strip()}")
