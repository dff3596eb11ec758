"""The web of connections, counted: who is tied to whom, and what would remain without us. Pure: no database, no clock.

A web is built from records, so every figure is of *recorded* ties: neighbours who know each other already are not in it
until somebody records an introduction.

Two kinds of tie:

- an introduction that was confirmed to have led to contact, from one end to the other (`Tie.has_direction`);
- a builder's own tie: with every resident they had a conversation with, and with both ends of an introduction that they
  made themselves. It has no direction.

*Without us* is the same web without the builders: the ties that neighbours have among themselves. Everybody the
builders met stays in it, tied or not, because they are still neighbours.

Counting is done by networkx (https://networkx.org/documentation/stable/reference/, version 3.7), with its documented
functions, so that an evaluator can repeat it with the same tool.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from statistics import median
from typing import Any, NamedTuple

import networkx as nx

#: What stands for a node, a group or a theme: hashable, and sortable among those of one web. In Kith a node's key is its
#: kind and primary key, and a group is the primary key of a neighbourhood or a theme.
type Key = Any


class Kind(StrEnum):
    """The kind of a node."""

    PERSON = "person"
    ASSET = "asset"
    PARTNER = "partner"
    BUILDER = "builder"


class Node(NamedTuple):
    """Somebody or something in the web. `key` is unique in it; groups and themes are empty when unknown.

    `is_here` is False for those who are in the web only because somebody in it is tied to them: in the web of one
    neighbourhood, its residents' friends elsewhere. They are drawn, but not counted in figures about people.
    """

    key: Key
    kind: Kind = Kind.PERSON
    groups: frozenset[Key] = frozenset()
    themes: frozenset[Key] = frozenset()
    is_here: bool = True


class Tie(NamedTuple):
    """A recorded tie, and the date from which it counts. Without a direction it goes both ways."""

    source: Key
    target: Key
    day: date
    has_direction: bool = True


@dataclass(frozen=True)
class Web:
    """Everybody in the web and their ties.

    ties: undirected, one edge for each tied pair; nodes have `node` (Node), edges `day` (the first). arrows: the ties
    with a direction.
    """

    ties: nx.Graph
    arrows: nx.DiGraph

    def nodes(self) -> Iterable[Node]:
        """Return the nodes in the order in which they were added."""
        return (node for _key, node in self.ties.nodes(data="node"))


def build(nodes: Iterable[Node], ties: Iterable[Tie]) -> Web:
    """Return the web of these nodes. Ties to somebody who is not among them, or to oneself, are left out."""
    web = Web(nx.Graph(), nx.DiGraph())
    web.ties.add_nodes_from((node.key, {"node": node}) for node in nodes)
    for tie in ties:
        if tie.source == tie.target or tie.source not in web.ties or tie.target not in web.ties:
            continue
        known = web.ties.get_edge_data(tie.source, tie.target)
        web.ties.add_edge(tie.source, tie.target, day=min(tie.day, known["day"]) if known else tie.day)
        if tie.has_direction:
            web.arrows.add_edge(tie.source, tie.target)
    return web


def without(web: Web, kinds: Collection[Kind] = (Kind.BUILDER,)) -> Web:
    """Return the web without the nodes of some kinds and their ties: by default, the web without us."""
    kept = [node.key for node in web.nodes() if node.kind not in kinds]
    return Web(web.ties.subgraph(kept).copy(), web.arrows.subgraph(kept).copy())


def best_tied(web: Web, most: int) -> Web:
    """Return the web of the nodes with the most ties, at most `most` of them; of equals, those added first."""
    order = sorted(web.ties.degree, key=lambda pair: -pair[1])[:most]
    kept = [key for key, _degree in order]
    return Web(web.ties.subgraph(kept).copy(), web.arrows.subgraph(kept).copy())


@dataclass(frozen=True)
class Figures:
    """The figures of a web. Shares run from 0 to 1; None instead of a division by zero.

    people: residents. nodes: all nodes. ties: tied pairs. bridging_places and bridging_themes come with the ties that
    they are shares of: `placed_ties`, `themed_ties`. parts: connected components; somebody without a tie is a component
    too.
    """

    people: int
    nodes: int
    ties: int
    median_ties: float | None
    isolates: int
    density: float | None
    reciprocity: float | None
    bridging_places: float | None
    placed_ties: int
    bridging_themes: float | None
    themed_ties: int
    parts: int
    largest_share: float | None


def figures(web: Web) -> Figures:
    """Return the figures of a web.

    Show the median first: density falls as a team meets more people, although nothing is lost.
    """
    places, themes = bridging(web, "groups"), bridging(web, "themes")
    return Figures(
        people=len(_people(web)),
        nodes=web.ties.number_of_nodes(),
        ties=web.ties.number_of_edges(),
        median_ties=median_ties(web),
        isolates=len(isolates(web)),
        density=density(web),
        reciprocity=reciprocity(web),
        bridging_places=places[0],
        placed_ties=places[1],
        bridging_themes=themes[0],
        themed_ties=themes[1],
        parts=nx.number_connected_components(web.ties) if web.ties else 0,
        largest_share=largest_share(web),
    )


def median_ties(web: Web) -> float | None:
    """Return the median number of ties of residents.

    Half have as many or more. None without residents. Source: `networkx.Graph.degree`, `statistics.median`.
    """
    people = _people(web)
    return float(median(degree for _key, degree in web.ties.degree(people))) if people else None


def isolates(web: Web) -> list[Key]:
    """Return the residents without any recorded connection. Source: degree 0, as `networkx.isolates`."""
    people = set(_people(web))
    return [key for key in nx.isolates(web.ties) if key in people]


def density(web: Web) -> float | None:
    """Return the existing ties as a share of all possible ones: 2m / n(n - 1). None with fewer than two nodes.

    It falls as the team meets people: everybody met could know everybody else, and the ties come later.
    Source: `networkx.density`. Check: ties B-X, B-Y, B-Z, X-Y give 0.67; without B, 0.33 and one isolate.
    """
    return nx.density(web.ties) if len(web.ties) > 1 else None


def reciprocity(web: Web) -> float | None:
    """Return the share of introductions that also went the other way: mutual directed ties / all directed ties.

    A conversation has no direction and is not counted. None without introductions. Source: `networkx.overall_reciprocity`.
    """
    return nx.overall_reciprocity(web.arrows) if web.arrows.number_of_edges() else None


def bridging(web: Web, by: str) -> tuple[float | None, int]:
    """Return the share of ties that cross from one group to another, and the number of ties with both groups known.

    by: "groups" (neighbourhoods) or "themes". Two ends that share one are in the same group. Builders and partners have
    neither, so their ties are not counted. (None, 0) when no tie has both.
    Source: cross-group ties / all ties, over `networkx.Graph.edges`.
    """
    ends = (_ends(web, source, target, by) for source, target in web.ties.edges)
    crossing = [one.isdisjoint(other) for one, other in ends if one and other]
    return (sum(crossing) / len(crossing) if crossing else None), len(crossing)


def largest_share(web: Web) -> float | None:
    """Return the share of all nodes in the largest connected component. None for an empty web.

    Source: `networkx.connected_components`.
    """
    largest = max(nx.connected_components(web.ties), key=len, default=())
    return len(largest) / len(web.ties) if largest else None


class Growth(NamedTuple):
    """What one calendar quarter added: ties recorded for the first time, and residents tied for the first time."""

    start: date
    ties: int
    people: int


def growth(web: Web, *, until: date | None = None) -> list[Growth]:
    """Return what each calendar quarter added, oldest first, from the first tie to the last or to `until`.

    Quarters without a new tie are included with 0. Empty for a web without ties.
    """
    ties = Counter(quarter(day) for _source, _target, day in web.ties.edges(data="day"))
    if not ties:
        return []
    first_days: dict[Key, date] = {}
    for source, target, day in web.ties.edges(data="day"):
        for key in (source, target):
            first_days[key] = min(day, first_days.get(key, day))
    people = Counter(quarter(first_days[key]) for key in _people(web) if key in first_days)
    rows, start, last = [], min(ties), max(max(ties), quarter(until or max(ties)))
    while start <= last:
        rows.append(Growth(start, ties[start], people[start]))
        start = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    return rows


def quarter(day: date) -> date:
    """Return the first day of a date's calendar quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


