"""Delete old data: sealed items nobody reviewed, old drafts, marks, keys, rows of read files, messages, and what was deleted."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.module_loading import import_string

from assets.actions.importing import delete_expired_import_rows
from communities.actions.freshness import prune_keys, prune_marks
from communities.actions.undo import delete_expired_undoables
from communities.drafts import delete_expired_drafts
from communities.outbox.actions import delete_old_messages
from connectors.capture.actions.deleting import delete_expired_items
from connectors.capture.actions.late_names import delete_expired_names
from connectors.models import ItemState


class Command(BaseCommand):
    """Run it daily by a timer; running it more often is harmless."""

    help = "Delete items from phones that nobody has checked for KITH_KEEP_WAITING_DAYS, drafts older than KITH_KEEP_DRAFTS_DAYS, the rows of old imports, messages settled KITH_KEEP_MESSAGES_DAYS ago, and what was deleted more than 30 days ago."

    def handle(self, **options: object) -> None:
        """Delete, and print how many rows."""
        gone = delete_expired_items()
        delete_expired_names()
        prune_marks()
        prune_keys()
        begun = gone[ItemState.DRAFT] + delete_expired_drafts()
        rows = delete_expired_import_rows()
        undoable = delete_expired_undoables()
        sent = sum(import_string(path)() for path in settings.ALSO_DELETED_WHEN_OLD)
        waited = gone[ItemState.PARKED] + gone[ItemState.WAITING]
        self.stdout.write(f"Deleted: {waited} items from phones that nobody checked, {begun} drafts.")
        told = delete_old_messages(before=timezone.now() - timedelta(days=settings.KEEP_MESSAGES_DAYS))
        self.stdout.write(f"Deleted: {rows} rows of imported files, {told} old messages, {sent} old applications.")
        self.stdout.write(f"Deleted for good: {undoable} changes that nobody undid in 30 days.")
