"""Outlines that would take minutes to check are refused early; real outlines are not. Any other input gets a message."""

import json
import math
import random

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from communities import geometry
from communities.geometry import GeometryError, files, outlines, work
from communities.geometry.work import Allowance

LAT, LNG = 51.86, -2.24
BOX = [[LNG, LAT], [LNG + 0.01, LAT], [LNG + 0.01, LAT + 0.01], [LNG, LAT + 0.01], [LNG, LAT]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geom, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geom}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def tangle(corners, seed=1):
    """Return a ring of random corners."""
    draw = random.Random(seed)
    ring = [[LNG + draw.random() / 10, LAT + draw.random() / 10] for _corner in range(corners)]
    return [*ring, ring[0]]


def comb(corners):
    """Return a valid ring of long slanted teeth: the box of every segment meets all others."""
    teeth = []
    for tooth in range(corners // 2):
        foot, tip = [LNG + tooth * 1e-6, LAT], [LNG + tooth * 1e-6 + 0.05, LAT + 0.05]
        teeth += [foot, tip] if tooth % 2 == 0 else [tip, foot]
    return [*teeth, [LNG + 0.1, LAT - 0.01], teeth[0]]


def nested(count):
    """Return rings inside each other."""

    def ring(edge):
        return [[LNG - edge, LAT - edge], [LNG + edge, LAT - edge], [LNG + edge, LAT + edge], [LNG - edge, LAT + edge], [LNG - edge, LAT - edge]]  # fmt: skip

    return [ring(0.05 - number * 1e-5) for number in range(count)]


def coast(corners):
    """Return a valid ring with bays of every size, like a coastline."""
    ring = []
    for number in range(corners):
        angle = 2 * math.pi * number / corners
        far = 0.08 * (1 + 0.2 * math.sin(7 * angle) + 0.02 * math.sin(201 * angle))
        ring.append([LNG + far * math.cos(angle), LAT + far * math.sin(angle)])
    return [*ring, ring[0]]


def refusal_of(shape):
    with pytest.raises(GeometryError) as refused:
        geometry.clean_geometry(shape)
    return str(refused.value)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (polygon(tangle(150)), "crosses itself more than 1,000 times"),
        (polygon(tangle(2_000)), "are too dense"),
        (polygon(tangle(40_000)), "are too dense"),
        (polygon(comb(5_000)), "are too dense"),
        (polygon(comb(49_000)), "are too dense"),
        (polygon(*nested(1_000)), "are too dense"),
        ({"type": "MultiPolygon", "coordinates": [[ring] for ring in nested(1_000)]}, "are too dense"),
        ({"type": "MultiPolygon", "coordinates": [[BOX]] * 2_000}, "are too dense"),
    ],
    ids=["150 by chance", "2,000 by chance", "40,000 by chance", "comb", "long comb", "nested holes", "nested parts", "one part again and again"],
)  # fmt: skip
def test_an_expensive_outline_is_never_passed_to_geos(shape, words, monkeypatch):
    monkeypatch.setattr(outlines, "made_valid", lambda parts: pytest.fail("it was checked and mended"))
    assert words in refusal_of(shape)


def test_more_parts_than_any_place_has_are_never_built(monkeypatch):
    monkeypatch.setattr(outlines, "built_parts", lambda rings: pytest.fail("they were built"))
    shape = {"type": "MultiPolygon", "coordinates": [[BOX]] * 5_001}
    assert refusal_of(shape).startswith(
        "The outline has 5,001 parts and holes, more than the 5,000 that Kith can save."
    )


@pytest.mark.parametrize(
    ("shape", "corners"),
    [
        (polygon(coast(20_000)), 20_001),
        (polygon(comb(600)), 602),
        ({"type": "MultiPolygon", "coordinates": [[[[lng + at / 50, lat] for lng, lat in BOX]] for at in range(1_000)]}, 5_000),
    ],
    ids=["a long shore", "a short comb", "a thousand islands"],
)  # fmt: skip
def test_outlines_of_real_places_are_saved_completely(shape, corners):
    kept = geometry.clean_geometry(shape)
    assert (kept.vertices, kept.repaired) == (corners, None)


