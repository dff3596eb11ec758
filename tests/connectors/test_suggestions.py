"""Suggested introductions and their reasons."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import AuditEntry, Role
from connectors.actions.dismissals import dismiss_suggestion, restore_suggestion
from connectors.models import Dismissal, Gift, Person
from connectors.queries import suggestions
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory, SaidNoFactory

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


def test_reasons_are_sentences(rose, tom, builder):
    (found,) = suggestions.suggestions_for(rose, builder)
    assert found.other == tom
    assert found.reason == "both care about growing food, both on Mill Row, not yet introduced"


def test_a_gift_that_matches_a_passion_comes_first(rose, tom, team, place, food, builder):
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


def test_a_resident_who_wants_no_contact_gets_no_suggestions(rose, tom, builder):
    rose.contact_preference = "no_contact"
    rose.save()
    assert suggestions.suggestions_for(rose, builder) == []
    assert suggestions.suggestions_for(tom, builder) == []


def test_evaluators_get_no_suggestions(rose, tom, evaluator):
    assert suggestions.suggestions_for(rose, evaluator) == []


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_does_not_depend_on_people(
    rose, team, place, food, builder, people, django_assert_num_queries
):
    for _ in range(people):
        PersonFactory(team=team, neighbourhood=place, themes=[food])
    builder.team_ids()
    with django_assert_num_queries(8):
        assert len(suggestions.suggestions_for(rose, builder)) == people


def test_recent_suggestions_name_nobody_twice(team, builder, food, place):
    people = [PersonFactory(team=team, neighbourhood=place, themes=[food]) for _ in range(5)]
    ConversationFactory(team=team, builder=builder, people=people)
    old = PersonFactory(team=team, themes=[food])
    ConversationFactory(team=team, builder=builder, people=[old], held_on=timezone.localdate() - timedelta(days=300))
    found = suggestions.recent_suggestions(builder, team)
    named = [person for each in found for person in (each.person, each.other)]
    assert len(found) == 2
    assert len(set(named)) == 4
    assert old not in named


def test_a_gift_that_matches_an_ask_comes_before_all_others(rose, tom, team, place, builder):
    amina = PersonFactory(team=team, known_as="Amina", neighbourhood=place)
    GiftFactory(person=amina, name="Mends sewing machines", is_offered=True)
    GiftFactory(person=tom, name="Mends sewing machines")
    AskFactory(team=team, person=rose, words="my sewing machine mended")
    found = suggestions.suggestions_for(rose, builder)
    assert [each.other for each in found] == [amina, tom]
    said = "Amina offers Mends sewing machines and Rose asked for “my sewing machine mended”"
    assert found[0].reason == f"{said}, both in Thornhill, not yet introduced"
    assert found[0].grounds == f"{said}, both in Thornhill"
    assert rose in [each.other for each in suggestions.suggestions_for(amina, builder)]


def test_a_gift_named_as_the_ask_is_found_wherever_its_owner_lives(rose, team, builder):
    ben = PersonFactory(team=team, known_as="Ben")
    GiftFactory(person=ben, name="Sewing", is_offered=True)
    AskFactory(team=team, person=rose, words="some sewing")
    assert [each.other for each in suggestions.suggestions_for(rose, builder)] == [ben]


def test_the_distance_is_between_the_places_last_met(team, builder, food):
    one, other = (PersonFactory(team=team, known_as=name, themes=[food]) for name in ("Rose", "Tom"))
    green = AssetFactory(team=team, name="The Green", latitude=53.8, longitude=-1.55)
    hall = AssetFactory(team=team, name="The Hall", latitude=53.8027, longitude=-1.55)
    ConversationFactory(team=team, people=[one], place=green)
    ConversationFactory(team=team, people=[other], place=green, held_on=timezone.localdate() - timedelta(days=9))
    last = ConversationFactory(team=team, people=[other], place=hall)
    ConversationFactory(team=team, people=[other], place=AssetFactory(team=team))
    (found,) = suggestions.suggestions_for(one, builder)
    assert found.reason == "both care about growing food, we met them about 300 m apart, not yet introduced"
    last.delete()
    (found,) = suggestions.suggestions_for(one, builder)
    assert found.reason == "both care about growing food, both met at The Green, not yet introduced"


def test_residents_who_said_no_are_left_out_until_they_say_yes(rose, tom, builder):
    no = SaidNoFactory(person=tom)
    assert suggestions.suggestions_for(rose, builder) == []
    assert suggestions.suggestions_for(tom, builder) == []
    SaidNoFactory(person=tom, is_given=True, recorded_at=no.recorded_at + timedelta(seconds=1))
    assert [each.other for each in suggestions.suggestions_for(rose, builder)] == [tom]


def test_merged_residents_are_left_out(rose, tom, team, builder):
    tom.merged_into = PersonFactory(team=team)
    tom.save()
    assert suggestions.suggestions_for(rose, builder) == []


def test_suggestions_can_be_dismissed_for_now_or_for_good_and_restored(rose, tom, builder, manager, clock):
    dismiss_suggestion(person=tom, other=rose, by=builder)
    assert suggestions.suggestions_for(rose, manager) == suggestions.suggestions_for(tom, manager) == []
    clock.shift(timedelta(days=92))
    assert len(suggestions.suggestions_for(rose, manager)) == 1
    dismiss_suggestion(person=rose, other=tom, by=builder, for_good=True)
    dismiss_suggestion(person=rose, other=tom, by=manager, for_good=True)
    clock.shift(timedelta(days=900))
    assert suggestions.suggestions_for(rose, builder) == []
    assert restore_suggestion(person=tom, other=rose, by=manager)
    assert not restore_suggestion(person=tom, other=rose, by=manager)
    assert len(suggestions.suggestions_for(rose, builder)) == 1
    verbs = AuditEntry.objects.filter(model="connectors.dismissal").values_list("verb", flat=True).order_by("pk")
    assert list(verbs) == ["dismiss", "dismiss", "restore"]


def test_only_pairs_of_one_team_can_be_dismissed(rose, other_team, builder):
    for other in (rose, PersonFactory(team=other_team)):
        with pytest.raises(ValidationError):
            dismiss_suggestion(person=rose, other=other, by=builder)


def test_a_resident_cannot_be_dismissed_from_themselves(rose, builder, client_for):
    sent = {"person": rose.uuid, "other": rose.uuid}
    assert client_for(builder).post("/introductions/dismiss/", sent).status_code == 404


def test_dismissing_takes_one_tap_with_and_without_htmx(rose, tom, builder, client_for):
    client, sent = client_for(builder), {"person": str(rose.uuid), "other": str(tom.uuid)}
    page = client.get(f"/people/{rose.uuid}/meet/").content.decode()
    assert page.count("Not these two") == page.count("Not now") == 1
    reply = client.post("/introductions/dismiss/", {**sent, "how": "good"}, HTTP_HX_REQUEST="true").content.decode()
    assert "will not be suggested again" in reply
    assert ">Undo</button>" in reply
    assert "Rose" in client.get("/introductions/dismissed/").content.decode()
    reply = client.post("/introductions/dismiss/", {**sent, "undo": "1"}, HTTP_HX_REQUEST="true").content.decode()
    assert "can be suggested again" in reply
    assert (
        client.post("/introductions/dismiss/", {**sent, "how": "later"}).headers["Location"]
        == "/introductions/dismissed/"
    )
    assert Dismissal.objects.get().until == timezone.localdate() + timedelta(days=92)


@pytest.mark.parametrize("sent", [{}, {"person": "x", "other": "y"}])
def test_dismissing_an_unknown_resident_is_not_found(rose, stranger, builder, client_for, sent):
    assert client_for(builder).post("/introductions/dismiss/", sent).status_code == 404
    assert (
        client_for(stranger).post("/introductions/dismiss/", {"person": rose.uuid, "other": rose.uuid}).status_code
        == 404
    )


def test_150_candidates_take_eight_queries(rose, team, place, food, builder, django_assert_num_queries):
    people = Person.objects.bulk_create(
        Person(team=team, known_as=f"N{n}", neighbourhood=place, told_on="2026-01-01") for n in range(160)
    )
    Person.themes.through.objects.bulk_create(Person.themes.through(person=each, theme=food) for each in people)
    Gift.objects.bulk_create(Gift(person=each, name="seeds", theme=food, is_offered=True) for each in people)
    AskFactory(team=team, person=rose, words="seeds to sow", theme=food)
    builder.team_ids()
    with django_assert_num_queries(8):
        assert len(suggestions.suggestions_for(rose, builder)) == 5
    ConversationFactory(team=team, builder=builder, people=people[:60])
    with django_assert_num_queries(7):
        assert len(suggestions.recent_suggestions(builder, team)) == 3


def test_a_pair_is_suggested_only_to_a_reader_who_is_shown_both_names(
    team, builder, second_manager, place, food
) -> None:
    walker = UserFactory(roles={team: [Role.BUILDER]})
    pair = [PersonFactory(team=team, known_as=name, untold=True, created_by=walker) for name in ("Carys", "Morgan")]
    for each in pair:
        each.themes.add(food)
    talk = ConversationFactory(team=team, builder=builder, people=pair)
    assert suggestions.suggestions_for(pair[0], builder) == []
    assert suggestions.recent_suggestions(builder, team) == []
    assert suggestions.pairs_met_in(talk, builder) == []
    for reader in (walker, second_manager):
        [found] = suggestions.suggestions_for(pair[0], reader)
        assert found.other == pair[1]
    Person.objects.filter(pk=pair[1].pk).update(told_on=talk.held_on)
    assert suggestions.suggestions_for(pair[0], builder) == []
    assert suggestions.pairs_met_in(talk, builder) == []
    Person.objects.filter(pk=pair[0].pk).update(created_by=builder)
    pair[0].refresh_from_db()
    assert len(suggestions.suggestions_for(pair[0], builder)) == 1


def test_a_reason_names_people_as_the_reader_is_shown_them_and_is_saved_with_initials(
    team, builder, place, food
) -> None:
    tomasz = PersonFactory(team=team, known_as="Tomasz", untold=True, created_by=builder, neighbourhood=place)
    grace = PersonFactory(team=team, known_as="Grace", neighbourhood=place)
    GiftFactory(person=tomasz, name="digging", theme=food, is_offered=True)
    grace.themes.add(food)
    [found] = suggestions.suggestions_for(grace, builder)
    assert "Tomasz offers digging" in found.reason
    assert "T. offers digging" in found.grounds
