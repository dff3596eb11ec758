"""The idea-to-cash clock: how many days an idea spent in each hand before it was paid.

Working definition: the clock starts when the people behind an idea first put it into the team's hands (an application from the public
page was sent; otherwise the spark was written down) and stops when the money was recorded as paid, or, for a spark that needs none,
when everybody had said yes. Between two steps of its history a spark is in one hand: whose turn its status is. Each day counts for one
hand only, so the hands add up to the whole.
Source: the times to inform and to sign in Regulation (EU, Euratom) 2018/1046, article 194(2), which run from the close of a call to the
signature. Ours begins earlier and ends later, because residents wait from the idea to the money.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

RESIDENT, BUILDER, MANAGER, PAYER, HOST = HANDS = ("resident", "builder", "manager", "payer", "host")
#: In whose hand a spark is, by status; statuses in which the clock does not run are missing.
HAND_OF: Mapping[str, str] = {
    "draft": BUILDER,
    "submitted": MANAGER,
    "recommended": MANAGER,
    "needs_info": RESIDENT,
    "approved": RESIDENT,
    "ready": PAYER,
}
#: A median of fewer sparks says more about them than about the team.
FEWEST = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """A change of status: when, from which to which."""

    at: datetime
    before: str
    after: str


@dataclass(frozen=True)
class Clock:
    """How long an idea has been on its way: the time in each hand, and whether it has arrived."""

    hands: Mapping[str, timedelta]
    is_over: bool

    @property
    def total(self) -> timedelta:
        """Return the time in all hands."""
        return sum(self.hands.values(), timedelta())

    @property
    def days(self) -> int:
        """Return the whole days that have gone by."""
        return self.total // DAY

    @property
    def shares(self) -> list[tuple[str, int]]:
        """Return the days in each hand in which it was, rounded down so that a morning is not a day; none are left out."""
        return [(hand, time // DAY) for hand, time in self.hands.items() if time]


def clock_of(
    *,
    moves: Sequence[Move],
    started_at: datetime,
    status: str,
    now: datetime,
    taken_up_at: datetime | None = None,
    at_host: bool = False,
) -> Clock:
    """Return the clock of one spark from its changes of status, oldest first.

    taken_up_at: when the team made a spark of an application: until then it was in the hand of a builder. at_host: the
    organisation holds the money, so that an approved award waits for its yes too, and counts as in its hand.
    """
    hands = dict.fromkeys(HANDS, timedelta())
    since = started_at
    if taken_up_at is not None and taken_up_at > since:
        hands[BUILDER] += taken_up_at - since
        since = taken_up_at
    at = moves[0].before if moves else status
    for move in moves:
        _spend(hands, at, since, move.at, at_host=at_host)
        since, at = max(since, move.at), move.after
        if at == "paid" or (at == "reported" and move.before == "ready"):
            return Clock(hands, is_over=True)
    _spend(hands, at, since, now, at_host=at_host)
    return Clock(hands, is_over=at not in HAND_OF)


def _spend(hands: dict[str, timedelta], status: str, since: datetime, until: datetime, *, at_host: bool) -> None:
    hand = HAND_OF.get(status)
    if hand and until > since:
        hands[HOST if at_host and status == "approved" else hand] += until - since


def median_days(clocks: Iterable[Clock]) -> int | None:
    """Return the median of the whole days of those that have arrived; None for fewer than `FEWEST`."""
    days = [each.days for each in clocks if each.is_over]
    return round(median(days)) if len(days) >= FEWEST else None