def test_a_line_that_crosses_itself_hundreds_of_times_is_repaired():
    kept = geometry.clean_geometry(polygon(tangle(60)))
    assert "crosses itself" in str(kept.repaired)
    assert outlines.to_shape(kept.geometry).is_valid


@pytest.mark.parametrize(
    ("ring", "crossings"),
    [
        (BOX, 0),
        ([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]], 1),
        ([[0, 3], [2, -3], [-3, 1], [3, 1], [-2, -3], [0, 3]], 5),
        ([[0, 0], [4, 0], [4, 2], [2, 0], [0, 2], [0, 0]], 2),
    ],
    ids=["square", "bowtie", "five-pointed star", "a corner on a line"],
)
def test_crossings_are_counted_without_shared_corners(ring, crossings):
    allowance = Allowance()
    allowance.spend_on_lines([np.array(ring, dtype=float)])
    assert work.FILE_CROSSINGS - allowance.crossings == crossings


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=30, unique=True))
def test_counted_crossings_equal_a_brute_force_count(corners):
    ring = np.array([*corners, corners[0]], dtype=float)
    lines = [shapely.LineString(pair) for pair in zip(ring[:-1], ring[1:], strict=True)]
    meeting = [
        (one, other)
        for at, one in enumerate(lines)
        for other in lines[at + 1 :]
        if one.intersects(other) and not set(one.coords) & set(other.coords)
    ]
    allowance = Allowance()
    allowance.spend_on_lines([ring])
    assert work.FILE_CROSSINGS - allowance.crossings == len(meeting)


def test_the_outlines_of_a_file_share_one_limit_on_repairs(monkeypatch):
    mended = []
    made_valid = outlines.made_valid
    monkeypatch.setattr(outlines, "made_valid", lambda parts: mended.append(parts) or made_valid(parts))
    data = collection(*(feature(polygon(tangle(76, seed)), name=f"Patch {seed}") for seed in range(60)), feature(polygon(BOX), name="Sound"))  # fmt: skip
    found = geometry.parse_boundaries(data, name_property="name")
    refused = [str(each.refused) for each in found if each.refused]
    assert len(mended) < 10
    assert len(mended) + len(refused) == 61
    assert all(words.startswith("The outlines before it in this file are so intricate or tangled") for words in refused)


def test_the_outlines_of_a_file_share_one_limit_on_rings(monkeypatch):
    monkeypatch.setattr(work, "MAX_RINGS", 3)
    allowance = Allowance(rings=4)
    hole = [[lng / 2 + LNG / 2 + 0.001, lat / 2 + LAT / 2 + 0.001] for lng, lat in BOX]
    for _outline in range(2):
        geometry.clean_geometry(polygon(BOX, hole), allowance)
    with pytest.raises(GeometryError, match="The outlines before it"):
        geometry.clean_geometry(polygon(BOX), allowance)


# Properties


def test_a_feature_of_fifty_thousand_properties_is_refused_before_any_is_compared(monkeypatch):
    monkeypatch.setattr(files, "_words", lambda value: pytest.fail("a property was looked at"))
    data = collection(feature(polygon(BOX), **{f"p{number}": 1 for number in range(50_000)}))
    with pytest.raises(GeometryError, match="more than 200 properties. Save it with those that hold the names"):
        geometry.parse_collection(data)


def test_properties_are_counted_over_the_whole_file_and_only_until_there_are_too_many(monkeypatch):
    read = []
    raw = files._raw
    monkeypatch.setattr(files, "_raw", lambda number, each: read.append(number) or raw(number, each))
    features = [feature(polygon(BOX), **{f"p{number}": 1, "name": str(number)}) for number in range(1_000)]
    assert len(geometry.parse_collection(collection(*features[:199])).property_names) == 200
    read.clear()
    with pytest.raises(GeometryError, match="more than 200 properties"):
        geometry.parse_collection(collection(*features))
    assert read == list(range(1, 201))


