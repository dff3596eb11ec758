"""Whether the nightly upkeep of the database runs."""

from datetime import datetime, timedelta

from django.utils import timezone

from communities.models import Team, Upkeep

#: The oldest acceptable end of the last nightly upkeep: one night can fail, two cannot.
LATE_AFTER = timedelta(days=2)
#: How far ahead the end of the last upkeep may be: the server's clock was put back by so much since.
CLOCK_PUT_BACK = timedelta(hours=1)


def last_upkeep() -> datetime | None:
    """Return when the nightly upkeep last finished; None when it never has."""
    return Upkeep.objects.values_list("finished_at", flat=True).first()


def is_upkeep_late(last: datetime | None) -> bool:
    """Return whether the nightly upkeep is overdue, given when it last finished.

    One that never ran is overdue once the first team is older than LATE_AFTER; one query then, otherwise none. One that
    finished in the future ran while the clock was wrong: when it last ran is unknown, so it is overdue too.
    """
    now = timezone.now()
    latest = now - LATE_AFTER
    if last is not None:
        return not latest <= last <= now + CLOCK_PUT_BACK
    return Team.objects.filter(created_at__lt=latest).exists()
