"""Typed names: certain, unclear or new, never guessed; suggestions while typing."""

from types import SimpleNamespace

import pytest
from django.db import connection

from communities.models import Role
from connectors.filters import PersonFilter
from connectors.models import Person
from connectors.queries.conversations import places_like
from connectors.queries.names import beginning, match_names, matching_people_ids, people_like
from tests.factories.communities import NeighbourhoodFactory, UserFactory
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


def test_an_unmatched_name_is_a_new_resident(team, builder, here) -> None:
    PersonFactory(team=team, known_as="Mary Ann", neighbourhood=here)
    found = match(builder, team, here, "Mary")
    assert (found.person, found.candidates) == (None, ())


def test_a_match_in_another_neighbourhood_is_a_different_resident(team, builder, here, there) -> None:
    PersonFactory(team=team, known_as="Mary", neighbourhood=there)
    found = match(builder, team, here, "Mary")
    assert (found.person, found.candidates) == (None, ())


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


def test_prefix_searches_use_their_indexes(team, builder, here) -> None:
    for number in range(40):
        PersonFactory(team=team, known_as=f"Mary {number}", also_known_as=f"Pip {number}", neighbourhood=here)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # With few rows it reads all of them, with or without an index.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = people_like(user=builder, team=team, typed="Ma").explain()
    for name in ("known_as", "also_known_as"):
        plan += beginning(Person.objects.filter(team=team), name, "Ma").values("pk")[:8].explain()
    indexes = {"postgresql": ("begins", "nick_begins"), "sqlite": ("typed", "nick")}[connection.vendor]
    for index in indexes:
        assert plan.count(f"connectors_person_{index}") == 2, plan
    assert "(team_id=? AND <expr>>? AND <expr><?)" in plan or "::text >= 'ma'::text" in plan, plan
    assert "SubPlan" not in plan.split("Limit")[0], plan


def test_prefix_matches_are_sorted_alphabetically(team) -> None:
    for name in ("Mae-Lin", "Mae Abel", "maeve", "Mae", "Máel", "Ma", "Mbeki"):
        PersonFactory(team=team, known_as=name)
    found = beginning(Person.objects.filter(team=team), "known_as", "mae")
    assert [person.known_as for person in found] == ["Mae", "Mae Abel", "Mae-Lin", "maeve"]


def test_names_nicknames_and_streets_are_found(team, other_team) -> None:
    found = [
        PersonFactory(team=team, known_as="Mills"),
        PersonFactory(team=team, also_known_as="MILLER"),
        PersonFactory(team=team, street="4 Mill Lane"),
    ]
    PersonFactory(team=team, known_as="Camilla")
    PersonFactory(team=other_team, known_as="Mills")
    numbers = matching_people_ids(Person.objects.filter(team=team), " mill ").order_by()
    assert sorted(row["pk"] for row in numbers) == [person.pk for person in found]


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
        assert "connectors_person_typed" in plan, plan
        assert "connectors_person_nick" in plan, plan
        assert "connectors_person_list" not in plan, plan


@pytest.mark.parametrize("look", [people_like, places_like])
def test_a_search_with_nul_finds_nobody(team, builder, look) -> None:
    PersonFactory(team=team, known_as="Mary")
    assert not look(user=builder, team=team, typed="Ma\0")
