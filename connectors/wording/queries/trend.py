"""How a team's language changes from quarter to quarter: of the whole team, never of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When
from django.utils import timezone
from django.utils.formats import date_format

from communities import disclosure, periods
from communities.models import Team, User
from connectors.models import Conversation
from connectors.rules.conversations import can_log_conversation

#: The last three years.
QUARTERS = 12
#: With fewer writers, a quarter's words could be attributed to one person.
FEWEST_BUILDERS = 3


@dataclass(frozen=True)
class QuarterOfWords:
    """One quarter: its first day, conversations counted and not counted yet, and two rates, or why they are hidden.

    share: of conversations in which a word was noticed, in per cent; per_hundred: words noticed in 100 conversations.
    Both have one decimal place and are None when nothing was counted or the quarter is hidden. `conversations` is None
    when hidden.
    """

    start: date
    conversations: int | None
    uncounted: int
    share: Decimal | None
    per_hundred: Decimal | None
    is_hidden: bool

    @property
    def label(self) -> str:
        """Return the quarter's label below a column: Apr 26."""
        return date_format(self.start, "M y")

    @property
    def name(self) -> str:
        """Return the quarter as a reader says it: April to June 2026."""
        return periods.period_name(periods.quarter_of(self.start))


@dataclass(frozen=True)
class WordTrend:
    """The quarters, oldest first, starting with the first that has a conversation."""

    quarters: list[QuarterOfWords]
    threshold: int

    @property
    def uncounted(self) -> int:
        """Return how many conversations of these quarters were never counted."""
        return sum(quarter.uncounted for quarter in self.quarters)

    @property
    def shown(self) -> list[QuarterOfWords]:
        """Return the quarters that have rates."""
        return [quarter for quarter in self.quarters if quarter.share is not None]

    @property
    def has_hidden(self) -> bool:
        """Return whether any quarter is hidden."""
        return any(quarter.is_hidden for quarter in self.quarters)

    @property
    def columns(self) -> list[tuple[str, Decimal | None]]:
        """Return (label, words in 100 conversations) for a chart; None where nothing is shown."""
        return [(quarter.label, quarter.per_hundred) for quarter in self.quarters]


def word_trend(*, user: User, team: Team, today: date | None = None) -> WordTrend:
    """Return the last QUARTERS quarters of a team, including this one; one query.

    Conversations that were never counted (imported, or older than the counting) are left out of the rates and shown as
    uncounted. A quarter is hidden when fewer than FEWEST_BUILDERS people wrote its conversations, or when the gate keeps the
    share: a word noticed in one to four of them, or in all but so many, is somebody's. By design, nobody can see one person's
    figures. Those who may only count see quarters that are over: one that grows would say what the last conversation held.
    """
    quarters = periods.last(QUARTERS, until=today or timezone.localdate())
    if not can_log_conversation(user, team):
        quarters = quarters[:-1]
    place = Case(
        *(When(held_on__lte=quarter.end, then=Value(number)) for number, quarter in enumerate(quarters)),
        output_field=IntegerField(),
    )
    counted = Q(words_noticed__isnull=False)
    rows = (
        Conversation.objects.countable_by(user)
        .filter(team=team, held_on__gte=quarters[0].start, held_on__lte=quarters[-1].end)
        .order_by()
        .values(quarter=place)
        .annotate(
            counted=Count("words_noticed"),
            uncounted=Count("pk", filter=~counted),
            worded=Count("pk", filter=Q(words_noticed__gt=0)),
            words=Sum("words_noticed"),
            builders=Count("builder", filter=counted, distinct=True),
        )
    )
    found = {row["quarter"]: row for row in rows}
    first = min(found, default=len(quarters))
    threshold = team.small_number_threshold
    return WordTrend(
        [
            _quarter(quarter.start, found.get(number), threshold)
            for number, quarter in enumerate(quarters)
            if number >= first
        ],
        threshold,
    )


def _quarter(start: date, row: Mapping[str, Any] | None, threshold: int) -> QuarterOfWords:
    if row is None:
        return QuarterOfWords(start, 0, 0, None, None, is_hidden=False)
    counted, uncounted = row["counted"], row["uncounted"]
    if not counted:
        return QuarterOfWords(start, 0, uncounted, None, None, is_hidden=False)
    if not disclosure.passes(row["worded"], counted, threshold) or row["builders"] < FEWEST_BUILDERS:
        return QuarterOfWords(start, None, uncounted, None, None, is_hidden=True)
    share = _rounded(Decimal(100 * row["worded"]) / counted)
    return QuarterOfWords(
        start, counted, uncounted, share, _rounded(Decimal(100 * row["words"]) / counted), is_hidden=False
    )


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"))
