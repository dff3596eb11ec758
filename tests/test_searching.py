"""One search over everything: what each user finds, by kind, and at what cost."""

import re
from functools import partial

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communities import searching
from communities.full_text import full_texts
from communities.models import Partner, Role
from communities.periods import last
from communities.searching import Result, finders, search_everything
from connectors.models import Person
from connectors.queries import named
from connectors.queries.names import names_shown_starting
from connectors.rules.shown_names import can_see_name, names_seen
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory
from tests.factories.evaluation import ObservationFactory, PackFactory, StoryFactory, release
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db

PRIVATE = {"people", "gifts", "conversations", "asks", "introductions"}


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
    closed = release(team, last(2, until=timezone.localdate())[0])
    for word in ("Lantern", "Kettle"):
        person = PersonFactory(team=team, known_as=f"{word} Jo")
        GiftFactory(person=person, name=f"{word}s of paper", offered=True)
        ConversationFactory(team=team, builder=builder, summary=f"They want a {word} parade")
        AskFactory(team=team, words=f"A hand with a {word}")
        IntroductionFactory(team=team, from_person=person, to_person=PersonFactory(team=team, known_as=f"{word} Al"))
        spark = SparkFactory(team=team, title=f"{word} parade")
        StoryFactory(team=team, title=f"The {word} night", spark=spark)
        AssetFactory(team=team, name=f"{word} Hall")
        NeighbourhoodFactory(team=team, name=f"{word} Hill")
        PartnerFactory(team=team, name=f"{word} Trust")
        ObservationFactory(team=team, text=f"A {word} needs two people")
        PackFactory(team=team, release=closed, created_by=builder, title=f"{word}s of the year")


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
def test_every_kind_is_found(team, builder, manager, one_of_each, text) -> None:
    assert found(builder, team, text).keys() == found(manager, team, text).keys() - {"packs"}
    shown = found(manager, team, text)
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


@pytest.fixture
def zuleikha(team):
    """Somebody not told yet, whom no user here has written down, with everything that can be hers."""
    her = PersonFactory(team=team, known_as="Zuleikha Quarrington", also_known_as="Zulu", untold=True)
    theme = ThemeFactory(team=team, name="Mending")
    her.themes.add(theme)
    GiftFactory(person=her, name="Baking bread", offered=True)
    AskFactory(team=team, person=her, words="Firewood please")
    spark = SparkFactory(team=team, title="Bread oven")
    spark.applicants.add(her)
    StoryFactory(team=team, title="How the oven came", spark=spark).people.add(her)
    ConversationFactory(team=team, summary="About an oven", people=[her], themes=[theme])
    other = PersonFactory(team=team, known_as="Grace Okafor")
    IntroductionFactory(team=team, from_person=her, to_person=other, reason="An oven for two")
    return her


@pytest.mark.parametrize(
    "text",
    ["zuleikha", "Quarrington", "Zuleikha Quarrington", "zul", "zulu", "zuleikha bread", "quarr oven", "zuleikha mending",
     "firewood zuleikha", "zuleikha grace", '"zuleikha quarrington" bread'],
)  # fmt: skip
def test_a_search_does_not_confirm_a_hidden_name(team, client_for, zuleikha, text) -> None:
    another = UserFactory(roles={team: [Role.BUILDER]})
    shown = found(another, team, text)
    shown.pop("pages", None)
    assert shown == {}
    client = client_for(another)
    for name in ("people", "gifts", "asks", "introductions", "conversations", "sparks", "stories"):
        address = next(finder for finder in finders() if finder.kind == name).address()
        page = client.get(address, {"q": text}).content.decode()
        assert not {"Z. Q.", "Bread oven", "Firewood please", "An oven for two"} & set(
            re.findall(r"[A-Z][\w .]+\w\.?", page)
        )


