"""Write a team's indicators to a file: the same numbers as the page and its download."""

import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities import audit
from communities.models import Team
from communities.periods import Period, covering, parse
from communities.spreadsheets import CSV, XLSX
from evaluation import reports
from evaluation.models import Indicator, Release
from evaluation.releases.files import COLUMNS, row_count, write_release

#: More quarters than any programme has run: a slip of the finger, not a wish.
MOST_QUARTERS = 200


class Command(BaseCommand):
    """Write a team's indicators by neighbourhood and quarter to a CSV or XLSX file."""

    help = "Write a team's indicators by neighbourhood and quarter to a CSV or XLSX file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--team", required=True, help="The team's short name, as in addresses.")
        parser.add_argument("--from", dest="first", help="The first day, as 2026-01-01.")
        parser.add_argument("--to", dest="final", help="The last day, as 2026-12-31.")
        parser.add_argument("--release", help="Instead of days: a closed quarter or year, as 2026-01-01_2026-03-31.")
        parser.add_argument("--format", choices=(CSV, XLSX), help="If left out, the name of the file decides.")
        parser.add_argument("--neighbourhood", help="One neighbourhood, by its name or ID.")
        parser.add_argument("-o", "--output", required=True, help="The file to write.")

    def handle(self, *args: object, **options: object) -> None:
        """Count, write to the side, then put the whole file in its place."""
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team with the short name “{options['team']}”.")
        output = Path(options["output"])
        file_format = options["format"] or _format_of(output)
        if options["release"]:
            self._release(team, output, file_format, options)
            return
        if not options["first"] or not options["final"]:
            raise CommandError("Give --from and --to, or --release.")
        periods = _periods(options["first"], options["final"])
        only = _place(team, options["neighbourhood"]) if options["neighbourhood"] else None
        report = reports.build(team, periods, only_closed=True)
        _write_whole(
            output,
            lambda file: reports.write_file(file, report, file_format, only),
            team=team,
            model=Indicator,
            rows=reports.row_count(report, only),
            fields=reports.COLUMNS,
        )
        if str(periods[0].start) != options["first"] or str(periods[-1].end) != options["final"]:
            self.stderr.write(
                f"Reports cover whole quarters: this one runs from {periods[0].start} to {periods[-1].end}."
            )
        self.stdout.write(f"Wrote {len(periods)} quarters to {output}.")

    def _release(self, team: Team, output: Path, file_format: str, options: dict) -> None:
        """Write a release as it was closed."""
        if options["first"] or options["final"] or options["neighbourhood"]:
            raise CommandError("--release is written whole: leave out --from, --to and --neighbourhood.")
        period = parse(options["release"])
        release = Release.objects.filter(
            team=team, period_start=period.start if period else None, period_end=period.end if period else None
        ).first()
        if release is None:
            raise CommandError(f"The team “{team.name}” has not closed “{options['release']}”.")
        _write_whole(
            output,
            lambda file: write_release(file, release, file_format),
            team=team,
            model=Release,
            rows=row_count(release),
            fields=COLUMNS,
            what=release.pk,
        )
        self.stdout.write(f"Wrote the release of {release.period.key}, SHA-256 {release.sha256}, to {output}.")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--{option} is a day such as 2026-01-31, not “{text}”.") from error


def _periods(first: str, final: str) -> list[Period]:
    days = _day(first, "from"), _day(final, "to")
    if days[1] < days[0]:
        raise CommandError(f"--to ({final}) is before --from ({first}).")
    if (days[1] - days[0]).days > MOST_QUARTERS * 91:
        raise CommandError(f"From {first} to {final} is more than {MOST_QUARTERS // 4} years.")
    return covering(*days)


def _format_of(output: Path) -> str:
    suffix = output.suffix.lower().removeprefix(".")
    if suffix not in (CSV, XLSX):
        raise CommandError(f"Name a .csv or .xlsx file, or say --format: “{output.name}” is neither.")
    return suffix


def _place(team: Team, wanted: str) -> str:
    for place in reports.places_of(team):
        if wanted == place.key or wanted.casefold() == str(place.label).casefold():
            return place.key
    raise CommandError(f"The team “{team.name}” has no neighbourhood “{wanted}”.")


def _write_whole(output: Path, write: Callable[[BinaryIO], None], **audited: object) -> None:
    """Write beside the file, record it and rename, so that the file is whole and in the audit, or is what it was before."""
    if output.is_dir():
        raise CommandError(f"{output} is a folder: name a file.")
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise CommandError(f"Cannot write to {output.parent}: {error.strerror}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o640)
        audit.record_export(by=None, **audited)
        temporary.replace(output)
    except OSError as error:
        raise CommandError(f"Cannot write {output}: {error.strerror}. Nothing was changed.") from error
    finally:
        temporary.unlink(missing_ok=True)
