"""Who may open which address of connectors. Residents and their words do not exist for evaluators."""

from tests.url_table import BUILDERS, POST_ONLY, AdminRow, Page

EVALUATOR = frozenset({"evaluator"})


def _person(world) -> dict:
    return {"uuid": world.person.uuid}


def _gift(world) -> dict:
    return {"pk": world.gift.pk}


def _introduction(world) -> dict:
    return {"uuid": world.introduction.uuid}


PAGES: dict[str, Page] = {
    "connectors:person-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:person-detail": Page(BUILDERS, _person, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:person-update": Page(BUILDERS, _person, hidden_from=EVALUATOR),
    "connectors:person-connector": POST_ONLY(BUILDERS, _person, hidden_from=EVALUATOR),
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
    """Add a resident with a gift, introduced to another."""
    from tests.factories.connectors import GiftFactory, IntroductionFactory, PersonFactory

    world.person = PersonFactory(team=world.team, known_as="Rose")
    world.gift = GiftFactory(person=world.person)
    world.introduction = IntroductionFactory(team=world.team, from_person=world.person)