def test_those_who_see_the_name_find_it(team, manager, zuleikha) -> None:
    keeper = UserFactory(roles={team: [Role.BUILDER]})
    author = UserFactory(roles={team: [Role.BUILDER]})
    Person.objects.filter(pk=zuleikha.pk).update(created_by=author, keeper=keeper)
    for user in (manager, author, keeper):
        shown = found(user, team, "zuleikha")
        assert shown["people"] == ["Zuleikha Quarrington"]
        assert shown["introductions"] == ["Zuleikha Quarrington → Grace Okafor"]
        assert found(user, team, "bread zuleikha")["gifts"] == ["Baking bread"]


@pytest.mark.parametrize("text", ["z q", "Z. Q.", "q z"])
def test_somebody_not_told_yet_is_found_by_initials(team, client_for, zuleikha, text) -> None:
    another = UserFactory(roles={team: [Role.BUILDER]})
    page = client_for(another).get(reverse("communities:search"), {"q": text}).content.decode()
    assert "Z. Q." in page
    assert "Quarrington" not in page


def test_the_rule_of_shown_names_is_the_same_in_queries(team, other_team, manager, evaluator, stranger) -> None:
    users = [UserFactory(roles={team: [Role.BUILDER]}) for _ in range(3)] + [manager, evaluator, stranger]
    people = [
        PersonFactory(team=team, untold=untold, created_by=author, keeper=keeper)
        for untold in (True, False)
        for author in (None, *users)
        for keeper in (None, *users)
    ]
    for user in users:
        seen = set(Person.objects.filter(names_seen(user, team)))
        assert seen == {person for person in people if can_see_name(user, person)}


def test_words_in_different_places_find_together(team, builder) -> None:
    place = NeighbourhoodFactory(team=team, name="Brook Street")
    theme = ThemeFactory(team=team, name="Growing food")
    sian = PersonFactory(team=team, known_as="Siân Ŵyn", street="Mill Row", neighbourhood=place, themes=[theme])
    grace = PersonFactory(team=team, known_as="Grace Okafor")
    GiftFactory(person=sian, name="Baking bread", offered=True)
    GiftFactory(person=grace, name="Baking cakes", offered=True)
    GiftFactory(person=sian, name="Plumbing in secret")
    AskFactory(team=team, person=sian, words="A ladder", theme=theme)
    ConversationFactory(
        team=team,
        builder=builder,
        summary="About the lanterns",
        people=[sian, grace],
        themes=[theme],
        next_step="Bring flour",
    )
    IntroductionFactory(team=team, from_person=sian, to_person=grace, reason="An oven for two")
    spark = SparkFactory(team=team, title="Oven", neighbourhood=place)
    spark.applicants.add(sian)
    StoryFactory(team=team, title="How the ladder came", spark=spark, neighbourhood=place).people.add(sian)
    AssetFactory(team=team, name="Village Hall", description="There is a gazebo to lend", neighbourhood=place)

    def kinds(text: str) -> dict[str, list[str]]:
        shown = found(builder, team, text)
        shown.pop("pages", None)
        return shown

    assert kinds("sian baking") == {"people": ["Siân Ŵyn"], "gifts": ["Baking bread"]}
    assert kinds("baking bread sian wyn") == kinds('bread "sian wyn"') == kinds("sian baking")
    assert kinds("sian plumbing") == {}
    assert kinds("sian mill")["people"] == ["Siân Ŵyn"]
    assert kinds("sian ladder") == {"asks": ["A ladder"], "stories": ["How the ladder came"]}
    assert kinds("grace sian lantern") == {"conversations": ["About the lanterns"]}
    assert kinds("flour sian") == {"conversations": ["About the lanterns"]}
    assert kinds("grace sian oven") == {"introductions": ["Siân Ŵyn → Grace Okafor"]}
    assert set(kinds("sian grace")) == {"introductions", "conversations"}
    assert kinds("hall gazebo brook") == {"assets": ["Village Hall"]}
    assert set(kinds("sian growing")) == {"people", "asks", "conversations"}
    assert set(kinds("brook oven")) == {"sparks"}
    assert kinds("sian zeppelin") == {}


