"""Twenty stories and a few recorded values, told of invented people."""

from datetime import timedelta
from decimal import Decimal

from communities import audit
from communities.models import User
from config.demo.people import World
from config.demo.words import Passion
from evaluation import periods
from evaluation.models import Indicator, Measurement, Story, StoryStatus
from sparks.models import Application

QUOTES = (
    "I only came for the chips, and now I do the potatoes.",
    "Nobody had asked me what I was good at since I left school.",
    "It took one cup of tea. One.",
    "You lot introduced us and then you got out of the way. Keep doing that.",
    "My street is shorter than it was. I know who is behind every door.",
)
EXPLAINS = (
    ("residents-met", "introductions-met"),
    ("groups-formed", "groups-formed-by-residents"),
    ("sparks-approved", "residents-behind-sparks"),
    ("gifts-heard", "gifts-offered"),
    ("conversations-held", "ideas-heard"),
)


def add_stories(world: World, sparks: list[Application], number: int, *, writer: User, approver: User) -> None:
    """Add stories of self, us and now: most published with consent, some waiting, some being written."""
    known = {indicator.key: indicator for indicator in Indicator.objects.all()}
    for n in range(number):
        person = world.chance.choice(world.people)
        passion = world.passion_of[person.pk]
        day = max(person.first_met_on, world.day(300, 6))
        status = (
            StoryStatus.PUBLISHED
            if n < number * 0.7
            else StoryStatus.SUBMITTED
            if n < number * 0.85
            else StoryStatus.DRAFT
        )
        spark = sparks[n] if n < len(sparks) else None
        story = _story(world, n, person, passion, day, status, spark, writer, approver)
        story.people.add(person)
        story.conversations.set(
            [
                talk
                for talk in world.conversations
                if talk.held_on <= day and talk.neighbourhood_id == person.neighbourhood_id
            ][-2:]
        )
        story.indicators.set([known[key] for key in EXPLAINS[n % len(EXPLAINS)] if key in known])
        audit.record(by=writer, verb="create", obj=story, fields=["title"])


def _story(world: World, n: int, person, passion: Passion, day, status, spark, writer: User, approver: User) -> Story:
    consent = status != StoryStatus.DRAFT
    group = passion.groups[n % len(passion.groups)]
    return Story.objects.create(
        team=world.team, neighbourhood=spark.neighbourhood if spark else person.neighbourhood,
        title=spark.title if spark else f"How {group} began", happened_on=day,
        self_text=f"{person.known_as} had lived here for years and spoken to four people. What {person.known_as} loves is {passion.name.lower()}.",
        us_text=f"Two neighbours were introduced, then five, then a room was full. {group} was what they called it.",
        now_text="It happens without us. The next one is already in somebody's diary.",
        quote=QUOTES[n % len(QUOTES)] if consent else "", quote_by=person.known_as if consent else "",
        residents_did="Thought of it, carried the tables, asked their neighbours.", others_did="The chapel gave its hall; the school printed the invitations.",
        we_did="Heard the idea, introduced three people, helped with one form.", anyway=world.chance.choice(("no", "partly", "no", "yes")),
        consent_scope=world.chance.choice(("team", "reports", "public")) if consent else "", consent_on=day + timedelta(days=3) if consent else None,
        status=status, application=spark, created_by=writer, created_at=world.moment(day),
        published_at=world.moment(min(day + timedelta(days=5), world.today)) if status == StoryStatus.PUBLISHED else None,
        published_by=approver if status == StoryStatus.PUBLISHED else None,
    )  # fmt: skip


def add_measurements(world: World, *, by: User) -> None:
    """Record a value a quarter for what only people can judge."""
    for key in ("connector-knowledge", "changes-by-residents", "strategies-changed"):
        indicator = Indicator.objects.get(key=key)
        for n, period in enumerate(periods.last(4, until=world.today)):
            value = Decimal(3 + n) if key == "connector-knowledge" else Decimal(n // 2 + world.chance.randint(0, 2))
            row = Measurement.objects.create(
                team=world.team, indicator=indicator, period_start=period.start, period_end=period.end, value=min(value, Decimal(5)),
                note="Agreed at the team's quarterly look back, with two connectors in the room.", created_by=by,
            )  # fmt: skip
            audit.record(by=by, verb="create", obj=row, fields=["value"])
