"""What each computed indicator counts: one declaration, from which both the number and the rows behind it are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from assets.models import Asset, Kind, LedBy
from assets.models import Status as AssetStatus
from communities.models import Team
from connectors.models import (
    Ask,
    Conversation,
    Gave,
    Gift,
    Introduction,
    IntroductionOutcome,
    Journey,
    JourneyChange,
    JourneyOutcome,
    LightTouch,
    Meeter,
    Person,
)
from evaluation.models import Story, StoryStatus
from evaluation.periods import Period
from sparks.models import Application, HeldBy, Status

#: Sparks whose approval stands. Money that came back, and sparks withdrawn or cancelled, do not count.
APPROVED = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED)
MET = (IntroductionOutcome.MET, IntroductionOutcome.TOGETHER)


@dataclass(frozen=True)
class Source:
    """A team's rows of one model, with the day on which each counts and the neighbourhood it counts for.

    `day` names a date, or a moment when `is_moment`; `place` the path to a neighbourhood; `order` a total order for pages.
    """

    key: str
    rows: Callable[[Team], QuerySet]
    day: str
    order: tuple[str, ...]
    place: str = "neighbourhood"
    is_moment: bool = False

    def within(self, period: Period) -> Q:
        """Return the condition that a row counts in the period, by the calendar of London."""
        if not self.is_moment:
            return Q(**{f"{self.day}__gte": period.start, f"{self.day}__lte": period.end})
        return Q(**{f"{self.day}__gte": midnight(period.start), f"{self.day}__lt": after(period.end)})


@dataclass(frozen=True)
class Counting:
    """How an indicator is counted from a source.

    condition: which rows. whom: the path to people, each counted once, instead of rows. amount: a field to add up instead.
    of: makes it a percentage: of the rows meeting `of`, those meeting `condition` too. on: makes it a stock: which rows
    stand on the last day of the period, instead of those that fall into it.
    """

    source: Source
    condition: Q = field(default_factory=Q)
    whom: str = ""
    amount: str = ""
    of: Q | None = None
    on: Callable[[date], Q] | None = None


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in London."""
    return timezone.make_aware(datetime.combine(day, time.min))


def after(day: date) -> datetime:
    """Return the moment at which a day is over in London."""
    return midnight(day + timedelta(days=1))


def year_before(day: date) -> date:
    """Return the same day a year before; periods end on no 29 February."""
    return day.replace(year=day.year - 1)


def on_the_map(day: date) -> Q:
    """Return the condition that an asset stood on the map at the end of a day."""
    return Q(created_at__lt=after(day)) & (
        Q(status=AssetStatus.LISTED) | Q(status=AssetStatus.RETIRED, retired_at__gte=after(day))
    )


def still_true(day: date) -> Q:
    """Return the condition that an asset on the map at the end of a day was confirmed within the year before, or later."""
    return on_the_map(day) & Q(last_confirmed_on__gt=year_before(day))


def connector_by(day: date) -> Q:
    """Return the condition that a resident had become a connector by the end of a day."""
    return Q(connector_since__lte=day)


