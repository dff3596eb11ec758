"""Positions in a drawing of the web: pure geometry for a server-rendered SVG, without Django and colours.

The same web always gives the same drawing: nodes go in a fixed order and the layout starts from a fixed seed. Each
component is laid out by networkx's spring layout (Fruchterman and Reingold, "Graph drawing by force-directed
placement", 1991), pushed apart until no two nodes touch, and the components are placed beside each other like words on
lines. Residents without a tie are in rows below, where they are seen as people still to be introduced and not lost
among the crowd.
"""

import math
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from connectors.web.network import Groups, Key, Kind, Web, without

#: The largest width of a drawing, in its own units, which are pixels on the page: it fits a phone of 360 without
#: scrolling sideways, and grows downwards.
WIDTH = 310
#: How much larger than the smallest the circle of somebody with many ties is.
MOST_LARGER = 6
#: Larger webs are drawn by group.
MOST_DRAWN = 160
#: Up to so many nodes, names are written under them.
MOST_NAMED = 40
_SEED, _ROUNDS, _PUSHES = 7, 100, 300
_MARGIN = 25
_GROUP_EDGE = 70
_TURN = 2.399963  # the golden angle: groups on a spiral are never in line

type Spots = dict[Key, tuple[float, float]]


@dataclass(frozen=True)
class Dot:
    """A node: its centre and its radius."""

    key: Key
    kind: Kind
    x: float
    y: float
    r: float
    is_alone: bool = False


@dataclass(frozen=True)
class Line:
    """A tie from centre to centre. `weight` is 1 to 10 by the number of ties it stands for."""

    source: Key
    target: Key
    x1: float
    y1: float
    x2: float
    y2: float
    is_ours: bool = False
    ties: int = 1
    weight: int = 1


@dataclass(frozen=True)
class Picture:
    """A drawing: lines first, dots on top. `alone_y` is the top of the rows of those without a tie, or None."""

    width: float = 0
    height: float = 0
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    alone_y: float | None = None
    has_names: bool = False


def draw(web: Web, *, with_us: bool = True) -> Picture:
    """Return the drawing of a web with at most `MOST_DRAWN` nodes. Raises: ValueError for a larger one.

    Neighbours are placed by their own ties, and builders in a row above them. So the drawing without us is the same
    drawing without the builders and their ties, and nobody else moves.
    """
    if len(web.ties) > MOST_DRAWN:
        raise ValueError(f"{len(web.ties)} nodes cannot be told apart in one drawing; draw groups.")
    graph = without(web).ties
    kinds = {node.key: node.kind for node in web.nodes()}
    named = len(web.ties) <= MOST_NAMED
    space, radius = (62, 15) if named else (40, 12)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    spots, width, height = _set_in_lines([_lay_out(graph, sorted(part), space) for part in parts if len(part) > 1])
    alone = [key for part in parts if len(part) == 1 for key in part]
    alone_y = None
    if alone:
        alone_y = height + (16 if spots else 0)
        width, height = _set_in_rows(spots, alone, WIDTH, alone_y + 16, space)
    builders = sorted(key for key, kind in kinds.items() if kind == Kind.BUILDER) if with_us else []
    down = _set_above(spots, builders, max(width, 2 * _MARGIN))
    still = set(alone)
    dots = [
        Dot(key, kinds[key], *spots[key], radius + _larger(kinds[key], graph, key), key in still)
        for key in sorted(spots)
    ]
    lines = _lines(web.ties, spots, kinds)
    height = height + down + (10 if named else 0)
    return Picture(
        round(max(width, 2 * _MARGIN)), round(height), lines, dots, None if alone_y is None else alone_y + down, named
    )


