"""The web of connections against its published example, with properties, and in edge cases."""

import subprocess
import sys
from datetime import date
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.web.network import Growth, Kind, Node, Tie, build, figures, grouped, growth, isolates, without

DAY = date(2026, 5, 20)
B, X, Y, Z = Node("B", Kind.BUILDER), Node("X"), Node("Y"), Node("Z")
CHECK = [Tie("B", key, DAY, has_direction=False) for key in "XYZ"] + [Tie("X", "Y", DAY)]


def test_the_published_example_gives_the_published_figures() -> None:
    web = build([B, X, Y, Z], CHECK)
    with_us, without_us = figures(web), figures(without(web))
    assert (round(with_us.density, 2), with_us.isolates) == (0.67, 0)
    assert (round(without_us.density, 2), without_us.isolates) == (0.33, 1)
    assert isolates(without(web)) == ["Z"]
    assert (with_us.median_ties, without_us.median_ties) == (2.0, 1.0)
    assert (with_us.people, with_us.nodes, with_us.ties) == (3, 4, 4)
    assert (without_us.people, without_us.nodes, without_us.ties) == (3, 3, 1)
    assert (with_us.parts, without_us.parts) == (1, 2)
    assert (with_us.largest_share, without_us.largest_share) == (1.0, 2 / 3)


def test_an_empty_web_has_no_shares() -> None:
    found = figures(build([], []))
    assert (found.people, found.ties, found.isolates, found.parts) == (0, 0, 0, 0)
    shares = (found.median_ties, found.density, found.reciprocity, found.largest_share)
    assert shares == (None, None, None, None)
    assert (found.bridging_places, found.bridging_themes) == (None, None)
    assert growth(build([], [])) == []


def test_one_neighbour_alone_is_an_isolate() -> None:
    found = figures(build([X], []))
    assert (found.people, found.isolates, found.median_ties, found.density, found.parts) == (1, 1, 0.0, None, 1)


def test_a_web_of_one_builder_is_empty_without_builders() -> None:
    assert figures(without(build([B], []))) == figures(build([], []))


def test_ties_to_oneself_or_to_nobody_are_left_out() -> None:
    assert figures(build([X, Y], [Tie("X", "X", DAY), Tie("X", "gone", DAY)])).ties == 0


def test_being_introduced_twice_is_one_tie_from_the_first_day() -> None:
    web = build([X, Y], [Tie("X", "Y", DAY), Tie("Y", "X", date(2026, 1, 2)), Tie("X", "Y", date(2026, 6, 1))])
    assert figures(web).ties == 1
    assert growth(web) == [Growth(date(2026, 1, 1), 1, 2)]


def test_reciprocity_counts_introductions_not_conversations() -> None:
    ties = [Tie("X", "Y", DAY), Tie("Y", "X", DAY), Tie("Y", "Z", DAY), Tie("B", "X", DAY, has_direction=False)]
    assert figures(build([B, X, Y, Z], ties)).reciprocity == pytest.approx(2 / 3)
    assert figures(build([B, X], ties[-1:])).reciprocity is None


def test_bridging_counts_ties_with_both_sides_known() -> None:
    here, there = frozenset({1}), frozenset({2})
    nodes = [
        Node("a", groups=here, themes=frozenset({"food", "music"})),
        Node("b", groups=here, themes=frozenset({"food"})),
        Node("c", groups=there, themes=frozenset({"walking"})),
        Node("d"),
    ]
    ties = [Tie("a", "b", DAY), Tie("a", "c", DAY), Tie("b", "c", DAY), Tie("c", "d", DAY)]
    found = figures(build(nodes, ties))
    assert (found.bridging_places, found.placed_ties) == (pytest.approx(2 / 3), 3)
    assert (found.bridging_themes, found.themed_ties) == (pytest.approx(2 / 3), 3)


def test_groups_have_people_and_ties_within_and_between() -> None:
    nodes = [
        Node("a", themes=frozenset({1, 2})),
        Node("b", themes=frozenset({2})),
        Node("c", themes=frozenset({3})),
        Node("hall", Kind.ASSET, themes=frozenset({3})),
    ]
    found = grouped(build(nodes, [Tie("a", "b", DAY), Tie("c", "a", DAY)]), "themes")
    assert found.sizes == {1: 1, 2: 2, 3: 1}
    assert found.within == {2: 1}
    assert found.between == {(1, 3): 1, (2, 3): 1}


