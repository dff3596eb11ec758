"""Twenty stories and a few recorded values, told of invented people."""

from datetime import timedelta
from decimal import Decimal

from communities import audit
from communities.models import User
from config.demo.people import World
from config.demo.words import PASSIONS, TALES
from evaluation import periods
from evaluation.models import Indicator, Measurement, Story, StoryStatus
from sparks.models import Application

QUOTES = (
    "I only came to have a look, and now I have a key.",
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
    """Add a story for each of so many groups: most published with consent, some waiting, some being written."""
    known = {indicator.key: indicator for indicator in Indicator.objects.all()}
    by_group = {spark.group_name: spark for spark in sparks}
    others = [name for passion in PASSIONS for name in passion.groups if name not in by_group]
    for n, group in enumerate([*by_group, *world.chance.sample(others, number - len(by_group))]):
        status = (
            StoryStatus.PUBLISHED
            if n < number * 0.7
            else StoryStatus.SUBMITTED
            if n < number * 0.85
            else StoryStatus.DRAFT
        )
        story = _story(world, group, status, by_group.get(group), writer, approver)
        founder = world.founders[group]
        heard = world.conversations[0].people.through.objects.filter(person=founder)
        ids = set(heard.values_list("conversation_id", flat=True))
        story.people.add(founder)
        story.conversations.set(
            [talk for talk in world.conversations if talk.pk in ids and talk.held_on <= story.happened_on][-2:]
        )
        keys = ("sparks-approved", "residents-behind-sparks") if group in by_group else EXPLAINS[n % len(EXPLAINS)]
        story.indicators.set([known[key] for key in keys])
        audit.record(by=writer, verb="create", obj=story, fields=["title"])


def _story(world: World, group: str, status: str, spark: Application | None, writer: User, approver: User) -> Story:
    founder, tale = world.founders[group], TALES[group]
    asset = next(asset for asset in world.assets if asset.name == group)
    began = max(founder.first_met_on, asset.formed_on) + timedelta(days=world.chance.randint(10, 60))
    told = world.today - timedelta(days=world.chance.randint(6, 30))
    day = told if spark else min(began, told)
    consent = status != StoryStatus.DRAFT
    return Story.objects.create(
        team=world.team, neighbourhood=spark.neighbourhood if spark else asset.neighbourhood,
        title=spark.title if spark else f"How {group} began", happened_on=day,
        self_text=tale.self_text.format(a=founder), us_text=tale.us_text.format(a=founder), now_text=tale.now_text.format(a=founder),
        quote=world.chance.choice(QUOTES) if consent else "", quote_by=founder.known_as if consent else "",
        residents_did="Thought of it, carried the tables, asked their neighbours.", others_did="The chapel gave its hall; the school printed the invitations.",
        we_did="Heard the idea, introduced three people, helped with one form.", anyway=world.chance.choice(("no", "partly", "no", "yes")),
        consent_scope=world.chance.choice(("team", "reports", "public")) if consent else "", consent_on=day + timedelta(days=3) if consent else None,
        status=status, application=spark, created_by=writer, created_at=world.moment(day),
        published_at=world.moment(day + timedelta(days=5)) if status == StoryStatus.PUBLISHED else None,
        published_by=approver if status == StoryStatus.PUBLISHED else None,
    )  # fmt: skip


def add_measurements(world: World, *, by: User) -> None:
    """Record a value for each whole quarter of what only people can judge."""
    for key in ("connector-knowledge", "changes-by-residents", "strategies-changed"):
        indicator = Indicator.objects.get(key=key)
        for n, period in enumerate(periods.last(5, until=world.today)[:-1]):
            value = Decimal(3 + n) if key == "connector-knowledge" else Decimal(n // 2 + world.chance.randint(0, 2))
            row = Measurement.objects.create(
                team=world.team, indicator=indicator, period_start=period.start, period_end=period.end, value=min(value, Decimal(5)),
                note="Agreed at the team's quarterly look back, with two connectors in the room.", created_by=by,
            )  # fmt: skip
            audit.record(by=by, verb="create", obj=row, fields=["value"])