def test_an_old_row_is_found_among_many_new_ones(team, builder, monkeypatch) -> None:
    """The other word is in more rows than an index returns, and the name is rare."""
    monkeypatch.setattr(searching, "COUNTED", 3)
    sian = PersonFactory(team=team, known_as="Siân Ŵyn")
    ConversationFactory(team=team, builder=builder, summary="Bread of long ago", people=[sian])
    GiftFactory(person=sian, name="Bread", offered=True)
    others = PersonFactory(team=team, known_as="Grace")
    for number in range(6):
        ConversationFactory(team=team, builder=builder, summary=f"Bread {number}", people=[others])
        GiftFactory(person=others, name=f"Bread {number}", offered=True)
    shown = found(builder, team, "sian bread")
    assert shown["conversations"] == ["Bread of long ago"]
    assert shown["gifts"] == ["Bread"]


def test_a_name_that_many_have_is_found_with_a_rare_gift(team, builder, monkeypatch) -> None:
    monkeypatch.setattr(named, "MOST_NAMED", 2)
    for number in range(4):
        PersonFactory(team=team, known_as=f"Mary {number}")
    mary = PersonFactory(team=team, known_as="Mary Zest")
    GiftFactory(person=mary, name="Juggling", offered=True)
    ConversationFactory(team=team, builder=builder, summary="Juggling for all", people=[mary])
    shown = found(builder, team, "mary juggling")
    assert shown["people"] == ["Mary Zest"]
    assert shown["gifts"] == ["Juggling"]
    assert shown["conversations"] == ["Juggling for all"]


def test_introductions_are_found_by_ends_and_words(team, builder, other_team) -> None:
    tomasz = PersonFactory(team=team, known_as="Tomasz")
    grace = PersonFactory(team=team, known_as="Grace Okafor")
    hall = AssetFactory(team=team, name="Village Hall", description="Near Tomasz")
    IntroductionFactory(team=team, from_person=tomasz, to_person=grace, reason="Both mend bicycles")
    IntroductionFactory(team=team, from_person=grace, to_person=None, to_asset=hall, reason="")
    IntroductionFactory(
        team=team, from_person=tomasz, to_partner_instead=True, reason="", outcome_note="A bicycle came of it", met=True
    )
    IntroductionFactory(team=other_team, reason="Both mend bicycles")

    def shown(text: str) -> list[str]:
        return found(builder, team, text).get("introductions", [])

    partner = Partner.objects.get(introductions_to__isnull=False)
    assert shown("okafor") == ["Grace Okafor → Village Hall", "Tomasz → Grace Okafor"]
    assert shown("bicyc") == ["Tomasz → Grace Okafor", f"Tomasz → {partner}"]
    assert shown("village hall") == ["Grace Okafor → Village Hall"]
    assert shown("grace hall") == ["Grace Okafor → Village Hall"]
    assert shown("Tomasz → Grace") == ["Tomasz → Grace Okafor"]
    assert shown("near") == []


ODD = [
    "a" * 5_000, "a " * 2_500, "ж" * 5_000, "%", "_", "%%%", "a%", "_a", "'", "''", '"', '""', '"a', 'a"b"', "\\", "a\\",
    "'; DROP TABLE connectors_person; --", "1 OR 1=1", ") OR (1=1", "a AND b", "a OR", "NOT a", "NEAR(a b)", "a*", "*", "^a", "a:b",
    "summary : a", "team_id : 2", "@1", "'@2'", "a & b | !c", "<->", ":*", "{a b}: c", "-a", "the", "the and of a", "x",
    "שלום", "مرحبا", "\u202eabc", "\u202e", "李", "👋🏽", "\x00", "a\x00b", "\ud7ff", "\ufdfa" * 40, "😀 😀", "\n\r\t", "٣", "1/2 ½",
    "a b c d e f g h i j k l m n o p", "null", "None", "%(a)s", "{0}", "{{ 1 }}", "<script>", "(", "[", "]", "$$", "a\u200bb",
]  # fmt: skip


