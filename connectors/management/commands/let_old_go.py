"""Let go for good of what phones sent and nobody looked at, and of what was begun and never saved."""

from django.core.management.base import BaseCommand

from connectors.actions.capture_follows import let_old_go
from connectors.models import ItemState


class Command(BaseCommand):
    """To be run by a timer every day; run more often it does no harm."""

    help = "Lets go of what has waited for longer than KITH_KEEP_WAITING_DAYS, and of drafts older than KITH_KEEP_DRAFTS_DAYS."

    def handle(self, **options: object) -> None:
        """Do it, and say how many went."""
        gone = let_old_go()
        waited = gone[ItemState.PARKED] + gone[ItemState.WAITING]
        self.stdout.write(f"Let go: {waited} that waited too long, {gone[ItemState.DRAFT]} drafts.")
