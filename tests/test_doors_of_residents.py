"""One resident, one record: the same names through every door, twice, on both databases, and the records counted."""

from types import SimpleNamespace

import pytest

from communities.folding import folded
from connectors.rules.name_keys import name_key
from tests.doors_of_residents import (
    DOORS,
    MAKERS,
    ONLY_KNOWN,
    as_others_type_it,
    modules_that_pass_on,
    modules_with,
    names_of,
    records,
)
from tests.factories.communities import NeighbourhoodFactory


def test_residents_are_made_by_three_actions_and_every_door_to_them_is_tried():
    made = {each for each in modules_with("Person") if not each.startswith("connectors/migrations")}
    assert made == {
        "connectors/actions/people.py",
        "connectors/actions/champions.py",
        "connectors/actions/conversation_parts.py",
    }
    assert modules_that_pass_on(MAKERS) == {door.module for door in DOORS} | set(ONLY_KNOWN)


def test_the_names_are_many_and_typed_in_two_ways():
    names = names_of(None)
    assert len(names) >= 50
    assert len({name_key(name) for name in names}) == len(names)
    assert all(name_key(as_others_type_it(name)) == name_key(name) for name in names)
    assert sum(as_others_type_it(name) != name for name in names) == len(names)
    assert any(folded(name) == "" for name in names)


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name.replace(" ", "-"))
def test_the_same_names_through_every_door_make_one_record_each(
    door, team, builder, manager, client_for, tmp_path, request
):
    shared = request.config.rootpath.parent / "shared" / "cases" / "names-to-log-twice.txt"
    names = names_of(shared if shared.exists() else None)
    world = SimpleNamespace(
        team=team, user=builder, builder=client_for(builder), manager=client_for(manager), folder=tmp_path,
        here=NeighbourhoodFactory(team=team, name="Kiln Hill"), there=NeighbourhoodFactory(team=team, name="Hill End"),
    )  # fmt: skip
    door.enter(world, names, 1)
    once = records()
    door.enter(world, [as_others_type_it(name) for name in names], 2)
    twice = records()
    door.answer(world, [as_others_type_it(name) for name in names])
    print(f"\n| {door.name} | {len(names)} names | once: {once} | twice: {twice} | answered: {records()} |")  # noqa: T201
    assert (once, twice, records()) == (len(names),) * 3
