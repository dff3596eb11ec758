"""`manage.py import_assets`: import a file of assets into a team's map."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assets.actions.importing import count_fates, import_rows
from assets.importing import (
    COMMAND,
    Judge,
    Verdict,
    check_columns,
    columns_not_read,
    guess_columns,
    parse_columns,
    read_table,
)
from assets.models import ImportRow, Kind
from communities.models import Team
from communities.spreadsheets import Sheet, csv_lines

Fate = ImportRow.Fate
NEEDS_ATTENTION = (Fate.PROBLEM, Fate.DUPLICATE)


class Command(BaseCommand):
    """Import a file of assets into a team's map, all of it or nothing."""

    help = "Add the assets in a CSV, XLSX or GeoJSON file to a team's map; running it again adds none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="a CSV (UTF-8), XLSX or GeoJSON file")
        parser.add_argument("--team", required=True, help="the team's short name")
        parser.add_argument(
            "--columns", default="", help="the heading of each field: name=Title,latitude=lat; guessed if not given"
        )
        parser.add_argument("--kind", choices=Kind.values, default=Kind.PLACE, help="the kind for rows without one")
        parser.add_argument("--dry-run", action="store_true", help="show the result of each row and write nothing")
        parser.add_argument("--report", type=Path, help="write the result of each row to this CSV file")
        duplicates = parser.add_mutually_exclusive_group()
        duplicates.add_argument(
            "--skip-duplicates",
            dest="adds_duplicates",
            action="store_false",
            help="leave out rows that look like an existing asset (the default)",
        )
        duplicates.add_argument(
            "--add-duplicates",
            dest="adds_duplicates",
            action="store_true",
            help="add rows that look like an existing asset",
        )
        parser.set_defaults(adds_duplicates=False)

    def handle(self, *args: object, **options: object) -> None:
        """Read the file, judge its rows, write them, and print the result of each."""
        self.shows_all = options["dry_run"] or options["verbosity"] > 1
        self.counts: Counter[str] = Counter()
        self.report: list[tuple[int, str, str, str]] | None = [] if options["report"] else None
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        with _plain_errors(), options["file"].open("rb") as file:
            columns = parse_columns(options["columns"])
            sheet = read_table(file, COMMAND, columns)
            for note in sheet.notes:
                self.stdout.write(note)
            columns = columns or guess_columns(sheet.headers)
            check_columns(columns, sheet.headers)
            if not_read := columns_not_read(sheet.headers, columns):
                self.stdout.write(not_read)
            if options["dry_run"]:
                self._rehearse(sheet, team, columns, options)
            else:
                self._write(sheet, team, columns, options)
            self._save_report(options["report"])
        self._say_totals(dry=options["dry_run"])

    def _rehearse(self, sheet: Sheet, team: Team, columns: dict[str, str], options: dict) -> None:
        judge = Judge(team=team, columns=columns, kind=options["kind"], adds_duplicates=options["adds_duplicates"])
        for verdicts in judge.judge(sheet.rows):
            self._tell(verdicts)

    def _write(self, sheet: Sheet, team: Team, columns: dict[str, str], options: dict) -> None:
        import_rows(
            team=team,
            by=None,
            file_name=options["file"].name,
            headings=sheet.headers,
            rows=sheet.rows,
            columns=columns,
            kind=options["kind"],
            adds_duplicates=options["adds_duplicates"],
            tell=self._tell,
        )

    def _tell(self, verdicts: list[Verdict]) -> None:
        self.counts.update(count_fates(verdicts))
        for verdict in verdicts:
            words = " ".join(verdict.messages)
            if self.shows_all or words or verdict.fate in NEEDS_ATTENTION:
                self.stdout.write(f"Row {verdict.number}, {verdict.name or '–'}: {_fate(verdict)}. {words}".rstrip())
            if self.report is not None:
                self.report.append((verdict.number, verdict.name, str(verdict.fate), words))

    def _save_report(self, path: Path | None) -> None:
        if path is not None:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_lines(("row", "name", "fate", "messages"), self.report))

    def _say_totals(self, *, dry: bool) -> None:
        fates = [f"{Fate(fate).label}: {self.counts[fate]}" for fate in Fate.values]
        rows = sum(self.counts[fate] for fate in Fate.values)
        self.stdout.write(
            f"{rows} rows. {'; '.join(fates)}. Outside every neighbourhood outline: {self.counts['outside']}."
        )
        if dry:
            self.stdout.write("This was a preview: nothing was written.")


def _fate(verdict: Verdict) -> str:
    if verdict.fate == Fate.DUPLICATE:
        label = _("Looks like another; added anyway") if verdict.is_written else _("Looks like another; left out")
        return str(label)
    return str(Fate(verdict.fate).label)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn errors that a person can fix into one line, and say that nothing was written."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(f"{_one_line(error.messages)} Nothing was written.") from error
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}. Nothing was written.") from error


def _one_line(sentences: Iterable[str]) -> str:
    return " ".join(" ".join(sentences).split())