def test_a_long_property_name_is_refused_and_a_long_value_is_shortened():
    with pytest.raises(GeometryError, match="Feature 1 has a property whose name is longer than 200 characters"):
        geometry.parse_collection(collection(feature(polygon(BOX), **{"n" * 201: "a"})))
    shown = geometry.parse_collection(collection(feature(polygon(BOX), name="a" * 100_000))).sample("name")
    assert shown == f"{'a' * 60}…"


# Real-world files


def test_the_areas_of_a_geometry_collection_are_used():
    point = {"type": "Point", "coordinates": [LNG, LAT]}
    mixed = {"type": "GeometryCollection", "geometries": [polygon(BOX), point]}
    kept = geometry.clean_geometry(mixed)
    assert kept.geometry == geometry.clean_geometry(polygon(BOX)).geometry
    assert str(kept.repaired) == "its points and lines were left out"
    other = [[lng + 0.02, lat] for lng, lat in BOX]
    areas = {"type": "GeometryCollection", "geometries": [polygon(BOX), {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "coordinates": [[other]]}]}]}  # fmt: skip
    kept = geometry.clean_geometry(areas)
    assert (json.loads(kept.geometry)["type"], kept.repaired) == ("MultiPolygon", None)


@pytest.mark.parametrize(
    ("geometries", "words"),
    [
        ([], "this is a GeometryCollection"),
        ([{"type": "Point", "coordinates": [1, 2]}], "this is a GeometryCollection"),
        (7, "nested"),
        ([polygon(BOX), {"type": "MultiPolygon", "coordinates": 7}], "nested"),
        ([{"type": "Polygon"}], "nested"),
    ],
)
def test_a_geometry_collection_without_a_valid_area_is_refused_with_a_message(geometries, words):
    assert words in refusal_of({"type": "GeometryCollection", "geometries": geometries})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<?xml version="1.0"?>\n<kml xmlns="x"/>', "This is KML, a map file."),
        ("\ufeff <KML/>".encode(), "This is KML, a map file."),
        (b"<!doctype html><html></html>", "This is XML or a web page, not GeoJSON."),
        (b'{"type":\n"\\ud800"}', "Line 2 has an incomplete character"),
        (b'{"type": "\\udc00"}', "Line 1 has an incomplete character"),
    ],
)
def test_files_of_another_kind_say_what_they_are(data, words):
    with pytest.raises(GeometryError) as refused:
        geometry.parse_collection(data)
    assert str(refused.value).startswith(words)


def test_a_surrogate_pair_is_read_as_one_character():
    (found,) = geometry.parse_boundaries(
        json.dumps({"type": "FeatureCollection", "features": [feature(polygon(BOX), name="\U0001f333 Wood")]}),
        name_property="name",
    )
    assert found.name == "\U0001f333 Wood"


# Arbitrary input

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([10**400, "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip
KINDS = st.sampled_from(
    ["FeatureCollection", "Feature", "Polygon", "MultiPolygon", "GeometryCollection", "Point", "Topology", 5]
)


def member(inner):
    """Return a strategy for values that look like a part of a GeoJSON file but may hold anything."""
    return st.fixed_dictionaries(
        {"type": KINDS | VALUES},
        optional=dict.fromkeys(("features", "properties", "geometry", "geometries", "coordinates", "crs"), inner),
    )


GEOJSON = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | member(inner), max_leaves=12)


@given(member(GEOJSON) | GEOJSON)
def test_any_json_gives_outlines_or_a_message(found):
    text = json.dumps(found)
    for read in (lambda: geometry.parse_boundaries(text, name_property="name"), lambda: geometry.clean_drawing(text)):
        try:
            read()
        except GeometryError as refused:
            words = str(refused)
            words.encode()
        else:
            words = "Read."
        assert words.endswith((".", "!"))


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_outlines_or_a_message(data):
    for start in (b"", b'{"type": "FeatureCollection", "features": [', b'{"type": "Polygon", "coordinates": '):
        try:
            geometry.parse_boundaries(start + data, name_property="name")
        except GeometryError as refused:
            words = str(refused)
        else:
            words = "Read."
        assert words.endswith((".", "!"))
