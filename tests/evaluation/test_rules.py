"""Permissions in evaluation."""

import pytest

from communities.models import Team, User
from evaluation import rules
from evaluation.models import Story, StoryStatus
from tests.factories.evaluation import StoryFactory

pytestmark = pytest.mark.django_db
CAST = ("builder", "manager", "evaluator", "administrator", "stranger")


@pytest.fixture
def cast(builder: User, manager: User, evaluator: User, administrator: User, stranger: User) -> dict[str, User]:
    """Return every user by role."""
    return {
        "builder": builder,
        "manager": manager,
        "evaluator": evaluator,
        "administrator": administrator,
        "stranger": stranger,
    }


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (rules.can_export_indicators, {"manager", "evaluator", "administrator"}),
        (rules.can_write_measurement, {"manager", "evaluator", "administrator"}),
        (rules.can_write_story, {"builder", "manager", "administrator"}),
        (rules.can_read_people_in_stories, {"builder", "manager", "administrator"}),
    ],
)
def test_permissions_of_each_role(rule, who: set[str], cast: dict[str, User], team: Team) -> None:
    assert {name for name, user in cast.items() if rule(user, team)} == who


@pytest.mark.parametrize(
    ("rule", "status", "who"),
    [
        (rules.can_change_story, "draft", {"builder", "manager", "administrator"}),
        (rules.can_submit_story, "draft", {"builder", "manager", "administrator"}),
        (rules.can_submit_story, "submitted", set()),
        (rules.can_approve_story, "submitted", {"manager", "administrator"}),
        (rules.can_approve_story, "draft", set()),
        (rules.can_approve_story, "published", set()),
        (rules.can_withdraw_consent, "published", {"builder", "manager", "administrator"}),
        (rules.can_decide_story, "draft", {"manager", "administrator"}),
    ],
)
def test_permissions_of_each_role_on_a_builders_story(
    rule, status: str, who: set[str], cast: dict[str, User], team: Team, builder: User
) -> None:
    story = StoryFactory(team=team, created_by=builder, agreed=True)
    story.status = StoryStatus(status)
    assert {name for name, user in cast.items() if rule(user, story)} == who


def test_nobody_can_approve_their_own_story(team: Team, manager: User, second_manager: User) -> None:
    story = StoryFactory(team=team, created_by=manager, submitted=True)
    assert not rules.can_approve_story(manager, story)
    assert rules.can_approve_story(second_manager, story)


def test_a_builder_can_change_only_their_own_story(team: Team, builder: User, manager: User) -> None:
    assert not rules.can_change_story(builder, StoryFactory(team=team, created_by=manager))


def test_consent_can_only_be_withdrawn_if_it_was_given(team: Team, builder: User) -> None:
    story = StoryFactory(team=team, created_by=builder)
    assert rules.lacks_consent(story)
    assert not rules.can_withdraw_consent(builder, story)


@pytest.mark.parametrize(
    ("status", "who"),
    [
        ({}, {"builder", "manager", "administrator"}),
        ({"submitted": True}, {"builder", "manager", "evaluator", "administrator"}),
        ({"published": True}, {"builder", "manager", "evaluator", "administrator"}),
    ],
)
def test_who_can_read_a_story(status: dict, who: set[str], cast: dict[str, User], team: Team, builder: User) -> None:
    story = StoryFactory(team=team, created_by=builder, **status)
    assert {name for name, user in cast.items() if Story.objects.visible_to(user).filter(pk=story.pk)} == who
