"""A random but repeatable team with rows of every kind, in and around some quarters; and a recount in plain Python."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from assets.models import Asset, Kind, LedBy
from assets.models import Status as AssetStatus
from communities.models import Neighbourhood, Team, User
from communities.periods import Period, last
from connectors.models import (
    Ask,
    ConnectorTerm,
    Conversation,
    Ending,
    Gave,
    Gift,
    Introduction,
    IntroductionOutcome,
    Journey,
    JourneyOutcome,
    LightTouch,
    Person,
)
from evaluation.framework import SHIPPED, Catalogue
from evaluation.models import Story
from evaluation.queries import NOWHERE, TEAM, Cells, by_source, count_sources, place_of
from sparks.actions.chaining import append_line
from sparks.models import CostLine, HeldBy, LedgerEntry, LedgerKind, Spark, Status
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import RoundFactory, SparkFactory

LONDON = ZoneInfo("Europe/London")
PERIODS = last(3, until=date(2026, 5, 20))
STANDING = {Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED, Status.RECOVERED}


def count_all(team: Team, periods: Sequence[Period], catalogue: Catalogue = SHIPPED) -> dict[Period, Cells]:
    """Count every computed indicator of a team from the records, without the cache."""
    return count_sources(team, dict.fromkeys(by_source(catalogue), periods), catalogue)


class World:
    """Rows of every kind for one team, from a seed."""

    def __init__(self, team: Team, seed: int, size: int = 12) -> None:
        self.team, self.dice, self.size = team, random.Random(seed), size
        self.user: User = UserFactory()
        self.places: list[Neighbourhood | None] = [*NeighbourhoodFactory.create_batch(3, team=team), None]
        self.people = [self.person() for _ in range(size)]
        self.round = RoundFactory(team=team, budget_gbp=Decimal(100_000))
        for make in (
            self.conversation,
            self.gift,
            self.introduction,
            self.ask,
            self.asset,
            self.spark,
            self.story,
            self.passing,
            self.journey,
        ):
            for _ in range(size):
                make()

    def place(self) -> Neighbourhood | None:
        """Return a neighbourhood or None."""
        return self.dice.choice(self.places)

    def day(self) -> date:
        """Return a date from a little before the periods to a little after, often their first or last day."""
        edges = [edge for period in PERIODS for edge in (period.start, period.end)]
        anywhere = PERIODS[0].start + timedelta(days=self.dice.randint(-40, 320))
        return self.dice.choice([anywhere, anywhere, self.dice.choice(edges)])

    def moment(self) -> datetime:
        """Return a timestamp, half of the time close to midnight in London."""
        hour = self.dice.choice([time(0, 0), time(0, 30), time(12, 0), time(23, 45)])
        return datetime.combine(self.day(), hour, LONDON)

    def maybe(self, value: object, otherwise: object = None) -> object:
        """Return the value half of the time, otherwise None."""
        return value if self.dice.random() < 0.5 else otherwise

    def person(self) -> Person:
        """Add a resident, perhaps a connector."""
        person = PersonFactory(
            team=self.team,
            neighbourhood=self.place(),
            first_met_on=self.day(),
            connector_since=self.maybe(self.day()),
        )
        if self.dice.random() < 0.3:
            since = self.day() - timedelta(days=200)
            until = since + timedelta(days=self.dice.randint(1, 190))
            ConnectorTerm.objects.create(person=person, since=since, until=until)
        return person

    def some_people(self) -> list[Person]:
        """Return up to three residents."""
        return self.dice.sample(self.people, self.dice.randint(0, 3))

    def conversation(self) -> Conversation:
        """Add a conversation."""
        return ConversationFactory(
            team=self.team,
            builder=self.user,
            neighbourhood=self.place(),
            held_on=self.day(),
            idea=self.maybe("A bench by the brook", ""),
            people=self.some_people(),
        )

    def gift(self) -> Gift:
        """Add a gift."""
        return GiftFactory(
            person=self.dice.choice(self.people), heard_on=self.day(), is_offered=self.dice.random() < 0.5
        )

    def introduction(self) -> Introduction:
        """Add an introduction."""
        one, other = self.dice.sample(self.people, 2)
        outcome = self.dice.choice(IntroductionOutcome.values)
        day = self.day()
        return IntroductionFactory(
            team=self.team,
            from_person=one,
            to_person=other,
            introduced_by=self.user,
            neighbourhood=self.place(),
            introduced_on=day,
            outcome=outcome,
            outcome_on=None if outcome == IntroductionOutcome.WAITING else day,
        )

    def ask(self) -> Ask:
        """Add an ask, open or met."""
        day = self.day()
        met = {"met_by": self.dice.choice(["neighbour", "neighbour", "group", "service"]), "met_on": day}
        return AskFactory(
            team=self.team,
            person=self.dice.choice(self.people),
            neighbourhood=self.place(),
            asked_on=day,
            created_by=self.user,
            **self.maybe(met, {}),
        )

    def asset(self) -> Asset:
        """Add an asset with any status."""
        status = self.dice.choice(AssetStatus.values)
        created = self.moment()
        return Asset.objects.create(
            team=self.team,
            neighbourhood=self.place(),
            kind=self.dice.choice([Kind.ASSOCIATION, Kind.ASSOCIATION, Kind.PLACE]),
            name=f"Asset {self.dice.random()}",
            status=status,
            created_at=created,
            retired_at=created + timedelta(days=90) if status == AssetStatus.RETIRED else None,
            formed_on=self.maybe(self.day()),
            led_by=self.dice.choice(LedBy.values),
            last_confirmed_on=self.maybe(self.day() - timedelta(days=300)),
        )

    def spark(self) -> Spark:
        """Add a spark with any status."""
        status = self.dice.choice(Status.values)
        spark = SparkFactory(
            round=self.round,
            neighbourhood=self.place(),
            status=status,
            submitted_at=None if status == Status.DRAFT else self.moment(),
            decided_at=self.maybe(self.moment()),
            award_gbp=self.maybe(Decimal(self.dice.randint(1, 20_000)) / 100),
            held_by=self.dice.choice([HeldBy.HOST, HeldBy.GROUP]),
            host=None,
            created_by=self.user,
        )
        spark.applicants.set(self.some_people())
        for worth in (self.maybe(Decimal(self.dice.randint(0, 9_000)) / 100), None):
            CostLine.objects.create(spark=spark, what="Chairs", is_in_kind=True, in_kind_gbp=worth)
        CostLine.objects.create(spark=spark, what="Tea", cash_gbp=Decimal(3))
        if self.dice.random() < 0.3:
            amount = Decimal(self.dice.randint(1, 9_000)) / 100
            append_line(
                LedgerEntry(
                    round=self.round,
                    spark=spark,
                    kind=LedgerKind.RECOVER,
                    amount_gbp=amount,
                    at=self.moment(),
                    by=self.user,
                )
            )
        return spark

    def story(self) -> Story:
        """Add a story, published or not."""
        return StoryFactory(
            team=self.team,
            neighbourhood=self.place(),
            happened_on=self.day(),
            created_by=self.user,
            **self.maybe({"published": True, "published_by": self.user}, {}),
        )

    def passing(self) -> LightTouch:
        """Add a word in passing."""
        gave = self.dice.choice(Gave.values)
        answer = None if gave == Gave.INFORMATION else self.dice.choice([True, False, None])
        return LightTouchFactory(
            team=self.team,
            builder=self.user,
            neighbourhood=self.place(),
            held_on=self.day(),
            gave=gave,
            belongs_more=answer,
        )

    def journey(self) -> Journey:
        """Add a finished journey on which a change was noticed, welcome or not."""
        day = self.day()
        journey = JourneyFactory(
            person=self.dice.choice(self.people),
            builder=self.user,
            began_on=day,
            ended_on=day + timedelta(days=20),
            ending=Ending.OWN_FEET,
        )
        for _ in range(2):
            JourneyChangeFactory(
                journey=journey,
                noted_by=self.user,
                noticed_on=day + timedelta(days=self.dice.randint(0, 20)),
                outcome=self.dice.choice([JourneyOutcome.LEANING, JourneyOutcome.TRUST]),
            )
        return journey


def local_day(moment: datetime | None) -> date | None:
    """Return the date of a timestamp in London."""
    return moment.astimezone(LONDON).date() if moment else None


def recount(team: Team, period: Period) -> dict[tuple[str, str], object]:
    """Count every computed indicator of a period in plain Python, row by row, without zeros and empty shares."""
    people: dict[tuple[str, str], set[int]] = defaultdict(set)
    numbers: dict[tuple[str, str], Decimal | int] = defaultdict(int)
    known: dict[str, int] = defaultdict(int)

    def add(key: str, neighbourhood_id: int | None, number: Decimal | int = 1) -> None:
        for place in (place_of(neighbourhood_id), TEAM):
            numbers[key, place] += number

    def meet(key: str, neighbourhood_id: int | None, ids: list[int]) -> None:
        for place in (place_of(neighbourhood_id), TEAM):
            people[key, place].update(ids)

    for talk in Conversation.objects.filter(team=team):
        if talk.held_on in period:
            add("conversations-held", talk.neighbourhood_id)
            meet("residents-met", talk.neighbourhood_id, [person.pk for person in talk.people.all()])
            if talk.idea:
                add("ideas-heard", talk.neighbourhood_id)
    for person in Person.objects.filter(team=team):
        if person.first_met_on in period:
            add("residents-met-first", person.neighbourhood_id)
        spans = [(term.since, term.until) for term in person.connector_terms.all()]
        spans += [(person.connector_since, date.max)] if person.connector_since else []
        last_day = min(period.end, timezone.localdate())
        if any(since <= last_day < until for since, until in spans):
            add("connectors", person.neighbourhood_id)
        if any(since in period for since, _until in spans):
            add("new-connectors", person.neighbourhood_id)
    for gift in Gift.objects.filter(person__team=team):
        if gift.heard_on in period:
            add("gifts-heard", gift.person.neighbourhood_id)
            if gift.is_offered:
                add("gifts-offered", gift.person.neighbourhood_id)
    for introduction in Introduction.objects.filter(team=team):
        if introduction.introduced_on in period:
            add("introductions-made", introduction.neighbourhood_id)
            met = introduction.outcome in ("met", "together")
            if met:
                add("introductions-met", introduction.neighbourhood_id)
            if introduction.outcome != "waiting":
                for place in (place_of(introduction.neighbourhood_id), TEAM):
                    known[place] += 1
    asks_met: dict[str, list[bool]] = defaultdict(list)
    for ask in Ask.objects.filter(team=team):
        if ask.met_on and ask.met_on in period:
            for place in (place_of(ask.neighbourhood_id), TEAM):
                asks_met[place].append(ask.met_by == "neighbour")
    for asset in Asset.objects.filter(team=team):
        _recount_asset(asset, period, add)
    for spark in Spark.objects.filter(team=team):
        _recount_spark(spark, period, add, meet)
    for entry in LedgerEntry.objects.filter(round__team=team, kind="recover"):
        if local_day(entry.at) in period:
            add("money-returned", entry.spark.neighbourhood_id, entry.amount_gbp)
    for story in Story.objects.filter(team=team, status="published"):
        if story.happened_on in period:
            add("stories-told", story.neighbourhood_id)
    asked = _recount_alongside(team, period, add, meet)
    found = {key: number for key, number in numbers.items() if number and key[0] != "belongs"}
    found |= {key: len(ids) for key, ids in people.items() if ids}
    for place, out_of in asked.items():
        share = Decimal(100) * numbers["belongs", place] / out_of
        found["belonging-after-a-word", place] = share.quantize(Decimal("0.1"))
    for place, whose in asks_met.items():
        share = Decimal(100) * sum(whose) / len(whose)
        found["asks-met-by-neighbours", place] = share.quantize(Decimal("0.1"))
    for place, out_of in known.items():
        met = numbers["introductions-met", place]
        found["introductions-met-share", place] = (Decimal(100) * met / out_of).quantize(Decimal("0.1"))
    return found


def _recount_alongside(team: Team, period: Period, add, meet) -> dict[str, int]:
    """Count words in passing and journeys; return how many people were asked about belonging, by place."""
    asked: dict[str, int] = defaultdict(int)
    for touch in LightTouch.objects.filter(team=team):
        if touch.held_on in period:
            add("words-in-passing", touch.neighbourhood_id)
            if touch.gave != "information":
                for place in (place_of(touch.neighbourhood_id), TEAM):
                    asked[place] += 1
            if touch.belongs_more:
                add("belongs", touch.neighbourhood_id)
    for journey in Journey.objects.filter(team=team):
        if journey.began_on in period:
            add("journeys-begun", journey.person.neighbourhood_id)
        for change in journey.changes.all():
            if change.outcome == "leaning" and change.noticed_on in period:
                meet("residents-leaning", journey.person.neighbourhood_id, [journey.person_id])
    return asked


def _recount_asset(asset: Asset, period: Period, add) -> None:
    if asset.kind == "association" and asset.status != "suggested" and asset.formed_on and asset.formed_on in period:
        add("groups-formed", asset.neighbourhood_id)
        if asset.led_by == "residents":
            add("groups-formed-by-residents", asset.neighbourhood_id)
    if local_day(asset.created_at) > period.end or asset.status == "suggested":
        return
    if asset.status == "retired" and local_day(asset.retired_at) <= period.end:
        return
    add("assets-on-the-map", asset.neighbourhood_id)
    if asset.last_confirmed_on and asset.last_confirmed_on > period.end.replace(year=period.end.year - 1):
        add("assets-confirmed", asset.neighbourhood_id)


def _recount_spark(spark: Spark, period: Period, add, meet) -> None:
    if spark.submitted_at and local_day(spark.submitted_at) in period:
        add("sparks-applied", spark.neighbourhood_id)
        meet("residents-behind-sparks", spark.neighbourhood_id, [person.pk for person in spark.applicants.all()])
    if spark.status in STANDING and spark.decided_at and local_day(spark.decided_at) in period:
        add("sparks-approved", spark.neighbourhood_id)
        add("money-awarded", spark.neighbourhood_id, spark.award_gbp or Decimal("0.00"))
        for line in spark.cost_lines.all():
            add("in-kind-value", spark.neighbourhood_id, line.in_kind_gbp or Decimal("0.00"))
        if spark.held_by == "host":
            add("sparks-held-by-host", spark.neighbourhood_id)


def every_place(world: World) -> list[str]:
    """Return every place of the world's team."""
    return [*(place_of(place) for place in world.places if place), NOWHERE, TEAM]
