"""Small numbers are hidden and cannot be worked out, even by a reader who knows the rules."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.suppression import Hidden, hide_row, hide_shares, is_small, reveals_a_part

ROWS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("values", "total", "parts", "hides_total"),
    [
        ([3, 12, 20], 35, "**.", False),
        ([0, 0, 0], 0, "...", False),
        ([5, 6], 11, "..", False),
        ([3, 0], 3, "*.", True),
        ([3, 0, 9], 12, "*.*", False),
        ([1, 4], 5, "**", False),
        ([4, 4, 30], 38, "***", False),
        ([1, 1, 1, 1, 1], 5, "*****", True),
        ([2, None, 30], 32, "*.*", False),
        ([2, 7], None, "*.", False),
    ],
)
def test_hide_row(values: list, total: int | None, parts: str, hides_total: bool) -> None:
    assert hide_row(values, total, 5) == Hidden(tuple(flag == "*" for flag in parts), hides_total)


def test_a_threshold_of_one_hides_nothing() -> None:
    assert hide_row([1, 2, 3], 6, 1) == Hidden((False, False, False), total=False)


def test_a_part_hidden_for_another_reason_hides_a_second_one() -> None:
    assert hide_row([30, 12, 20], 62, 5, forced=[True, False, False]) == Hidden((True, True, False), total=False)
    assert hide_row([0, 12], 12, 5, forced=[True, False]) == Hidden((False, False), total=False)


def test_a_total_hidden_for_another_reason_is_not_the_sum_of_shown_parts() -> None:
    assert hide_row([30, 12, 20], 62, 5, forced_total=True) == Hidden((False, True, False), total=True)


def test_percentages_of_few_are_hidden() -> None:
    assert hide_shares([0, None, 1, 4, 5], 5) == (False, False, True, True, False)


@pytest.mark.parametrize(("value", "small"), [(None, False), (0, False), (1, True), (4, True), (5, False)])
def test_is_small(value: int | None, small: bool) -> None:
    assert is_small(value, 5) is small


def test_a_year_would_reveal_its_only_hidden_quarter() -> None:
    assert reveals_a_part([3, 9, 9, 9], [True, False, False, False], 30, 5)
    assert not reveals_a_part([3, 2, 9, 9], [True, True, False, False], 23, 5)
    assert not reveals_a_part([9, 9, 9, 9], [False] * 4, 36, 5)


@given(ROWS, st.integers(1, 6))
def test_no_small_number_is_shown(values: list[int], threshold: int) -> None:
    hidden = hide_row(values, sum(values), threshold)
    for value, hide in zip((*values, sum(values)), (*hidden.parts, hidden.total), strict=True):
        assert hide or not 0 < value < threshold
        assert not hide or value


@given(ROWS, st.integers(2, 6))
def test_no_hidden_number_can_be_derived_from_shown_ones(values: list[int], threshold: int) -> None:
    """Try every row that a reader could consider possible: no hidden number is the same in all of them."""
    total = sum(values)
    hidden = hide_row(values, total, threshold)
    places = [index for index, hide in enumerate(hidden.parts) if hide]
    if not places or hidden.total:
        return
    left = total - sum(value for value, hide in zip(values, hidden.parts, strict=True) if not hide)
    worlds = [world for world in product(range(1, left + 1), repeat=len(places)) if sum(world) == left]
    for position in range(len(places)):
        assert len({world[position] for world in worlds}) > 1
    small = [world for world in worlds if max(world) < threshold]
    if small:
        assert len(small) > 1


@given(ROWS, st.integers(2, 6))
def test_a_hidden_total_is_not_the_sum_of_shown_parts(values: list[int], threshold: int) -> None:
    hidden = hide_row(values, sum(values), threshold, forced_total=True)
    assert hidden.total
    assert any(hidden.parts) or not sum(values)
