"""The gate for counts of people: every row that a reader could imagine is tried, by a reader who knows all the rules.

What a reader does not know is the secret order in which numbers are hidden beside small ones, so every order is tried.
"""

from collections import defaultdict
from itertools import permutations, product

import pytest

from communities.disclosure import (
    LEAST_THRESHOLD,
    Total,
    alias,
    hidden_places,
    is_small,
    passes,
    secret_order,
    year_beside_quarters,
    year_narrows_a_share,
)

SMALL = LEAST_THRESHOLD
#: How many values every hidden number must still be able to have.
LEFT_OPEN = 4


@pytest.mark.parametrize(("value", "small"), [(None, False), (0, False), (1, True), (4, True), (5, False)])
def test_is_small(value: int | None, small: bool) -> None:
    assert is_small(value, 5) is small


@pytest.mark.parametrize(
    ("quarters", "told"),
    [
        ([9, 12, 16, 8], Total(45, 45)),
        ([9, 12, 16, 3], Total(38, 41)),
        ([0, 0, 0, 3], Total(1, 4)),
        ([9, 2, 3, 8], Total(22, 22)),
        ([9, 1, 1, 8], Total(19, 25)),
        ([0, 0, 0, 0], Total(0, 0)),
    ],
)
def test_a_year_is_shown_when_its_hidden_quarters_stay_open(quarters: list[int], told: Total) -> None:
    assert year_beside_quarters(quarters, sum(quarters), SMALL, adds_up=True) == told


def test_a_year_in_which_people_count_once_is_hidden_beside_a_small_quarter() -> None:
    assert year_beside_quarters([9, 12, 16, 3], 30, SMALL, adds_up=False) == Total(16, 41)
    assert year_beside_quarters([9, 12, 16, 8], 30, SMALL, adds_up=False) == Total(30, 30)


@pytest.mark.parametrize("adds_up", [True, False])
def test_a_year_leaves_every_small_value_of_a_quarter_possible(adds_up: bool) -> None:
    worlds = defaultdict(list)
    for quarters in product(range(7), repeat=3):
        for year in [sum(quarters)] if adds_up else range(max(quarters), sum(quarters) + 1):
            told = year_beside_quarters(quarters, year, SMALL, adds_up=adds_up)
            assert told.low <= year <= told.high
            shown = tuple(None if is_small(value, SMALL) else value for value in quarters)
            worlds[shown, year if told.is_shown else None].append(quarters)
    for (shown, _year), rows in worlds.items():
        for place, value in enumerate(shown):
            assert value is not None or {row[place] for row in rows} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("places", "top", "is_shown", "adds_up"),
    [(2, 18, True, True), (3, 12, True, True), (2, 12, False, True), (2, 18, True, False), (2, 12, False, False)],
)
def test_a_reader_who_knows_the_rules_narrows_no_hidden_place(places, top, is_shown, adds_up) -> None:
    """`top` bounds the rows that are tried; a publication that rows beyond it could share is left out."""
    worlds = defaultdict(list)
    orders = list(permutations(range(places)))
    for values in product(range(top), repeat=places):
        for total in [sum(values)] if adds_up else range(max(values), sum(values) + 1):
            for told in _told(total, is_shown):
                for flags in {hidden_places(values, told, SMALL, order, adds_up=adds_up) for order in orders}:
                    shown = tuple(None if flag else value for value, flag in zip(values, flags, strict=True))
                    worlds[told, shown].append((values, total))
    tried = 0
    for (told, shown), rows in worlds.items():
        assert all(value is None or not is_small(value, SMALL) for value in shown)
        if told.high >= top:
            continue
        tried += 1
        for place, value in enumerate(shown):
            assert value is not None or len({values[place] for values, _total in rows}) >= LEFT_OPEN
        if not is_shown:
            assert len({total for _values, total in rows}) >= LEFT_OPEN
    assert tried > 5


def _told(total: int, is_shown: bool) -> list[Total]:
    """Return what can be told of a total: itself, or the ranges that one or two hidden quarters leave."""
    if is_shown:
        return [Total(total, total)] if total == 0 or total >= SMALL else []
    return [Total(low, low + width) for width in (3, 6) for low in range(max(1, total - width), total + 1)]


def test_nothing_is_hidden_where_nothing_was_counted() -> None:
    assert hidden_places([0, 0], Total(0, 0), SMALL, [0, 1], adds_up=True) == (False, False)


def test_a_low_total_hides_every_place_whatever_they_are() -> None:
    for values in ([5, 0, 0], [1, 2, 2], [0, 3, 2]):
        assert hidden_places(values, Total(5, 5), SMALL, [0, 1, 2], adds_up=True) == (True, True, True)


def test_the_order_decides_which_number_is_hidden_beside_a_small_one() -> None:
    values = [3, 12, 20]
    assert hidden_places(values, Total(35, 35), SMALL, [1, 2, 0], adds_up=True) == (True, True, False)
    assert hidden_places(values, Total(35, 35), SMALL, [2, 1, 0], adds_up=True) == (True, False, True)


@pytest.mark.parametrize(
    ("number", "out_of", "can_be_shown"),
    [(0, 0, True), (0, 5, True), (5, 5, True), (5, 10, True), (4, 10, False), (6, 10, False), (0, 4, False)],
)
def test_a_share_passes_with_numerator_denominator_and_difference(number, out_of, can_be_shown) -> None:
    assert passes(number, out_of, SMALL) is can_be_shown


def test_a_year_does_not_narrow_the_share_of_a_hidden_quarter() -> None:
    assert not year_narrows_a_share([(5, 10), (6, 12)], SMALL)
    assert year_narrows_a_share([(5, 10), (2, 4)], SMALL)
    assert year_narrows_a_share([(0, 2), (1, 4)], SMALL)
    assert not year_narrows_a_share([(2, 4), (3, 6)], SMALL)


def test_an_alias_and_an_order_belong_to_one_list() -> None:
    assert alias("1:residents-met", 7) == alias("1:residents-met", 7) != alias("1:residents-met-first", 7)
    keys = [str(number) for number in range(30)]
    assert sorted(secret_order(keys, "one")) == list(range(30))
    assert secret_order(keys, "one") != secret_order(keys, "two")