@dataclass(frozen=True)
class Groups:
    """A web by group: residents in each, ties within each, and ties between two (in a fixed order)."""

    sizes: dict[Key, int]
    within: dict[Key, int]
    between: dict[tuple[Key, Key], int]


def grouped(web: Web, by: str) -> Groups:
    """Return a web by "groups" (neighbourhoods) or "themes"; residents without one are left out.

    A resident with several themes is in each. A tie lies within the groups that its ends share; if they share none it
    lies between every group of the one and every group of the other.
    """
    sizes = Counter(group for node in web.nodes() if _counts(node) for group in getattr(node, by))
    within: Counter[Key] = Counter()
    between: Counter[tuple[Key, Key]] = Counter()
    for source, target in web.ties.edges:
        one, other = _ends(web, source, target, by)
        if shared := one & other:
            within.update(shared)
        else:
            between.update((min(pair), max(pair)) for pair in product(one, other))
    return Groups(dict(sizes), dict(within), dict(between))


@dataclass(frozen=True)
class Count:
    """All figures of a web: the same with us and without us, growth, and the web by group."""

    with_us: Figures
    without_us: Figures
    growth_with: list[Growth]
    growth_without: list[Growth]
    places: Groups
    themes: Groups


def count(web: Web, *, until: date | None = None) -> Count:
    """Return every figure of a web, with us and without us; growth up to the quarter of `until`."""
    left = without(web)
    return Count(
        with_us=figures(web),
        without_us=figures(left),
        growth_with=growth(web, until=until),
        growth_without=growth(left, until=until),
        places=grouped(web, "groups"),
        themes=grouped(web, "themes"),
    )


def _people(web: Web) -> list[Key]:
    return [node.key for node in web.nodes() if _counts(node)]


def _counts(node: Node) -> bool:
    return node.kind == Kind.PERSON and node.is_here


def _ends(web: Web, source: Key, target: Key, by: str) -> tuple[frozenset[Key], frozenset[Key]]:
    nodes = web.ties.nodes
    return getattr(nodes[source]["node"], by), getattr(nodes[target]["node"], by)
