"""Twenty stories of invented people, and a few recorded measurements."""

from datetime import timedelta
from decimal import Decimal

from communities import audit, periods
from communities.models import User
from communities.verbs import Verb
from config.demo import pictures
from config.demo.people import World
from config.demo.words import PASSIONS, TALES
from evaluation.framework import indicators
from evaluation.models import Indicator, Measurement, Story, StoryStatus
from sparks.models import Spark

QUOTES = (
    "I only came to have a look, and now I have a key.",
    "Nobody had asked me what I was good at since I left school.",
    "It took one cup of tea. One.",
    "You lot introduced us and then you got out of the way. Keep doing that.",
    "My street is shorter than it was. I know who is behind every door.",
)
#: One published story in so many has a photo.
PHOTOGRAPHED = 3
#: The indicators that a story explains: those of stories that grew from a spark, and the others in turn.
OF_SPARKS = (indicators.SPARKS_APPROVED, indicators.RESIDENTS_BEHIND_SPARKS)
EXPLAINS = (
    (indicators.RESIDENTS_MET, indicators.INTRODUCTIONS_MET),
    (indicators.GROUPS_FORMED, indicators.GROUPS_FORMED_BY_RESIDENTS),
    OF_SPARKS,
    (indicators.GIFTS_HEARD, indicators.GIFTS_OFFERED),
    (indicators.CONVERSATIONS_HELD, indicators.IDEAS_HEARD),
)


def add_stories(world: World, sparks: list[Spark], number: int, *, writer: User, approver: User) -> None:
    """Add a story for each of `number` groups: most published with consent, some submitted, some drafts."""
    known = {indicator.key: indicator for indicator in Indicator.objects.filter(team=None)}
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
        if status == StoryStatus.PUBLISHED and n % PHOTOGRAPHED == 1:
            story.photo, story.photo_alt = pictures.bunting(), pictures.BUNTING
            story.save()
        story.conversations.set(
            [talk for talk in world.conversations if talk.pk in ids and talk.held_on <= story.happened_on][-2:]
        )
        specs = OF_SPARKS if group in by_group else EXPLAINS[n % len(EXPLAINS)]
        story.indicators.set([known[spec.key] for spec in specs])
        audit.record(by=writer, verb=Verb.CREATE, obj=story, fields=["title"])


def _story(world: World, group: str, status: str, spark: Spark | None, writer: User, approver: User) -> Story:
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
        status=status, spark=spark, created_by=writer, created_at=world.moment(day),
        published_at=world.moment(day + timedelta(days=5)) if status == StoryStatus.PUBLISHED else None,
        published_by=approver if status == StoryStatus.PUBLISHED else None,
    )  # fmt: skip


def add_measurements(world: World, *, by: User) -> None:
    """Record a value for each of the last whole quarters of the indicators that only people can judge."""
    for spec in (each for each in indicators.INDICATORS if not each.is_computed):
        indicator = Indicator.objects.get(key=spec.key, team=None)
        for n, period in enumerate(periods.last(5, until=world.today)[:-1]):
            value = Decimal(3 + n) if spec.is_in_people else Decimal(n // 2 + world.chance.randint(0, 2))
            row = Measurement.objects.create(
                team=world.team, indicator=indicator, period_start=period.start, period_end=period.end, value=min(value, Decimal(5)),
                note="Agreed at the team's quarterly look back, with two connectors in the room.", created_by=by,
            )  # fmt: skip
            audit.record(by=by, verb=Verb.CREATE, obj=row, fields=["value"])
