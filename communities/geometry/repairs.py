"""Build valid polygons from the rings of an outline, and say what had to be repaired."""

import re

import numpy as np
import shapely
from shapely.geometry import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from communities.geometry.messages import Message, gettext_noop

DECIMALS = 6
"""About 0.1 m in Britain."""

_STRUCTURE = {"method": "structure", "keep_collapsed": False}
_REASONS = {
    "Self-intersection": gettext_noop("its line crosses itself near %(place)s"),
    "Ring Self-intersection": gettext_noop("its line touches itself near %(place)s"),
    "Hole lies outside shell": gettext_noop("a hole lies outside the outline near %(place)s"),
    "Holes are nested": gettext_noop("one hole lies inside another near %(place)s"),
    "Nested shells": gettext_noop("one part lies inside another near %(place)s"),
    "Duplicate Rings": gettext_noop("the same line is there twice near %(place)s"),
    "Interior is disconnected": gettext_noop("its holes cut it into pieces near %(place)s"),
}


def built_parts(rings: list[list[np.ndarray]]) -> tuple[list[Polygon], list[Message]]:
    """Return polygons of rounded, closed rings, and the repairs that were needed."""
    unclosed, short, parts = False, False, []
    for polygon in rings:
        built = []
        for position, ring in enumerate(polygon):
            rounded = _without_repeats(ring.round(DECIMALS))
            if len(rounded) and not np.array_equal(rounded[0], rounded[-1]):
                unclosed = True
            if len({*map(tuple, rounded.tolist())}) < 3:
                short = True
                if position == 0:
                    break
                continue
            built.append(LinearRing(rounded))
        if built:
            parts.append(Polygon(built[0], built[1:]))
    notes = []
    if unclosed:
        notes.append(Message(gettext_noop("its last corner did not join the first")))
    if short:
        notes.append(Message(gettext_noop("a ring with fewer than three corners was left out")))
    return parts, notes


def _without_repeats(ring: np.ndarray) -> np.ndarray:
    """Return a ring without repeated consecutive corners."""
    if len(ring) < 2:
        return ring
    return ring[np.append(True, (ring[1:] != ring[:-1]).any(axis=1))]


def made_valid(parts: list[Polygon]) -> tuple[BaseGeometry, Message | None]:
    """Return valid polygons after rounding, and the reason if they had to be repaired."""
    if not parts:
        return Polygon(), None
    whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if whole.is_valid:
        return whole, None
    reason = _reason(shapely.is_valid_reason(whole))
    # GEOS turns a hole outside the shell into a separate area, so keep only what the outer rings enclose.
    enclosed = shapely.make_valid(MultiPolygon([Polygon(part.exterior) for part in parts]), **_STRUCTURE)
    whole = _polygons_only(shapely.intersection(shapely.make_valid(whole, **_STRUCTURE), enclosed))
    on_grid = shapely.set_precision(whole, 10.0**-DECIMALS, mode="valid_output")
    rounded = shapely.transform(_polygons_only(on_grid), lambda corners: corners.round(DECIMALS))
    return rounded, reason


def _polygons_only(whole: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape as Polygon or MultiPolygon, dropping stray points and lines."""
    flat = shapely.get_parts(shapely.get_parts(whole))
    parts = [part for part in flat if isinstance(part, Polygon) and not part.is_empty]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _reason(told: str) -> Message:
    """Return GEOS's reason for an invalid shape ("Ring Self-intersection[-1.5 52.9]") in plain words."""
    match = re.fullmatch(r"(.+?)\s*\[(\S+) (\S+)\]", told)
    if match is None:
        return Message("%(told)s", {"told": told})
    what, lng, lat = match.groups()
    place = f"{float(lat):.5f}, {float(lng):.5f}"
    if what in _REASONS:
        return Message(_REASONS[what], {"place": place})
    return Message(gettext_noop("%(what)s near %(place)s"), {"what": what.lower(), "place": place})
