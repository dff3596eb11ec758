"""Count the noticed words in a team's conversations again, after its list changed or after an import."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Team
from connectors.actions.noticed_words import recount_words


class Command(BaseCommand):
    """Count again, in batches; it can be interrupted and restarted at any time."""

    help = "Count the words noticed in a team's conversations with its list as it is now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("--team", required=True, help="The team's short name, as in addresses.")
        parser.add_argument("--missing", action="store_true", help="Only conversations that were never counted.")

    def handle(self, *args: object, **options: object) -> None:
        """Count, and print how many conversations changed."""
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"No team has the short name “{options['team']}”.")
        changed = recount_words(team=team, only_missing=options["missing"])
        self.stdout.write(f"Counted. The number changed in {changed} conversations.")
