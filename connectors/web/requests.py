"""Get the figures of a web: counted at once if it is small; otherwise the last count, with a new one requested."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.tasks.backends.immediate import ImmediateBackend
from django.utils import timezone

from communities.models import Team
from connectors.models import WebCount
from connectors.web.actions import ASKED_FOR, claim_count, record_failure, unpack, web_stamp
from connectors.web.network import Count, Web, count
from connectors.web.queries.ties import WHOLE, Choice, is_small, read_web
from connectors.web.tasks import recount_web

#: How old figures can be although something was written since: a busy team's web is not counted without end.
FRESH_FOR = timedelta(minutes=10)
#: How long after a failure a page requests a count again automatically.
FAILED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class WebState:
    """What is known about a web now.

    counted: its figures; None before the first count, or if the chosen part of a large web is too large to count during
    the request (`is_too_large`).
    web: all nodes, for drawing; only if it was counted just now.
    kept: the row of the last count of a large web; None for a small one.
    is_waiting: a count was requested and has not finished. asks_by_hand: no background worker; there is a button.
    """

    counted: Count | None = None
    web: Web | None = None
    kept: WebCount | None = None
    is_too_large: bool = False
    is_stale: bool = False
    is_waiting: bool = False
    asks_by_hand: bool = False


def web_state(*, team: Team, choice: Choice = WHOLE, today: date | None = None) -> WebState:
    """Return what is known about a web now. For a large one with outdated figures, request a new count.

    A count that would run within this call (`KITH_TASKS=immediate`) is never started here.
    """
    if is_small(team, choice):
        web = read_web(team, choice)
        return WebState(counted=count(web, until=today or timezone.localdate()), web=web)
    if not choice.is_whole:
        return WebState(is_too_large=True)
    kept = WebCount.objects.filter(team=team).first() or WebCount(team=team, figures={}, stamp="")
    is_stale, by_hand = _is_stale(kept), counts_at_once()
    if is_stale and not by_hand and not _failed_lately(kept) and ask_for_count(team=team):
        kept = WebCount.objects.get(team=team)
    return WebState(
        counted=unpack(kept),
        kept=kept,
        is_stale=is_stale,
        is_waiting=bool(kept.asked_at and kept.asked_at > timezone.now() - ASKED_FOR),
        asks_by_hand=by_hand,
    )


def counts_at_once() -> bool:
    """Return whether a requested count runs before the caller continues, as on a laptop."""
    return isinstance(recount_web.get_backend(), ImmediateBackend)


def ask_for_count(*, team: Team) -> bool:
    """Request a count of the team's web, once at a time; return whether this call requested it.

    The row itself is the lock: of several concurrent requests the database lets one set `asked_at`.
    """
    if not claim_count(team=team):
        return False
    try:
        recount_web.enqueue(team.pk)
    except Exception:
        record_failure(team=team)
        raise
    return True


def _is_stale(kept: WebCount) -> bool:
    if unpack(kept) is None:
        return True
    return kept.counted_at < timezone.now() - FRESH_FOR and kept.stamp != web_stamp(kept.team)


def _failed_lately(kept: WebCount) -> bool:
    return bool(kept.failed_at and kept.failed_at > timezone.now() - FAILED_FOR)
