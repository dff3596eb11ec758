"""The map on paper: numbers in the order of the list, marks that never touch, and a page that fits A4."""

import random
import re

import pytest

from assets.models import Asset, Kind
from assets.printed import HALF_ONE, HALF_SEVERAL, HIGH, LETTER, WIDTH, Box, printed_map
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory

PRINT = "/assets/print/"


def scattered(crowd, spread=0.02):
    """Return assets that are not stored, scattered around a point."""
    chance = random.Random(crowd)  # noqa: S311 - a repeatable scatter
    return [
        Asset(
            pk=n,
            name=f"Asset {n}",
            kind=Kind.PLACE,
            latitude=INSIDE[0] + chance.uniform(-spread, spread),
            longitude=INSIDE[1] + chance.uniform(-spread, spread),
        )
        for n in range(crowd)
    ]


def numbers(label):
    """Return the numbers of a mark."""
    first, _dash, last = label.partition("–")
    return list(range(int(first), int(last or first) + 1))


@pytest.mark.parametrize("crowd", [1, 2, 40, 300])
def test_every_asset_has_one_number_and_no_two_marks_touch(crowd):
    drawn = printed_map(scattered(crowd), [])
    assert [number for mark in drawn.marks for number in numbers(mark.label)] == list(range(1, crowd + 1))
    assert sorted(asset.pk for _number, asset in drawn.numbered) == list(range(crowd))
    for n, one in enumerate(drawn.marks):
        for other in drawn.marks[n + 1 :]:
            halves = sum(HALF_ONE if mark.kind else HALF_SEVERAL for mark in (one, other))
            assert abs(one.y - other.y) >= HIGH - 1 or abs(one.x - other.x) >= halves - 1, (one, other)


def test_marks_and_scale_are_on_the_sheet():
    drawn = printed_map(scattered(200), [])
    assert all(0 < mark.x < WIDTH and 0 < mark.y < drawn.height for mark in drawn.marks)
    assert 20 <= drawn.bar <= WIDTH / 4
    assert drawn.bar_metres == 1000


def test_north_is_up_and_numbers_run_from_the_top():
    rows = scattered(2)
    (rows[0].latitude, rows[0].longitude), (rows[1].latitude, rows[1].longitude) = (51.85, -2.23), (51.87, -2.23)
    drawn = printed_map(rows, [])
    assert [asset.pk for _number, asset in drawn.numbered] == [1, 0]
    assert drawn.marks[0].y < drawn.marks[1].y


@pytest.mark.parametrize(
    "outlines", [[], [(1, "Brook", {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})]]
)
def test_nothing_placed_is_still_a_map(outlines):
    drawn = printed_map([Asset(pk=1, name="Nowhere", kind=Kind.STORY)], outlines)
    assert (drawn.marks, drawn.numbered, [asset.name for asset in drawn.unplaced]) == ([], [], ["Nowhere"])
    assert drawn.height > 0


@pytest.mark.django_db
def test_the_page_has_the_filters_of_the_map(client_for, evaluator, team, other_team):
    NeighbourhoodFactory(team=team, name="Brook <b>", outlined=True)
    AssetFactory(team=team, name="Bench", placed=True, kind=Kind.PLACE, opening="Always")
    AssetFactory(team=team, name="Legend", kind=Kind.STORY)
    AssetFactory(team=team, name="Choir", kind=Kind.ASSOCIATION, outside=True)
    AssetFactory(team=other_team, name="Theirs", placed=True)
    client = client_for(evaluator)
    page = client.get(PRINT, {"kind": ["place", "story"]})

    assert [(number, asset.name) for number, asset in page.context["drawn"].numbered] == [(1, "Bench")]
    assert [asset.name for asset in page.context["drawn"].unplaced] == ["Legend"]
    assert "Brook &lt;b&gt;" in page.text
    assert "Always" in page.text
    assert "Theirs" not in page.text
    assert re.search(r'href="/assets/print/\?kind=place"', client.get("/assets/", {"kind": "place"}).text)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    client_for, builder, team, size, django_assert_num_queries
):
    AssetFactory.create_batch(size, team=team, placed=True)
    client = client_for(builder)
    with django_assert_num_queries(7):
        client.get(PRINT)


@pytest.mark.django_db
def test_a_long_list_is_cut_and_says_so(client_for, builder, team, monkeypatch):
    monkeypatch.setattr("assets.views.assets.MOST_PRINTED", 2)
    AssetFactory.create_batch(3, team=team, placed=True)
    page = client_for(builder).get(PRINT)

    assert len(page.context["drawn"].numbered) == 2
    assert "The first 2 by name are here." in page.text


def square(left, bottom, wide):
    """Return an outline."""
    right, top = left + wide, bottom + wide
    corners = [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]
    return {"type": "Polygon", "coordinates": [corners]}


def test_outlines_are_whole_and_names_cover_neither_marks_nor_each_other():
    west, south = INSIDE[1] - 0.02, INSIDE[0] - 0.02
    names = ("Brook Street", "Hill End", "The Wharf", "Weir")
    outlines = [(n, name, square(west + 0.02 * (n % 2), south + 0.02 * (n // 2), 0.02)) for n, name in enumerate(names)]
    far = (9, "Elsewhere", square(west + 5, south, 0.02))
    drawn = printed_map(scattered(60), [*outlines, far])
    assert [shape.name for shape in drawn.shapes] == list(names)
    corners = [
        tuple(map(int, pair.split())) for shape in drawn.shapes for pair in re.findall(r"-?\d+ -?\d+", shape.path)
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in corners)
    boxes = [Box(m.x - m.half, m.y - HIGH / 2, m.x + m.half, m.y + HIGH / 2) for m in drawn.marks]
    for shape in drawn.shapes:
        half = len(shape.name) * LETTER / 2
        name = Box(shape.x - half, shape.y - 22, shape.x + half, shape.y + 7)
        assert [other for other in boxes if name.covered(other) > 60] == [], shape.name
        boxes.append(name)
