"""Turn submitted outlines into valid polygons, stored as GeoJSON text, or explain why they cannot be used."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon, mapping
from shapely.geometry.base import BaseGeometry

from communities.geometry.measures import Bbox, area_of_shape_km2, bbox_of, looks_like_national_grid
from communities.geometry.messages import GeometryError, Message, gettext_noop
from communities.geometry.repairs import DECIMALS, built_parts, made_valid
from communities.geometry.texts import refuse_half_characters, refuse_markup
from communities.geometry.work import Allowance

MAX_VERTICES = 50_000
"""More corners than any ward published by the Office for National Statistics at full resolution; a cap on work."""
MAX_AREA_KM2 = 2_500
"""Larger than Nottinghamshire (2,160 km²): a neighbourhood this big is an error in the file."""
MIN_AREA_KM2 = 0.0001
"""100 m²: anything smaller is a slip of the finger."""
DRAWN_LOSS = 0.05
"""Share of a drawn outline that may be cut off by its own crossing before the person is asked to draw it again."""


@dataclass(frozen=True)
class Outline:
    """A valid outline.

    `geometry` is GeoJSON text of a Polygon or MultiPolygon: 6 decimals, outer rings anticlockwise (RFC 7946), parts and
    starting corners in one fixed order, so that equal outlines are equal texts. `repaired` describes the repairs, or is None.
    """

    geometry: str
    bbox: Bbox
    area_km2: float
    vertices: int
    repaired: Message | None = None


def clean_geometry(geometry: object, allowance: Allowance | None = None) -> Outline:
    """Return a valid Outline of a GeoJSON geometry, repairing broken rings.

    The outlines of one file share an `allowance`. From a GeometryCollection, only the areas are used.
    Raises GeometryError if it is empty, not an area, not in degrees, too detailed, too tangled, too big or too small.
    """
    geometry, notes = _areas_of(geometry)
    rings = _checked_rings(geometry)
    allowance = allowance or Allowance()
    allowance.spend_on_rings(sum(map(len, rings)))
    parts, more = built_parts(rings)
    notes += more
    if parts:
        allowance.spend_on_lines([np.array(ring.coords) for part in parts for ring in (part.exterior, *part.interiors)])
    cleaned, reason = made_valid(parts)
    if reason is not None:
        notes.append(reason)
    area = area_of_shape_km2(cleaned)
    if cleaned.is_empty or area < MIN_AREA_KM2:
        raise GeometryError(gettext_noop("The outline is empty: its corners enclose no area."))
    if area > MAX_AREA_KM2:
        raise GeometryError(
            gettext_noop("The outline covers %(area)s km². A neighbourhood can cover up to %(limit)s km²."),
            area=f"{area:,.0f}",
            limit=f"{MAX_AREA_KM2:,}",
        )
    return Outline(
        geometry=to_text(cleaned),
        bbox=bbox_of(cleaned),
        area_km2=area,
        vertices=int(shapely.get_num_coordinates(cleaned)),
        repaired=_joined(notes),
    )


def clean_drawing(text: str) -> Outline:
    """Return a valid Outline of what a person drew, typed or pasted.

    Accepts GeoJSON (a geometry or one Feature) or corners, one per line, as "latitude, longitude". A line that crosses
    itself is repaired if that cuts off a sliver (`DRAWN_LOSS`) and refused otherwise, because the person is there to
    say what they meant. Raises GeometryError.
    """
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise GeometryError(gettext_noop("Draw at least three corners."))
    refuse_markup(text)
    geometry = _geometry_in_json(text) if text.startswith("{") else corners_to_geometry(parse_corners(text))
    outline = clean_geometry(geometry)
    if outline.repaired is not None and isinstance(geometry, dict) and geometry.get("type") == "Polygon":
        parts = getattr(to_shape(outline.geometry), "geoms", ())
        areas = sorted((part.area for part in parts), reverse=True)
        if sum(areas[1:]) > DRAWN_LOSS * sum(areas):
            raise GeometryError(
                gettext_noop(
                    "The outline is in several pieces: %(reason)s. Move the corners so that it goes round once."
                ),
                reason=outline.repaired,
            )
    return outline


def parse_corners(text: str) -> list[list[float]]:
    """Parse corners, one per line as "latitude, longitude", into [lng, lat] pairs.

    Commas, semicolons, tabs or spaces separate the two numbers; empty lines are skipped. Raises GeometryError that
    names the line.
    """
    corners = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
        try:
            lat, lng = (float(part) for part in parts)
        except ValueError:
            raise GeometryError(
                gettext_noop("Line %(line)s is not a corner. Write one corner per line, such as 51.8645, -2.2442."),
                line=number,
            ) from None
        corners.append([lng, lat])
    return corners


def corners_to_geometry(corners: list[list[float]]) -> dict[str, Any]:
    """Return the GeoJSON Polygon whose outline goes through [lng, lat] corners in order. Raises GeometryError below three."""
    if len({tuple(corner) for corner in corners}) < 3:
        raise GeometryError(gettext_noop("An outline needs at least three different corners."))
    closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    return {"type": "Polygon", "coordinates": [closed]}


def corners_text(geometry: str) -> str:
    """Return the corners of an outline, one per line as "latitude, longitude", for editing.

    Returns "" if the outline has holes or several parts, which a list of corners cannot represent.
    """
    outline = to_shape(geometry)
    if not isinstance(outline, Polygon) or outline.interiors:
        return ""
    return "\n".join(f"{lat:.6f}, {lng:.6f}" for lng, lat in outline.exterior.coords[:-1])


def to_shape(geometry: str) -> BaseGeometry:
    """Return the shapely shape of a stored outline."""
    return shapely.from_geojson(geometry)


def to_text(outline: BaseGeometry) -> str:
    """Return the canonical GeoJSON text of a shape: fixed order and 6 decimals, so that equal shapes give equal texts."""
    ordered = shapely.orient_polygons(shapely.normalize(outline))
    return json.dumps(_rounded(mapping(ordered)), separators=(",", ":"))


def contains(geometry: str, lat: float, lng: float) -> bool:
    """Return whether a point is in a stored outline; the edge counts as inside."""
    return bool(shapely.intersects_xy(to_shape(geometry), lng, lat))


def area_km2(geometry: str) -> float:
    """Return the area of a stored outline in square kilometres. Source: `measures.area_of_shape_km2`."""
    return area_of_shape_km2(to_shape(geometry))


def representative_point(geometry: str) -> tuple[float, float]:
    """Return (latitude, longitude) of a point inside a stored outline, near its middle, for a label."""
    outline = to_shape(geometry)
    middle = outline.centroid
    point = middle if outline.contains(middle) else outline.representative_point()
    return round(point.y, DECIMALS), round(point.x, DECIMALS)


def simplify_many(geometries: Sequence[str], tolerance: float = 0.00005) -> list[dict[str, Any]]:
    """Return simplified GeoJSON geometries for display, in the same order; never use them to decide what is inside.

    `tolerance` is how far a corner can move, in degrees (0.00005 is about 5 m). Source: D. H. Douglas and T. K.
    Peucker, "Algorithms for the reduction of the number of points", Cartographica 10 (1973).
    """
    lighter = shapely.simplify(shapely.from_geojson(list(geometries)), tolerance, preserve_topology=True)
    rounded = shapely.transform(lighter, lambda corners: corners.round(5))
    return [json.loads(text) for text in shapely.to_geojson(rounded)]


def _geometry_in_json(text: str) -> object:
    """Return the geometry in pasted GeoJSON text. Raises GeometryError without one."""
    refuse_half_characters(text)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise GeometryError(gettext_noop("The outline cannot be read as GeoJSON. Paste it again or draw it.")) from None
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise GeometryError(gettext_noop("Paste one outline. To add several, import a file."))
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if isinstance(found, dict) and not isinstance(found.get("type"), str):
        raise GeometryError(
            gettext_noop(
                'This is JSON but not GeoJSON: an outline has a "type", Polygon or MultiPolygon. Draw it instead.'
            )
        )
    return found


def _areas_of(geometry: object) -> tuple[object, list[Message]]:
    """Return the areas of a GeometryCollection as a MultiPolygon, and what was left out; other geometries unchanged."""
    if not isinstance(geometry, dict) or geometry.get("type") != "GeometryCollection":
        return geometry, []
    waiting, polygons, is_all_used = [geometry], [], True
    while waiting:
        member = waiting.pop()
        kind = member.get("type") if isinstance(member, dict) else None
        if kind == "GeometryCollection":
            waiting += reversed(_listed(member.get("geometries")))
        elif kind == "Polygon":
            polygons.append(member.get("coordinates"))
        elif kind == "MultiPolygon":
            polygons += _listed(member.get("coordinates"))
        else:
            is_all_used = False
    if not polygons:
        return geometry, []
    notes = [] if is_all_used else [Message(gettext_noop("its points and lines were left out"))]
    return {"type": "MultiPolygon", "coordinates": polygons}, notes


def _checked_rings(geometry: object) -> list[list[np.ndarray]]:
    """Return each polygon's rings as arrays of [lng, lat] after checking type, size and range."""
    if not isinstance(geometry, dict):
        raise GeometryError(gettext_noop("The outline is empty."))
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise GeometryError(
            gettext_noop("A boundary must be an area (Polygon or MultiPolygon), and this is a %(kind)s."),
            kind=str(kind)[:40],
        )
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not coordinates:
        raise GeometryError(gettext_noop("The outline is empty."))
    rings = [[_checked_ring(ring) for ring in _listed(polygon)] for polygon in _listed(polygons)]
    corners = sum(len(ring) for polygon in rings for ring in polygon)
    if corners > MAX_VERTICES:
        raise GeometryError(
            gettext_noop(
                "The outline has %(count)s corners, more than the %(limit)s that Kith can save. Use a generalised "
                "boundary."
            ),
            count=f"{corners:,}",
            limit=f"{MAX_VERTICES:,}",
        )
    if not corners:
        raise GeometryError(gettext_noop("The outline is empty."))
    _check_range(np.concatenate([ring for polygon in rings for ring in polygon if len(ring)]))
    return rings


