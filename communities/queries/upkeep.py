"""Whether the nightly upkeep of the database runs."""

from datetime import datetime, timedelta

from django.utils import timezone

from communities.models import Team, Upkeep

#: The oldest acceptable end of the last nightly upkeep: one night can fail, two cannot.
LATE_AFTER = timedelta(days=2)


def last_upkeep() -> datetime | None:
    """Return when the nightly upkeep last finished; None when it never has."""
    return Upkeep.objects.values_list("finished_at", flat=True).first()


def is_upkeep_late(last: datetime | None) -> bool:
    """Return whether the nightly upkeep is overdue, given when it last finished.

    One that never ran is overdue once the first team is older than LATE_AFTER; one query then, otherwise none.
    """
    latest = timezone.now() - LATE_AFTER
    if last is not None:
        return last < latest
    return Team.objects.filter(created_at__lt=latest).exists()
