"""`manage.py verify_ledger`: say whether the ledgers are as they were written, here or in a copy."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from sparks.verification import verify_ledgers

COPY = "copy"


class Command(BaseCommand):
    """Check every chain and every total; exit with 1 and name the lines if one is wrong."""

    help = "Check that no line of a ledger was changed, removed or added outside Kith, in this database or in a copy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--copy", type=Path, metavar="FILE.sqlite3", help="check this copy instead, read-only")
        parser.add_argument(
            "--heads", action="store_true", help="print the last line of each ledger, to keep elsewhere"
        )
        parser.add_argument(
            "--earlier", type=Path, metavar="FILE", help="what --heads printed before: must still be true"
        )

    def handle(self, *, copy: Path | None, heads: bool, earlier: Path | None, **options: Any) -> None:
        """Check, print the result, and raise CommandError with the lines that are wrong."""
        using = _open(copy) if copy else "default"
        try:
            found = verify_ledgers(using=using, earlier=_read(earlier) if earlier else None)
        except DatabaseError as error:
            raise CommandError(f"The ledgers could not be read: {error}.") from None
        finally:
            if copy:
                connections[using].close()
                del connections[using]
                del connections.databases[using]
        if found.breaks:
            lines = "\n".join(f"  {each}" for each in found.breaks)
            raise CommandError(f"The ledgers are not as they were written.\n{lines}")
        if heads:
            for key, (number, digest) in found.heads.items():
                self.stdout.write(f"{key} {number} {digest}")
            return
        self.stdout.write(f"{len(found.heads)} ledgers with {found.lines} lines: as they were written.")


def _open(copy: Path) -> str:
    """Open a copy read-only under a name of its own. Raises: CommandError."""
    if not copy.is_file():
        raise CommandError(f"The file {copy} does not exist.")
    plain = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    plain |= {"USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "TIME_ZONE": None, "TEST": {}}
    name = f"{copy.resolve().as_uri()}?mode=ro"
    plain |= {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {"uri": True}}
    connections.databases[COPY] = plain
    return COPY


def _read(file: Path) -> dict[str, dict[int, str]]:
    """Return what `--heads` printed: hashes by number by ledger. Raises: CommandError."""
    found: dict[str, dict[int, str]] = {}
    try:
        for text in file.read_text().splitlines():
            if text.strip():
                kind, uuid, number, digest = text.split()
                found.setdefault(f"{kind} {uuid}", {})[int(number)] = digest
    except (OSError, ValueError):
        raise CommandError(f"{file} is not what --heads printed.") from None
    return found
