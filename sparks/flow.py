"""The workflow drawn as SVG: a box for each status with its steps, and a line from each step to the status that follows.

Pure: no Django, no colours. All lines into a status are one line with one arrow; the table of `sparks.workflow` decides what there
is, so a row more is a line more. At most `drawing.WIDTH` units wide, which are pixels on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sparks.drawing import WIDTH, in_lines

#: The box: its left edge and width, the room above and below its words, and the gap to the next one.
_LEFT, _BOX, _PAD, _GAP = 1, 204, 9, 12
_TITLE, _ROW = 19, 17
#: From the edge of a box to the first line that runs down the page, and from one of these to the next.
_FIRST, _LANE = 20, 9
_BEND = 5
#: How far apart two lines in the same lane stay.
_APART = 14


@dataclass(frozen=True)
class Exit:
    """A step that can be taken in a status, and the statuses that can follow; the same one if it stays."""

    label: str
    to: Sequence[str]


@dataclass(frozen=True)
class Place:
    """A status to draw."""

    key: str
    label: str
    is_end: bool
    exits: Sequence[Exit]


@dataclass(frozen=True)
class Words:
    """A line of words, and where it begins."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Box:
    """A status as drawn."""

    x: float
    y: float
    width: float
    height: float
    is_end: bool
    title: tuple[Words, ...]
    rows: tuple[Words, ...]


@dataclass(frozen=True)
class Line:
    """One way: from a step in a status to the status that follows. says: the same in words. is_on: it leads on, not back or out."""

    path: str
    says: str
    is_on: bool


@dataclass(frozen=True)
class Flow:
    """The whole drawing: boxes, lines, and the tips of the arrows."""

    width: int
    height: float
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Laid:
    """A box with the height at which its arrow comes in and those at which its steps go out."""

    box: Box
    arrives: float
    leaves: tuple[float, ...]


def draw_flow(places: Sequence[Place]) -> Flow:
    """Return the drawing of statuses below each other, in the order given."""
    laid: dict[str, _Laid] = {}
    y = 1.0
    for place in places:
        laid[place.key] = _lay(place, y)
        y += laid[place.key].box.height + _GAP
    lanes = _lanes(places, laid)
    order = {place.key: number for number, place in enumerate(places)}
    ends = {place.key for place in places if place.is_end}
    labels = {place.key: place.label for place in places}
    lines, looped = [], []
    for place in places:
        for number, each in enumerate(place.exits):
            start = laid[place.key].leaves[number]
            for to in each.to:
                says = f"{place.label}: {each.label} → {labels[to]}"
                is_on = to not in ends and order[to] > order[place.key]
                path = _loop(start) if to == place.key else _path(start, lanes[to], laid[to].arrives)
                lines.append(Line(path, says, is_on))
                looped += [start + _BEND * 2] if to == place.key else []
    tips = [_tip(height) for height in (*(laid[key].arrives for key in lanes), *looped)]
    return Flow(WIDTH, y - _GAP + 1, [each.box for each in laid.values()], lines, tips)


def _lay(place: Place, top: float) -> _Laid:
    x, width = _LEFT + 12, _BOX - 24
    title, rows, leaves = [], [], []
    y = top + _PAD
    for text in in_lines(place.label, width * 0.9):
        y += _TITLE
        title.append(Words(x, y - 5, text))
    arrives = title[0].y - 5
    for each in place.exits:
        words = in_lines(each.label, width * 1.1)
        leaves.append(y + _ROW / 2 + 1)
        for text in words:
            y += _ROW
            rows.append(Words(x, y - 4, text))
    box = Box(_LEFT, top, _BOX, y - top + _PAD, place.is_end, tuple(title), tuple(rows))
    return _Laid(box, arrives, tuple(leaves))


def _lanes(places: Sequence[Place], laid: dict[str, _Laid]) -> dict[str, float]:
    """Return the x of the line that leads down or up to each status: short ones near the boxes, without overlaps."""
    starts: dict[str, list[float]] = {}
    for place in places:
        for number, each in enumerate(place.exits):
            for to in each.to:
                if to != place.key:
                    starts.setdefault(to, []).append(laid[place.key].leaves[number])
    spans = {key: (min(*found, laid[key].arrives), max(*found, laid[key].arrives)) for key, found in starts.items()}
    taken: list[list[tuple[float, float]]] = []
    lane_of: dict[str, int] = {}
    for key in sorted(spans, key=lambda each: (spans[each][1] - spans[each][0], spans[each])):
        low, high = spans[key]
        free = (
            number
            for number, others in enumerate(taken)
            if all(high + _APART < lower or upper + _APART < low for lower, upper in others)
        )
        lane_of[key] = next(free, len(taken))
        if lane_of[key] == len(taken):
            taken.append([])
        taken[lane_of[key]].append((low, high))
    room = WIDTH - 2 - _LEFT - _BOX - _FIRST
    step = min(_LANE, room / max(1, len(taken) - 1))
    return {key: round(_LEFT + _BOX + _FIRST + number * step, 1) for key, number in lane_of.items()}


def _path(start: float, lane: float, end: float) -> str:
    """Return the path from a step along its lane to the box of what follows."""
    edge, turn = _LEFT + _BOX, _BEND if end > start else -_BEND
    return (
        f"M{edge} {start:g}H{lane - _BEND:g}Q{lane:g} {start:g} {lane:g} {start + turn:g}"
        f"V{end - turn:g}Q{lane:g} {end:g} {lane - _BEND:g} {end:g}H{edge + 5}"
    )


def _loop(start: float) -> str:
    """Return the path of a step after which the status stays."""
    edge, end = _LEFT + _BOX, start + _BEND * 2
    return f"M{edge} {start:g}h4a{_BEND} {_BEND} 0 0 1 0 {end - start:g}"


def _tip(height: float) -> str:
    """Return the tip of an arrow that points at the edge of the boxes."""
    edge = _LEFT + _BOX
    return f"M{edge} {height:g}l7 -4v8z"
