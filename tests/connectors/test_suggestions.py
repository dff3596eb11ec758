"""Whom to introduce to whom, and why, in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.queries import suggestions
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def food(team):
    return ThemeFactory(team=team, name="growing food")


@pytest.fixture
def place(team):
    return NeighbourhoodFactory(team=team, name="Thornhill")


@pytest.fixture
def rose(team, place, food):
    return PersonFactory(team=team, known_as="Rose", neighbourhood=place, street="Mill Row", themes=[food])


@pytest.fixture
def tom(team, place, food):
    return PersonFactory(team=team, known_as="Tom", neighbourhood=place, street="mill row", themes=[food])


def test_the_reason_in_words(rose, tom, builder):
    (found,) = suggestions.suggestions_for(rose, builder)
    assert found.other == tom
    assert found.reason == "both care about growing food, both on Mill Row, not yet introduced"


def test_a_gift_that_meets_a_passion_comes_first(rose, tom, team, place, food, builder):
    amina = PersonFactory(team=team, known_as="Amina", neighbourhood=place)
    GiftFactory(person=amina, name="seedlings", theme=food, is_offered=True)
    GiftFactory(person=amina, name="secret seedlings", theme=food, is_offered=False)
    found = suggestions.suggestions_for(rose, builder)
    assert [each.other.known_as for each in found] == ["Tom", "Amina"]
    assert (
        found[1].reason
        == "Amina offers seedlings and Rose cares about growing food, both in Thornhill, not yet introduced"
    )
    assert all("secret" not in each.reason for each in suggestions.suggestions_for(amina, builder))
    assert {each.other for each in suggestions.suggestions_for(amina, builder)} == {rose, tom}


def test_who_is_never_suggested(rose, team, food, builder, other_team):
    already = PersonFactory(team=team, themes=[food])
    IntroductionFactory(team=team, from_person=already, to_person=rose)
    PersonFactory(team=team, themes=[food], contact_preference="no_contact")
    PersonFactory(team=team, themes=[ThemeFactory(team=team)])
    PersonFactory(team=other_team, themes=[ThemeFactory(team=other_team, name="growing food")])
    assert suggestions.suggestions_for(rose, builder) == []


def test_somebody_who_wants_to_be_left_alone_is_asked_nothing(rose, tom, builder):
    rose.contact_preference = "no_contact"
    rose.save()
    assert suggestions.suggestions_for(rose, builder) == []
    assert suggestions.suggestions_for(tom, builder) == []


def test_evaluators_get_none(rose, tom, evaluator):
    assert suggestions.suggestions_for(rose, evaluator) == []


@pytest.mark.parametrize("people", [1, 3])
def test_queries_do_not_grow_with_people(rose, team, place, food, builder, people, django_assert_num_queries):
    for _ in range(people):
        PersonFactory(team=team, neighbourhood=place, themes=[food])
    builder.team_ids()
    with django_assert_num_queries(6):
        assert len(suggestions.suggestions_for(rose, builder)) == people


def test_lately_names_nobody_twice(team, builder, food, place):
    people = [PersonFactory(team=team, neighbourhood=place, themes=[food]) for _ in range(5)]
    ConversationFactory(team=team, builder=builder, people=people)
    old = PersonFactory(team=team, themes=[food])
    ConversationFactory(team=team, builder=builder, people=[old], held_on=timezone.localdate() - timedelta(days=300))
    found = suggestions.suggestions_lately(builder, team)
    named = [person for each in found for person in (each.person, each.other)]
    assert len(found) == 2
    assert len(set(named)) == 4
    assert old not in named
