"""Distances, areas, tiles and boxes on the Earth. Degrees are WGS 84 throughout; latitude comes before longitude."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from communities.geometry.messages import GeometryError, gettext_noop

EARTH_MEAN_RADIUS_KM = 6371.0088
"""Mean radius R1 of the Earth. Source: H. Moritz, "Geodetic Reference System 1980", Journal of Geodesy 74 (2000)."""

WGS84_EQUATOR_KM = 6378.137
WGS84_ECCENTRICITY_SQUARED = 0.00669437999014
"""Semi-major axis and e² of WGS 84. Source: NGA.STND.0036, World Geodetic System 1984, table 3.1 onward."""

MERCATOR_MAX_LATITUDE = 85.05112878
QUADKEY_ZOOM = 18
"""A tile of zoom 18 is about 95 m wide in Britain: fine enough to group pins at every zoom a map shows."""


class Bbox(NamedTuple):
    """A bounding box in degrees, in the order of GeoJSON and Leaflet's `toBBoxString`: west, south, east, north."""

    min_lng: float
    min_lat: float
    max_lng: float
    max_lat: float


def check_point(lat: float, lng: float) -> None:
    """Raise GeometryError unless the pair is a position on Earth in degrees, saying what it looks like instead."""
    if not (math.isfinite(lat) and math.isfinite(lng)):
        raise GeometryError(gettext_noop("A latitude and a longitude must be ordinary numbers."))
    if abs(lat) <= 90 and abs(lng) <= 180:
        return
    if looks_like_national_grid(lng, lat):
        raise GeometryError(
            gettext_noop(
                "%(x)s, %(y)s look like eastings and northings (British National Grid). "
                "Use latitude and longitude in degrees (WGS 84)."
            ),
            x=f"{lng:g}",
            y=f"{lat:g}",
        )
    raise GeometryError(
        gettext_noop(
            "Latitude %(lat)s and longitude %(lng)s are out of range: "
            "latitude runs from -90 to 90 and longitude from -180 to 180."
        ),
        lat=f"{lat:g}",
        lng=f"{lng:g}",
    )


def looks_like_national_grid(x: float, y: float) -> bool:
    """Return whether two numbers could be metres on the British National Grid rather than degrees.

    Source: Ordnance Survey, "A guide to coordinate systems in Great Britain": the grid spans 0–700,000 m east and
    0–1,300,000 m north, and no land lies within 1 km of its edges.
    """
    return 1_000 <= x <= 700_000 and 1_000 <= y <= 1_300_000


def looks_swapped_in_uk(lat: float, lng: float) -> bool:
    """Return whether a (latitude, longitude) pair is in the United Kingdom only if swapped.

    The box is 49.8–60.9 N, 8.7 W–1.8 E with a small margin; no point in it is still in it when swapped.
    """
    return -9 <= lat <= 2.5 and 49 <= lng <= 61.5


def distance_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Return the great-circle distance between two points in kilometres.

    Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), p. 159; within 0.5 % of the
    ellipsoid.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_dlat = (phi2 - phi1) / 2
    half_dlng = math.radians(lng2 - lng1) / 2
    chord = math.sin(half_dlat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_dlng) ** 2
    return 2 * EARTH_MEAN_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def degree_lengths_km(lat: float) -> tuple[float, float]:
    """Return the length in kilometres of one degree of latitude and one of longitude at a latitude.

    Source: the meridian and prime-vertical radii of the WGS 84 ellipsoid, J. P. Snyder, "Map Projections: A Working
    Manual", USGS Professional Paper 1395 (1987), equations 4-18 to 4-21. https://pubs.usgs.gov/pp/1395/report.pdf
    """
    phi = math.radians(lat)
    flattening = 1 - WGS84_ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    meridian = WGS84_EQUATOR_KM * (1 - WGS84_ECCENTRICITY_SQUARED) / flattening**1.5
    prime_vertical = WGS84_EQUATOR_KM / math.sqrt(flattening)
    return math.pi / 180 * meridian, math.pi / 180 * prime_vertical * math.cos(phi)


def area_of_shape_km2(shape: BaseGeometry) -> float:
    """Return the area of a shapely shape in square kilometres, by a cosine projection at its middle latitude.

    Good to 0.5 % for anything the size of a county; not meant for shapes that reach a pole or cross 180°.
    Source: the equirectangular projection with its standard parallel at the middle of the shape, Snyder (1987), p. 90.
    """
    if shape.is_empty:
        return 0.0
    _, south, _, north = shape.bounds
    lat_km, lng_km = degree_lengths_km((south + north) / 2)
    return shape.area * lat_km * lng_km


def quadkey(lat: float, lng: float, zoom: int = QUADKEY_ZOOM) -> str:
    """Return the quadkey of the tile that contains a point: one digit 0–3 per zoom level.

    Points with the same first n digits are in one tile of zoom n, so a prefix groups neighbours. Latitudes nearer the
    poles than 85.05° are in the last tile, as the tile system prescribes.
    Source: https://learn.microsoft.com/en-us/bingmaps/articles/bing-maps-tile-system ("Tile coordinates and quadkeys").
    """
    return quadkeys([lat], [lng], zoom)[0]


def quadkeys(lats: Sequence[float], lngs: Sequence[float], zoom: int = QUADKEY_ZOOM) -> list[str]:
    """Return the quadkeys of many points at once, for imports of tens of thousands of rows.

    Raises GeometryError if a zoom is outside 1–23 or a number is not finite. Source: as `quadkey`.
    """
    if not 1 <= zoom <= 23:
        raise GeometryError(gettext_noop("A zoom level must lie between 1 and 23."))
    lat = np.clip(np.asarray(lats, dtype=float), -MERCATOR_MAX_LATITUDE, MERCATOR_MAX_LATITUDE)
    lng = np.clip(np.asarray(lngs, dtype=float), -180.0, 180.0)
    if not (np.isfinite(lat).all() and np.isfinite(lng).all()):
        raise GeometryError(gettext_noop("A latitude and a longitude must be ordinary numbers."))
    tiles = 2**zoom
    sine = np.sin(np.radians(lat))
    x = np.clip(((lng + 180) / 360 * tiles).astype(int), 0, tiles - 1)
    y = np.clip(((0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * tiles).astype(int), 0, tiles - 1)
    bits = np.arange(zoom - 1, -1, -1)
    digits = (x[:, None] >> bits & 1) + 2 * (y[:, None] >> bits & 1)
    text = (digits + ord("0")).astype(np.uint8).tobytes().decode("ascii")
    return [text[start : start + zoom] for start in range(0, len(text), zoom)]


def bbox_of(shape: BaseGeometry) -> Bbox:
    """Return the box around a shapely shape in degrees."""
    return Bbox(*(float(edge) for edge in shapely.bounds(shape)))


def parse_bbox(text: str) -> Bbox:
    """Parse "west,south,east,north" in degrees, as Leaflet and GeoJSON write it.

    Values outside the Earth are clamped (a map zoomed far out sends them). Raises GeometryError for anything that is
    not four numbers with south below north and west before east.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise GeometryError(gettext_noop("A map window is four numbers: west,south,east,north.")) from None
    if not all(math.isfinite(edge) for edge in (west, south, east, north)):
        raise GeometryError(gettext_noop("A map window is four numbers: west,south,east,north."))
    if west > east or south > north:
        raise GeometryError(gettext_noop("A map window runs from west to east and from south to north."))
    return Bbox(
        min(max(west, -180.0), 180.0),
        min(max(south, -90.0), 90.0),
        min(max(east, -180.0), 180.0),
        min(max(north, -90.0), 90.0),
    )
