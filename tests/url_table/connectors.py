"""Access to the URLs of connectors. Residents and what they said do not exist for evaluators."""

from django.core.files.base import ContentFile

from connectors.models import WebCount
from tests.photos import photo_bytes
from tests.url_table import ANYONE, BUILDERS, EVERY_ROLE, MANAGERS, POST_ONLY, TEAM, AdminRow, Page

EVALUATOR = frozenset({"evaluator"})


def _person(world) -> dict:
    return {"uuid": world.person.uuid}


def _gift(world) -> dict:
    return {"pk": world.gift.pk}


def _touch(world) -> dict:
    return {"uuid": world.touch.uuid}


def _introduction(world) -> dict:
    return {"uuid": world.introduction.uuid}


def _parked(world) -> dict:
    return {"uuid": world.parked.uuid}


def _device(world) -> dict:
    return {"pk": world.device.pk}


def _talk(world) -> dict:
    return {"uuid": world.conversation.uuid}


def _step(world) -> dict:
    return {"uuid": world.conversation.steps.first().uuid}


def _word(world) -> dict:
    return {"pk": world.word.pk}


def _prompts(world) -> dict:
    return {"pk": world.prompt_set.pk}


def _journey(world) -> dict:
    return {"uuid": world.journey.uuid}


PAGES: dict[str, Page] = {
    "connectors:prompt-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:prompt-create": Page(MANAGERS, hidden_from=EVALUATOR),
    "connectors:prompt-update": Page(MANAGERS, _prompts),
    "connectors:prompt-switch": POST_ONLY(MANAGERS, _prompts),
    "connectors:prompt-delete": Page(MANAGERS, _prompts),
    "connectors:conversation-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:conversation-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:no-signal": Page(ANYONE, methods=("GET",)),
    "connectors:service-worker": Page(ANYONE, methods=("GET",), visit=False),
    "connectors:manifest": Page(ANYONE, methods=("GET",), visit=False),
    "connectors:capture": POST_ONLY(ANYONE),
    # Every response to a phone is JSON, whoever asks: it would follow a redirect to the sign-in page.
    "connectors:capture-pass": Page(
        ANYONE, methods=("GET",), statuses={"anonymous": 401, "evaluator": 403}, visit=False
    ),
    "connectors:capture-key": Page(ANYONE, methods=("GET",), statuses={"anonymous": 401}, visit=False),
    "connectors:capture-form": POST_ONLY(ANYONE),
    "connectors:capture-waiting": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:capture-drafts": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:capture-check": Page(BUILDERS, _parked, hidden_from=EVALUATOR),
    "connectors:capture-delete": Page(BUILDERS, _parked, hidden_from=EVALUATOR),
    # For its owner alone: a manager opens it from the page, which records that they did.
    "connectors:capture-photo": Page(
        frozenset({"builder"}),
        lambda world: {"uuid": world.parked_photo.uuid},
        hidden_from=frozenset({"manager", "evaluator", "administrator"}),
        methods=("GET",),
        visit=False,
    ),
    "connectors:capture-loss": POST_ONLY(BUILDERS, _device, hidden_from=EVALUATOR),
    "connectors:conversation-detail": Page(BUILDERS, _talk, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:conversation-update": Page(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-delete": Page(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-cares": POST_ONLY(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:step-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:asset-steps": Page(
        BUILDERS, lambda world: {"pk": world.asset.pk}, hidden_from=EVALUATOR, methods=("GET",)
    ),
    "connectors:step-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:step-update": Page(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-done": POST_ONLY(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-moves": Page(BUILDERS, _step, status=302, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:step-move": POST_ONLY(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-undo": POST_ONLY(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-close": POST_ONLY(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-reopen": POST_ONLY(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:step-delete": Page(BUILDERS, _step, hidden_from=EVALUATOR),
    "connectors:conversation-resolve-name": POST_ONLY(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-photo": Page(BUILDERS, _talk, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:person-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), query="q=R", visit=False),
    "connectors:place-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), query="q=R", visit=False),
    "connectors:champion-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:champion-sheet": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:champion-export": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:champion-import": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:champion-apply": POST_ONLY(BUILDERS, hidden_from=EVALUATOR),
    "connectors:person-champion": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-check": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), query="known_as=R", visit=False),
    "connectors:duplicate-count": Page(MANAGERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:duplicate-list": Page(MANAGERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-merge": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:merge-undo": POST_ONLY(BUILDERS, lambda world: {"uuid": world.merge.uuid}, hidden_from=EVALUATOR),
    "connectors:two-people": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:person-detail": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-update": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-connector": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-suggestions": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:suggestions-for-me": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:gift-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:gift-totals": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:gift-export": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:gift-theme": POST_ONLY(BUILDERS, _gift, hidden_from=EVALUATOR),
    "connectors:gift-create": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:gift-update": Page(BUILDERS, _gift, hidden_from=EVALUATOR),
    "connectors:gift-delete": POST_ONLY(BUILDERS, _gift, hidden_from=EVALUATOR),
    "connectors:introduction-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:introduction-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:introduction-detail": Page(BUILDERS, _introduction, hidden_from=EVALUATOR),
    "connectors:introduction-update": Page(BUILDERS, _introduction, hidden_from=EVALUATOR),
    "connectors:introduction-delete": POST_ONLY(BUILDERS, _introduction, hidden_from=EVALUATOR),
    "connectors:light-touch-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:light-touch-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:light-touch-update": Page(BUILDERS, _touch, hidden_from=EVALUATOR),
    "connectors:light-touch-delete": POST_ONLY(BUILDERS, _touch, hidden_from=EVALUATOR),
    "connectors:journey-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:journey-create": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:journey-detail": Page(BUILDERS, _journey, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:journey-update": Page(BUILDERS, _journey, hidden_from=EVALUATOR),
    "connectors:journey-note": POST_ONLY(BUILDERS, _journey, hidden_from=EVALUATOR),
    "connectors:journey-delete-change": POST_ONLY(
        BUILDERS, lambda world: {"uuid": world.journey.uuid, "pk": world.journey_change.pk}, hidden_from=EVALUATOR
    ),
    "connectors:journey-end": Page(BUILDERS, _journey, hidden_from=EVALUATOR),
    "connectors:web": Page(TEAM, methods=("GET",)),
    "connectors:web-count": POST_ONLY(BUILDERS),
    "connectors:person-web": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:word-list": Page(EVERY_ROLE, methods=("GET",)),
    "connectors:word-create": Page(MANAGERS),
    "connectors:word-update": Page(MANAGERS, _word),
    "connectors:word-delete": POST_ONLY(MANAGERS, _word),
    "connectors:word-switch-off": POST_ONLY(MANAGERS),
    "connectors:word-ignore": POST_ONLY(BUILDERS),
    "connectors:word-trend": Page(EVERY_ROLE, methods=("GET",)),
    "connectors:end-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:notice-list": Page(BUILDERS, hidden_from=EVALUATOR, writers=MANAGERS),
    "connectors:word-data": Page(EVERY_ROLE, methods=("GET",), visit=False),
    "connectors:wish-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:wish-handle": Page(BUILDERS, lambda world: {"uuid": world.wish.uuid}, hidden_from=EVALUATOR),
    "connectors:past-people": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:past-people-file": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:person-told": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-consents": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-erase": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:review-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:review-done": POST_ONLY(BUILDERS, lambda world: {"pk": world.review.pk}, hidden_from=EVALUATOR),
    "connectors:review-done-unlikely": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-sheet": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-sheet-link": Page(BUILDERS, _person, hidden_from=EVALUATOR, status=302, visit=False),
    # Nobody here has a sheet open: all get the same closed page. tests/connectors/test_sheets.py opens one.
    **{f"connectors:{name}": Page(ANYONE, status=404, visit=False) for name in ("sheet", "sheet-erase")},
    **{
        f"connectors:{name}": POST_ONLY(ANYONE)
        for name in ("sheet-details", "sheet-consents", "sheet-words", "sheet-close")
    },
    "connectors:sheet-open": Page(ANYONE, lambda world: {"secret": "x" * 43}, status=404, visit=False),
}

ADMIN = {
    "connectors.TeamWord": AdminRow(),
    "connectors.PromptSet": AdminRow(),
    "connectors.Theme": AdminRow(),
    "connectors.Conversation": AdminRow(),
    "connectors.NextStep": AdminRow(),
    "connectors.Device": AdminRow(managers="read", administrators="read"),
    "connectors.Erased": AdminRow(managers="read", administrators="read"),
    "connectors.ErasedName": AdminRow(managers="read", administrators="read"),
    "connectors.SealedItem": AdminRow(managers="read", administrators="read"),
    "connectors.SealingKey": AdminRow(managers="", administrators="read", shared=True),
    "connectors.Person": AdminRow(managers="read add change", administrators="read add change"),
    "connectors.PersonMerge": AdminRow(managers="read", administrators="read"),
    "connectors.TwoPeople": AdminRow(managers="read", administrators="read"),
    "connectors.Gift": AdminRow(),
    "connectors.Introduction": AdminRow(),
    "connectors.PrivacyNotice": AdminRow(managers="read", administrators="read"),
    "connectors.ConsentRecord": AdminRow(managers="read", administrators="read"),
    "connectors.ReadBackLink": AdminRow(managers="read", administrators="read"),
    "connectors.Wish": AdminRow(managers="read", administrators="read"),
    "connectors.ReviewItem": AdminRow(managers="read", administrators="read"),
    "connectors.WebCount": AdminRow(managers="read", administrators="read"),
    "connectors.LightTouch": AdminRow(managers="read", administrators="read"),
    "connectors.Journey": AdminRow(managers="read", administrators="read"),
    "connectors.JourneyChange": AdminRow(managers="read", administrators="read"),
}


def _build_consent(world) -> None:
    from tests.factories.connectors_consent import (
        ConsentFactory,
        NoticeFactory,
        ReadBackLinkFactory,
        ReviewItemFactory,
        WishFactory,
    )

    world.notice = NoticeFactory(team=world.team, published_by=world.manager)
    ConsentFactory(person=world.person, notice=world.notice, recorded_by=world.builder)
    world.wish = WishFactory(person=world.person)
    ReadBackLinkFactory(person=world.person, made_by=world.builder)
    world.review = ReviewItemFactory(team=world.team, person=world.person, object_id=world.person.pk)


def build(world) -> None:
    """Add a resident with a gift, introduced to another, and the conversation in which the gift was mentioned."""
    from tests.factories.connectors import (
        ConversationFactory,
        GiftFactory,
        IntroductionFactory,
        PersonFactory,
        ThemeFactory,
    )
    from tests.factories.connectors_prompts import PromptSetFactory

    world.prompt_set = PromptSetFactory(team=world.team, name="Ten good things")
    from tests.factories.connectors_words import TeamWordFactory

    world.word = TeamWordFactory(team=world.team, created_by=world.manager)
    from tests.factories.connectors_capture import ErasedFactory, ErasedNameFactory, park, park_photo

    world.parked = park(world.builder, world.team)
    world.parked_photo = park_photo(world.builder, world.team, photo_bytes())
    world.device = world.parked.device
    ErasedFactory(team=world.team)
    world.person = PersonFactory(team=world.team, known_as="Rose")
    ErasedNameFactory(person=PersonFactory(team=world.team, known_as="Somebody", erased_on="2026-05-02"))
    world.conversation = ConversationFactory(
        team=world.team,
        builder=world.builder,
        placed=True,
        stepped=True,
        people=[world.person],
        themes=[ThemeFactory(team=world.team, name="Growing food")],
        summary="Rose would teach a service user to bake.",
        photo=ContentFile(photo_bytes(), name="brook.jpg"),
        photo_alt="The brook",
    )
    world.gift = GiftFactory(person=world.person, heard_in=world.conversation)
    world.introduction = IntroductionFactory(team=world.team, from_person=world.person)
    WebCount.objects.create(team=world.team, stamp="")
    _walk(world)
    _build_consent(world)


def _walk(world) -> None:
    """Add a word in passing and a journey with another resident, on which something changed."""
    from tests.factories.connectors import PersonFactory
    from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory

    world.touch = LightTouchFactory(team=world.team, builder=world.builder)
    world.journey = JourneyFactory(person=PersonFactory(team=world.team, known_as="Ida"), builder=world.builder)
    world.journey_change = JourneyChangeFactory(journey=world.journey, noted_by=world.builder)
    build_merges(world)


def build_merges(world) -> None:
    """Add a resident whose two records the manager merged."""
    from connectors.actions.merges import merge_people
    from tests.factories.connectors import GiftFactory, PersonFactory
    from tests.factories.connectors_merges import TwoPeopleFactory

    TwoPeopleFactory(person=PersonFactory(team=world.team), said_by=world.manager)
    PersonFactory(team=world.team, known_as="Chidi", street="4 Mill Lane", champion_since=world.person.first_met_on)
    GiftFactory(person=PersonFactory(team=world.team, known_as="Ivy"), name="Mends bikes", is_offered=True)
    twin = PersonFactory(team=world.team, known_as="Rosie")
    world.merge = merge_people(kept=world.person, absorbed=twin, by=world.manager)
