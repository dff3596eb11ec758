"""Positions in the drawing."""

import math
import random
from datetime import date
from itertools import combinations

import pytest

from connectors.web.network import Groups, Kind, Node, Tie, build
from connectors.web.picture import MOST_DRAWN, WIDTH, draw, draw_groups

DAY = date(2026, 5, 20)


def some_web(people: int, builders: int = 2, seed: int = 1):
    chance = random.Random(seed)
    nodes = [Node(("person", n)) for n in range(people)]
    nodes += [Node(("builder", n), Kind.BUILDER) for n in range(builders)]
    ties = [Tie(("builder", n % builders), ("person", n), DAY, has_direction=False) for n in range(people) if builders]
    ties += [
        Tie(("person", chance.randrange(people)), ("person", chance.randrange(people)), DAY) for _n in range(people)
    ]
    return build(nodes, ties)


def test_an_empty_web_has_an_empty_drawing():
    found = draw(build([], []))
    assert (found.dots, found.lines, found.alone_y) == ([], [], None)
    assert draw_groups(Groups({}, {}, {})).dots == []


@pytest.mark.parametrize("people", [1, 2, 12, 41, 100, 155])
@pytest.mark.parametrize("with_us", [True, False])
def test_nodes_are_inside_the_drawing_and_do_not_overlap(people, with_us):
    found = draw(some_web(people), with_us=with_us)
    assert len(found.dots) == people + 2 * with_us
    assert found.width <= WIDTH
    for dot in found.dots:
        assert dot.r <= dot.x <= found.width - dot.r
        assert dot.r <= dot.y <= found.height - dot.r
    for one, other in combinations(found.dots, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= 24


def test_the_drawing_does_not_depend_on_the_order_of_rows():
    web = some_web(30)
    turned = build(
        reversed(list(web.nodes())), [Tie(b, a, day, False) for a, b, day in reversed(list(web.ties.edges(data="day")))]
    )
    assert draw(turned) == draw(web)


def test_hiding_builders_moves_no_other_node():
    web = some_web(50)
    with_us, without_us = draw(web), draw(web, with_us=False)
    assert {dot.kind for dot in without_us.dots} == {Kind.PERSON}
    assert not any(line.is_ours for line in without_us.lines)
    moved = {(dot.x, round(dot.y, 1)) for dot in without_us.dots}
    down = {
        round(a.y - b.y, 1) for a in with_us.dots if a.kind == Kind.PERSON for b in without_us.dots if a.key == b.key
    }
    assert len(moved) == 50
    assert len(down) == 1


def test_residents_without_ties_are_drawn_in_a_separate_row():
    web = build(
        [Node(1), Node(2), Node(3), Node(4, Kind.BUILDER)],
        [Tie(1, 2, DAY), *(Tie(4, n, DAY, has_direction=False) for n in (1, 2, 3))],
    )
    found = draw(web)
    assert [dot.key for dot in found.dots if dot.is_alone] == [3]
    assert found.alone_y is not None


def test_too_many_nodes_are_refused():
    with pytest.raises(ValueError, match="draw groups"):
        draw(some_web(MOST_DRAWN + 1))


@pytest.mark.parametrize("number", [1, 2, 9, 24])
def test_groups_do_not_overlap_and_sizes_follow_their_counts(number):
    sizes = {n: 10 * (n + 1) for n in range(number)}
    found = draw_groups(Groups(sizes, {}, {(0, n): n for n in range(1, number)}))
    assert max(found.dots, key=lambda dot: dot.r).key == number - 1
    assert found.width <= WIDTH
    for dot in found.dots:
        assert dot.r <= dot.x <= found.width - dot.r
        assert dot.r <= dot.y <= found.height - dot.r
    for one, other in combinations(found.dots, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= one.r + other.r
    assert {line.weight for line in found.lines} <= set(range(1, 11))
