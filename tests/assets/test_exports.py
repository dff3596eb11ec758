"""Exports of assets: stable columns, no live formulas, and files that can be imported again."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.actions.importing import import_rows
from assets.exports import COLUMNS, csv_export, geojson_export, xlsx_export
from assets.importing import COMMAND, guess_columns, read_table
from assets.models import Asset, AssetQuerySet, Kind, LedBy, Visibility
from communities import written_lines
from communities.models import Team
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory


def as_csv(assets: AssetQuerySet) -> bytes:
    """Return the whole CSV file."""
    return "".join(csv_export(assets)).encode()


def as_geojson(assets: AssetQuerySet) -> bytes:
    """Return the whole GeoJSON file."""
    return "".join(geojson_export(assets)).encode()


def as_xlsx(assets: AssetQuerySet) -> bytes:
    """Return the whole workbook."""
    with xlsx_export(assets) as file:
        return file.read()


WAYS = {"csv": as_csv, "geojson": as_geojson, "xlsx": as_xlsx}


def restore_suggestion(team: Team, content: bytes) -> dict[str, int]:
    """Import an exported file; return the number of rows with each outcome."""
    sheet = read_table(io.BytesIO(content), COMMAND)
    return import_rows(
        team=team,
        by=None,
        file_name="back",
        headings=sheet.headers,
        rows=sheet.rows,
        columns=guess_columns(sheet.headers),
        kind=Kind.STORY,
    ).counts


@pytest.fixture
def everything(team: Team) -> Asset:
    """Return an asset with a value in every field, some of them hostile."""
    here = NeighbourhoodFactory(team=team, outlined=True, name="+Brook")
    return AssetFactory(
        team=team,
        placed=True,
        neighbourhood=here,
        name='=HYPERLINK("x")',
        kind=Kind.ASSOCIATION,
        description="Warm,\r\nand “dry”; @home",
        address="-1 Brook Street",
        postcode="GL1 1AA",
        phone="+44 1452 123456",
        email="hall@example.org",
        website="https://example.org/?a=1",
        opening="@noon",
        access="'quoted'",
        is_bumping_place=True,
        is_touch_point=True,
        formed_on=date(1851, 5, 1),
        led_by=LedBy.RESIDENTS,
        last_confirmed_on=date(2026, 5, 20),
        visibility=Visibility.PUBLIC,
    )


def test_the_columns_are_stable() -> None:
    assert ",".join(COLUMNS) == (
        "uuid,name,kind,description,address,postcode,latitude,longitude,neighbourhood,phone,email,website,opening,"
        "access,is_bumping_place,formed_on,led_by,last_confirmed_on,visibility,status,is_touch_point"
    )


def test_csv_has_every_column_and_no_formulas(everything: Asset) -> None:
    content = as_csv(Asset.objects.all())
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row == {
        "uuid": str(everything.uuid),
        "name": '\'=HYPERLINK("x")',
        "kind": "association",
        "description": "Warm,\r\nand “dry”; @home",
        "address": "'-1 Brook Street",
        "postcode": "GL1 1AA",
        "latitude": str(INSIDE[0]),
        "longitude": str(INSIDE[1]),
        "neighbourhood": "'+Brook",
        "phone": "+44 1452 123456",
        "email": "hall@example.org",
        "website": "https://example.org/?a=1",
        "opening": "'@noon",
        "access": "'quoted'",
        "is_bumping_place": "yes",
        "formed_on": "1851-05-01",
        "led_by": "residents",
        "last_confirmed_on": "2026-05-20",
        "visibility": "public",
        "status": "listed",
        "is_touch_point": "yes",
    }


def test_a_workbook_has_text_number_and_date_cells(everything: Asset) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(Asset.objects.all())))
    headings, cells = book.active.iter_rows()
    assert tuple(cell.value for cell in headings) == COLUMNS
    found = dict(zip(COLUMNS, cells, strict=True))
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert (found["name"].value, found["name"].data_type) == ('\'=HYPERLINK("x")', "s")
    # Excel stores fifteen digits, which is a millionth of a millimetre here.
    assert found["latitude"].value == pytest.approx(INSIDE[0], abs=1e-12)
    assert found["formed_on"].value == "1851-05-01"
    assert found["last_confirmed_on"].value.date() == date(2026, 5, 20)


def test_geojson_has_points_and_unquoted_texts(everything: Asset) -> None:
    AssetFactory(team=everything.team, name="A tale")
    collection = json.loads(as_geojson(Asset.objects.all()))
    assert collection["type"] == "FeatureCollection"
    first, second = collection["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [INSIDE[1], INSIDE[0]]}
    assert (first["id"], first["properties"]["name"]) == (str(everything.uuid), '=HYPERLINK("x")')
    assert first["properties"]["is_bumping_place"] is True
    assert list(first["properties"]) == [name for name in COLUMNS if name not in ("latitude", "longitude")]
    assert second["geometry"] is None


@pytest.mark.parametrize("way", WAYS)
def test_importing_an_export_changes_nothing(everything: Asset, way: str) -> None:
    team = everything.team
    AssetFactory(team=team, placed=True, name="Hall", neighbourhood=everything.neighbourhood)
    AssetFactory(team=team, placed=True, name="Hall", neighbourhood=everything.neighbourhood)
    AssetFactory(team=team, name="A tale")
    AssetFactory(team=team, name="The old baths", retired=True)
    chosen = NeighbourhoodFactory(team=team, name="Hill")
    AssetFactory(team=team, name="Tool shed", placed=True, neighbourhood=chosen, is_neighbourhood_chosen=True)
    before = list(Asset.objects.order_by("pk").values())
    assert restore_suggestion(team, WAYS[way](Asset.objects.all())) == {"same": 6, "outside": 0}
    assert list(Asset.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("way", WAYS)
def test_another_team_can_import_an_export(everything: Asset, other_team: Team, way: str) -> None:
    AssetFactory(team=everything.team, name="A tale", kind=Kind.EXCHANGE)
    assert restore_suggestion(other_team, WAYS[way](Asset.objects.filter(team=everything.team))) == {
        "add": 2,
        "outside": 0,
    }
    taken = Asset.objects.get(team=other_team, latitude__isnull=False)
    kept = ("name", "kind", "postcode", "phone", "access", "opening", "formed_on", "led_by", "visibility")
    assert [getattr(taken, field) for field in kept] == [getattr(everything, field) for field in kept]
    assert taken.latitude == pytest.approx(INSIDE[0], abs=1e-12)
    assert (taken.uuid != everything.uuid, taken.neighbourhood) == (True, None)


# Text that a form accepts: no control characters, not blank, and no spaces at either end.
WORDS = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\r\n".join)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "name": WORDS,
                "description": st.just("") | LINES,
                "address": st.just("") | WORDS,
                "phone": st.sampled_from(["", "01452 123456", "+44 1452 123456", "0", "-1"]),
                "opening": st.just("") | WORDS,
                "kind": st.sampled_from(Kind.values),
                "formed_on": st.none() | st.dates(date(1000, 1, 1), date(2100, 1, 1)),
                "position": st.none() | st.tuples(st.floats(3, 89), st.floats(-179, 179)),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_survives_export_and_import(way: str, rows: list[dict[str, object]], db: None) -> None:
    team = TeamFactory()
    for row in rows:
        latitude, longitude = row.pop("position") or (None, None)
        AssetFactory(team=team, latitude=latitude, longitude=longitude, **row)
    counts = restore_suggestion(team, WAYS[way](Asset.objects.filter(team=team)))
    assert counts == {"same": len(rows), "outside": 0}


def test_rows_are_streamed(team: Team) -> None:
    for number in range(3):
        AssetFactory(team=team, name=f"Spot {number}")
    seen: list[int] = []

    def counted(rows: Iterator[str]) -> Iterator[str]:
        for number, row in enumerate(rows):
            seen.append(number)
            yield row

    read = written_lines._lines
    with (
        patch.object(written_lines, "_LINES", 1),
        patch.object(written_lines, "_lines", lambda *given: counted(read(*given))),
    ):
        pieces = csv_export(Asset.objects.all())
        next(pieces), next(pieces)
    assert seen == [0]


def test_an_export_takes_one_query(team: Team, django_assert_num_queries) -> None:
    for rows in (1, 3):
        while Asset.objects.count() < rows:
            AssetFactory(team=team, neighbourhood=NeighbourhoodFactory(team=team))
        for way in WAYS.values():
            with django_assert_num_queries(1):
                way(Asset.objects.all())
