"""The world of tests/url_table with more rows of each kind than a page of a list shows, most of them around the same records."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from connectors.models import JourneyOutcome
from sparks.models import CostLine
from tests.factories.assets import AssetFactory, AssetPhotoFactory, ImportRowFactory
from tests.factories.communities import (
    AuditEntryFactory,
    DraftFactory,
    InvitationFactory,
    MessageFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    UndoableFactory,
    UserFactory,
)
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    NextStepFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory, DismissalFactory
from tests.factories.connectors_capture import SealedItemFactory
from tests.factories.connectors_consent import ReviewItemFactory, WishFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory
from tests.factories.connectors_prompts import PromptSetFactory
from tests.factories.connectors_words import TeamWordFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory
from tests.factories.sparks import ApplicationFactory, AttachmentFactory, NoteFactory, SparkFactory
from tests.url_table import build_world

#: Rows of each kind: lists show 15 or 20.
MANY = 24
#: Rows of kinds of which there are a few: members, themes, attachments of a spark, gifts of a resident, changes on a journey.
SOME = 6
SUMMARY = "Stopped at the gate. Two sacks of potatoes from one raised bed, and half of them given away already."


def build_crowded_world() -> SimpleNamespace:
    """Create the users, and many rows of each model in their team."""
    world = build_world()
    themes = [ThemeFactory(team=world.team, name=f"Growing and sharing food {n}") for n in range(SOME)]
    places = [NeighbourhoodFactory(team=world.team, name=f"Upper Brook Street {n}") for n in range(SOME)]
    world.person.neighbourhood, world.person.street = world.neighbourhood, "12 Mill Lane"
    world.person.save()
    world.person.themes.set(themes)
    people = [
        PersonFactory(
            team=world.team, known_as=f"Rosalind Okafor {n}", neighbourhood=places[n % SOME], themes=themes[:3]
        )
        for n in range(MANY)
    ]
    for each in range(MANY):
        _around_a_person(world, people[each], themes, each)
        _around_a_spark(world, each)
        _around_an_asset(world, people[each], themes, each)
    for each in range(SOME):
        _of_the_team(world, each)
    return world


def _around_a_person(world: SimpleNamespace, person, themes: list, n: int) -> None:
    team, builder = world.team, world.builder
    day = timezone.localdate() - timedelta(days=n)
    for whose in (world.person, person) if n < SOME else (person,):
        GiftFactory(
            person=whose, name=f"telling stories that children listen to {n}", is_offered=n % 2 == 0, theme=themes[0]
        )
    talk = ConversationFactory(
        team=team,
        builder=builder,
        held_on=day,
        place=world.asset,
        people=[world.person, person],
        themes=themes[:2],
        summary=SUMMARY,
        stepped=True,
    )
    IntroductionFactory(
        team=team,
        from_person=world.person,
        to_person=person,
        introduced_by=builder,
        introduced_on=day,
        reason=SUMMARY[:90],
    )
    AskFactory(team=team, person=person, created_by=builder)
    JourneyFactory(person=person, builder=builder)
    if n < SOME:
        world.conversation.people.add(person)
        NextStepFactory(
            team=team, conversation=None, person=world.person, owner=builder, words="Bring the recipe for the soup"
        )
        AskFactory(team=team, person=world.person, created_by=builder)
        outcome = list(JourneyOutcome)[n % len(JourneyOutcome)]
        JourneyChangeFactory(journey=world.journey, noted_by=builder, outcome=outcome, words="Sings again.")
        SealedItemFactory(team=team, user=builder)
        DraftFactory(team=team, user=builder, fields=[["title", f"The bench {n}"]])
    LightTouchFactory(team=team, builder=builder)
    DismissalFactory(team=team, dismissed_by=builder)
    WishFactory(person=person)
    ReviewItemFactory(
        team=team, person=world.person, model="connectors.conversation", object_id=talk.pk, field_names=["summary"]
    )
    PersonFactory(team=team, known_as=f"Champion {n}", street=f"{n} Brook Street", champion_since=day)
    PersonFactory(team=team, known_as="Rosalind Okafor", street=f"{n} Brook Street")


def _around_a_spark(world: SimpleNamespace, n: int) -> None:
    team, builder = world.team, world.builder
    SparkFactory(round=world.round, created_by=builder, handed_in=n % 2 == 0, title=f"A bench where people stop {n}")
    StoryFactory(
        team=team,
        created_by=builder,
        people=[world.person],
        title=f"The table that grew longer {n}",
        **{"published": True, "published_by": world.manager} if n % 2 else {"submitted": True},
    )
    MeasurementFactory(
        team=team, created_by=world.manager, period_start=_quarter(n + 1)[0], period_end=_quarter(n + 1)[1]
    )
    ApplicationFactory(page=world.page, sent=True)
    MessageFactory(
        team=team, name=f"Chapel Hall {n}", teller=builder, **{"failed": True} if n % 2 else {"in_person": True}
    )
    AuditEntryFactory(team=team, actor=world.manager)
    UndoableFactory(team=team, by=world.manager, title=f"Brookside Choir {n}")
    TeamWordFactory(team=team, created_by=world.manager)
    if n < SOME:
        NoteFactory(spark=world.spark, by=builder)
        AttachmentFactory(spark=world.spark, by=builder)
        CostLine.objects.create(spark=world.spark, what=f"Tea and biscuits {n}")


def _around_an_asset(world: SimpleNamespace, person, themes: list, n: int) -> None:
    AssetFactory(team=world.team, placed=True, name=f"Cooper’s Yard Community Hall {n}")
    ConversationFactory(
        team=world.team, builder=world.builder, place=world.asset, people=[person], themes=themes[:1], summary=SUMMARY
    )
    ImportRowFactory(batch=world.import_batch, number=n + 3, values={"Name": f"Bakery {n}"})
    if n < SOME:
        AssetPhotoFactory(asset=world.asset)


def _of_the_team(world: SimpleNamespace, n: int) -> None:
    UserFactory(name=f"Olu Builder {n}", email=f"olu{n}@example.org", roles={world.team: ["builder"]})
    InvitationFactory(team=world.team, invited_by=world.manager)
    PartnerFactory(team=world.team, name=f"Brookside Trust {n}")
    PromptSetFactory(team=world.team, name=f"Ten good things {n}")


def _quarter(n: int) -> tuple:
    """Return the first and last day of a quarter, n quarters before July 2026."""
    months = 2026 * 12 + 3 - 3 * n
    first = timezone.datetime(months // 12, months % 12 + 1, 1).date()
    later = months + 3
    return first, timezone.datetime(later // 12, later % 12 + 1, 1).date() - timedelta(days=1)
