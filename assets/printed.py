"""The map on paper: outlines and numbered pins as SVG, drawn here, so that every browser prints the same.

Pins nearer than a number is wide share one mark with all their numbers. Numbers follow the map from the top, so that a mark
has numbers in a row and a list in their order is a list by place. An outline is drawn whole or not at all, and its name stands where
it covers neither a mark nor another name.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point, box, shape
from shapely.geometry.base import BaseGeometry

from assets.models import Asset
from communities.geometry import Bbox

#: The width of the drawing and its greatest height, in its own units; on A4 a unit is 0.178 mm, and the drawing 214 mm at most.
WIDTH, MOST_HIGH = 1000, 1140
#: The strip below the drawing for its scale, which so covers nothing.
STRIP = 60
#: The height of a name, and how wide one of its letters is at most.
NAME_HIGH, LETTER = 30, 14
#: Where a name may stand, as shares of its outline's width from the left and height from the top: the middle of the top is best.
_ACROSS, _DOWN = (0.5, 0.35, 0.65, 0.2, 0.8), tuple(n / 24 for n in range(25))
#: The height of a mark, and half the width of one with one number and with several.
HIGH, HALF_ONE, HALF_SEVERAL = 44, 23, 52
#: The least extent in degrees of latitude, about 400 m: one asset alone is not drawn at a scale of its doorstep.
LEAST_SPAN = 0.004
#: The share of the extent that stays free at each edge.
_EDGE = 0.06
_METRES_PER_DEGREE = 111_200
#: Lengths of a scale bar, in metres.
_BARS = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50)


@dataclass(frozen=True)
class Mark:
    """A mark on the map: its position, its numbers as text, its half width, and its kind if it is one asset's."""

    x: int
    y: int
    label: str
    half: int
    kind: str


@dataclass(frozen=True)
class Shape:
    """An outline: an SVG path, its name, and where the middle of the name and its line stand."""

    path: str
    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Box:
    """A rectangle on the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def covered(self, other: "Box") -> float:
        """Return how much of this one another covers, in square units."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0


@dataclass(frozen=True)
class PrintedMap:
    """The drawing, and the assets in the order of their numbers."""

    height: int
    shapes: list[Shape]
    marks: list[Mark]
    bar: int
    bar_metres: int
    numbered: list[tuple[int, Asset]]
    unplaced: list[Asset]


def printed_map(assets: Iterable[Asset], outlines: Sequence[tuple[int, str, dict[str, Any]]]) -> PrintedMap:
    """Draw assets over outlines (primary key, name, GeoJSON geometry, as `display_outlines` returns them); no query."""
    rows = list(assets)
    placed = _placed(rows)
    points = [(x, y) for x, y, _asset in placed]
    outlines = _near(points, outlines)
    sheet = _Sheet(_extent(points, outlines))
    groups = _groups([(*sheet.at(x, y), asset) for x, y, asset in placed])
    marks: list[Mark] = []
    numbered: list[tuple[int, Asset]] = []
    for x, y, members in groups:
        first = len(numbered) + 1
        numbered += list(enumerate(sorted(members, key=lambda asset: (asset.name.casefold(), asset.pk)), start=first))
        last = len(numbered)
        label = str(first) if first == last else f"{first}–{last}"
        kind = members[0].kind if first == last else ""
        marks.append(Mark(round(x), round(y), label, max(17, 7 * len(label)), kind))
    bar_metres = next((length for length in _BARS if length * sheet.units_per_metre <= WIDTH / 4), _BARS[-1])
    return PrintedMap(
        height=sheet.height,
        shapes=_shapes(outlines, sheet, marks),
        marks=marks,
        bar=round(bar_metres * sheet.units_per_metre),
        bar_metres=bar_metres,
        numbered=numbered,
        unplaced=[asset for asset in rows if not asset.has_position],
    )


