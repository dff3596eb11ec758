"""Which residents typed names mean, and whose gifts are meant, without a database."""

from uuid import uuid4

import pytest

from connectors.models import Person
from connectors.rules.names import NameMatch, Resolution, names_to_match, resolve_people


def resident(name: str, pk: int) -> Person:
    return Person(pk=pk, known_as=name, uuid=uuid4())


ROSE, MARY, OTHER_MARY = resident("Rose", 1), resident("Mary", 2), resident("mary", 3)
UNCLEAR = NameMatch("Mary", candidates=(MARY, OTHER_MARY))


def test_a_certain_name_is_a_resident_and_an_unknown_one_is_new():
    found = resolve_people(
        known=[ROSE], new=["Ama"], matches=[NameMatch("mary", person=MARY), NameMatch("Abdul")], before={}
    )
    assert found == Resolution(met=(ROSE, MARY, "Ama", "Abdul"))


def test_a_resident_chosen_and_typed_is_included_once():
    found = resolve_people(known=[ROSE], new=[], matches=[NameMatch("Rose", person=ROSE)], before={})
    assert found.met == (ROSE,)


def test_an_unclear_name_is_unresolved_until_the_user_chooses():
    found = resolve_people(known=[ROSE], new=[], matches=[UNCLEAR], before={})
    assert (found.met, found.unclear) == ((ROSE,), (UNCLEAR,))


def test_an_unclear_name_is_resolved_by_the_saved_conversation():
    found = resolve_people(known=[], new=[], matches=[UNCLEAR], before={"mary": MARY})
    assert (found.met, found.unclear) == ((MARY,), ())


@pytest.mark.parametrize(
    ("whose", "later"), [([], ["Mary"]), (["Rose"], ["Mary"]), ([" mary "], []), ([""], []), (["Rose", ""], [])]
)
def test_an_unclear_name_can_wait_only_without_a_gift(whose, later):
    found = resolve_people(known=[ROSE], new=[], matches=[UNCLEAR], before={}, whose=whose)
    assert found.unclear_names_to_keep == later


@pytest.mark.parametrize(
    ("whose", "owners"),
    [
        ("ROSE", [ROSE]),
        (str(ROSE.uuid), [ROSE]),
        ("mary", [MARY, OTHER_MARY]),
        (" Abdul ", ["Abdul"]),
        ("Nobody", []),
        ("", [ROSE, MARY, OTHER_MARY, "Abdul"]),
    ],
    ids=["name", "uuid", "two of that name", "new", "nobody", "not said"],
)
def test_a_gift_belongs_to_the_resident_its_row_names(whose, owners):
    assert Resolution(met=(ROSE, MARY, OTHER_MARY, "Abdul")).owners(whose) == owners


def test_the_owner_of_a_gift_took_part():
    names = names_to_match(
        typed=["Abdul"],
        known=[ROSE],
        new=["Ama"],
        whose=["rose", "abdul", " ama ", "Kofi  B", "kofi b", "", str(uuid4())],
    )
    assert names == ["Abdul", "kofi b"]
