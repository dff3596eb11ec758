"""Positions in a drawing that the server writes as SVG: a lineage. Pure: no Django, no colours. `sparks.flow` draws the workflow.

A drawing is at most `WIDTH` units wide, which are pixels on the page, so it fits a phone of 360 and grows downwards.
"""

import textwrap
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

WIDTH = 320
#: The height of a node with its words, in which two lines fit.
_ROW, _LINE = 46, 17
#: About how wide a letter of the drawing is.
_LETTER = 7.2
_MARGIN, _RADIUS = 14, 7
_INDENT, _MOST_INDENT = 26, 130


@dataclass(frozen=True)
class Dot:
    """A node: its centre, where its words begin, and its words in one or two lines, each with its y."""

    x: float
    y: float
    kind: str
    is_here: bool
    text_x: float
    lines: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Drawing:
    """A drawing: paths first, dots on top."""

    width: int
    height: int
    paths: list[str] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a node."""

    key: Hashable
    kind: str
    title: str
    is_here: bool = False


def draw_lineage(nodes: Sequence[Drawn], links: Sequence[tuple[Hashable, Hashable]]) -> Drawing:
    """Return the drawing of nodes below each other, each further right than what it grew from.

    nodes: parents before children. links: pairs of (parent, child) keys without a circle.
    """
    depth: dict[Hashable, int] = {}
    parents: dict[Hashable, list[Hashable]] = {}
    for parent, child in links:
        parents.setdefault(child, []).append(parent)

    def depth_of(key: Hashable) -> int:
        if key not in depth:
            depth[key] = max((depth_of(each) + 1 for each in parents.get(key, ())), default=0)
        return depth[key]

    deepest = max((depth_of(each.key) for each in nodes), default=0)
    step = min(_INDENT, _MOST_INDENT / deepest) if deepest else _INDENT
    spots = {
        each.key: (round(_MARGIN + depth[each.key] * step, 1), _MARGIN + 10 + number * _ROW)
        for number, each in enumerate(nodes)
    }
    paths = [_path(*spots[parent], *spots[child]) for parent, child in links]
    dots = [_dot(each, *spots[each.key]) for each in nodes]
    return Drawing(WIDTH, _MARGIN + len(nodes) * _ROW, paths, dots)


def _path(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return the path from a node along its own line, and round a corner to what grew from it."""
    if y2 < y1:
        return f"M{x1} {y1}L{x2} {y2}"
    bend = min(10.0, x2 - x1)
    return f"M{x1} {y1}V{y2 - bend:g}Q{x1} {y2} {x1 + bend:g} {y2}H{x2}"


def _dot(node: Drawn, x: float, y: float) -> Dot:
    text_x = x + _RADIUS + 7
    lines = in_lines(node.title, WIDTH - text_x)
    top = y + 5 - (len(lines) - 1) * _LINE / 2
    return Dot(x, y, node.kind, node.is_here, text_x, tuple((top + n * _LINE, text) for n, text in enumerate(lines)))


def in_lines(words: str, width: float, *, most: int = 2) -> list[str]:
    """Return words in lines that fit a width, the last one cut with an ellipsis."""
    letters = max(8, int(width / _LETTER))
    return textwrap.wrap(words, letters, max_lines=most, placeholder=" …") or [""]
