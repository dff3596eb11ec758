"""Write a team's indicators to a file: the same numbers as the page and its downloads."""

import os
import tempfile
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from communities import audit
from communities.models import Team
from communities.periods import Grain, Period, covering, parse, year_of
from communities.spreadsheets import CSV, XLSX
from evaluation import reports
from evaluation.framework import Catalogue
from evaluation.framework.own import catalogue_of
from evaluation.models import Indicator, Release
from evaluation.releases.files import COLUMNS, row_count, write_release
from evaluation.releases.package import ZIP, write_package
from evaluation.releases.tables import VALUES

#: More quarters than any programme has run: a slip of the finger, not a wish.
MOST_QUARTERS = 200


class Command(BaseCommand):
    """Write a team's indicators by neighbourhood and quarter or year to a CSV, an XLSX or, if they are closed, a ZIP file."""

    help = "Write a team's indicators by neighbourhood and quarter or year to a CSV or XLSX file, or closed ones to a data package."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--team", required=True, help="The team's short name, as in addresses.")
        parser.add_argument("--from", dest="first", help="The first day, as 2026-01-01.")
        parser.add_argument("--to", dest="final", help="The last day, as 2026-12-31.")
        parser.add_argument(
            "--by", choices=(Grain.QUARTER, Grain.YEAR), default=Grain.QUARTER, help="Quarters, or years from April."
        )
        parser.add_argument("--release", help="Instead of days: a closed quarter or year, as 2026-01-01_2026-03-31.")
        parser.add_argument("--format", choices=(CSV, XLSX, ZIP), help="If left out, the name of the file decides.")
        parser.add_argument("--neighbourhood", help="One neighbourhood, by its name or ID.")
        parser.add_argument("--indicator", help="One indicator, by its key, as in its address.")
        parser.add_argument("-o", "--output", required=True, help="The file to write.")

    def handle(self, *args: object, **options: object) -> None:
        """Count, write to the side, then put the whole file in its place."""
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        output = Path(options["output"])
        file_format = options["format"] or _format_of(output)
        if options["release"]:
            self._release(team, output, file_format, options)
            return
        if not options["first"] or not options["final"]:
            raise CommandError("Give --from and --to, or --release.")
        periods = _periods(options["first"], options["final"], Grain(options["by"]))
        if file_format == ZIP:
            self._package(team, output, periods, options)
        else:
            self._table(team, output, file_format, periods, options)
        if str(periods[0].start) != options["first"] or str(periods[-1].end) != options["final"]:
            whole = f"{periods[0].start} to {periods[-1].end}"
            self.stderr.write(f"Reports cover whole {options['by']}s: this one runs from {whole}.")

    def _table(self, team: Team, output: Path, file_format: str, periods: list[Period], options: dict) -> None:
        """Write what the table shows of some periods."""
        only = _place(team, options["neighbourhood"]) if options["neighbourhood"] else None
        catalogue = catalogue_of(team)
        key = _indicator(catalogue, options["indicator"]) if options["indicator"] else None
        report = reports.build(team, periods, only_closed=True, catalogue=catalogue)

        def write(file: BinaryIO) -> int:
            reports.write_file(file, report, file_format, only, key)
            return reports.row_count(report, only, key)

        _write_whole(output, write, team=team, model=Indicator, fields=reports.COLUMNS)
        self.stdout.write(f"Wrote {len(periods)} {options['by']}s to {output}.")

    def _package(self, team: Team, output: Path, periods: list[Period], options: dict) -> None:
        """Write the closed quarters and years of some days as one data package."""
        if options["neighbourhood"] or options["indicator"]:
            raise CommandError("A data package is written whole: leave out --neighbourhood and --indicator.")
        within = {"period_start__gte": periods[0].start, "period_end__lte": periods[-1].end}
        releases = Release.objects.filter(team=team, **within)
        count = releases.count()
        if not count:
            raise CommandError(
                f"The team “{team.name}” has closed nothing from {periods[0].start} to {periods[-1].end}."
            )
        _write_package(output, team, releases)
        self.stdout.write(f"Wrote {count} releases to {output}.")

    def _release(self, team: Team, output: Path, file_format: str, options: dict) -> None:
        """Write a release as it was closed."""
        if options["first"] or options["final"] or options["neighbourhood"] or options["indicator"]:
            raise CommandError("--release is written whole: leave out --from, --to, --neighbourhood and --indicator.")
        period = parse(options["release"])
        releases = Release.objects.filter(
            team=team, period_start=period.start if period else None, period_end=period.end if period else None
        )
        release = releases.first()
        if release is None:
            raise CommandError(f"The team “{team.name}” has not closed “{options['release']}”.")

        def write(file: BinaryIO) -> int:
            write_release(file, release, file_format)
            return row_count(release)

        if file_format == ZIP:
            _write_package(output, team, releases, what=release.pk)
        else:
            _write_whole(output, write, team=team, model=Release, fields=COLUMNS, what=release.pk)
        self.stdout.write(f"Wrote the release of {release.period.key}, SHA-256 {release.sha256}, to {output}.")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--{option} is a day such as 2026-01-31, not “{text}”.") from error


def _periods(first: str, final: str, grain: Grain) -> list[Period]:
    days = _day(first, "from"), _day(final, "to")
    if days[1] < days[0]:
        raise CommandError(f"--to ({final}) is before --from ({first}).")
    if (days[1] - days[0]).days > MOST_QUARTERS * 91:
        raise CommandError(f"From {first} to {final} is more than {MOST_QUARTERS // 4} years.")
    quarters = covering(*days)
    return quarters if grain == Grain.QUARTER else sorted({year_of(quarter.start) for quarter in quarters})


def _format_of(output: Path) -> str:
    suffix = output.suffix.lower().removeprefix(".")
    if suffix not in (CSV, XLSX, ZIP):
        raise CommandError(f"Name a .csv, .xlsx or .zip file, or say --format: “{output.name}” is none of them.")
    return suffix


def _place(team: Team, wanted: str) -> str:
    for place in reports.places_of(team):
        if wanted == place.key or wanted.casefold() == str(place.label).casefold():
            return place.key
    names = [str(place.label) for place in reports.places_of(team)]
    raise CommandError(f"The team “{team.name}” has no neighbourhood “{wanted}”{_or(get_close_matches(wanted, names))}")


def _indicator(catalogue: Catalogue, wanted: str) -> str:
    if wanted not in catalogue.by_key:
        near = [spec.key for spec in catalogue.near(wanted)]
        raise CommandError(f"No indicator is called “{wanted}”{_or(near)}")
    return wanted


def _or(names: list[str]) -> str:
    return f". Did you mean {names[0]}?" if names else "."


def _write_package(output: Path, team: Team, releases: QuerySet[Release], what: object = "") -> None:
    _write_whole(
        output,
        lambda file: write_package(file, releases),
        team=team,
        model=Release,
        fields=VALUES.headings,
        what=what,
    )


def _write_whole(output: Path, write: Callable[[BinaryIO], int], **audited: object) -> None:
    """Write beside the file, record it and rename, so that the file is whole and in the audit, or is what it was before.

    `write` returns how many rows it wrote.
    """
    if output.is_dir():
        raise CommandError(f"{output} is a folder: name a file.")
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise CommandError(f"Cannot write to {output.parent}: {error.strerror}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            rows = write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o640)
        audit.record_export(by=None, rows=rows, **audited)
        temporary.replace(output)
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}. Nothing was changed.") from error
    finally:
        temporary.unlink(missing_ok=True)
