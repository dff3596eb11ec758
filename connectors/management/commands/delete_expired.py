"""Delete old data: sealed items that nobody reviewed, old drafts, outdated marks and keys, and rows of read files."""

from django.core.management.base import BaseCommand

from assets.actions.importing import delete_expired_import_rows
from communities.actions.freshness import prune_keys, prune_marks
from communities.drafts import delete_expired_drafts
from connectors.capture.actions.deleting import delete_expired_items
from connectors.models import ItemState


class Command(BaseCommand):
    """Run it daily by a timer; running it more often is harmless."""

    help = "Delete items from phones that nobody has checked for KITH_KEEP_WAITING_DAYS, drafts older than KITH_KEEP_DRAFTS_DAYS, and the rows of old imports."

    def handle(self, **options: object) -> None:
        """Delete, and print how many rows."""
        gone = delete_expired_items()
        prune_marks()
        prune_keys()
        begun = gone[ItemState.DRAFT] + delete_expired_drafts()
        rows = delete_expired_import_rows()
        waited = gone[ItemState.PARKED] + gone[ItemState.WAITING]
        self.stdout.write(f"Deleted: {waited} items from phones that nobody checked, {begun} drafts.")
        self.stdout.write(f"Deleted: {rows} rows of imported files.")