def _listed(value: object) -> list:
    if not isinstance(value, list):
        raise GeometryError(gettext_noop("The coordinates are not nested the way GeoJSON nests them."))
    return value


def _checked_ring(ring: object) -> np.ndarray:
    """Return one ring as an array of [lng, lat], without heights."""
    pairs = _listed(ring)
    if len(pairs) > MAX_VERTICES:
        raise GeometryError(
            gettext_noop(
                "The outline has %(count)s corners, more than the %(limit)s that Kith can save. Use a generalised "
                "boundary."
            ),
            count=f"{len(pairs):,}",
            limit=f"{MAX_VERTICES:,}",
        )
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) >= 2 and all(_is_number(value) for value in pair[:2])):
            raise GeometryError(gettext_noop("A corner must be two numbers, longitude and latitude."))
    return np.array([pair[:2] for pair in pairs], dtype=float).reshape(-1, 2)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 and math.isfinite(value)


def _check_range(corners: np.ndarray) -> None:
    """Raise GeometryError unless all corners are in degrees, saying what they look like instead."""
    lngs, lats = corners[:, 0], corners[:, 1]
    outside = (np.abs(lngs) > 180) | (np.abs(lats) > 90)
    if outside.any():
        lng, lat = corners[outside][0]
        if all(looks_like_national_grid(x, y) for x, y in corners[outside]):
            raise GeometryError(
                gettext_noop(
                    "The coordinates look like eastings and northings (British National Grid), such as %(x)s, %(y)s. "
                    "Save the file with latitude and longitude (WGS 84, EPSG:4326)."
                ),
                x=f"{lng:.0f}",
                y=f"{lat:.0f}",
            )
        raise GeometryError(
            gettext_noop("Coordinates are out of range: longitude %(lng)s, latitude %(lat)s is not on Earth."),
            lng=f"{lng:g}",
            lat=f"{lat:g}",
        )
    if ((lngs >= 49) & (lngs <= 61.5) & (lats >= -9) & (lats <= 2.5)).all():
        raise GeometryError(
            gettext_noop(
                "Latitude and longitude look swapped: longitude %(lng)s, latitude %(lat)s is in the Indian Ocean or "
                "East Africa, and the other way round it is in the United Kingdom. GeoJSON puts longitude first; a "
                "typed corner puts latitude first."
            ),
            lng=f"{lngs[0]:g}",
            lat=f"{lats[0]:g}",
        )


def _joined(notes: list[Message]) -> Message | None:
    if len(notes) < 2:
        return notes[0] if notes else None
    return Message(gettext_noop("%(first)s, and %(rest)s"), {"first": notes[0], "rest": _joined(notes[1:])})


def _rounded(value: Any) -> Any:
    """Return a GeoJSON value with lists instead of tuples and rounded numbers; dictionaries keep their keys."""
    if isinstance(value, dict):
        return {key: _rounded(part) if key == "coordinates" else part for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(float(value), DECIMALS) + 0.0
