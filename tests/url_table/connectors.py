"""Who may open which address of connectors. Residents and their words do not exist for evaluators."""

from django.core.files.base import ContentFile

from tests.photos import photo_bytes
from tests.url_table import BUILDERS, POST_ONLY, AdminRow, Page

EVALUATOR = frozenset({"evaluator"})


def _person(world) -> dict:
    return {"uuid": world.person.uuid}


def _gift(world) -> dict:
    return {"pk": world.gift.pk}


def _introduction(world) -> dict:
    return {"uuid": world.introduction.uuid}


def _talk(world) -> dict:
    return {"uuid": world.conversation.uuid}


PAGES: dict[str, Page] = {
    "connectors:conversation-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:conversation-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:conversation-detail": Page(BUILDERS, _talk, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:conversation-update": Page(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-delete": Page(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-step-done": POST_ONLY(BUILDERS, _talk, hidden_from=EVALUATOR),
    "connectors:conversation-photo": Page(BUILDERS, _talk, hidden_from=EVALUATOR, methods=("GET",), visit=False),
    "connectors:person-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), query="q=R", visit=False),
    "connectors:place-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), query="q=R", visit=False),
    "connectors:person-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:person-detail": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-update": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-connector": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-suggestions": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:suggestions-for-me": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:gift-create": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:gift-update": Page(BUILDERS, _gift, hidden_from=EVALUATOR),
    "connectors:gift-delete": POST_ONLY(BUILDERS, _gift, hidden_from=EVALUATOR),
    "connectors:introduction-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:introduction-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:introduction-detail": Page(BUILDERS, _introduction, hidden_from=EVALUATOR),
    "connectors:end-options": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",), visit=False),
}

ADMIN = {
    "connectors.Theme": AdminRow(),
    "connectors.Conversation": AdminRow(),
    "connectors.Person": AdminRow(),
    "connectors.Gift": AdminRow(),
    "connectors.Introduction": AdminRow(),
}


def build(world) -> None:
    """Add a resident with a gift, introduced to another, and the conversation in which it was heard."""
    from tests.factories.connectors import (
        ConversationFactory,
        GiftFactory,
        IntroductionFactory,
        PersonFactory,
        ThemeFactory,
    )

    world.person = PersonFactory(team=world.team, known_as="Rose")
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
