"""Every figure against a recount in plain Python, and against the rows behind it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from communities.models import Team, User
from evaluation.framework import COUNTINGS, INDICATORS
from evaluation.queries import TEAM, Cell, rows_behind
from tests.evaluation.worlds import PERIODS, World, count_all, every_place, recount
from tests.factories.connectors import ConversationFactory, PersonFactory

pytestmark = pytest.mark.django_db
SEEDS = (1, 2)


def shown(cells: dict[tuple[str, str], Cell]) -> dict[tuple[str, str], object]:
    """Return the values that are neither zero nor unknown; a percentage of zero counts as a value."""
    return {key: cell.value for key, cell in cells.items() if cell.value or (cell.out_of and cell.value is not None)}


def test_every_computed_indicator_of_the_catalogue_is_counted() -> None:
    assert set(COUNTINGS) == {spec.key for spec in INDICATORS if spec.is_computed}


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_equal_a_recount(seed: int, team: Team, other_team: Team) -> None:
    World(team, seed, size=25)
    World(other_team, seed + 100, size=4)
    counted = count_all(team, PERIODS)
    for period in PERIODS:
        assert shown(counted[period]) == recount(team, period)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_lists_as_many_rows(seed: int, team: Team, other_team: Team, builder: User) -> None:
    world = World(team, seed, size=30)
    World(other_team, seed + 100, size=4)
    counted = count_all(team, PERIODS)
    seen = set()
    for key, counting in COUNTINGS.items():
        for period in PERIODS:
            for place in every_place(world):
                cell = counted[period].get((key, place), Cell(out_of=0 if counting.of is not None else None))
                rows = rows_behind(COUNTINGS[key], team, place, period, builder)
                assert rows.totally_ordered
                if counting.amount:
                    assert (rows.aggregate(n=Sum(counting.amount))["n"] or 0) == cell.number
                else:
                    assert rows.count() == (cell.number if cell.out_of is None else cell.out_of)
                    if cell.value:
                        seen.add(key)
    assert seen | {"money-awarded", "money-returned", "in-kind-value"} == set(COUNTINGS)


def test_rows_of_another_team_are_not_listed(team: Team, stranger: User, evaluator: User) -> None:
    World(team, 1)
    for key in COUNTINGS:
        assert not rows_behind(COUNTINGS[key], team, TEAM, PERIODS[-1], stranger).exists()
    assert rows_behind(COUNTINGS["conversations-held"], team, TEAM, PERIODS[-1], evaluator).exists()


def test_a_resident_met_in_two_places_counts_once_for_the_team(team: Team, clock: object) -> None:
    person = PersonFactory(team=team)
    one = ConversationFactory(team=team, people=[person], placed=True)
    two = ConversationFactory(team=team, people=[person], placed=True)
    cells = count_all(team, PERIODS[-1:])[PERIODS[-1]]
    assert cells["residents-met", str(one.neighbourhood_id)] == Cell(1)
    assert cells["residents-met", str(two.neighbourhood_id)] == Cell(1)
    assert cells["residents-met", TEAM] == Cell(1)


def test_a_share_is_of_what_is_known(team: Team) -> None:
    assert Cell(2, 3).value == Decimal("66.7")
    assert Cell(0, 3).value == Decimal("0.0")
    assert Cell(0, 0).value is None


def test_no_periods_need_no_query(team: Team, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert count_all(team, []) == {}


def test_the_number_of_queries_depends_only_on_the_catalogue(team: Team) -> None:
    with CaptureQueriesContext(
        connection,
    ) as empty:
        count_all(team, PERIODS)
    World(team, 1, size=3)
    with CaptureQueriesContext(connection) as full:
        count_all(team, PERIODS[:1])
    assert len(empty) == len(full) == 21