class _Sheet:
    """A plane: degrees to units, with longitudes as short as they are in the middle. Source: as `area_of_shape_km2`."""

    def __init__(self, box: Bbox):
        self.box = box
        self.squeeze = math.cos(math.radians((box.min_lat + box.max_lat) / 2))
        wide, high = (box.max_lng - box.min_lng) * self.squeeze, box.max_lat - box.min_lat
        self.scale = min(WIDTH / wide, MOST_HIGH / high)
        self.left = (WIDTH - wide * self.scale) / 2
        self.height = math.ceil(high * self.scale)
        self.units_per_metre = self.scale / _METRES_PER_DEGREE

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return x and y of a position."""
        east = (longitude - self.box.min_lng) * self.squeeze
        return self.left + east * self.scale, (self.box.max_lat - latitude) * self.scale


def _placed(assets: Iterable[Asset]) -> list[tuple[float, float, Asset]]:
    """Return longitude, latitude and asset of each asset with a position."""
    places = ((asset.longitude, asset.latitude, asset) for asset in assets)
    return [(x, y, asset) for x, y, asset in places if x is not None and y is not None]


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    parts = geometry["coordinates"]
    return parts if geometry["type"] == "Polygon" else [ring for part in parts for ring in part]


def _extent(points: list[tuple[float, float]], outlines: Sequence[tuple[int, str, dict[str, Any]]]) -> Bbox:
    """Return what is drawn: the assets and the whole of each outline, or without any Britain; never less than LEAST_SPAN."""
    corners = [(x, y) for _pk, _name, geometry in outlines for ring in _rings(geometry) for x, y, *_ in ring]
    points = [*points, *corners] or [(-6.5, 50), (1.8, 56.5)]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide, high = max(east - west, LEAST_SPAN), max(north - south, LEAST_SPAN)
    x, y = (west + east) / 2, (south + north) / 2
    half_wide, half_high = wide * (0.5 + _EDGE), high * (0.5 + _EDGE)
    return Bbox(x - half_wide, y - half_high, x + half_wide, y + half_high)


def _groups(points: list[tuple[float, float, Asset]]) -> list[tuple[float, float, list[Asset]]]:
    """Return groups of which no two marks touch, from the top to the bottom and from left to right.

    Quadratic, which is quick for the few hundred assets that fit on paper.
    """
    groups = [(x, y, [asset]) for x, y, asset in sorted(points, key=lambda point: (point[1], point[0], point[2].pk))]
    while True:
        merged: list[tuple[float, float, list[Asset]]] = []
        for x, y, members in groups:
            near = next((n for n, other in enumerate(merged) if _touch((x, y, members), other)), None)
            if near is None:
                merged.append((x, y, members))
                continue
            u, v, others = merged[near]
            share = len(members) / (len(members) + len(others))
            merged[near] = (u + (x - u) * share, v + (y - v) * share, [*others, *members])
        if len(merged) == len(groups):
            return sorted(merged, key=lambda group: (group[1] // 100, group[0]))
        groups = merged


def _touch(one: tuple[float, float, list[Asset]], other: tuple[float, float, list[Asset]]) -> bool:
    """Return whether the marks of two groups would overlap."""
    halves = (HALF_ONE if len(members) == 1 else HALF_SEVERAL for _x, _y, members in (one, other))
    return abs(one[1] - other[1]) < HIGH and abs(one[0] - other[0]) < sum(halves)


def _near(
    points: list[tuple[float, float]], outlines: Sequence[tuple[int, str, dict[str, Any]]]
) -> Sequence[tuple[int, str, dict[str, Any]]]:
    """Return the outlines in which an asset stands: those without one would only make the others smaller. All, without assets."""
    if not points:
        return outlines
    places = [Point(each) for each in points]
    areas = [(each, shape(each[2])) for each in outlines]
    return [each for each, area in areas if any(area.covers(place) for place in places)]


def _shapes(outlines: Sequence[tuple[int, str, dict[str, Any]]], sheet: _Sheet, marks: Sequence[Mark]) -> list[Shape]:
    """Return the outlines, each with a place for its name: the nearest to the middle of its top that covers least."""
    taken = [Box(mark.x - mark.half, mark.y - HIGH / 2, mark.x + mark.half, mark.y + HIGH / 2) for mark in marks]
    found = []
    for _pk, name, geometry in outlines:
        rings = [[sheet.at(x, y) for x, y, *_ in ring] for ring in _rings(geometry)]
        path = "".join(f"M{'L'.join(f'{x:.0f} {y:.0f}' for x, y in ring)}Z" for ring in rings)
        plate = _place_of_name(name, max(rings, key=len), taken, sheet)
        taken.append(plate)
        found.append(Shape(path, name, round((plate.left + plate.right) / 2), round(plate.bottom - NAME_HIGH / 4)))
    return found


def _place_of_name(name: str, ring: list[tuple[float, float]], taken: Sequence[Box], sheet: _Sheet) -> Box:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    half = len(name) * LETTER / 2
    area: BaseGeometry = shape({"type": "Polygon", "coordinates": [ring]})

    def box_at(across: float, down: float) -> Box:
        middle = min(max(left + (right - left) * across, half), max(WIDTH - half, half))
        head = min(max(top + (bottom - top - NAME_HIGH) * down, 0), sheet.height - NAME_HIGH)
        return Box(middle - half, head, middle + half, head + NAME_HIGH)

    def badness(found: Box) -> tuple[float, bool, bool]:
        plate = box(found.left - LETTER, found.top, found.right + LETTER, found.bottom)
        return sum(found.covered(other) for other in taken), area.boundary.intersects(plate), not area.covers(plate)

    return min((box_at(across, down) for down in _DOWN for across in _ACROSS), key=badness)
