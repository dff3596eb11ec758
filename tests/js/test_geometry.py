"""Which outline contains a point: the phone finds the same as the server."""

import json
import random
from pathlib import Path

import pytest

from communities.geometry import BoundaryIndex, contains
from tests.node import Node

ODD = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]],
        [[[6, 0], [8, 0], [6, 2], [6, 0]]],
    ],
}


def test_holes_edges_and_corners_are_treated_as_on_the_server(node: Node) -> None:
    points = [[lat / 2, lng / 2] for lat in range(-2, 11) for lng in range(-2, 20)]
    run = "(shape, points) => points.map(([lat, lng]) => kithGeometry.contains(shape, lat, lng))"
    assert node.run("geometry", run, ODD, points) == [contains(json.dumps(ODD), lat, lng) for lat, lng in points]


def square(side: float) -> dict[str, object]:
    """Return a square outline with a corner at the origin."""
    return {"type": "Polygon", "coordinates": [[[0, 0], [side, 0], [side, side], [0, side], [0, 0]]]}


@pytest.mark.parametrize(
    ("lat", "lng", "found"), [(0.5, 0.5, "small"), (1.5, 1.5, "large"), (3, 3, None), (1, 1, "small")]
)
def test_the_smallest_outline_wins(node: Node, lat: float, lng: float, found: str | None) -> None:
    shapes = [
        {"id": "none", "geometry": None},
        {"id": "large", "geometry": square(2)},
        {"id": "small", "geometry": square(1)},
    ]
    run = "(shapes, lat, lng) => kithGeometry.locate(shapes, lat, lng)?.id ?? null"
    assert node.run("geometry", run, shapes, lat, lng) == found


def test_a_hole_is_no_part_of_the_size(node: Node) -> None:
    corners = [[0.15, 0.15], [1.95, 0.15], [1.95, 1.95], [0.15, 1.95], [0.15, 0.15]]
    rim = {"type": "Polygon", "coordinates": [*square(2)["coordinates"], corners]}
    shapes = [{"id": "whole", "geometry": square(1)}, {"id": "rim", "geometry": rim}]
    run = "(shapes) => kithGeometry.locate(shapes, 0.1, 0.1).id"
    assert node.run("geometry", run, shapes) == "rim", "0.76 square degrees, and the whole square is 1"


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["coventry_wards2013", "gloucester_lsoa2011"])
def test_the_phone_finds_what_the_server_finds(node: Node, shared_data: Path, name: str) -> None:
    features = json.loads((shared_data / "geo" / f"{name}.geojson").read_text())["features"]
    index = BoundaryIndex((at, json.dumps(each["geometry"])) for at, each in enumerate(features))
    chance = random.Random(1)
    corners = [corner for each in features for corner in _corners(each["geometry"]["coordinates"])]
    lngs, lats = zip(*corners, strict=True)
    points = [[chance.uniform(min(lats), max(lats)), chance.uniform(min(lngs), max(lngs))] for _ in range(500)]
    shapes = [{"id": at, "geometry": each["geometry"]} for at, each in enumerate(features)]
    run = "(shapes, points) => points.map(([lat, lng]) => kithGeometry.locate(shapes, lat, lng)?.id ?? null)"
    found = node.run("geometry", run, shapes, points)
    assert found == [index.locate(lat, lng) for lat, lng in points]
    assert len({each for each in found if each is not None}) > 10


def _corners(coordinates: list) -> list[list[float]]:
    """Return every corner of nested rings."""
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [coordinates[:2]]
    return [corner for each in coordinates for corner in _corners(each)]


def test_the_nearest_places_come_first_and_far_ones_not_at_all(node: Node) -> None:
    at = [("far", 51.87), ("near", 51.8651), ("here", 51.865), ("nearly", 51.866)]
    places = [{"name": name, "latitude": latitude, "longitude": -2.235} for name, latitude in at]
    run = "(places) => kithGeometry.nearest(places, 51.865, -2.235, 150)"
    found = node.run("geometry", run, places)
    assert [place["name"] for place in found] == ["here", "near", "nearly"]
    assert [round(place["metres"]) for place in found] == [0, 11, 111]
