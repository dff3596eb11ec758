"""Pins that a finger cannot tell apart are one disc, and arrow keys find the next pin."""

import random

import pytest

from tests.node import Node

GROUP = "(points, near) => kithGroups.group(points, near)"
NEXT = "(points, from, key) => kithGroups.next(points, from, key)"


def grouped(node: Node, points: list[tuple[float, float]], near: float = 44) -> list[dict]:
    """Return the groups of points."""
    return node.run("map_group", GROUP, [{"x": x, "y": y} for x, y in points], near)


def test_near_pins_are_one_and_far_ones_stay(node: Node) -> None:
    found = grouped(node, [(0, 0), (30, 0), (200, 200)])
    assert sorted((group["count"], group["x"], group["y"]) for group in found) == [(1, 200, 200), (2, 15, 0)]
    assert grouped(node, []) == []


@pytest.mark.parametrize("crowd", [40, 400, 50_000])
def test_no_two_are_nearer_than_a_finger_and_none_is_lost(node: Node, crowd: int) -> None:
    chance = random.Random(crowd)  # noqa: S311 - a repeatable scatter
    points = [(chance.gauss(0, 300), chance.gauss(0, 300)) for _ in range(crowd)]
    found = grouped(node, points)
    assert sorted(at for group in found for at in group["members"]) == list(range(crowd))
    assert sum(group["count"] for group in found) == crowd
    spots = [(group["x"], group["y"]) for group in found]
    for n, (x, y) in enumerate(spots):
        assert all((x - u) ** 2 + (y - v) ** 2 >= 44**2 - 1e-6 for u, v in spots[n + 1 :])


def test_counts_of_groups_from_the_server_weigh(node: Node) -> None:
    found = node.run("map_group", GROUP, [{"x": 0, "y": 0, "count": 9}, {"x": 10, "y": 0}], 44)
    assert [(group["count"], group["x"]) for group in found] == [(10, 1)]


def test_moving_the_map_changes_no_group(node: Node) -> None:
    chance = random.Random(7)  # noqa: S311 - a repeatable scatter
    points = [(chance.uniform(0, 900), chance.uniform(0, 900)) for _ in range(300)]
    once = {tuple(sorted(group["members"])) for group in grouped(node, points)}
    assert once == {tuple(sorted(group["members"])) for group in grouped(node, [*points])}


@pytest.mark.parametrize(("key", "expected"), [("ArrowRight", 1), ("ArrowLeft", 2), ("ArrowUp", 3), ("ArrowDown", 4)])
def test_an_arrow_finds_the_nearest_pin_that_way(node: Node, key: str, expected: int) -> None:
    points = [(0, 0), (50, 10), (-60, 5), (3, -80), (-4, 70), (200, 0), (-300, 0)]
    assert node.run("map_group", NEXT, [{"x": x, "y": y} for x, y in points], {"x": 0, "y": 0}, key) == expected


def test_an_arrow_reaches_every_pin_and_stops_at_the_edge(node: Node) -> None:
    beside = [{"x": 0, "y": 0}, {"x": 10, "y": 100}]
    assert node.run("map_group", NEXT, beside, {"x": 0, "y": 0}, "ArrowRight") == 1
    assert node.run("map_group", NEXT, beside, {"x": 10, "y": 100}, "ArrowRight") == -1
