"""An asset's page names the people there to those who may read it, and logging can start there."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db
LOG = reverse("connectors:conversation-create")


def test_the_page_names_the_people_met_there_and_introduced_to_it(client_for, builder, team):
    bench = AssetFactory(team=team, name="Bench")
    rose, sam, kit = (PersonFactory(team=team, known_as=name) for name in ("Rose", "Sam", "Wilf"))
    for day, person in ((1, rose), (3, rose), (2, sam)):
        ConversationFactory(team=team, place=bench, held_on=date(2026, 3, day), people=[person])
    ConversationFactory(team=team, people=[kit])
    IntroductionFactory(team=team, from_person=kit, to_person=None, to_asset=bench)
    page = client_for(builder).get(f"/assets/{bench.pk}/").text

    assert "met here on 3 March 2026" in page
    assert page.index("Rose") < page.index("Sam"), "the latest first"
    assert "met here on 1 March 2026" not in page
    assert page.index("Introduced to it") < page.index("Wilf")
    assert f'href="{LOG}?place={bench.uuid}"' in page


@pytest.mark.parametrize("size", [1, 3])
def test_names_take_as_many_queries_for_three_as_for_one(client_for, builder, team, size, django_assert_num_queries):
    bench = AssetFactory(team=team)
    for _ in range(size):
        ConversationFactory(team=team, place=bench, people=[PersonFactory(team=team)])
        IntroductionFactory(team=team, from_person=PersonFactory(team=team), to_person=None, to_asset=bench)
    client = client_for(builder)
    with django_assert_num_queries(8):
        client.get(f"/assets/{bench.pk}/")


def test_evaluators_see_nobody(client_for, evaluator, team):
    bench = AssetFactory(team=team, name="Bench")
    ConversationFactory(team=team, place=bench, people=[PersonFactory(team=team, known_as="Rose")])
    page = client_for(evaluator).get(f"/assets/{bench.pk}/").text

    assert "People here" not in page
    assert "Rose" not in page


def test_a_conversation_starts_at_the_place_it_is_logged_from(client_for, builder, team):
    brook = NeighbourhoodFactory(team=team, name="Brook")
    bench = AssetFactory(team=team, name="Bench", neighbourhood=brook)
    answer = client_for(builder).get(LOG, {"place": str(bench.uuid)})

    assert answer.context["form"]["place_name"].value() == "Bench"
    assert answer.context["form"]["neighbourhood"].value() == brook.pk
    assert "data-place-given" in answer.text


@pytest.mark.parametrize("named", ["nonsense", "5f0c2f6e-3d1b-4a54-9d0e-2f4a5b6c7d8e", ""])
def test_a_place_that_is_not_the_teams_changes_nothing(client_for, builder, team, other_team, named):
    theirs = AssetFactory(team=other_team, name="Theirs")
    for uuid in (named, str(theirs.uuid)):
        answer = client_for(builder).get(LOG, {"place": uuid})
        assert answer.context["form"]["place_name"].value() == ""
        assert "data-place-given" not in answer.text


def where_line(page: str) -> str:
    """Return the line under the names that says where it was."""
    return " ".join(re.search(r"data-where-words.*?>(.*?)</span>", page, re.S)[1].split())


def test_what_is_carried_over_stands_under_the_names(client_for, builder, team):
    brook = NeighbourhoodFactory(team=team, name="Brook <Street>")
    bench = AssetFactory(team=team, name="The bench & the bins", neighbourhood=brook)
    client = client_for(builder)
    assert where_line(client.get(LOG).text) == "Brook &lt;Street&gt;", "the team's only neighbourhood"
    NeighbourhoodFactory(team=team, name="Hill")
    assert where_line(client.get(LOG).text) == "Place not said"
    ConversationFactory(team=team, builder=builder, place=bench, neighbourhood=brook)
    page = client.get(LOG).text
    assert where_line(page) == "The bench &amp; the bins · Brook &lt;Street&gt;"
    names, line, words = (page.index(each) for each in ('id="id_people"', "data-where-words", 'id="id_summary"'))
    assert names < line < words
    assert where_line(client.get(LOG, {"copy": ""}).text) == "Place not said", "the copy for the phone holds nothing"


def test_a_refused_conversation_says_where_it_was_and_opens_what_is_wrong(client_for, builder, team):
    brook = NeighbourhoodFactory(team=team, name="Brook")
    client = client_for(builder)
    page = client.post(LOG, {"neighbourhood": brook.pk, "place_name": "By the bins"}).text
    assert where_line(page) == "By the bins · Brook"
    assert '<details class="where__change">' in flat(page), "nothing is wrong with the place"
    page = client.post(LOG, {"neighbourhood": "99999999", "place_name": "By the bins"}).text
    assert where_line(page) == "By the bins"
    assert '<details class="where__change" open>' in flat(page)
