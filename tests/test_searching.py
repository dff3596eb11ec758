"""One search over everything: what each user finds, by kind, and at what cost."""

import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communities import searching
from communities.full_text import full_texts
from communities.models import Role
from communities.searching import Result, finders, search_everything
from connectors.models import Person
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db

PRIVATE = {"people", "gifts", "conversations", "asks"}


def found(user, team, text: str) -> dict[str, list[str]]:
    """Return the words of the rows that a user finds, by kind."""
    result: Result = search_everything(user=user, team=team, text=text)
    return {group.finder.kind: [hit.words for hit in group.hits] for group in result.groups}


@pytest.fixture
def sian(team):
    return PersonFactory(team=team, known_as="Siân Ŵyn")


@pytest.fixture
def one_of_each(team, builder):
    """A row of each kind that has the word "lantern" somewhere, and one of each that has not."""
    for word in ("Lantern", "Kettle"):
        person = PersonFactory(team=team, known_as=f"{word} Jo")
        GiftFactory(person=person, name=f"{word}s of paper", offered=True)
        ConversationFactory(team=team, builder=builder, summary=f"They want a {word} parade")
        AskFactory(team=team, words=f"A hand with a {word}")
        spark = SparkFactory(team=team, title=f"{word} parade")
        StoryFactory(team=team, title=f"The {word} night", spark=spark)
        AssetFactory(team=team, name=f"{word} Hall")
        NeighbourhoodFactory(team=team, name=f"{word} Hill")
        PartnerFactory(team=team, name=f"{word} Trust")


def test_sian_finds_her_and_what_is_hers(team, builder, sian) -> None:
    GiftFactory(person=sian, name="Baking bread", offered=True)
    spark = SparkFactory(team=team, title="Bread oven")
    spark.applicants.add(sian)
    story = StoryFactory(team=team, title="How the oven came")
    story.people.add(sian)
    AskFactory(team=team, person=sian, words="Firewood")
    assert found(builder, team, "sian") == {
        "people": ["Siân Ŵyn"],
        "gifts": ["Baking bread"],
        "asks": ["Firewood"],
        "sparks": ["Bread oven"],
        "stories": ["How the oven came"],
    }


@pytest.mark.parametrize("text", ["sian", "SIAN", "Siân", "wyn", "ŵyn sian", "Ŵyn, Siân", "si'an", "sia"])
def test_any_part_of_a_name_finds_somebody(team, builder, sian, text) -> None:
    assert found(builder, team, text)["people"] == ["Siân Ŵyn"]


@pytest.mark.parametrize("text", ["lantern", "LANTÉRN", "lant"])
def test_every_kind_is_found(team, builder, one_of_each, text) -> None:
    shown = found(builder, team, text)
    assert set(shown) >= {finder.kind for finder in finders()} - {"pages"}
    assert all("antern" in words for kind, rows in shown.items() if kind != "pages" for words in rows)


def test_other_teams_rows_do_not_exist(team, other_team, builder, stranger, one_of_each) -> None:
    assert found(stranger, other_team, "lantern") == {}
    assert found(stranger, team, "lantern") == {}


def test_evaluators_find_nothing_about_residents(team, evaluator, builder, one_of_each, sian) -> None:
    spark = SparkFactory(team=team, title="Bread oven", what="Lantern stalls", who_with="Siân")
    spark.applicants.add(sian)
    draft = StoryFactory(team=team, title="Lantern draft")
    draft.people.add(sian)
    assert found(evaluator, team, "sian") == {}
    shown = found(evaluator, team, "lantern")
    assert not PRIVATE & set(shown)
    assert shown["sparks"] == ["Lantern parade"]
    assert "Lantern draft" not in shown.get("stories", [])
    assert {"sparks", "assets", "neighbourhoods", "partners"} <= set(shown)
    assert "Bread oven" in found(builder, team, "lantern")["sparks"]


def test_somebody_not_told_yet_is_found_by_initials(team, client_for) -> None:
    another = UserFactory(roles={team: [Role.BUILDER]})
    PersonFactory(team=team, known_as="Zuleikha Quarrington", untold=True)
    page = client_for(another).get(reverse("communities:search"), {"q": "zuleikha"}).content.decode()
    assert "Z. Q." in page
    assert "Quarrington" not in page


def test_private_gifts_and_retired_assets_are_not_found(team, builder) -> None:
    GiftFactory(person=PersonFactory(team=team), name="Lantern secrets")
    AssetFactory(team=team, name="Lantern Yard", retired=True)
    shown = found(builder, team, "lantern")
    assert not {"gifts", "assets"} & set(shown)


