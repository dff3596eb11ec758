"""The vocabulary for suggestions on a phone: the team's themes and shared gifts, and Kith's own list; never a name."""

import pytest

from connectors.catalogue.gift_words import GIFT_WORDS
from connectors.models import GiftKind
from connectors.queries import vocabulary
from tests.factories.connectors import GiftFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_themes_are_the_teams_newest_first(team, other_team, builder, monkeypatch) -> None:
    old, new = ThemeFactory(team=team, name="Old"), ThemeFactory(team=team, name="New")
    ThemeFactory(team=other_team)
    assert vocabulary.themes_to_suggest(user=builder, team=team) == [(new.pk, "New"), (old.pk, "Old")]
    monkeypatch.setattr(vocabulary, "MOST_THEMES", 1)
    assert vocabulary.themes_to_suggest(user=builder, team=team) == [(new.pk, "New")]


def test_a_gift_is_suggested_once_two_residents_share_it(team, other_team, builder, django_assert_num_queries) -> None:
    one, two, three = PersonFactory.create_batch(3, team=team)
    for person in (one, two, three):
        GiftFactory(person=person, name="Singing", kind="heart")
    GiftFactory(person=one, name="mending BIKES", kind="hands")
    GiftFactory(person=two, name="Mending bikes", kind="head")
    GiftFactory(person=one, name="Being Rose's sister")
    for person in (one, PersonFactory(team=other_team)):
        GiftFactory(person=person, name="Kites")
    builder.team_ids()
    with django_assert_num_queries(1):
        found = vocabulary.gifts_to_suggest(user=builder, team=team)
    assert found[0] == ("Singing", "heart")
    assert [(name.lower(), kind) for name, kind in found[1:]] == [("mending bikes", "hands")]


def test_only_recently_met_residents_count_and_evaluators_get_nothing(team, builder, evaluator, monkeypatch) -> None:
    for _ in range(2):
        GiftFactory(person=PersonFactory(team=team), name="Singing")
    assert vocabulary.gifts_to_suggest(user=evaluator, team=team) == []
    PersonFactory(team=team)
    monkeypatch.setattr(vocabulary, "MOST_PEOPLE", 2)
    assert vocabulary.gifts_to_suggest(user=builder, team=team) == []


def test_the_shipped_list_is_complete() -> None:
    assert {gift.kind for gift in GIFT_WORDS} == set(GiftKind.values)
    names = [gift.name for gift in GIFT_WORDS]
    assert len(set(names)) == len(names) > 60
    phrases = [phrase for gift in GIFT_WORDS for phrase in gift.phrases]
    assert len(set(phrases)) == len(phrases)
    assert all(phrase and phrase == phrase.strip() for phrase in phrases)
    assert all(len(name) <= 120 for name in names)