def test_growth_includes_quiet_quarters_and_crosses_years() -> None:
    ties = [Tie("X", "Y", date(2025, 11, 30)), Tie("Y", "Z", date(2026, 4, 1))]
    assert growth(build([X, Y, Z], ties), until=date(2026, 9, 30)) == [
        Growth(date(2025, 10, 1), 1, 2),
        Growth(date(2026, 1, 1), 0, 0),
        Growth(date(2026, 4, 1), 1, 1),
        Growth(date(2026, 7, 1), 0, 0),
    ]


def test_friends_elsewhere_are_drawn_but_not_counted() -> None:
    web = build([X, Node("Y", is_here=False)], [Tie("X", "Y", DAY)])
    found = figures(web)
    assert (found.people, found.nodes, found.ties, found.isolates) == (1, 2, 1, 0)


def test_counting_works_without_django() -> None:
    words = "import sys, connectors.web.network; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


KEYS = st.integers(0, 11)
GROUPS = st.frozensets(st.integers(1, 3), max_size=2)


@st.composite
def webs(draw: st.DrawFn):
    """Draw up to twelve nodes of any kind with arbitrary ties between them."""
    size = draw(st.integers(0, 12))
    nodes = [Node(key, draw(st.sampled_from(Kind)), draw(GROUPS), draw(GROUPS)) for key in range(size)]
    days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
    ties = draw(st.lists(st.builds(Tie, KEYS, KEYS, days, st.booleans()), max_size=40))
    return nodes, ties


@given(webs())
def test_shares_stay_within_their_bounds(drawn) -> None:
    web = build(*drawn)
    found = figures(web)
    for share in (found.density, found.reciprocity, found.bridging_places, found.bridging_themes, found.largest_share):
        assert share is None or 0 <= share <= 1
    assert 0 <= found.isolates <= found.people <= found.nodes
    assert found.ties <= found.nodes * (found.nodes - 1) / 2
    assert sum(row.ties for row in growth(web)) == found.ties
    assert sum(row.people for row in growth(web)) == found.people - found.isolates


@given(webs())
def test_reversing_every_tie_changes_no_figure(drawn) -> None:
    nodes, ties = drawn
    turned = [tie._replace(source=tie.target, target=tie.source) for tie in ties]
    assert figures(build(nodes, turned)) == figures(build(nodes, ties))


@given(webs(), st.randoms(use_true_random=False))
def test_the_order_of_what_was_recorded_does_not_matter(drawn, chance) -> None:
    nodes, ties = drawn
    mixed_nodes, mixed_ties = chance.sample(nodes, len(nodes)), chance.sample(ties, len(ties))
    mixed = build(mixed_nodes, mixed_ties)
    assert (figures(mixed), growth(mixed)) == (figures(build(nodes, ties)), growth(build(nodes, ties)))


@given(webs())
def test_removing_builders_never_adds_a_tie_or_a_neighbour(drawn) -> None:
    web = build(*drawn)
    left = without(web)
    before, after = figures(web), figures(left)
    assert after.ties <= before.ties
    assert after.people == before.people
    assert after.isolates >= before.isolates
    assert after.median_ties is None or after.median_ties <= before.median_ties
    assert all(node.kind != Kind.BUILDER for node in left.nodes())
    assert (after.bridging_places, after.placed_ties) == (before.bridging_places, before.placed_ties) or any(
        node.groups for node in web.nodes() if node.kind == Kind.BUILDER
    )


@given(webs())
def test_the_figures_agree_with_a_count_by_hand(drawn) -> None:
    nodes, ties = drawn
    keys = {node.key for node in nodes}
    pairs = {frozenset((t.source, t.target)) for t in ties if t.source != t.target and {t.source, t.target} <= keys}
    found = figures(build(nodes, ties))
    assert found.ties == len(pairs)
    people = [node.key for node in nodes if node.kind == Kind.PERSON]
    assert found.isolates == sum(not any(key in pair for pair in pairs) for key in people)
    possible = len(list(combinations(keys, 2)))
    assert found.density == (pytest.approx(len(pairs) / possible) if possible else None)
    assert found.parts == nx.number_connected_components(
        nx.Graph([(key, key) for key in keys] + [tuple(p) for p in pairs])
    )
