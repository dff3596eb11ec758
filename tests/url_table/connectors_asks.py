"""Access to the URLs of introductions, suggestions and asks. Evaluators see figures only."""

from tests.url_table import BUILDERS, EVERY_ROLE, POST_ONLY, AdminRow, Page

EVALUATOR = frozenset({"evaluator"})


def _introduction(world) -> dict:
    return {"uuid": world.introduction.uuid}


def _ask(world) -> dict:
    return {"uuid": world.ask.uuid}


PAGES: dict[str, Page] = {
    "connectors:introductions-to-ask": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:introduction-answer": POST_ONLY(BUILDERS, _introduction, hidden_from=EVALUATOR),
    "connectors:introduction-routes": Page(EVERY_ROLE, methods=("GET",)),
    "connectors:suggestions-dismissed": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:suggestion-dismiss": POST_ONLY(BUILDERS, hidden_from=EVALUATOR),
    "connectors:conversation-introduce": Page(
        BUILDERS, lambda world: {"uuid": world.conversation.uuid}, hidden_from=EVALUATOR, methods=("GET",)
    ),
    "connectors:ask-list": Page(BUILDERS, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:ask-create": Page(BUILDERS, hidden_from=EVALUATOR),
    "connectors:ask-detail": Page(BUILDERS, _ask, hidden_from=EVALUATOR, methods=("GET",)),
    "connectors:ask-update": Page(BUILDERS, _ask, hidden_from=EVALUATOR),
    "connectors:ask-met": Page(BUILDERS, _ask, hidden_from=EVALUATOR),
    "connectors:ask-close": POST_ONLY(BUILDERS, _ask, hidden_from=EVALUATOR),
    "connectors:ask-shares": Page(EVERY_ROLE, methods=("GET",)),
}

ADMIN = {
    "connectors.Ask": AdminRow(),
    "connectors.Dismissal": AdminRow(managers="read delete", administrators="read delete"),
}


def build(world) -> None:
    """Add an ask of the resident there, an introduction whose outcome is due, and a dismissed suggestion."""
    from datetime import timedelta

    from django.utils import timezone

    from tests.factories.connectors import IntroductionFactory, PersonFactory
    from tests.factories.connectors_asks import AskFactory, DismissalFactory

    world.ask = AskFactory(team=world.team, person=world.person, created_by=world.builder)
    world.aside = DismissalFactory(team=world.team, dismissed_by=world.builder)
    world.conversation.people.add(PersonFactory(team=world.team, known_as="Tom"))
    today = timezone.localdate()
    IntroductionFactory(
        team=world.team, introduced_by=world.builder, introduced_on=today - timedelta(days=30), ask_again_on=today
    )
