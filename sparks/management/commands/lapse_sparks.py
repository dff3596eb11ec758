"""`manage.py lapse_sparks`: announce which sparks will lapse, and let lapse what was announced two weeks ago."""

from django.core.management.base import BaseCommand

from sparks.actions.endings import NOTICE_DAYS, lapse_sparks
from sparks.workflow import LAPSE_DAYS


class Command(BaseCommand):
    """Part of the nightly upkeep; safe to run more often, because nobody is told twice."""

    help = (
        f"Let sparks lapse whose question nobody answered, or whose award nobody accepted, for {LAPSE_DAYS} days, and tell the people "
        f"behind them {NOTICE_DAYS} days before."
    )

    def handle(self, **options: object) -> None:
        """Announce, lapse, and print how many."""
        announced, lapsed = lapse_sparks()
        self.stdout.write(
            f"{announced} sparks will lapse in {NOTICE_DAYS} days, and their people are told; {lapsed} lapsed."
        )
