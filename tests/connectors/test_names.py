"""Typed names: certain, unclear or new, never guessed; suggestions while typing."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from communities.models import Role
from connectors.actions.merges import merge_people
from connectors.actions.people import update_person
from connectors.filters import PersonFilter
from connectors.models import Person
from connectors.queries.conversations import places_like
from connectors.queries.introductions import ends_like
from connectors.queries.names import match_names, matching_people_ids, names_starting, people_like
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(team):
    return NeighbourhoodFactory(team=team, name="Brook Street")


@pytest.fixture
def there(team):
    return NeighbourhoodFactory(team=team, name="Hill End")


def match(user, team, neighbourhood, name):
    return match_names(user=user, team=team, neighbourhood=neighbourhood, names=[name])[name]


def test_one_match_in_the_neighbourhood_is_certain_ignoring_case(team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    found = match(builder, team, here, "MARY")
    assert (found.person, found.is_unclear) == (mary, False)


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Ángel", "ángel"),
        ("Siân Ŵyn", "Sian Wyn"),
        ("Жанна", "жанна"),
        ("O’Neill", "O'Neill"),
        ("Grace Okafor", "Okafor Grace"),
        ("Mary-Ann", "Mary Ann"),
        ("Jo\u200bAnne", "JoAnne"),
        ("🌻", "🌻"),
    ],
)
def test_accents_order_and_signs_make_no_difference(team, builder, here, known, typed) -> None:
    person = PersonFactory(team=team, known_as=known, neighbourhood=here)
    assert match(builder, team, here, typed).person == person
    assert match(builder, team, here, known).person == person


def test_nobody_of_the_name_is_somebody_new(team, builder, here) -> None:
    PersonFactory(team=team, known_as="Rosemary", neighbourhood=here)
    found = match(builder, team, here, "Mary")
    assert (found.person, found.candidates) == (None, ())


def test_somebody_of_another_neighbourhood_may_be_meant(team, builder, here, there) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=there)
    found = match(builder, team, here, "Mary")
    assert (found.person, found.candidates) == (None, (mary,))


def test_one_here_is_certain_though_there_are_others_elsewhere(team, builder, here, there) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    PersonFactory(team=team, known_as="Mary", neighbourhood=there)
    assert match(builder, team, here, "Mary").person == mary


def test_a_short_form_may_be_meant_anywhere_and_a_surname_here(team, builder, here, there) -> None:
    william = PersonFactory(team=team, known_as="William", neighbourhood=there)
    assert match(builder, team, here, "Bill").candidates == (william,)
    PersonFactory(team=team, known_as="Mary Tate", neighbourhood=there)
    tate = PersonFactory(team=team, known_as="Mary Bell", neighbourhood=here)
    assert match(builder, team, here, "Mary").candidates == (tate,)


def test_another_name_counts_as_a_name(team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary", also_known_as="Póllÿ", neighbourhood=here)
    assert match(builder, team, here, "Polly").person == mary


def test_at_most_five_are_offered_those_here_first(team, builder, here, there) -> None:
    far = [PersonFactory(team=team, known_as="Mary", neighbourhood=there) for _number in range(7)]
    near = [PersonFactory(team=team, known_as="Mary", neighbourhood=here) for _number in range(2)]
    found = match(builder, team, here, "Mary").candidates
    assert (list(found[:2]), len(found)) == (near, 5)
    assert set(found[2:]) < set(far)


def test_two_matches_are_asked_about(team, builder, here) -> None:
    marys = [PersonFactory(team=team, known_as=name, neighbourhood=here) for name in ("Mary", "mary")]
    found = match(builder, team, here, "Mary")
    assert found.person is None
    assert set(found.candidates) == set(marys)


def test_a_match_here_and_one_without_a_neighbourhood_are_asked_about(team, builder, here) -> None:
    marys = [PersonFactory(team=team, known_as="Mary", neighbourhood=place) for place in (here, None)]
    assert set(match(builder, team, here, "Mary").candidates) == set(marys)


def test_a_match_without_a_neighbourhood_is_asked_about(team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary")
    assert match(builder, team, here, "Mary").candidates == (mary,)


def test_without_a_neighbourhood_every_match_is_asked_about(team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    assert match(builder, team, None, "Mary").candidates == (mary,)


def test_another_teams_residents_are_not_matched(team, other_team, builder, here) -> None:
    PersonFactory(team=other_team, known_as="Mary")
    both = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.BUILDER]})
    for user in (builder, both):
        assert match(user, team, here, "Mary").candidates == ()


def test_an_evaluator_finds_nobody(team, evaluator, here) -> None:
    PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    found = match(evaluator, team, here, "Mary")
    assert (found.person, found.candidates) == (None, ())


def test_all_names_are_matched_in_one_query(team, builder, here, django_assert_num_queries) -> None:
    PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    builder.has_role(team, Role.BUILDER)
    with django_assert_num_queries(1):
        found = match_names(user=builder, team=team, neighbourhood=here, names=["Mary", "Rose", "Ama"])
    assert [found[name].person is not None for name in ("Mary", "Rose", "Ama")] == [True, False, False]
    with django_assert_num_queries(0):
        assert match_names(user=builder, team=team, neighbourhood=here, names=[]) == {}


def test_suggestions_match_the_prefix_with_local_residents_first(team, other_team, builder, here, there) -> None:
    far = PersonFactory(team=team, known_as="Maria", neighbourhood=there)
    near = PersonFactory(team=team, known_as="mary", neighbourhood=here)
    PersonFactory(team=team, known_as="Rosemary", neighbourhood=here)
    PersonFactory(team=other_team, known_as="Marek")
    assert list(people_like(user=builder, team=team, typed=" MA", neighbourhood=here)) == [near, far]


def test_one_letter_suggests_no_names(team, builder) -> None:
    for name in ("Quentin Quarrington", "Queenie", "李小龍"):
        PersonFactory(team=team, known_as=name)
    q = PersonFactory(team=team, known_as="Q")
    assert list(people_like(user=builder, team=team, typed="q")) == [q]
    assert [each.known_as for each in people_like(user=builder, team=team, typed="李")] == ["李小龍"]
    assert len(people_like(user=builder, team=team, typed="qu")) == 2


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "\\"])
def test_spaces_and_wildcards_suggest_nobody(team, builder, typed) -> None:
    PersonFactory(team=team, known_as="Mary")
    assert list(people_like(user=builder, team=team, typed=typed)) == []


def test_at_most_eight_residents_are_suggested_in_one_query(team, builder, django_assert_num_queries) -> None:
    for _ in range(12):
        PersonFactory(team=team, placed=True)
    builder.has_role(team, Role.BUILDER)
    with django_assert_num_queries(1):
        found = list(people_like(user=builder, team=team, typed="Res"))
        assert all(person.neighbourhood.name for person in found)
    assert len(found) == 8


def test_the_starts_of_names_are_read_from_their_index(team, builder) -> None:
    for number in range(40):
        PersonFactory(team=team, known_as=f"Mary {number}", also_known_as=f"Pip {number}")
    if connection.vendor == "postgresql":
        # With few rows it reads all of them, with or without an index.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = names_starting(user=builder, team=team, typed="Ma")[:16].explain()
    assert "connectors_name_start" in plan, plan
    assert "(team_id=? AND start>? AND start<?)" in plan or "(start)::text >= 'ma'::text" in plan, plan


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Sian", "Siân Ŵyn"), ("SIAN", "Siân Ŵyn"), ("siân ŵ", "Siân Ŵyn"), ("Wyn", "Siân Ŵyn"), ("ŵyn, si", "Siân Ŵyn"),
        ("Ynyr", "Ŷnyr"), ("ŷnyr", "Ŷnyr"), ("Elodie O'N", "Élodie O’Neill"), ("oneill", "Élodie O’Neill"),
        ("neill", "Élodie O’Neill"), ("lukasz", "Łukasz Żak"), ("zak", "Łukasz Żak"), ("anais", "Anaïs"),
        ("Okafor", "Grace Okafor"), ("Okafor, Grace", "Grace Okafor"), ("okaf", "Grace Okafor"),
        ("Lloyd", "Mary-Ann Lloyd-Jones"), ("mary ann", "Mary-Ann Lloyd-Jones"), ("maryann", "Mary-Ann Lloyd-Jones"),
        ("mary jones", "Mary-Ann Lloyd-Jones"), ("小龍", "李小龍"), ("小龍", "李 小龍"), ("Ö\u200bz", "Özlem"), ("🌻", "🌻"),
    ],
)  # fmt: skip
def test_found_while_typing_and_in_the_list(team, builder, typed, known) -> None:
    person = PersonFactory(team=team, known_as=known)
    PersonFactory(team=team, known_as="Nobody Else")
    assert list(people_like(user=builder, team=team, typed=typed)) == [person]
    found = matching_people_ids(user=builder, team=team, typed=typed)
    assert {pk for row in found for pk in row.values()} == {person.pk}


def test_a_merged_record_is_not_found_and_one_that_is_renamed_has_its_new_name(team, builder, manager) -> None:
    rose, rosie = PersonFactory(team=team, known_as="Rose"), PersonFactory(team=team, known_as="Zosia")
    merge_people(kept=rose, absorbed=rosie, by=manager)
    assert list(people_like(user=builder, team=team, typed="Zos")) == []
    update_person(person=rose, by=builder, known_as="Ŵena", also_known_as="Rosa")
    assert list(people_like(user=builder, team=team, typed="rose")) == []
    assert list(people_like(user=builder, team=team, typed="wen")) == [rose]
    assert list(people_like(user=builder, team=team, typed="rosa")) == [rose]


def test_a_name_another_name_and_a_street_are_found(team, other_team, builder) -> None:
    found = [
        PersonFactory(team=team, known_as="Mills"),
        PersonFactory(team=team, also_known_as="MILLER"),
        PersonFactory(team=team, street="4 Mill Lane"),
    ]
    PersonFactory(team=team, known_as="Camilla")
    PersonFactory(team=other_team, known_as="Mills")
    numbers = matching_people_ids(user=builder, team=team, typed=" mill ").order_by()
    assert sorted(pk for row in numbers for pk in row.values()) == [person.pk for person in found]


def test_a_list_filtered_by_name_reads_no_other_rows(team, builder) -> None:
    """PostgreSQL's plans for few rows say nothing; the test above checks that each prefix has an index there."""
    mary = PersonFactory(team=team, known_as="Mary")
    PersonFactory(team=team, known_as="Tom")
    request = SimpleNamespace(user=builder, team=team)
    people = Person.objects.visible_to(builder).filter(team=team).remembered()
    found = PersonFilter({"q": "Ma"}, queryset=people, request=request).qs.order_by("known_as", "pk")
    assert list(found) == [mary]
    if connection.vendor == "sqlite":
        plan = found.all().explain()
        assert "connectors_name_start" in plan, plan
        assert "connectors_person_list" not in plan, plan


