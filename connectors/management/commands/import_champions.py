"""Import a list of street champions."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from communities.lists import listed
from communities.models import Team
from communities.spreadsheets import COMMAND, read_rows
from connectors.actions.champions import import_champions
from connectors.queries.champions import ASK, FATES, PROBLEM, TWICE, Judge, Verdict
from connectors.rules.champions import clean_row, columns_left_out, columns_of, headings_understood
from connectors.rules.same_person import Answers


class Command(BaseCommand):
    """Import a list of street champions, all of it or nothing."""

    help = "Add the street champions in a CSV or XLSX file to a team; running it again adds none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("file", type=Path, help="a CSV (UTF-8) or XLSX file with a name and a street in each row")
        parser.add_argument("--team", required=True, help="the team's short name")
        parser.add_argument(
            "--same",
            action="append",
            default=[],
            metavar="ROW=WHO",
            help="a row that may be someone known is the resident with this UUID, the same as row:NUMBER, or “new”",
        )
        parser.add_argument("--dry-run", action="store_true", help="show the result of each row and write nothing")

    def handle(self, *args: object, **options: object) -> None:
        """Read the file, decide the fate of its rows, write them, and print what happened to each."""
        self.shows_all = options["dry_run"] or options["verbosity"] > 1
        self.counts: Counter[str] = Counter()
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        said = dict(each.partition("=")[::2] for each in options["same"])
        if any(not row.isdecimal() for row in said):
            raise CommandError("Say who a row is with its number: --same 7=new. Nothing was written.")
        self.answers = Answers({int(row[:9]): who.strip() for row, who in said.items()})
        try:
            with options["file"].open("rb") as file:
                self._read(file, team, dry=options["dry_run"])
        except ValidationError as error:
            raise CommandError(f"{' '.join(' '.join(error.messages).split())} Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}. Nothing was written.") from error
        totals = "; ".join(f"{label}: {self.counts[fate]}" for fate, label in FATES.items())
        self.stdout.write(f"{self.counts.total()} rows. {totals}.")
        if options["dry_run"]:
            self.stdout.write("This was a preview: nothing was written.")

    def _read(self, file: object, team: Team, *, dry: bool) -> None:
        sheet = read_rows(file, COMMAND, headings_understood)
        for note in sheet.notes:
            self.stdout.write(note)
        columns, today = columns_of(sheet.headers), timezone.localdate()
        if left_out := columns_left_out(sheet.headers, columns):
            self.stdout.write(f"These columns will not be imported: {listed(left_out)}.")
        rows = (clean_row(number, texts, columns=columns, today=today) for number, texts in sheet.rows)
        if dry:
            for verdicts in Judge(team, self.answers).judge(rows):
                self._tell(verdicts)
        else:
            import_champions(
                team=team, by=None, rows=rows, answers=self.answers, leaves_out_unanswered=True, tell=self._tell
            )

    def _tell(self, verdicts: list[Verdict]) -> None:
        self.counts.update(each.fate for each in verdicts)
        for each in verdicts:
            if self.shows_all or each.notes or each.fate in (ASK, TWICE, PROBLEM):
                words = " ".join((f"Row {each.row.number}, {each.row.name or '–'}: {each.label}.", *each.notes))
                self.stdout.write(words)
            if each.fate == ASK:
                self._ask(each)

    def _ask(self, verdict: Verdict) -> None:
        """Print who a row could be, and how to say so; until then it is left out."""
        number = verdict.row.number
        for alike in verdict.alike:
            about = f"{alike.person.shown_as}, {alike.person.told_apart} ({alike.because})"
            self.stdout.write(f"  --same {number}={alike.person.uuid}  {about}")
        for row in verdict.like_rows:
            self.stdout.write(f"  --same {number}=row:{row.number}  row {row.number}, {row.name}")
        self.stdout.write(f"  --same {number}=new  someone new")
