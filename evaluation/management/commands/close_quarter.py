"""Close a quarter of a team, as a manager or an evaluator does on the page of releases."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Team
from communities.periods import quarter_of
from evaluation.releases.actions import close_quarter


class Command(BaseCommand):
    """Close the quarter with a day in it; a quarter that is closed stays as it is."""

    help = "Close a quarter of a team: its figures are kept as they are shown now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--team", required=True, help="The team's short name, as in addresses.")
        parser.add_argument("--quarter", required=True, help="A day of the quarter, as 2026-01-01.")

    def handle(self, *args: object, **options: object) -> None:
        """Close it and print the SHA-256."""
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        try:
            quarter = quarter_of(date.fromisoformat(str(options["quarter"])))
        except ValueError as error:
            raise CommandError(f"--quarter is a day such as 2026-01-31, not “{options['quarter']}”.") from error
        try:
            release = close_quarter(by=None, team=team, quarter=quarter)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{release.period.key} is closed, SHA-256 {release.sha256}.")
