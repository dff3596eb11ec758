"""Importing a file of assets beside writing the same rows with nothing but Django's bulk insert."""

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from assets.actions.importing import import_rows
from assets.importing import COMMAND, Judge, guess_columns, read_table
from assets.importing.judging import CHUNK
from assets.models import Asset, Kind
from bench.catalogue import ACROSS, HIGH, SOUTH, TEAM_APART, WEST, WIDE
from bench.plan import Plan, TeamPlan
from bench.report import Line
from bench.visits import side_by_side
from bench.words import PLACES, STREETS
from communities.geometry import quadkeys
from communities.models import Team

AIM = 4
HEADINGS = ("name", "kind", "latitude", "longitude", "address", "postcode", "email", "website", "opening")


class TakenBackError(Exception):
    """Raised to roll back what was written, so that the next turn finds the same map."""


def measure(plan: Plan, *, rows: int, rounds: int) -> Iterator[Line]:
    """Yield one line: the import as the command does it, including reading the file, beside the bare insert.

    Both write in one transaction, rolled back at its end, into the last team, which has outlines.
    """
    place = plan.teams[-1]
    team = Team.objects.get(pk=place.number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assets.csv"
        write_file(path, place, rows)
        values, refused = _judged(path, team)

        def bare() -> None:
            with taken_back():
                Asset.objects.bulk_create([Asset(team_id=team.pk, **each) for each in values], batch_size=CHUNK)

        taken = side_by_side(bare, lambda: import_file(path, team), rounds=rounds, seconds=60)
    note = f"{rows:,} rows, {len(values):,} added, {refused:,} left out"
    yield Line("Import of assets from CSV", taken[1].median, taken[1].p95, taken[0].median, AIM, note=note)


def write_file(path: Path, place: TeamPlan, rows: int) -> None:
    """Write a file of assets that lie all over a team's outlines, each with a unique name."""
    tall = -(-place.places // ACROSS) * HIGH
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADINGS)
        for number in range(rows):
            lat = SOUTH + (place.number - 1) * TEAM_APART + number * 0.6180339887 % 1 * tall
            lng = WEST + number * 0.7548776662 % 1 * ACROSS * WIDE
            street, what = STREETS[number % len(STREETS)], PLACES[number // 7 % len(PLACES)]
            lines.writerow(
                (
                    f"{_word(number)} {what}",
                    Kind.values[number % len(Kind.values)],
                    f"{lat:.6f}",
                    f"{lng:.6f}",
                    f"{number % 190 + 1} {street}",
                    f"ZZ{number % 9 + 1} {number % 8 + 1}AB",
                    f"hello{number}@kith.example",
                    f"https://kith.example/{number}",
                    "Saturdays from ten",
                )
            )


def _word(number: int) -> str:
    """Return a made-up word of consonants between vowels, different for every number below 160,000."""
    return "".join("bcdfghklmnprstvwzjqx"[number // 20**place % 20] + "aeiou"[place] for place in range(4)).title()


def _read(path: Path, act: Callable) -> object:
    with path.open("rb") as file:
        sheet = read_table(file, COMMAND)
        return act(sheet, guess_columns(sheet.headers))


def _judged(path: Path, team: Team) -> tuple[list[dict], int]:
    """Return the values that the import will write, and how many rows it leaves out."""

    def judge(sheet, columns) -> list:
        judged = Judge(team=team, columns=columns, kind=Kind.PLACE).judge(sheet.rows)
        return [verdict for verdicts in judged for verdict in verdicts]

    verdicts = _read(path, judge)
    written = [verdict.values for verdict in verdicts if verdict.is_written]
    tiles = quadkeys([each["latitude"] for each in written], [each["longitude"] for each in written])
    return [each | {"quadkey": tile} for each, tile in zip(written, tiles, strict=True)], len(verdicts) - len(written)


def import_file(path: Path, team: Team) -> None:
    """Import a file as the command does, and roll back."""

    def write(sheet, columns) -> None:
        import_rows(
            team=team,
            by=None,
            file_name=path.name,
            headings=sheet.headers,
            rows=sheet.rows,
            columns=columns,
            kind=Kind.PLACE,
        )

    with taken_back():
        _read(path, write)


@contextmanager
def taken_back() -> Iterator[None]:
    """Roll back everything written inside."""
    try:
        with transaction.atomic():
            yield
            raise TakenBackError
    except TakenBackError:
        pass
