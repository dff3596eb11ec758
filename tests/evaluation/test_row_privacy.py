"""The rows behind a figure never reveal to an evaluator a small number that the figures hide."""

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse

from communities.models import Team, User
from communities.periods import quarter_of
from evaluation.queries import TEAM, place_of
from evaluation.reports import build
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import release

DAY = date(2026, 5, 4)
QUARTER = quarter_of(DAY)


@pytest.fixture
def small(team: Team) -> str:
    """Return the key of a neighbourhood where two residents were met, beside two where eight were met."""
    places = [NeighbourhoodFactory(team=team, name=name) for name in ("Northside", "Eastfield", "Westgate")]
    for place, many in zip(places, (2, 8, 8), strict=True):
        for _ in range(many):
            person = PersonFactory(team=team, neighbourhood=place, first_met_on=DAY, connector_since=DAY)
            ConversationFactory(team=team, neighbourhood=place, held_on=DAY, people=[person])
            GiftFactory(person=person, heard_on=DAY)
            other = PersonFactory(team=team, neighbourhood=place, first_met_on=date(2020, 1, 1))
            IntroductionFactory(team=team, neighbourhood=place, from_person=person, to_person=other, introduced_on=DAY)
    release(team, QUARTER)
    return place_of(places[0].pk)


def rows_of(client, key: str, place: str = TEAM) -> list:
    path = reverse("evaluation:indicator-detail", args=[key])
    return client.get(path, {"place": place, "period": QUARTER.key}).context["rows"]


@pytest.mark.parametrize("key", ["residents-met", "residents-met-first"])
def test_a_list_of_residents_has_neither_dates_nor_places(key, small, team: Team, evaluator: User, client_for, clock):
    assert build(team, [QUARTER]).figure(QUARTER, key, small).is_hidden
    rows = rows_of(client_for(evaluator), key)
    assert len(rows) == 18
    assert Counter((row.day, row.place, row.note) for row in rows) == {(None, "", ""): 18}


@pytest.mark.parametrize("key", ["new-connectors", "connectors"])
def test_connectors_have_separate_aliases(key, small, team: Team, evaluator: User, client_for, clock):
    assert build(team, [QUARTER]).figure(QUARTER, key, small).value == 2
    client = client_for(evaluator)
    rows = rows_of(client, key, small)
    assert Counter((row.day, row.place, row.note, row.url) for row in rows) == {(None, "", "", ""): 2}
    others = {row.words for other in ("residents-met", "residents-met-first") for row in rows_of(client, other)}
    assert all(row.words.startswith("Connector ") for row in rows)
    assert not {row.words.split()[-1] for row in rows} & {words.split()[-1] for words in others}


def test_rows_with_a_place_have_no_alias(small, team: Team, evaluator: User, client_for, clock):
    client, key = client_for(evaluator), "gifts-heard"
    aliases = {row.words for row in rows_of(client, "residents-met-first")}
    rows = rows_of(client, key, small)
    assert len(rows) == 2
    assert [row for row in rows if any(alias in f"{row.words} {row.note}" for alias in aliases)] == []
    assert {row.place for row in rows} == {"Northside"}


def test_users_who_can_see_residents_see_everything(small, builder: User, client_for, clock):
    rows = rows_of(client_for(builder), "residents-met-first")
    assert Counter(row.place for row in rows) == {"Northside": 2, "Eastfield": 8, "Westgate": 8}
    assert {row.day for row in rows} == {DAY}


def test_introduction_outcomes_do_not_reveal_a_hidden_percentage(small, team: Team, evaluator: User, client_for, clock):
    rows = rows_of(client_for(evaluator), "introductions-made")
    assert {row.note for row in rows} == {""}
