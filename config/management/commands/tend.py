"""Look after the database: let go of what is due, count what the tables hold, put the full-text index together."""

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand

from communities.actions.upkeep import analyse, compact, record_upkeep
from communities.apps import KithConfig
from communities.full_text import FullText


class Command(BaseCommand):
    """To be run by a timer every night; run more often it does no harm."""

    help = (
        "Look after the database: let_old_go, statistics for the planner, a compact full-text index. Run it every "
        "night."
    )

    def handle(self, **options: object) -> None:
        """Do it, say what was done, and note the time for the administration and for `check`."""
        call_command("let_old_go", stdout=self.stdout)
        compact(full_texts())
        tables = analyse()
        record_upkeep()
        self.stdout.write(f"Statistics of {tables} tables are up to date.")


def full_texts() -> list[FullText]:
    """Return the full-text indexes that the apps declare."""
    kith = (app for app in apps.get_app_configs() if isinstance(app, KithConfig))
    return [found for app in kith for found in app.database_objects() if isinstance(found, FullText)]
