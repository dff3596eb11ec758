"""The rows that indicators are counted from: whose they are, when and where they count, and how they are described."""

from datetime import date

from django.db.models import Q

from assets.models import Asset, Kind
from assets.models import Status as AssetStatus
from communities.periods import Period
from connectors.models import (
    Ask,
    ConnectorTerm,
    Conversation,
    Gift,
    Introduction,
    Journey,
    JourneyChange,
    JourneyOutcome,
    LightTouch,
    Person,
)
from evaluation.framework import row_wordings as wordings
from evaluation.framework.declaring import Counting, Source, after
from evaluation.models import Story, StoryStatus
from sparks.models import CostLine, LedgerEntry, LedgerKind, Spark, Status

#: The statuses of sparks that were approved and were not withdrawn or cancelled. What came back was awarded all the same, and has
#: a line of its own.
APPROVED = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED, Status.RECOVERED)


def year_before(day: date) -> date:
    """Return the same day a year earlier; of 29 February, the day before."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def on_the_map(day: date) -> Q:
    """Return the condition that an asset was on the map at the end of a day."""
    return Q(created_at__lt=after(day)) & (
        Q(status=AssetStatus.LISTED) | Q(status=AssetStatus.RETIRED, retired_at__gte=after(day))
    )


def still_true(day: date) -> Q:
    """Return the condition that an asset on the map at the end of a day was confirmed within the year before, or later."""
    return on_the_map(day) & Q(last_confirmed_on__gt=year_before(day))


def connector_by(day: date) -> Q:
    """Return the condition that a resident was a connector at the end of a day, whether or not they still are."""
    past = ConnectorTerm.objects.filter(since__lte=day, until__gt=day)
    return Q(connector_since__lte=day) | Q(pk__in=past.values("person"))


def became_connector(period: Period) -> Q:
    """Return the condition that a resident became a connector in a period, whether or not they still are."""
    past = ConnectorTerm.objects.filter(since__range=(period.start, period.end))
    return Q(connector_since__range=(period.start, period.end)) | Q(pk__in=past.values("person"))


CONVERSATIONS = Source(
    "conversations",
    lambda team: Conversation.objects.filter(team=team),
    "held_on",
    ("-held_on", "-id"),
    wordings.CONVERSATION,
    reads=("connectors_conversation", "connectors_conversation_people"),
)
RESIDENTS = Source(
    "residents",
    lambda team: Person.objects.filter(team=team),
    "first_met_on",
    ("-first_met_on", "-id"),
    wordings.RESIDENT,
    reads=("residents",),
)
CONNECTORS = Source(
    "connectors",
    lambda team: Person.objects.filter(team=team),
    "connector_since",
    ("-id",),
    wordings.CONNECTOR,
    always_reads=("connectors", "homes", "connectors_connectorterm"),
)
GIFTS = Source(
    "gifts",
    lambda team: Gift.objects.filter(person__team=team, person__merged_into__isnull=True),
    "heard_on",
    ("-heard_on", "-id"),
    wordings.GIFT,
    place="person__neighbourhood",
    reads=("connectors_gift",),
    always_reads=("homes",),
)
INTRODUCTIONS = Source(
    "introductions",
    lambda team: Introduction.objects.filter(team=team),
    "introduced_on",
    ("-introduced_on", "-id"),
    wordings.INTRODUCTION,
    reads=("connectors_introduction",),
)
LIGHT_TOUCHES = Source(
    "light-touches",
    lambda team: LightTouch.objects.filter(team=team),
    "held_on",
    ("-held_on", "-id"),
    wordings.LIGHT_TOUCH,
    reads=("connectors_lighttouch",),
)
JOURNEYS = Source(
    "journeys",
    lambda team: Journey.objects.filter(team=team),
    "began_on",
    ("-began_on", "-id"),
    wordings.JOURNEY,
    place="person__neighbourhood",
    reads=("connectors_journey",),
    always_reads=("homes",),
)
#: Counted by `whom` only, so its rows are listed as residents.
LEANING = Source(
    "leaning",
    lambda team: JourneyChange.objects.filter(journey__team=team, outcome=JourneyOutcome.LEANING),
    "noticed_on",
    ("-noticed_on", "-id"),
    wordings.RESIDENT,
    place="journey__person__neighbourhood",
    reads=("connectors_journeychange",),
    always_reads=("connectors_journey", "homes"),
)
ASKS_MET = Source(
    "asks-met",
    lambda team: Ask.objects.filter(team=team, met_on__isnull=False),
    "met_on",
    ("-met_on", "-id"),
    wordings.ASK,
    reads=("connectors_ask",),
)
GROUPS = Source(
    "groups",
    lambda team: Asset.objects.filter(team=team, kind=Kind.ASSOCIATION).exclude(status=AssetStatus.SUGGESTED),
    "formed_on",
    ("name", "id"),
    wordings.ASSET,
    always_reads=("assets_asset",),
)
ASSETS = Source(
    "assets",
    lambda team: Asset.objects.filter(team=team),
    "created_at",
    ("name", "id"),
    wordings.ASSET,
    is_moment=True,
    always_reads=("assets_asset",),
)
HANDED_IN = Source(
    "handed-in",
    lambda team: Spark.objects.filter(team=team),
    "submitted_at",
    ("-created_at", "-id"),
    wordings.SPARK,
    is_moment=True,
    always_reads=("sparks_spark", "sparks_spark_applicants"),
)
DECIDED = Source(
    "decided",
    lambda team: Spark.objects.filter(team=team, status__in=APPROVED),
    "decided_at",
    ("-created_at", "-id"),
    wordings.SPARK,
    is_moment=True,
    always_reads=("sparks_spark",),
)
#: What is lent or given to sparks, on the day and in the neighbourhood of the spark.
LENT = Source(
    "lent",
    lambda team: CostLine.objects.filter(spark__team=team, spark__status__in=APPROVED, is_in_kind=True),
    "spark__decided_at",
    ("-id",),
    wordings.LENT,
    place="spark__neighbourhood",
    is_moment=True,
    always_reads=("sparks_costline", "sparks_spark"),
)
#: Money that came back, on the day on which it did.
RETURNED = Source(
    "returned",
    lambda team: LedgerEntry.objects.filter(
        Q(repeated_by__isnull=True) | ~Q(repeated_by__kind=LedgerKind.CORRECT),
        round__team=team,
        kind=LedgerKind.RECOVER,
    ),
    "at",
    ("-at", "-id"),
    wordings.RETURNED,
    place="spark__neighbourhood",
    is_moment=True,
    always_reads=("sparks_ledgerentry", "sparks_spark"),
)
STORIES = Source(
    "stories",
    lambda team: Story.objects.filter(team=team, status=StoryStatus.PUBLISHED),
    "happened_on",
    ("-happened_on", "-id"),
    wordings.STORY,
    reads=("evaluation_story",),
)


def listed(counting: Counting) -> Source:
    """Return the source of the rows behind a figure: the people themselves where people are counted, each once."""
    return RESIDENTS if counting.whom else counting.source
