"""Outlines, files, measurements and the index: pure functions, tested with plain tests and hypothesis."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from communities import geometry
from communities.geometry import BoundaryIndex, GeometryError
from communities.geometry.files import MAX_FEATURES
from communities.geometry.messages import Message
from communities.geometry.outlines import MAX_VERTICES, corners_to_geometry, parse_corners, to_shape

LAT, LNG = 51.86, -2.24


def square(lng=LNG, lat=LAT, side=0.01):
    return [[lng, lat], [lng + side, lat], [lng + side, lat + side], [lng, lat + side], [lng, lat]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings) or [square()]}


def feature(geom=None, **properties):
    return {"type": "Feature", "properties": properties, "geometry": polygon() if geom is None else geom}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def text_of(*rings):
    return geometry.clean_geometry(polygon(*rings)).geometry


BOWTIE = [[LNG, LAT], [LNG + 0.01, LAT + 0.01], [LNG + 0.01, LAT], [LNG, LAT + 0.01], [LNG, LAT]]


def test_package_imports_without_django():
    root = Path(geometry.__file__).parents[2]
    code = "import sys; import communities.geometry as g; g.quadkey(51.5, 0); assert 'django' not in sys.modules"
    environment = {"PATH": os.environ["PATH"]}
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


class TestMessages:
    def test_message_translates_the_template_and_its_inner_messages(self):
        inner = Message("a %(what)s", {"what": "cat"})
        words = {"see %(reason)s": "gweler %(reason)s", "a %(what)s": "y %(what)s"}
        assert Message("see %(reason)s", {"reason": inner}).translated(words.get) == "gweler y cat"
        assert str(Message("see %(reason)s", {"reason": inner})) == "see a cat"

    def test_error_speaks_english_and_translates(self):
        error = GeometryError("Line %(line)s", line=3)
        assert str(error) == "Line 3"
        assert error.translated(lambda text: text.replace("Line", "Llinell")) == "Llinell 3"


class TestMeasures:
    @pytest.mark.parametrize(
        ("points", "km"),
        [
            ((0, 0, 0, 1), 111.195),  # One degree of the mean sphere: 2πR/360.
            ((51.5074, -0.1278, 53.8008, -1.5491), 272.6),  # London to Leeds
            ((90, 0, -90, 0), 20015.1),
            ((10, 20, 10, 20), 0),
            ((0, 0, 0, 180), 20015.1),
        ],
    )
    def test_distance_known_pairs(self, points, km):
        assert geometry.distance_km(*points) == pytest.approx(km, rel=1e-3)

    @pytest.mark.parametrize(
        ("lat", "lat_km", "lng_km"),
        [(0, 110.574, 111.320), (45, 111.132, 78.847), (60, 111.412, 55.800)],
    )
    def test_degree_lengths_match_the_published_table(self, lat, lat_km, lng_km):
        assert geometry.measures.degree_lengths_km(lat) == pytest.approx((lat_km, lng_km), abs=0.001)

    def test_area_of_a_small_square(self):
        # 0.01° × 0.01° at 51.865° N: 1.11262 km × 0.68890 km by the WGS 84 radii.
        assert geometry.area_km2(text_of()) == pytest.approx(0.7665, abs=0.0005)

    def test_quadkey_published_example(self):
        # The tile at column 3, row 5 of zoom 3 is "213".
        lng = 3.5 / 8 * 360 - 180
        lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * 5.5 / 8))))
        assert geometry.quadkey(lat, lng, zoom=3) == "213"

    @pytest.mark.parametrize(("lat", "lng", "key"), [(90, -180, "000"), (-90, 180, "333"), (85.06, 180, "111")])
    def test_quadkey_at_the_edges_of_the_map(self, lat, lng, key):
        assert geometry.quadkey(lat, lng, zoom=3) == key

    def test_no_points_give_no_quadkeys(self):
        assert geometry.quadkeys([], []) == []

    @pytest.mark.parametrize("zoom", [0, 24, -1])
    def test_quadkey_refuses_other_zooms(self, zoom):
        with pytest.raises(GeometryError, match="between 1 and 23"):
            geometry.quadkey(LAT, LNG, zoom)

    def test_quadkeys_refuse_what_is_not_a_number(self):
        with pytest.raises(GeometryError, match="ordinary numbers"):
            geometry.quadkeys([LAT, math.nan], [LNG, LNG])

    @given(st.floats(-85, 85), st.floats(-180, 179.99), st.integers(2, 23))
    def test_quadkey_of_a_shallower_zoom_is_a_prefix(self, lat, lng, zoom):
        key = geometry.quadkey(lat, lng, zoom)
        assert len(key) == zoom
        assert key.startswith(geometry.quadkey(lat, lng, zoom - 1))
        assert set(key) <= set("0123")

    @given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
    def test_distance_is_symmetric_and_never_beyond_half_the_earth(self, lat1, lng1, lat2, lng2):
        there = geometry.distance_km(lat1, lng1, lat2, lng2)
        assert there == pytest.approx(geometry.distance_km(lat2, lng2, lat1, lng1), abs=1e-6)
        assert 0 <= there <= 20015.2

    def test_bbox_reads_west_south_east_north_and_stays_within_the_globe(self):
        assert geometry.parse_bbox("-2.3,51.8,-2.2, 51.9") == (-2.3, 51.8, -2.2, 51.9)
        assert geometry.parse_bbox("-400,-95,400,95") == (-180, -90, 180, 90)

    @pytest.mark.parametrize(
        "text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,1,2,3", "inf,1,2,3", "3,1,2,4", "1,4,2,3"]
    )
    def test_bbox_refuses_anything_else(self, text):
        with pytest.raises(GeometryError, match="map window"):
            geometry.parse_bbox(text)

    @pytest.mark.parametrize(
        ("lat", "lng", "words"),
        [
            (218000, 383000, "eastings and northings"),
            (91, 0, "out of range"),
            (0, -181, "out of range"),
            (math.nan, 0, "ordinary numbers"),
            (0, math.inf, "ordinary numbers"),
        ],
    )
    def test_an_invalid_point_is_explained(self, lat, lng, words):
        with pytest.raises(GeometryError, match=words):
            geometry.check_point(lat, lng)

    def test_a_valid_point_is_accepted(self):
        geometry.check_point(-90, 180)
        geometry.check_point(LAT, LNG)

    @pytest.mark.parametrize(
        ("lat", "lng", "swapped"), [(-2.24, 51.86, True), (51.86, -2.24, False), (-33.9, 18.4, False)]
    )
    def test_swapped_coordinates_are_noticed_only_for_the_united_kingdom(self, lat, lng, swapped):
        assert geometry.looks_swapped_in_uk(lat, lng) is swapped


class TestOutline:
    def test_a_valid_square_is_unchanged(self):
        outline = geometry.clean_geometry(polygon())
        assert json.loads(outline.geometry) == {
            "type": "Polygon",
            "coordinates": [[[-2.24, 51.86], [-2.23, 51.86], [-2.23, 51.87], [-2.24, 51.87], [-2.24, 51.86]]],
        }
        assert outline.bbox == (-2.24, 51.86, -2.23, 51.87)
        assert (outline.repaired, outline.vertices) == (None, 5)
        assert outline.area_km2 == pytest.approx(0.7665, abs=0.0005)

    def test_the_same_outline_in_another_order_gives_the_same_text(self):
        ring = square()[:-1]
        turned = ring[2:] + ring[:2]
        assert text_of([*turned, turned[0]][::-1]) == text_of()

    def test_numbers_are_rounded_to_six_decimals_and_heights_dropped(self):
        ring = [[lng + 1e-8, lat - 1e-8, 12.5] for lng, lat in square()]
        assert text_of(ring) == text_of()

    def test_multipolygon_of_one_part_becomes_a_polygon(self):
        one = geometry.clean_geometry({"type": "MultiPolygon", "coordinates": [[square()]]})
        assert one.geometry == text_of()

    def test_multipolygon_of_two_parts_stays_two(self):
        two = geometry.clean_geometry({"type": "MultiPolygon", "coordinates": [[square()], [square(lng=-2.2)]]})
        assert json.loads(two.geometry)["type"] == "MultiPolygon"
        assert two.repaired is None
        assert two.area_km2 == pytest.approx(2 * 0.7665, abs=0.001)

    def test_hole_is_kept(self):
        hole = square(lng=LNG + 0.002, lat=LAT + 0.002, side=0.002)
        holed = text_of(square(), hole)
        assert geometry.contains(holed, LAT + 0.001, LNG + 0.001)
        assert not geometry.contains(holed, LAT + 0.003, LNG + 0.003)

    def test_a_crossing_ring_is_repaired_and_explained(self):
        outline = geometry.clean_geometry(polygon(BOWTIE))
        assert str(outline.repaired) == "its line crosses itself near 51.86500, -2.23500"
        assert to_shape(outline.geometry).is_valid
        assert outline.area_km2 == pytest.approx(0.7665 / 2, abs=0.001)

    def test_a_touching_ring_is_repaired_and_explained(self):
        x, y = LNG, LAT
        ring = [[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x + 0.01, y + 0.01], [x, y + 0.02], [x, y + 0.015]]
        ring += [[x + 0.01, y + 0.01], [x, y + 0.005], [x, y]]
        outline = geometry.clean_geometry(polygon(ring))
        assert "touches itself near 51.87000, -2.23000" in str(outline.repaired)
        assert to_shape(outline.geometry).is_valid

    def test_a_line_inside_a_shape_is_dropped_in_a_repair(self):
        x, y = LNG, LAT
        spike = [
            [x, y],
            [x + 0.01, y],
            [x + 0.01, y + 0.01],
            [x + 0.02, y + 0.02],
            [x + 0.01, y + 0.01],
            [x, y + 0.01],
            [x, y],
        ]
        outline = geometry.clean_geometry(polygon(spike))
        assert outline.geometry == text_of()
        assert outline.repaired is not None

    def test_overlapping_parts_are_joined(self):
        outline = geometry.clean_geometry(
            {"type": "MultiPolygon", "coordinates": [[square()], [square(lng=LNG + 0.005)]]}
        )
        assert outline.repaired is not None
        assert outline.area_km2 == pytest.approx(0.7665 * 1.5, abs=0.001)

    def test_a_hole_outside_its_shape_is_repaired(self):
        outline = geometry.clean_geometry(polygon(square(), square(lng=0)))
        assert "a hole lies outside the outline" in str(outline.repaired)
        assert outline.geometry == text_of()

    def test_an_open_ring_is_closed_and_reported(self):
        outline = geometry.clean_geometry(polygon(square()[:-1]))
        assert str(outline.repaired) == "its last corner did not join the first"
        assert outline.geometry == text_of()

    @pytest.mark.parametrize("hole", [[], [[LNG, LAT]], [[LNG, LAT]] * 5])
    def test_a_hole_without_an_area_is_left_out_and_reported(self, hole):
        outline = geometry.clean_geometry(polygon(square(), hole))
        assert str(outline.repaired) == "a ring with fewer than three corners was left out"
        assert outline.geometry == text_of()

    def test_two_repairs_are_both_reported(self):
        outline = geometry.clean_geometry(polygon(BOWTIE[:-1], [[LNG, LAT], [LNG, LAT]]))
        assert str(outline.repaired) == (
            "its last corner did not join the first, and a ring with fewer than three corners was left out, "
            "and its line crosses itself near 51.86500, -2.23500"
        )

    @pytest.mark.parametrize(
        ("geom", "words"),
        [
            (None, "empty"),
            ([], "empty"),
            ({"type": "Polygon", "coordinates": []}, "empty"),
            ({"type": "Polygon", "coordinates": [[]]}, "empty"),
            ({"type": "Polygon"}, "empty"),
            ({"type": "Point", "coordinates": [LNG, LAT]}, "area .* this is a Point"),
            ({"type": "LineString", "coordinates": square()}, "this is a LineString"),
            ({"type": "GeometryCollection", "geometries": []}, "this is a GeometryCollection"),
            ({"coordinates": []}, "this is a None"),
            ({"type": "Polygon", "coordinates": "abc"}, "nested"),
            ({"type": "Polygon", "coordinates": [1, 2]}, "nested"),
            ({"type": "Polygon", "coordinates": square()}, "two numbers"),
            ({"type": "MultiPolygon", "coordinates": [square()]}, "two numbers"),
            (polygon([["a", 1], [2, 3], [4, 5], ["a", 1]]), "two numbers"),
            (polygon([[True, False], [2, 3], [4, 5], [True, False]]), "two numbers"),
            (polygon([[math.inf, 1], [2, 3], [4, 5], [math.inf, 1]]), "two numbers"),
            (polygon([[10**400, 1], [2, 3], [4, 5], [10**400, 1]]), "two numbers"),
            (polygon([[1], [2], [3], [1]]), "two numbers"),
            (polygon([[LNG, LAT]] * 4), "encloses? no area|enclose no area"),
            (polygon([[LNG, LAT], [LNG + 1, LAT], [LNG + 2, LAT], [LNG, LAT]]), "enclose no area"),
            (polygon(square(side=0.00005)), "enclose no area"),
            (polygon(square(lng=200)), "out of range"),
            (
                polygon([[383000, 218000], [384000, 218000], [384000, 219000], [383000, 218000]]),
                "eastings and northings",
            ),
            (polygon([[-249000, 6780000], [-248000, 6780000], [-248000, 6781000], [-249000, 6780000]]), "out of range"),
            (polygon([[lat, lng] for lng, lat in square()]), "look swapped"),
            (polygon(square(side=1)), "can cover up to 2,500 km"),
        ],
    )
    def test_an_invalid_boundary_is_refused_with_a_message(self, geom, words):
        with pytest.raises(GeometryError, match=words):
            geometry.clean_geometry(geom)

    def test_too_many_corners_are_refused(self):
        ring = [[LNG + 0.01 * math.cos(step), LAT + 0.01 * math.sin(step)] for step in range(MAX_VERTICES + 1)]
        with pytest.raises(GeometryError, match="50,001 corners"):
            geometry.clean_geometry(polygon(ring))

    def test_too_many_corners_over_many_rings_are_refused(self):
        ring = [[LNG, LAT]] * 30_000
        with pytest.raises(GeometryError, match="60,000 corners"):
            geometry.clean_geometry(polygon(ring, ring))

    def test_unknown_reason_of_the_library_is_passed_on(self):
        assert str(geometry.repairs._reason("Odd thing[1 2]")) == "odd thing near 2.00000, 1.00000"
        assert str(geometry.repairs._reason("Odd thing")) == "Odd thing"

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(-300, 300), st.integers(-300, 300)).map(
                lambda p: [LNG + p[0] / 1e4, LAT + p[1] / 1e4]
            ),
            min_size=3,
            max_size=12,
        )
    )
    def test_any_ring_is_refused_or_becomes_valid_and_stable(self, corners):
        try:
            outline = geometry.clean_geometry(polygon(corners))
        except GeometryError as error:
            refused = str(error)
            event("refused")
        else:
            refused = ""
        if refused:
            assert refused == "The outline is empty: its corners enclose no area."
            return
        shape = to_shape(outline.geometry)
        assert shape.is_valid
        assert shape.geom_type in ("Polygon", "MultiPolygon")
        again = geometry.clean_geometry(json.loads(outline.geometry))
        assert again.geometry == outline.geometry
        assert again.repaired is None

    @settings(deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=4),
            max_leaves=12,
        )
    )
    def test_any_coordinates_give_an_outline_or_a_message(self, coordinates):
        for kind in ("Polygon", "MultiPolygon"):
            with pytest.raises(GeometryError) as caught:
                geometry.clean_geometry({"type": kind, "coordinates": coordinates})
            assert str(caught.value).endswith((".", "!"))


class TestLooking:
    def test_edge_and_corner_count_as_inside(self):
        assert geometry.contains(text_of(), LAT, LNG)
        assert geometry.contains(text_of(), LAT, LNG + 0.005)
        assert not geometry.contains(text_of(), LAT - 0.000001, LNG)

    def test_label_of_a_horseshoe_lies_inside_it(self):
        x, y = LNG, LAT
        ring = [[x, y], [x + 0.03, y], [x + 0.03, y + 0.03], [x + 0.029, y + 0.03], [x + 0.029, y + 0.001]]
        ring += [[x + 0.001, y + 0.001], [x + 0.001, y + 0.03], [x, y + 0.03], [x, y]]
        horseshoe = text_of(ring)
        assert geometry.contains(horseshoe, *geometry.representative_point(horseshoe))

    def test_the_label_of_a_square_is_at_its_centre(self):
        assert geometry.representative_point(text_of()) == pytest.approx((51.865, -2.235))

    def test_simplifying_drops_corners_that_hardly_matter(self):
        x, y = LNG, LAT
        ring = [[x, y], [x + 0.005, y + 0.00001], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
        lighter = geometry.simplify_many([text_of(ring)])[0]
        assert len(lighter["coordinates"][0]) == 5
        assert geometry.simplify_many([text_of(ring)], tolerance=0)[0]["coordinates"][0].__len__() == 6

    def test_corners_can_be_typed_back(self):
        typed = geometry.corners_text(text_of())
        assert typed.splitlines()[0] == "51.860000, -2.240000"
        assert geometry.clean_drawing(typed).geometry == text_of()

    def test_two_parts_cannot_be_written_as_corners(self):
        two = geometry.clean_geometry({"type": "MultiPolygon", "coordinates": [[square()], [square(lng=-2.2)]]})
        assert geometry.corners_text(two.geometry) == ""
        assert geometry.corners_text(text_of(square(), square(LNG + 0.002, LAT + 0.002, 0.002))) == ""


class TestDrawing:
    @pytest.mark.parametrize(
        "text",
        [
            "51.86, -2.24\n51.86, -2.23\n51.87, -2.23\n51.87, -2.24",
            "51.86 -2.24\n\n51.86;-2.23\n51.87\t-2.23\n  51.87 , -2.24  \n51.86,-2.24",
            json.dumps(polygon()),
            "\ufeff" + json.dumps(feature()),
            collection(feature()),
        ],
    )
    def test_corners_and_geojson_give_the_same_outline(self, text):
        assert geometry.clean_drawing(text).geometry == text_of()

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "Draw at least three"),
            ("  \n ", "Draw at least three"),
            ("51.86, -2.24\n51.86", "Line 2 is not a corner"),
            ("51.86, -2.24, 7", "Line 1 is not a corner"),
            ("here, there", "Line 1 is not a corner"),
            ("51.86, -2.24\n51.87, -2.24", "at least three different"),
            ("51.86, -2.24\n" * 5, "at least three different"),
            ("-2.24, 51.86\n-2.23, 51.86\n-2.23, 51.87", "look swapped"),
            ("218000 383000\n219000 383000\n219000 384000", "eastings and northings"),
            ("nan, 1\n2, 3\n4, 5", "two numbers"),
            ("{", "cannot be read as GeoJSON"),
            ('{"a":' * 100_000, "cannot be read as GeoJSON"),
            (
                '{"type": "FeatureCollection", "features": []}',
                "Paste one outline. To add several, import a file.",
            ),
            ('{"type": "FeatureCollection", "features": 5}', "Paste one outline."),
            ('{"type": "FeatureCollection", "features": {"0": 1}}', "Paste one outline."),
            ('{"type": "FeatureCollection"}', "Paste one outline."),
            ('{"a": 1}', "This is JSON but not GeoJSON"),
            ('{"type": 5}', "This is JSON but not GeoJSON"),
            ('{"type": ["Polygon"], "coordinates": []}', "This is JSON but not GeoJSON"),
            ('{"type": "\\ud800"}', "Line 1 has an incomplete character"),
            ("<kml></kml>", "This is KML"),
            ('{"type": "Feature", "geometry": null}', "empty"),
            ('{"type": "FeatureCollection", "features": [3]}', "empty"),
        ],
    )
    def test_an_invalid_drawing_is_refused_with_a_message(self, text, words):
        with pytest.raises(GeometryError, match=words):
            geometry.clean_drawing(text)

    def test_drawing_that_crosses_itself_in_the_middle_is_refused(self):
        with pytest.raises(GeometryError, match="in several pieces: its line crosses itself near"):
            geometry.clean_drawing(json.dumps(polygon(BOWTIE)))

    def test_a_drawing_with_a_small_slip_is_repaired(self):
        x, y = LNG, LAT
        ring = [
            [x, y],
            [x + 0.01, y],
            [x + 0.01, y + 0.01],
            [x, y + 0.01],
            [x, y + 0.0005],
            [x + 0.0005, y - 0.0005],
            [x, y],
        ]
        outline = geometry.clean_drawing(json.dumps(polygon(ring)))
        assert "crosses itself" in str(outline.repaired)
        assert outline.area_km2 == pytest.approx(0.7665, rel=0.05)

    def test_corners_are_read_as_longitude_and_latitude(self):
        corners = parse_corners("51.86, -2.24\n51.87, -2.23\n51.88, -2.25")
        assert corners == [[-2.24, 51.86], [-2.23, 51.87], [-2.25, 51.88]]
        assert corners_to_geometry(corners)["coordinates"][0][-1] == [-2.24, 51.86]


class TestFiles:
    def test_features_are_named_and_checked_in_order(self):
        data = collection(
            feature(NM="Abbey  Mead ", CD="E05"),
            feature(polygon(BOWTIE), NM="Barton", CD=7),
            feature({}, NM="Cathedral", CD=None),
        )
        abbey, barton, cathedral = geometry.parse_boundaries(data, name_property="NM", code_property="CD")
        assert (abbey.number, abbey.name, abbey.code, abbey.repaired, abbey.refused) == (
            1,
            "Abbey Mead",
            "E05",
            None,
            None,
        )
        assert (barton.name, barton.code) == ("Barton", "7")
        assert "crosses itself" in str(barton.repaired)
        assert cathedral.outline is None
        assert "must be an area" in str(cathedral.refused)
        assert cathedral.repaired is None

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_byte_order_marks_are_read(self, encoding):
        data = collection(feature(name="Caffè")).encode(encoding)
        assert geometry.parse_boundaries(data, name_property="name")[0].name == "Caffè"

    def test_single_feature_and_bare_geometry_are_collections_of_one(self):
        assert geometry.parse_boundaries(json.dumps(feature(name="A")), name_property="name")[0].name == "A"
        assert geometry.parse_collection(json.dumps(polygon())).property_names == []

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf  ", "empty"),
            (b"name,lat\nA,1", "not JSON: there is an error at line 1"),
            (b'{"type": "FeatureCollection", "features": [', "not JSON"),
            ('{"name": "Caffè"}'.encode("latin-1"), "not UTF-8"),
            (b"\xff\xfe\x00", "not UTF-8"),
            (b"name,lat\nA,1", "Save the outlines as GeoJSON in a map program"),
            (b"GIF89a\x01", "This is a picture or another program’s own file"),
            (b"\x00\x00\x00\x18ftypheic", "This is a picture or another program’s own file"),
            (b"PK\x03\x04\x14\x00[Content_Types].xml", "This is a workbook, not a map"),
            (b"PK\x03\x04rest", "compressed"),
            (b"\x1f\x8brest", "compressed"),
            (b"[1, 2]", "JSON but not GeoJSON"),
            (b'{"a": 1}', "JSON but not GeoJSON"),
            (b'{"type": 3}', "JSON but not GeoJSON"),
            (b'{"type": "Topology"}', "TopoJSON"),
            (b'{"type": "Recipe"}', 'its type is "Recipe"'),
            (b'{"type": "FeatureCollection"}', "has no features"),
            (b'{"type": "FeatureCollection", "features": []}', "has no features"),
            (b'{"type": "FeatureCollection", "features": {}}', "has no features"),
            (
                b'{"type": "FeatureCollection", "features": [{"type": "Feature"}, 7]}',
                "Feature 2 is not a GeoJSON feature",
            ),
            (b'{"type": "FeatureCollection", "features": [NaN]}', "holds NaN"),
            (b"[" * 200_000, "nested too deeply"),
            (b'{"type": ' + b"9" * 5000 + b"}", "number too long"),
            (b" " * (5 * 1024 * 1024 + 1), r"5\.0 MB; the most Kith takes is 5 MB"),
        ],
    )
    def test_a_file_other_than_geojson_is_refused_with_a_message(self, data, words):
        with pytest.raises(GeometryError, match=words):
            geometry.parse_collection(data)

    def test_too_many_features_are_refused(self):
        data = collection(*[{"type": "Feature"}] * (MAX_FEATURES + 1))
        with pytest.raises(GeometryError, match="2,001 features"):
            geometry.parse_collection(data)

    @pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::27700", "EPSG:3857"])
    def test_other_coordinate_systems_are_named(self, name):
        data = collection(feature(name="A"), crs={"type": "name", "properties": {"name": name}})
        with pytest.raises(GeometryError, match=name):
            geometry.parse_collection(data)

    @pytest.mark.parametrize(
        "crs",
        [
            None,
            7,
            {"properties": 7},
            {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
            {"properties": {"name": "epsg:4326"}},
        ],
    )
    def test_every_name_of_wgs84_is_accepted(self, crs):
        assert len(geometry.parse_collection(collection(feature(name="A"), crs=crs)).features) == 1

    def test_a_missing_property_error_names_the_feature_and_the_existing_properties(self):
        data = collection(feature(ward="A", code="1"), feature(code="2", label="x"))
        with pytest.raises(GeometryError, match='Feature 2 has no property "ward"; it has code, label.'):
            geometry.parse_boundaries(data, name_property="ward")
        with pytest.raises(GeometryError, match='Feature 2 has no property "extra"; it has code, label.'):
            geometry.parse_boundaries(
                collection(feature(label="a", extra=1), feature(code="2", label="x")),
                name_property="label",
                code_property="extra",
            )

    def test_missing_properties_are_reported(self):
        with pytest.raises(GeometryError, match="no properties at all"):
            geometry.parse_boundaries(json.dumps(polygon()), name_property="name")
        with pytest.raises(GeometryError, match="no properties at all"):
            geometry.parse_boundaries(
                json.dumps({"type": "Feature", "properties": [1], "geometry": None}), name_property="name"
            )

    @pytest.mark.parametrize(
        ("name", "words"),
        [("", "no name"), (None, "no name"), (["x"], "no name"), (True, "no name"), ("x" * 121, "longer than 120")],
    )
    def test_unusable_name_refuses_that_feature_only(self, name, words):
        bad, good = geometry.parse_boundaries(
            collection(feature(name=name), feature(name="Good")), name_property="name"
        )
        assert words in str(bad.refused)
        assert good.refused is None

    def test_long_code_and_repeated_name_are_refused(self):
        first, again, long = geometry.parse_boundaries(
            collection(feature(name="Abbey", c=""), feature(name="ABBEY", c=""), feature(name="B", c="9" * 41)),
            name_property="name",
            code_property="c",
        )
        assert first.refused is None
        assert str(again.refused) == "Feature 1 in this file has the same name."
        assert "code is longer than 40" in str(long.refused)

    def test_name_and_code_properties_are_guessed(self):
        wards = geometry.parse_collection(
            collection(feature(WD13CD="E1", WD13NM="Abbey", pop=5), feature(WD13CD="E2", WD13NM="Barton", pop=6))
        )
        assert wards.guess_name_property() == "WD13NM"
        assert wards.guess_code_property("WD13NM") == "WD13CD"
        assert wards.sample("WD13NM") == "Abbey, Barton"
        assert wards.sample("nothing") == ""

    def test_guessing_needs_distinct_values(self):
        same = geometry.parse_collection(collection(feature(name="A", area="x"), feature(name="A", area="y")))
        assert same.guess_name_property() == "area"
        numbers = geometry.parse_collection(collection(feature(id=1), feature(id=-2.5)))
        assert numbers.guess_name_property() == ""
        assert numbers.guess_code_property("") == ""

    def test_features_can_be_stored_as_plain_values(self):
        kept = geometry.parse_collection(collection(feature(name="Caffè", code=1), feature({}, name="B")))
        assert geometry.Collection.from_rows(json.loads(json.dumps(kept.as_rows()))) == kept

    @given(st.binary(max_size=60) | st.text(max_size=60))
    def test_any_bytes_give_a_collection_or_a_message(self, data):
        with pytest.raises(GeometryError):
            geometry.parse_collection(data)


class TestIndex:
    def boxes(self):
        return [
            ("ward", text_of(square(side=0.02))),
            ("patch", text_of(square(LNG + 0.005, LAT + 0.005, 0.005))),
            ("none", ""),
        ]

    def test_the_smallest_outline_wins_and_places_without_one_are_left_out(self):
        index = BoundaryIndex(self.boxes())
        assert len(index) == 2
        assert index.locate(LAT + 0.007, LNG + 0.007) == "patch"
        assert index.locate(LAT + 0.001, LNG + 0.001) == "ward"
        assert index.locate(LAT - 1, LNG) is None
        assert index.locate(None, LNG) is None
        assert index.locate(LAT, None) is None

    def test_shared_edge_goes_to_the_first_of_equals(self):
        left, right = text_of(square(lng=0, lat=0)), text_of(square(lng=0.01, lat=0))
        assert BoundaryIndex([("left", left), ("right", right)]).locate(0.005, 0.01) == "left"
        assert BoundaryIndex([("right", right), ("left", left)]).locate(0.005, 0.01) == "right"

    def test_many_points_give_results_in_order_with_gaps(self):
        index = BoundaryIndex(self.boxes())
        lats, lngs = [LAT + 0.007, None, 10, LAT + 0.001, math.nan], [LNG + 0.007, LNG, 10, LNG + 0.001, LNG]
        assert index.locate_many(lats, lngs) == ["patch", None, None, "ward", None]

    def test_an_empty_index_and_no_points_give_nothing(self):
        assert BoundaryIndex([]).locate(LAT, LNG) is None
        assert BoundaryIndex([]).locate_many([LAT], [LNG]) == [None]
        assert BoundaryIndex(self.boxes()).locate_many([], []) == []

    def test_lists_of_unequal_length_are_an_error(self):
        with pytest.raises(ValueError, match="as many latitudes"):
            BoundaryIndex(self.boxes()).locate_many([1, 2], [1])

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.floats(-0.01, 0.03), st.floats(-0.01, 0.03)), max_size=20))
    def test_many_agrees_with_one_and_with_contains(self, moves):
        boxes = self.boxes()
        index = BoundaryIndex(boxes)
        lats, lngs = [LAT + north for north, _ in moves], [LNG + east for _, east in moves]
        found = index.locate_many(lats, lngs)
        assert found == [index.locate(lat, lng) for lat, lng in zip(lats, lngs, strict=True)]
        for key, lat, lng in zip(found, lats, lngs, strict=True):
            assert (key is not None) == any(geometry.contains(text, lat, lng) for _, text in boxes if text)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "prop", "count", "km2"),
    [
        ("gloucester_wards2013", "WD13NM", 15, 40.54),
        ("coventry_wards2013", "WD13NM", 18, 98.64),
        ("derby_wards2013", "WD13NM", 17, 78.03),
    ],
)
def test_real_wards_are_valid_and_add_up_to_the_published_area(shared_data, name, prop, count, km2):
    features = geometry.parse_boundaries((shared_data / "geo" / f"{name}.geojson").read_bytes(), name_property=prop)
    assert len(features) == count
    assert not any(feature.refused or feature.repaired for feature in features)
    assert sum(feature.outline.area_km2 for feature in features) == pytest.approx(km2, rel=0.005)


@pytest.mark.shared_data
def test_a_real_invalid_ring_is_reported(shared_data):
    features = geometry.parse_boundaries(
        (shared_data / "geo" / "derby_lsoa2011.geojson").read_bytes(), name_property="LSOA11NM"
    )
    assert len(features) == 151
    assert [(feature.name, str(feature.repaired)) for feature in features if feature.repaired] == [
        ("Derby 022A", "its line touches itself near 52.89690, -1.49978")
    ]
