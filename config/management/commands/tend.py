"""Maintain the database: delete what is due, update the planner's statistics, merge the full-text index, and verify the ledgers."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from communities.actions.upkeep import NotTheOwnerError, analyse, compact, record_upkeep
from communities.full_text import full_texts


class Command(BaseCommand):
    """Run by a timer every night; it is safe to run it more often."""

    help = (
        "Maintain the database: delete what is due (delete_expired), let sparks lapse (lapse_sparks), send what waits (send_messages), update the planner's statistics, merge the full-text "
        "index, and check the ledgers (verify_ledger). Run it every night."
    )

    def handle(self, **options: object) -> None:
        """Run each step, print the result, and record the time, which the admin and `manage.py check` show."""
        call_command("delete_expired", stdout=self.stdout)
        call_command("lapse_sparks", stdout=self.stdout)
        call_command("send_messages", stdout=self.stdout)
        compact(full_texts())
        try:
            tables = analyse()
        except NotTheOwnerError as error:
            raise CommandError(
                f"PostgreSQL left out {len(error.tables)} tables, {error.tables[0]} among them: only their owner may vacuum "
                "them. Everything else is done. Run this as their owner; until then the upkeep counts as not done."
            ) from error
        record_upkeep()
        self.stdout.write(f"Statistics of {tables} tables are up to date.")
        # The last step, so that everything else is done whatever it finds.
        call_command("verify_ledger", stdout=self.stdout)