def test_no_text_breaks_a_search(team, builder, one_of_each) -> None:
    for text in ODD:
        assert search_everything(user=builder, team=team, text=text).shown >= 0, text


@pytest.mark.parametrize("kind", [finder.kind for finder in finders() if finder.is_narrowed and finder.kind != "pages"])
def test_no_text_breaks_a_list(team, builder, client_for, kind) -> None:
    address = next(finder for finder in finders() if finder.kind == kind).address()
    client = client_for(builder)
    for text in (
        "a" * 5_000,
        "a " * 2_500,
        "ж" * 2_500,
        "a" * 3_000 + " lantern",
        "%_'\"",
        "team_id : 2",
        "\ufdfa" * 40,
        "\ud7ff",
    ):
        assert client.get(address, {"q": text}).status_code == 200, text


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
                shown = (part for hit in group.hits for part in hit.words.split(" → "))
                assert all(part in page for part in shown), group.url
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
        IntroductionFactory(team=team, from_person=person)
        SparkFactory(team=team, title=f"Lantern {number}").applicants.add(person)
        StoryFactory(team=team, title=f"Lantern {number}").people.add(person)
        AssetFactory(team=team, name="Lantern Hall")
        NeighbourhoodFactory(team=team, name=f"Lantern Hill {number}")
        PartnerFactory(team=team, name=f"Lantern Trust {number}")
        ObservationFactory(team=team, text="lantern")
    client = client_for(builder)
    # Session, user, roles and team; all indexes at once, on SQLite the forms of the word too; the names, and the people.
    indexes = 2 if connection.vendor == "sqlite" else 1
    # The rows of ten kinds. Introductions ask for the names of assets and partners found, and for those of all ends; sparks and
    # stories for those of residents.
    with django_assert_num_queries(4 + indexes + 2 + 10 + 3 + 2):
        response = client.get(reverse("communities:search"), {"q": "lantern"}, headers={"HX-Request": "true"})
    assert len(response.context["result"].groups) == 11


@pytest.mark.parametrize(
    "text", ["lantern", "lant", "ja", "j", "J A", "jo", "lantern parade", "lantern jo", "al kettle"]
)
def test_compiled_and_joint_queries_find_what_plain_ones_find(
    team, builder, manager, evaluator, one_of_each, monkeypatch, text
) -> None:
    PersonFactory(team=team, known_as="Jo Ann Lantern", untold=True)
    her = PersonFactory(team=team, known_as="Jola Abe", untold=True)
    Person.objects.filter(pk=her.pk).update(created_by=builder)
    StoryFactory(team=team, title="The lantern draft").people.add(her)
    users = (builder, manager, evaluator, UserFactory(is_superuser=True), UserFactory(roles={team: [Role.PAYER]}))

    def everything() -> list[list[tuple]]:
        results = [search_everything(user=user, team=team, text=text).groups for user in users for _again in range(2)]
        return [[(group.finder.kind, group.hits, group.total, group.is_cut) for group in groups] for groups in results]

    quick = everything()
    monkeypatch.setattr(searching, "_compiled", lambda rows: partial(searching._rows_by, rows))
    monkeypatch.setattr(searching.Search, "look_up", _one_by_one)
    monkeypatch.setattr(named, "people_shown_starting", _plain_names)
    assert everything() == quick


def _one_by_one(search: searching.Search, lookups) -> None:
    for each in lookups:
        search.known[searching._key_of(each)] = each.index.latest(each.text, team_id=search.team.pk, most=each.most)


def _plain_names(*, user, team, typed: str, most: int) -> list[int]:
    return list(names_shown_starting(user=user, team=team, typed=typed).values_list("person", flat=True)[:most])


def test_every_full_text_index_is_searched_by_a_finder() -> None:
    tables = {index.table for index in full_texts()}
    assert tables == {
        "assets_asset",
        "communities_neighbourhood",
        "communities_partner",
        "connectors_ask",
        "connectors_conversation",
        "connectors_gift",
        "connectors_introduction",
        "connectors_nextstep",
        "evaluation_observation",
        "evaluation_pack",
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