def _larger(kind: Kind, graph: nx.Graph, key: Key) -> int:
    """Return how much larger than the smallest a dot is: by its own ties, not those with builders."""
    return 4 if kind == Kind.BUILDER else min(MOST_LARGER, graph.degree(key) // 2)


def _set_above(spots: Spots, builders: list, width: float) -> float:
    """Move everybody down and place the builders above them, in rows; return how far down."""
    if not builders:
        return 0.0
    columns = max(1, int(width // 84))
    down = 84 * (1 + (len(builders) - 1) // columns) + 20
    for key, (x, y) in spots.items():
        spots[key] = (x, round(y + down, 1))
    for number, key in enumerate(builders):
        row, column = divmod(number, columns)
        there = min(columns, len(builders) - row * columns)
        spots[key] = (round(width * (column + 0.5) / there, 1), 34.0 + 84 * row)
    return float(down)


def _lines(graph: nx.Graph, spots: Spots, kinds: dict[Key, Kind]) -> list[Line]:
    pairs = sorted(tuple(sorted(pair)) for pair in graph.edges)
    found = [
        Line(a, b, *spots[a], *spots[b], Kind.BUILDER in (kinds[a], kinds[b]))
        for a, b in pairs
        if a in spots and b in spots
    ]
    # The builders' ties are many and faint: neighbours' own ties are drawn over them.
    return sorted(found, key=lambda line: not line.is_ours)


def _lay_out(graph: nx.Graph, keys: list, space: float) -> Spots:
    """Return the positions of one component, from (0, 0) down and right, no two closer than the space between."""
    ordered = nx.Graph()
    ordered.add_nodes_from(keys)
    ordered.add_edges_from(sorted(tuple(sorted(pair)) for pair in graph.subgraph(keys).edges))
    found = nx.spring_layout(ordered, seed=_SEED, iterations=_ROUNDS)
    spots = np.array([found[key] for key in keys])
    # The layout is a square from -1 to 1. A large component fills the width and as much height as it needs.
    room = WIDTH - 2 * _MARGIN
    area = 1.3 * len(keys) * space**2
    wide = min(math.sqrt(area), room)
    spots = (spots + 1) / 2 * np.array([wide, area / wide])
    spots = _push_apart(spots, space * 0.9, room)
    spots -= spots.min(axis=0)
    return {key: (float(x), float(y)) for key, (x, y) in zip(keys, spots, strict=True)}


def _push_apart(spots: np.ndarray, least: float, room: float) -> np.ndarray:
    """Return the positions moved, a little at a time, until each pair is `least` apart or the rounds are over.

    Nothing leaves the width from 0 to `room`, so that what has no place beside others moves down.
    """
    spots = spots.copy()
    spots[:, 0] = spots[:, 0].clip(0, room)
    for _round in range(_PUSHES):
        apart = spots[:, None, :] - spots[None, :, :]
        far = np.hypot(apart[..., 0], apart[..., 1])
        np.fill_diagonal(far, least)
        near = far < least - 0.01
        if not near.any():
            break
        far = np.maximum(far, 0.01)
        push = np.where(near, (least - far) / far / 2, 0.0)
        spots = spots + (apart * push[..., None]).sum(axis=1) * 0.7
        spots[:, 0] = spots[:, 0].clip(0, room)
    return spots


def _set_in_lines(boxes: list[Spots]) -> tuple[Spots, float, float]:
    """Return the positions of all components beside each other, with the total width and height."""
    spots: Spots = {}
    left = top = tallest = widest = 0.0
    for box in boxes:
        width = max(x for x, _y in box.values()) + 2 * _MARGIN
        height = max(y for _x, y in box.values()) + 2 * _MARGIN
        if left and left + width > WIDTH:
            left, top, tallest = 0.0, top + tallest, 0.0
        spots |= {key: (round(left + _MARGIN + x, 1), round(top + _MARGIN + y, 1)) for key, (x, y) in box.items()}
        left, tallest = left + width, max(tallest, height)
        widest = max(widest, left)
    return spots, widest, top + tallest


def _set_in_rows(spots: Spots, keys: list, width: float, top: float, space: float) -> tuple[float, float]:
    """Add the positions of those without a tie, in rows; return the total width and height."""
    columns = max(1, int((width - 2 * _MARGIN) // space) + 1)
    for number, key in enumerate(keys):
        row, column = divmod(number, columns)
        spots[key] = (round(_MARGIN + column * space, 1), round(top + _MARGIN + row * space, 1))
    used = min(columns, len(keys))
    return max(width, 2 * _MARGIN + (used - 1) * space), top + 2 * _MARGIN + ((len(keys) - 1) // columns) * space


def draw_groups(groups: Groups) -> Picture:
    """Return the drawing of a web by group: areas of circles and widths of lines grow with residents and ties.

    The largest is in the centre and the others around it in a spiral, so that it looks the same every time.
    """
    order = sorted(groups.sizes, key=lambda key: (-groups.sizes[key], key))
    most = max(groups.sizes.values(), default=1)
    radii = np.array([26 + 34 * math.sqrt(groups.sizes[key] / most) for key in order])
    spots = np.array(
        [[95 * math.sqrt(n) * math.cos(n * _TURN), 72 * math.sqrt(n) * math.sin(n * _TURN)] for n in range(len(order))]
    ).reshape(-1, 2)
    if len(order):
        room = WIDTH - 2 * _GROUP_EDGE
        spots = _push_apart(spots + np.array([room / 2, 0]), 150, room)
        spots = spots - spots.min(axis=0) + np.array([_GROUP_EDGE, 80])
    at = {key: (round(float(x), 1), round(float(y), 1)) for key, (x, y) in zip(order, spots, strict=True)}
    top = max(groups.between.values(), default=1)
    pairs = sorted((pair, ties) for pair, ties in groups.between.items() if set(pair) <= at.keys())
    lines = [Line(a, b, *at[a], *at[b], ties=ties, weight=max(1, round(10 * ties / top))) for (a, b), ties in pairs]
    dots = [Dot(key, Kind.PERSON, *at[key], round(float(r), 1)) for key, r in zip(order, radii, strict=True)]
    width = max((dot.x for dot in dots), default=0) + _GROUP_EDGE
    return Picture(round(width), round(max((dot.y for dot in dots), default=0) + 95), lines, dots, None, True)