CONVERSATIONS = Source(
    "conversations", lambda team: Conversation.objects.filter(team=team), "held_on", ("-held_on", "-id")
)
RESIDENTS = Source("residents", lambda team: Person.objects.filter(team=team), "first_met_on", ("-first_met_on", "-id"))
CONNECTORS = Source("connectors", lambda team: Person.objects.filter(team=team), "connector_since", ("-id",))
GIFTS = Source(
    "gifts",
    lambda team: Gift.objects.filter(person__team=team, person__merged_into__isnull=True),
    "heard_on",
    ("-heard_on", "-id"),
    place="person__neighbourhood",
)
INTRODUCTIONS = Source(
    "introductions",
    lambda team: Introduction.objects.filter(team=team),
    "introduced_on",
    ("-introduced_on", "-id"),
)
LIGHT_TOUCHES = Source(
    "light_touches", lambda team: LightTouch.objects.filter(team=team), "held_on", ("-held_on", "-id")
)
JOURNEYS = Source(
    "journeys",
    lambda team: Journey.objects.filter(team=team),
    "began_on",
    ("-began_on", "-id"),
    place="person__neighbourhood",
)
LEANING = Source(
    "leaning",
    lambda team: JourneyChange.objects.filter(journey__team=team, outcome=JourneyOutcome.LEANING),
    "noticed_on",
    ("-noticed_on", "-id"),
    place="journey__person__neighbourhood",
)
ASKS_MET = Source(
    "asks_met", lambda team: Ask.objects.filter(team=team, met_on__isnull=False), "met_on", ("-met_on", "-id")
)
GROUPS = Source(
    "groups",
    lambda team: Asset.objects.filter(team=team, kind=Kind.ASSOCIATION).exclude(status=AssetStatus.SUGGESTED),
    "formed_on",
    ("name", "id"),
)
ASSETS = Source("assets", lambda team: Asset.objects.filter(team=team), "created_at", ("name", "id"), is_moment=True)
HANDED_IN = Source(
    "handed_in",
    lambda team: Application.objects.filter(team=team),
    "submitted_at",
    ("-created_at", "-id"),
    is_moment=True,
)
DECIDED = Source(
    "decided",
    lambda team: Application.objects.filter(team=team, status__in=APPROVED),
    "decided_at",
    ("-created_at", "-id"),
    is_moment=True,
)
STORIES = Source(
    "stories",
    lambda team: Story.objects.filter(team=team, status=StoryStatus.PUBLISHED),
    "happened_on",
    ("-happened_on", "-id"),
)

#: By the indicator's key.
COUNTINGS: dict[str, Counting] = {
    "conversations-held": Counting(CONVERSATIONS),
    "residents-met": Counting(CONVERSATIONS, whom="people"),
    "residents-met-first": Counting(RESIDENTS),
    "connectors": Counting(CONNECTORS, on=connector_by),
    "new-connectors": Counting(CONNECTORS),
    "gifts-heard": Counting(GIFTS),
    "gifts-offered": Counting(GIFTS, Q(is_offered=True)),
    "introductions-made": Counting(INTRODUCTIONS),
    "introductions-met": Counting(INTRODUCTIONS, Q(outcome__in=MET)),
    "introductions-met-share": Counting(INTRODUCTIONS, Q(outcome__in=MET), of=~Q(outcome=IntroductionOutcome.WAITING)),
    "words-in-passing": Counting(LIGHT_TOUCHES),
    "belonging-after-a-word": Counting(
        LIGHT_TOUCHES, Q(belongs_more=True) & ~Q(gave=Gave.INFORMATION), of=~Q(gave=Gave.INFORMATION)
    ),
    "journeys-begun": Counting(JOURNEYS),
    "residents-leaning": Counting(LEANING, whom="journey__person"),
    "asks-met-by-neighbours": Counting(ASKS_MET, Q(met_by=Meeter.NEIGHBOUR), of=Q(met_on__isnull=False)),
    "groups-formed": Counting(GROUPS),
    "groups-formed-by-residents": Counting(GROUPS, Q(led_by=LedBy.RESIDENTS)),
    "ideas-heard": Counting(CONVERSATIONS, ~Q(idea="")),
    "sparks-applied": Counting(HANDED_IN),
    "sparks-approved": Counting(DECIDED),
    "money-awarded": Counting(DECIDED, amount="award_gbp"),
    "sparks-held-by-host": Counting(DECIDED, Q(held_by=HeldBy.HOST)),
    "residents-behind-sparks": Counting(HANDED_IN, whom="applicants"),
    "assets-on-the-map": Counting(ASSETS, on=on_the_map),
    "assets-confirmed": Counting(ASSETS, on=still_true),
    "stories-told": Counting(STORIES),
}
