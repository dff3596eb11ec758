"""Look at a web: counted at once when it is small; when it is large, as it was counted last, and asked for again."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.tasks.backends.immediate import ImmediateBackend
from django.utils import timezone

from communities.models import Team
from connectors.actions.web import unpack, web_stamp
from connectors.models import WebCount
from connectors.network import Count, Web, count
from connectors.queries.web import WHOLE, Choice, is_small, read_web
from connectors.tasks import recount_web

#: How long figures are good enough though something was written since: a busy team is not counted without end.
FRESH_FOR = timedelta(minutes=10)
#: After this time a count that was asked for and never came is asked for again: its worker was stopped.
ASKED_FOR = timedelta(hours=1)
#: How long after a failure a page asks again by itself.
FAILED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Look:
    """What can be said about a web now.

    counted: its figures; None when they are not there yet, or when a part of a large web was chosen that is too large to
        count while somebody waits (`is_too_large`).
    web: everybody in it, for drawing; only when it was counted just now.
    kept: what is known about the last count of a large web; None for a small one.
    is_waiting: a count was asked for and has not come yet. asks_by_hand: nothing counts by itself here; there is a button.
    """

    counted: Count | None = None
    web: Web | None = None
    kept: WebCount | None = None
    is_too_large: bool = False
    is_stale: bool = False
    is_waiting: bool = False
    asks_by_hand: bool = False


def look_at(*, team: Team, choice: Choice = WHOLE, today: date | None = None) -> Look:
    """Return what can be said about a web now. For a large one whose figures are old, ask for a new count.

    A count that would run within this very call (`KITH_TASKS=immediate`) is never begun here.
    """
    if is_small(team, choice):
        web = read_web(team, choice)
        return Look(counted=count(web, until=today or timezone.localdate()), web=web)
    if not choice.is_whole:
        return Look(is_too_large=True)
    kept = WebCount.objects.filter(team=team).first() or WebCount(team=team, figures={}, stamp="")
    is_stale, by_hand = _is_stale(kept), counts_at_once()
    if is_stale and not by_hand and not _failed_lately(kept) and ask_for_count(team=team):
        kept = WebCount.objects.get(team=team)
    return Look(
        counted=unpack(kept),
        kept=kept,
        is_stale=is_stale,
        is_waiting=bool(kept.asked_at and kept.asked_at > timezone.now() - ASKED_FOR),
        asks_by_hand=by_hand,
    )


def counts_at_once() -> bool:
    """Return whether a count that is asked for runs before the caller goes on, as on a laptop."""
    return isinstance(recount_web.get_backend(), ImmediateBackend)


def ask_for_count(*, team: Team) -> bool:
    """Ask for a count of the team's web, once at a time; return whether this call was the one that asked.

    The row itself is the lock: of several who ask at once, the database lets one set `asked_at`.
    """
    WebCount.objects.get_or_create(team=team, defaults={"stamp": ""})
    free = Q(asked_at__isnull=True) | Q(asked_at__lte=timezone.now() - ASKED_FOR)
    if not WebCount.objects.filter(free, team=team).update(asked_at=timezone.now()):
        return False
    try:
        recount_web.enqueue(team.pk)
    except Exception:
        WebCount.objects.filter(team=team).update(asked_at=None, failed_at=timezone.now())
        raise
    return True


def _is_stale(kept: WebCount) -> bool:
    if unpack(kept) is None:
        return True
    return kept.counted_at < timezone.now() - FRESH_FOR and kept.stamp != web_stamp(kept.team)


def _failed_lately(kept: WebCount) -> bool:
    return bool(kept.failed_at and kept.failed_at > timezone.now() - FAILED_FOR)