def test_nul_is_no_letter(team, builder) -> None:
    mary = PersonFactory(team=team, known_as="Mary")
    assert list(people_like(user=builder, team=team, typed="Ma\0")) == [mary]
    assert not places_like(user=builder, team=team, typed="Ma\0")


class TestEndsOfAnIntroduction:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("Gra", ["Grace Okafor", "Grand Café", "Gravel Trust"]),
            ("okaf", ["Grace Okafor"]),
            ("photo", ["Doorstep Photographs"]),
            ("CAFE", ["Grand Café"]),
            ("caf gran", ["Grand Café"]),
            ("graphs", []),
            ("brook", []),
            ("x\0", []),
        ],
    )
    def test_only_beginnings_of_words_in_a_name_count(self, team, other_team, builder, typed, found) -> None:
        PersonFactory(team=team, known_as="Grace Okafor")
        for name in ("Doorstep Photographs", "Grand Café"):
            AssetFactory(team=team, name=name, description="By the brook")
        PartnerFactory(team=team, name="Gravel Trust")
        PartnerFactory(team=other_team, name="Grace Trust")
        assert [str(end) for end in ends_like(typed, user=builder, team=team)] == found


def test_a_name_in_capitals_shows_the_spelling_of_the_record(team, builder, here, client_for) -> None:
    PersonFactory(team=team, known_as="Maud", neighbourhood=here)
    query = {"q": "MAUD", "whole": 1, "neighbourhood": here.pk}
    shown = client_for(builder).get(reverse("connectors:person-options"), query).content.decode()
    assert 'data-label="Maud"' in shown
    assert 'data-meant="here"' in shown
