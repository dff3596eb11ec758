"""Count a team's web of connections now."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Team
from connectors.web.actions import count_web, unpack


class Command(BaseCommand):
    """Count and store the figures, whatever the size and however recent the last count is."""

    help = "Count a team's web of connections now, and save the figures for its page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("--team", required=True, help="The team's short name, as in addresses.")

    def handle(self, *args: object, **options: object) -> None:
        """Count, store and print the figures."""
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        began = time.monotonic()
        found = unpack(count_web(team=team))
        self.stdout.write(
            f"{found.with_us.people} residents and {found.with_us.ties} recorded connections "
            f"({found.without_us.ties} without us), counted in {time.monotonic() - began:.1f} s."
        )
