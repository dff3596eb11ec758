"""Who may record, change and delete conversations; which dates are valid."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from communities.models import Role
from connectors.rules import conversations as rules
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory

pytestmark = pytest.mark.django_db
CAST = ("builder", "other_builder", "manager", "evaluator", "administrator", "stranger")


@pytest.fixture
def cast(team, builder, manager, evaluator, administrator, stranger) -> dict:
    return {
        "builder": builder,
        "other_builder": UserFactory(roles={team: [Role.BUILDER]}),
        "manager": manager,
        "evaluator": evaluator,
        "administrator": administrator,
        "stranger": stranger,
    }


@pytest.mark.parametrize("person", CAST)
def test_log(cast, team, person) -> None:
    allowed = {"builder", "other_builder", "manager", "administrator"}
    assert rules.can_log_conversation(cast[person], team) == (person in allowed)


@pytest.mark.parametrize("person", CAST)
def test_log_without_a_team(cast, person) -> None:
    assert rules.can_log_conversation(cast[person], None) is False


@pytest.mark.parametrize("person", CAST)
@pytest.mark.parametrize("verb", [rules.can_change_conversation, rules.can_delete_conversation])
def test_change_and_delete_a_fresh_one(cast, team, person, verb) -> None:
    talk = ConversationFactory(team=team, builder=cast["builder"])
    assert verb(cast[person], talk) == (person in {"builder", "manager", "administrator"})


@pytest.mark.parametrize("person", CAST)
def test_delete_after_a_day(cast, team, person) -> None:
    talk = ConversationFactory(
        team=team, builder=cast["builder"], received_at=timezone.now() - rules.OWN_REMOVAL - timedelta(seconds=1)
    )
    assert rules.can_delete_conversation(cast[person], talk) == (person in {"manager", "administrator"})


def test_delete_until_the_last_second_of_the_day(clock, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    clock.shift(timedelta(hours=23, minutes=59, seconds=59))
    assert rules.can_delete_conversation(builder, talk)
    clock.shift(timedelta(seconds=1))
    assert not rules.can_delete_conversation(builder, talk)


def test_who_left_the_team_changes_nothing(team, other_team) -> None:
    left = UserFactory(roles={other_team: [Role.BUILDER]})
    talk = ConversationFactory(team=team, builder=left)
    assert not rules.can_change_conversation(left, talk)
    assert not rules.can_delete_conversation(left, talk)


@pytest.mark.parametrize(
    ("day", "possible"),
    [
        (date(2026, 5, 20), True),
        (date(2026, 5, 21), False),
        (date(2024, 5, 19), True),
        (date(2024, 5, 18), False),
    ],
)
def test_days(clock, day, possible) -> None:
    assert rules.is_day_possible(day) is possible


def test_the_day_is_londons(clock) -> None:
    clock.move_to("2026-06-30 23:30+00:00")
    assert rules.is_day_possible(date(2026, 7, 1))