def test_erased_residents_are_not_found(team, builder, sian) -> None:
    Person.objects.filter(pk=sian.pk).update(erased_on=timezone.localdate())
    assert "people" not in found(builder, team, "sian")


def test_the_best_fit_is_first(team, builder) -> None:
    for name in ("The old mill", "Millbrook mill", "Mill", "Milling about"):
        AssetFactory(team=team, name=name)
    AssetFactory(team=team, name="Somewhere", description="By the mill")
    assert found(builder, team, "mill")["assets"] == [
        "Mill",
        "Milling about",
        "Millbrook mill",
        "The old mill",
        "Somewhere",
    ]


def test_a_group_is_counted_and_leads_to_its_list(team, builder, client_for, monkeypatch) -> None:
    monkeypatch.setattr(searching, "COUNTED", 6)
    for number in range(6):
        AssetFactory(team=team, name=f"Bench {number}")
    client = client_for(builder)
    page = client.get(reverse("communities:search"), {"q": "bench"}).content.decode()
    assert f"{reverse('assets:asset-list')}?q=bench" in page
    assert "All 6: Assets" in " ".join(page.split())
    AssetFactory(team=team, name="Bench 7")
    page = client.get(reverse("communities:search"), {"q": "bench"}).content.decode()
    assert "All more than 6: Assets" in " ".join(page.split())


@pytest.mark.parametrize(
    "kind", [finder.kind for finder in finders() if finder.is_narrowed and finder.kind not in {"pages"}]
)
def test_the_list_of_a_kind_shows_what_the_search_counted(team, builder, client_for, one_of_each, sian, kind) -> None:
    GiftFactory(person=sian, name="Baking", offered=True)
    AskFactory(team=team, person=sian, words="Firewood", met=True)
    SparkFactory(team=team, title="Bread oven").applicants.add(sian)
    StoryFactory(team=team, title="The oven").people.add(sian)
    client = client_for(builder)
    for text in ("LANTÉRN", "sian"):
        for group in search_everything(user=builder, team=team, text=text).groups:
            if group.finder.kind == kind:
                page = client.get(group.url).content.decode()
                assert all(hit.words in page for hit in group.hits), group.url
                assert "Kettle" not in re.sub(r"<option.*?</option>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("text", ["", "  ", "?!", "\u200b", "'"])
def test_nothing_is_asked_for_a_text_without_words(team, builder, text, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert search_everything(user=builder, team=team, text=text).groups == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_is_fixed(team, builder, client_for, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        person = PersonFactory(team=team, known_as=f"Lantern {number}", placed=True)
        GiftFactory(person=person, name="Lanterns", offered=True)
        ConversationFactory(team=team, builder=builder, summary="lantern", people=[person])
        AskFactory(team=team, words="lantern", person=person)
        SparkFactory(team=team, title=f"Lantern {number}").applicants.add(person)
        StoryFactory(team=team, title=f"Lantern {number}").people.add(person)
        AssetFactory(team=team, name="Lantern Hall")
        NeighbourhoodFactory(team=team, name=f"Lantern Hill {number}")
        PartnerFactory(team=team, name=f"Lantern Trust {number}")
    client = client_for(builder)
    # Session, user, roles and team; the names once; each index and its rows, on SQLite the forms of the word too.
    index = 3 if connection.vendor == "sqlite" else 2
    with django_assert_num_queries(4 + 1 + 1 + 8 * index + 2 + index - 1):
        response = client.get(reverse("communities:search"), {"q": "lantern"}, headers={"HX-Request": "true"})
    assert len(response.context["result"].groups) == 9


def test_every_full_text_index_is_searched_by_a_finder() -> None:
    tables = {index.table for index in full_texts()}
    assert tables == {
        "assets_asset",
        "communities_neighbourhood",
        "communities_partner",
        "connectors_ask",
        "connectors_conversation",
        "connectors_gift",
        "connectors_nextstep",
        "evaluation_story",
        "sparks_spark",
    }


def test_the_box_is_on_every_page_and_works_as_a_form(team, builder, client_for, sian) -> None:
    client = client_for(builder)
    page = client.get(reverse("today")).content.decode()
    assert f'action="{reverse("communities:search")}" data-search-form' in page
    page = client.get(reverse("communities:search"), {"q": "sian"}).content.decode()
    assert reverse("connectors:person-detail", kwargs={"uuid": sian.uuid}) in page
    page = client.get(reverse("communities:search"), {"q": "nobody of that name"}).content.decode()
    assert "Nothing found for “nobody of that name”." in page
