"""Queries of assets: possible duplicates, and what the visible part of a map shows."""

import pytest

from assets import queries
from assets.models import Asset, Kind
from assets.queries import has_outlines, neighbourhood_at, pins, similar_assets
from communities.geometry import Bbox, quadkey
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory

pytestmark = pytest.mark.django_db
KM_NORTH = 1 / 111.2


def near(km):
    """Return a position a number of kilometres north of INSIDE."""
    return {"latitude": INSIDE[0] + km * KM_NORTH, "longitude": INSIDE[1]}


def test_neighbourhood_at(team, other_team):
    NeighbourhoodFactory(team=other_team, outlined=True)
    assert not has_outlines(team)
    brook = NeighbourhoodFactory(team=team, outlined=True)

    assert has_outlines(team)
    assert neighbourhood_at(team, *INSIDE) == brook
    assert neighbourhood_at(team, *OUTSIDE) is None
    assert neighbourhood_at(team, None, None) is None


def test_similar_assets_are_alike_by_name_and_near(team, other_team):
    twin = AssetFactory(team=team, name="Matson Library", **near(0.9))
    nearest = AssetFactory(team=team, name="matson community library", **near(0.2))
    unplaced = AssetFactory(team=team, name="Matson Library")
    AssetFactory(team=team, name="Matson Library", **near(1.2))
    AssetFactory(team=team, name="Robinswood Library", **near(0.1))
    AssetFactory(team=team, name="Matson Library", retired=True, **near(0.1))
    AssetFactory(team=other_team, name="Matson Library", **near(0.1))

    found = similar_assets(team, name="Matson Library", latitude=INSIDE[0], longitude=INSIDE[1])
    assert found == [nearest, twin, unplaced]


def test_similar_assets_without_a_position_are_found_by_name(team):
    placed = AssetFactory(team=team, name="The Brookside Choir", placed=True)
    AssetFactory(team=team, name="Brookside Bakery")

    assert similar_assets(team, name="Brookside choir") == [placed]
    assert similar_assets(team, name="Walking football") == []


def test_similar_assets_are_at_most_three(team, django_assert_num_queries):
    AssetFactory.create_batch(5, team=team, name="Brookside Choir", placed=True)
    with django_assert_num_queries(1):
        assert len(similar_assets(team, name="Brookside Choir", latitude=INSIDE[0], longitude=INSIDE[1])) == 3


def test_pins_have_a_name_and_a_position(team):
    asset = AssetFactory(team=team, name="Bench <b>", placed=True)
    AssetFactory(team=team)

    assert pins(Asset.objects.all(), bbox=None, zoom=11) == {
        "type": "FeatureCollection",
        "grouped": False,
        "features": [
            {
                "type": "Feature",
                "id": asset.pk,
                "geometry": {"type": "Point", "coordinates": [-2.235, 51.865]},
                "properties": {"name": "Bench <b>", "kind": "place", "note": "Place", "url": f"/assets/{asset.pk}/"},
            }
        ],
    }


def test_bumping_places_and_touch_points_are_marked(team):
    AssetFactory(team=team, placed=True, is_bumping_place=True, is_touch_point=True)
    properties = pins(Asset.objects.all(), bbox=None, zoom=11)["features"][0]["properties"]

    assert (properties["bumping"], properties["touching"]) == (True, True)


def test_pins_stay_inside_the_window(team):
    inside = AssetFactory(team=team, placed=True)
    AssetFactory(team=team, outside=True)
    window = Bbox(INSIDE[1] - 0.01, INSIDE[0] - 0.01, INSIDE[1] + 0.01, INSIDE[0] + 0.01)

    names = [feature["properties"]["name"] for feature in pins(Asset.objects.all(), bbox=window, zoom=14)["features"]]
    assert names == [inside.name]


@pytest.fixture
def town(team):
    """Return 400 assets on a grid of 0.4 by 0.2 degrees."""
    rows = [
        Asset(team=team, name=f"{n:03}", kind=Kind.PLACE, latitude=51.7 + n % 20 / 100, longitude=-2.4 + n // 20 / 50)
        for n in range(400)
    ]
    for row in rows:
        row.quadkey = quadkey(row.latitude, row.longitude)
    return Asset.objects.bulk_create(rows)


@pytest.mark.parametrize("zoom", [-3, 1, 6, 9, 11, 13, 16, 40])
def test_groups_add_up_to_all_assets(town, monkeypatch, zoom, django_assert_max_num_queries):
    monkeypatch.setattr(queries, "MOST_PINS", 100)
    window = Bbox(-2.4001, 51.6999, -2.2, 51.9)
    with django_assert_max_num_queries(3):
        everywhere = pins(Asset.objects.all(), bbox=None, zoom=zoom)["features"]
    counts = [feature["properties"].get("count", 1) for feature in everywhere]

    assert sum(counts) == 400
    assert len(counts) == len({row.quadkey[: min(max(zoom, 1), 16) + 2] for row in town})
    part = pins(Asset.objects.all(), bbox=window, zoom=zoom)["features"]
    expected = [row for row in town if row.latitude <= 51.9 and row.longitude <= -2.2]
    assert 100 < len(expected) < 400
    assert sum(feature["properties"].get("count", 1) for feature in part) == len(expected)


def test_a_group_is_drawn_at_its_centre_and_a_single_asset_as_a_pin(team, monkeypatch):
    monkeypatch.setattr(queries, "MOST_PINS", 2)
    for east in (0.0, 0.0002):
        AssetFactory(team=team, latitude=51.86, longitude=-2.24 + east)
    alone = AssetFactory(team=team, name="Alone", outside=True)
    features = pins(Asset.objects.all(), bbox=None, zoom=10)["features"]
    group = next(feature for feature in features if "count" in feature["properties"])
    pin = next(feature for feature in features if "name" in feature["properties"])

    assert group["properties"] == {"count": 2}
    assert group["bbox"] == [-2.24, 51.86, -2.2398, 51.86], "a press zooms in on its members"
    assert group["geometry"]["coordinates"] == [-2.2399, 51.86]
    assert pin["properties"]["url"] == f"/assets/{alone.pk}/"
    assert len(features) == 2
