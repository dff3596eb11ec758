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
def test_who_can_record_a_conversation(cast, team, person) -> None:
    allowed = {"builder", "other_builder", "manager", "administrator"}
    assert rules.can_log_conversation(cast[person], team) == (person in allowed)


@pytest.mark.parametrize("person", CAST)
def test_nobody_can_record_a_conversation_without_a_team(cast, person) -> None:
    assert rules.can_log_conversation(cast[person], None) is False


@pytest.mark.parametrize("person", CAST)
@pytest.mark.parametrize("verb", [rules.can_change_conversation, rules.can_delete_conversation])
def test_who_can_change_and_delete_a_new_conversation(cast, team, person, verb) -> None:
    talk = ConversationFactory(team=team, builder=cast["builder"])
    assert verb(cast[person], talk) == (person in {"builder", "manager", "administrator"})


@pytest.mark.parametrize("person", CAST)
def test_who_can_delete_after_a_day(cast, team, person) -> None:
    talk = ConversationFactory(
        team=team, builder=cast["builder"], received_at=timezone.now() - rules.OWN_REMOVAL - timedelta(seconds=1)
    )
    assert rules.can_delete_conversation(cast[person], talk) == (person in {"manager", "administrator"})


def test_the_author_can_delete_until_the_last_second_of_the_day(clock, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    clock.shift(timedelta(hours=23, minutes=59, seconds=59))
    assert rules.can_delete_conversation(builder, talk)
    clock.shift(timedelta(seconds=1))
    assert not rules.can_delete_conversation(builder, talk)


def test_a_former_member_cannot_change_anything(team, other_team) -> None:
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
def test_which_dates_are_valid(clock, day, possible) -> None:
    assert rules.is_day_possible(day) is possible


def test_dates_are_in_london_time(clock) -> None:
    clock.move_to("2026-06-30 23:30+00:00")
    assert rules.is_day_possible(date(2026, 7, 1))
