"""What an import does with each row of a file: cleaning, placing and matching."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from assets.importing import COMMAND, UPLOAD, Judge, Verdict, check_columns, guess_columns, parse_columns, read_table
from assets.importing.cleaning import Cleaner
from assets.importing.columns import columns_not_read
from assets.importing.days import read_day, why_invalid_date
from assets.importing.matching import AssetIndex, Known
from assets.importing.names import exact_name, names_alike
from assets.models import Asset, ImportRow, Kind
from communities.models import Team
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory

Fate = ImportRow.Fate
COLUMNS = {
    "name": "Name",
    "kind": "Kind",
    "postcode": "Postcode",
    "latitude": "Lat",
    "longitude": "Lng",
    "email": "Email",
    "website": "Web",
}
EVERY = {
    **COLUMNS,
    "neighbourhood": "Area",
    "uuid": "Mark",
    "formed_on": "Formed",
    "is_bumping_place": "Bumping",
    "is_touch_point": "Touch",
}


def row(**texts: object) -> dict[str, str]:
    """Return a row of cells for the headings in EVERY, blank by default."""
    return dict.fromkeys(EVERY.values(), "") | {heading: str(text) for heading, text in texts.items()}


def at(place: tuple[float, float], **texts: object) -> dict[str, str]:
    """Return a row with a position."""
    return row(Lat=place[0], Lng=place[1], **texts)


def judge(team: Team, *rows: dict[str, str], **options: object) -> list[Verdict]:
    """Return the outcome of each row; rows are numbered from 2."""
    judge = Judge(team=team, columns=EVERY, kind=options.pop("kind", Kind.PLACE), **options)
    return [verdict for chunk in judge.judge(enumerate(rows, start=2)) for verdict in chunk]


def messages(**texts: object) -> tuple[bool, list[str]]:
    """Return whether a row is refused, and its message."""
    cleaned = Cleaner(EVERY, Kind.PLACE).clean(row(**texts))
    return cleaned.is_refused, cleaned.messages


# Columns


def test_headings_of_other_peoples_files_are_recognised() -> None:
    found = guess_columns(["Venue Name", "Lat", "LONG", "Post code", "E-mail address", "URL", "Type", "opening_hours"])
    assert found == {
        "name": "Venue Name",
        "latitude": "Lat",
        "longitude": "LONG",
        "postcode": "Post code",
        "email": "E-mail address",
        "website": "URL",
        "opening": "opening_hours",
    }


def test_columns_are_parsed() -> None:
    assert parse_columns("name=The name, latitude=lat") == {"name": "The name", "latitude": "lat"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name", "“name” is not of the form field=heading."),
        ("nom=name", "Assets have no “nom”. They have: name, kind,"),
    ],
)
def test_invalid_columns_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        parse_columns(text)
    assert error.value.messages[0].startswith(words)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"name": "Nom", "email": "Mail"}, "The file has no column “Nom” and “Mail”. Its columns are: Name and Lat."),
        ({"email": "Name"}, "Say which column holds the name. The columns are: Name and Lat."),
        (
            {"name": "Name", "latitude": "Lat"},
            "A position needs a column for the latitude and one for the longitude. The columns are: Name and Lat.",
        ),
    ],
)
def test_all_missing_columns_are_listed_at_once(columns: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_columns(columns, ["Name", "Lat"])
    assert error.value.messages == [words]


# Cleaning


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"Name": ""}, "The name is missing."),
        ({"Name": "  "}, "The name is missing."),
        ({"Name": "a" * 161}, f"Name: “{'a' * 60}…” is longer than 160 characters."),
        ({"Lat": "51.8"}, "A position needs both a latitude and a longitude."),
        ({"Lat": "north", "Lng": "-2"}, "“north”, “-2” is not a latitude and a longitude."),
        ({"Lat": "5_1", "Lng": "-2"}, "“5_1”, “-2” is not a latitude and a longitude."),
        ({"Lat": "nan", "Lng": "-2"}, "A latitude and a longitude must be ordinary numbers."),
        (
            {"Lat": "95", "Lng": "-2"},
            "Latitude 95 and longitude -2 are out of range: latitude runs from -90 to 90 and longitude from -180 to "
            "180.",
        ),
        (
            {"Lat": "-2.24", "Lng": "51.86"},
            "Latitude -2.24 and longitude 51.86 look swapped. Put the latitude first.",
        ),
        (
            {"Lat": "218500", "Lng": "383000"},
            "383000, 218500 look like eastings and northings (British National Grid). "
            "Use latitude and longitude in degrees (WGS 84).",
        ),
        (
            {"Lat": "0", "Lng": "0"},
            "0, 0 is in the sea off Africa. Leave both cells empty if you do not know the position.",
        ),
        ({"Kind": "libary"}, "“libary” is not a kind of asset. Did you mean “library” (Institution)?"),
        (
            {"Kind": "xyzzy"},
            "“xyzzy” is not a kind of asset. The kinds are: association, institution, place, exchange, story.",
        ),
    ],
)
def test_a_row_that_cannot_be_saved_says_why(texts: dict[str, str], words: str) -> None:
    assert messages(**{"Name": "Hall", **texts}) == (True, [words])


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"Email": "a@b@c"}, "The email address “a@b@c” is not valid; it was left out."),
        ({"Web": "www.coventry,gov.uk"}, "The web address “www.coventry,gov.uk” is not valid; it was left out."),
        ({"Web": "javascript:alert(1)"}, "The web address “javascript:alert(1)” is not valid; it was left out."),
        ({"Postcode": "somewhere else"}, "The postcode “somewhere else” is too long; it was left out."),
        (
            {"Formed": "soon"},
            "Formed on: “soon” is not a date like 2026-11-21 or 21/11/2026; it was left out.",
        ),
        ({"Bumping": "maybe"}, "A bumping place: “maybe” is neither yes nor no; it was left out."),
        ({"Mark": "7"}, "“7” is not a UUID from Kith; it was left out."),
        ({"Name": '=HYPERLINK("x")'}, "The name looks like a formula; it is saved as plain text."),
    ],
)
def test_an_invalid_value_is_reported_and_the_row_is_saved_without_it(texts: dict[str, str], words: str) -> None:
    assert messages(**{"Name": "Hall", **texts}) == (False, [words])


@pytest.mark.parametrize(
    ("heading", "text", "field", "value"),
    [
        ("Name", " The\u00a0Hall\n(upstairs) ", "name", "The\u00a0Hall, (upstairs)"),
        ("Name", "Ha\x00ll\ud800", "name", "Hall"),
        ("Postcode", "de249da", "postcode", "DE24 9DA"),
        ("Postcode", "75 001", "postcode", "75 001"),
        ("Web", "example.org/a", "website", "https://example.org/a"),
        ("Web", "http://example.org", "website", "http://example.org"),
        ("Kind", "Association or group", "kind", Kind.ASSOCIATION),
        ("Kind", "LIBRARY", "kind", Kind.INSTITUTION),
        ("Formed", "21/11/1950", "formed_on", date(1950, 11, 21)),
        ("Bumping", "Yes", "is_bumping_place", True),
        ("Bumping", "no", "is_bumping_place", False),
        ("Touch", "yes", "is_touch_point", True),
    ],
)
def test_texts_become_values(heading: str, text: str, field: str, value: object) -> None:
    cleaned = Cleaner(EVERY, Kind.PLACE).clean(row(**{"Name": "Hall", heading: text}))
    assert cleaned.values[field] == value
    assert cleaned.messages == []


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("51,865", "-2,235"), ("51.865°", "\u22122.235"), ("51.865", "-2.235")]
)
def test_positions_are_understood_as_people_write_them(latitude: str, longitude: str) -> None:
    values = Cleaner(EVERY, Kind.PLACE).clean(row(Name="Hall", Lat=latitude, Lng=longitude)).values
    assert (values["latitude"], values["longitude"]) == (51.865, -2.235)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026-11-21T10:00:00", date(2026, 11, 21)),
        ("21 November 2026", date(2026, 11, 21)),
        ("21st November 2026", date(2026, 11, 21)),
        ("1 Sept 2025", date(2025, 9, 1)),
        ("2nd sept 2025", date(2025, 9, 2)),
        ("01-Mar-2025", date(2025, 3, 1)),
        ("21/11/25", date(2025, 11, 21)),
        ("01-Mar-25", date(2025, 3, 1)),
        ("20/05/26", date(2026, 5, 20)),
        ("21/05/26", date(1926, 5, 21)),
        ("29/2/60", date(1960, 2, 29)),
        ("29/2/00", date(2000, 2, 29)),
        ("29/2/28", date(1928, 2, 29)),
        ("29/2/25", None),
        ("2026-02-30", None),
        ("11/21/2026", None),
        ("Mar-25", None),
        ("2025", None),
        ("1" * 100_000, None),
    ],
)
def test_dates_are_read_day_first_and_short_years_are_in_the_past(text: str, day: date | None, clock) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "reason", "advice"),
    [
        ("2019", "“2019” is only a year", "Write a full date, such as 21/11/2019."),
        ("May 2019", "“May 2019” is only a month", "Write a full date, such as 21/11/2026."),
        ("Sept 2019", "“Sept 2019” is only a month", "Write a full date, such as 21/11/2026."),
        ("05/2019", "“05/2019” is only a month", "Write a full date, such as 21/11/2026."),
        ("43556", "“43556” is how a spreadsheet stores 1 April 2019", "Format the column as dates."),
        ("61000", "“61000” is not a date like 2026-11-21 or 21/11/2026", ""),
        ("1980s", "“1980s” is not a date like 2026-11-21 or 21/11/2026", ""),
        ("x" * 50, f"“{'x' * 40}…” is not a date like 2026-11-21 or 21/11/2026", ""),
    ],
)
def test_an_invalid_date_says_why(text: str, reason: str, advice: str) -> None:
    assert why_invalid_date(text) == (reason, advice)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("51.865, -2.235", (51.865, -2.235)),
        ("(51.865,-2.235)", (51.865, -2.235)),
        ("51.865°, \u22122.235°", (51.865, -2.235)),
        ("51.865", "“51.865” is not a latitude and a longitude, like 51.8642, -2.2382."),
        ("SO 831 185", "“SO 831 185” is not a latitude and a longitude, like 51.8642, -2.2382."),
        (
            "-2.235, 51.865",
            "Latitude -2.235 and longitude 51.865 look swapped. Put the latitude first.",
        ),
    ],
)
def test_a_position_in_one_column_is_split(text: str, place: object) -> None:
    columns = guess_columns(["Name", "Lat/Long"])
    assert columns == {"name": "Name", "latitude": "Lat/Long", "longitude": "Lat/Long"}
    cleaned = Cleaner(columns, Kind.PLACE).clean({"Name": "Hall", "Lat/Long": text})
    if isinstance(place, str):
        assert (cleaned.is_refused, cleaned.messages) == (True, [place])
    else:
        assert (cleaned.values["latitude"], cleaned.values["longitude"], cleaned.messages) == (*place, [])


def test_separate_latitude_and_longitude_take_precedence() -> None:
    assert guess_columns(["Name", "Lat", "Coordinates"]) == {"name": "Name", "latitude": "Lat"}


@pytest.mark.parametrize(
    ("text", "kept", "note"),
    [
        ("\u202a+44 7700 900401\u202c", "+44 7700 900401", ""),
        ("01452\u200b 123456", "01452 123456", ""),
        ("1452123456", "1452123456", "The phone number “1452123456” has ten digits. If a spreadsheet removed its 0, it should be 01452123456."),
        ("4412345678", "4412345678", ""),
    ],
)  # fmt: skip
def test_invisible_characters_are_removed_from_phone_numbers_and_a_lost_zero_is_reported(
    text: str, kept: str, note: str
) -> None:
    cleaned = Cleaner({"name": "Name", "phone": "Tel"}, Kind.PLACE).clean({"Name": "Hall", "Tel": text})
    assert (cleaned.values["phone"], cleaned.messages) == (kept, [note] if note else [])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"name": "Name", "kind": "Sort", "latitude": "Easting"}, ""),
        ({"name": "Name", "kind": "Sort"}, "These columns are not read: Easting. Kith cannot use eastings and northings. Add a latitude and a longitude in degrees."),
        ({"name": "Name", "latitude": "Easting"}, "These columns are not read: Sort."),
    ],
)  # fmt: skip
def test_columns_that_are_not_read_are_listed(columns: dict[str, str], words: str) -> None:
    assert columns_not_read(["Name", "Sort", "Easting"], columns) == words


def test_a_very_long_kind_is_not_compared_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("difflib.get_close_matches", lambda word, *about, **options: asked.append(word) or [])
    Cleaner({"name": "Name", "kind": "Kind"}, Kind.PLACE).clean({"Name": "Hall", "Kind": "x" * 500_000})
    assert [len(word) for word in asked] == [60]


# Names and matching


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Hillfields Library", "Hillifields", True),
        ("St. Mary's", "ST MARYS", True),
        ("Café Croissant", "Cafe Croissant", True),
        ("Matson Community Hub", "Matson Hall and Community Centre", True),
        ("Oak Street Choir", "Oak Street Choir and Band", True),
        ("Gloucester Library", "Gloucester Rugby Club", False),
        ("St Mary's Church", "St Mary's School", False),
        ("Bell Hall", "Bull Hall", False),
        ("Library", "Hall", False),
        ("The Library", "Library", True),
        ("図書館", "公園", False),
    ],
)
def test_names_alike(one: str, other: str, *, alike: bool) -> None:
    assert names_alike(one, other) is alike
    assert names_alike(other, one) is alike


def test_exact_names_ignore_case_and_punctuation() -> None:
    assert exact_name(" St. Mary's & St. John’s ") == "st marys and st johns"
    assert exact_name("图书馆") != exact_name("公园")
    assert exact_name("???") == "???"


def test_similar_names_are_found_within_a_kilometre_only() -> None:
    index = AssetIndex()
    index.add(Known("Hucclecote Library", "", 51.865, -2.235, pk=1))
    near, far = Known("Huclecote", "", 51.872, -2.235), Known("Hucclecote", "", 51.8755, -2.235)
    assert index.find(near).known.pk == 1
    assert not index.find(near).is_same
    assert index.find(far) is None


def test_similar_names_are_found_across_grid_squares() -> None:
    index = AssetIndex()
    for step in range(40):
        index.add(Known(f"Spot {step}", "", 51.8 + step * 0.003, -2.3 + step * 0.004, pk=step + 1))
    found = [
        index.find(Known(f"Spot {step}", "", 51.8 + step * 0.003 + 0.0009, -2.3 + step * 0.004 - 0.0009)).known.pk
        for step in range(40)
    ]
    assert found == list(range(1, 41))


# Validating


def test_a_new_row_is_added_in_the_neighbourhood_around_it(team: Team) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    inside, outside, nowhere = judge(
        team, at(INSIDE, Name="In"), at(OUTSIDE, Name="Out"), row(Name="Tale", Kind="story")
    )
    assert [verdict.fate for verdict in (inside, outside, nowhere)] == [Fate.ADD] * 3
    assert inside.values == {
        "name": "In",
        "kind": Kind.PLACE,
        "latitude": INSIDE[0],
        "longitude": INSIDE[1],
        "neighbourhood_id": here.pk,
        "is_neighbourhood_chosen": False,
    }
    assert (outside.values["neighbourhood_id"], outside.messages) == (
        None,
        ["It is outside every neighbourhood outline."],
    )
    assert [verdict.is_outside for verdict in (inside, outside, nowhere)] == [False, True, False]
    assert nowhere.values["kind"] == Kind.STORY


def test_without_outlines_nothing_is_reported_as_outside(team: Team) -> None:
    (verdict,) = judge(team, at(OUTSIDE, Name="Out"))
    assert (verdict.messages, verdict.is_outside) == ([], False)


def test_a_named_neighbourhood_is_used_where_there_is_no_outline(team: Team) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True, name="Brook")
    other = NeighbourhoodFactory(team=team, name="Hill")
    drawn, named, unknown = judge(
        team,
        at(INSIDE, Name="One", Area="Hill"),
        row(Name="Two", Area="HILL"),
        row(Name="Three", Area="Elsewhere"),
    )
    assert drawn.values["neighbourhood_id"] == here.pk
    assert (named.values["neighbourhood_id"], named.values["is_neighbourhood_chosen"]) == (other.pk, True)
    assert unknown.messages == ["The team has no neighbourhood called “Elsewhere”; it was left out."]


@pytest.mark.parametrize(
    "texts",
    [
        {"Name": "the  hall", "Lat": INSIDE[0] + 0.001, "Lng": INSIDE[1]},
        {"Name": "The Hall", "Postcode": "gl11aa"},
    ],
    ids=["near", "postcode"],
)
def test_the_same_name_near_or_of_the_same_postcode_is_the_same_asset(team: Team, texts: dict[str, object]) -> None:
    asset = AssetFactory(team=team, placed=True, name="The Hall", postcode="GL1 1AA")
    (verdict,) = judge(team, row(**texts, Email="a@example.org"))
    assert (verdict.fate, verdict.asset) == (Fate.UPDATE, asset)
    assert verdict.values["email"] == "a@example.org"


def test_a_row_without_new_values_changes_nothing(team: Team) -> None:
    AssetFactory(
        team=team,
        placed=True,
        name="The Hall",
        postcode="gl1 1aa",
        email="a@example.org",
        description="Warm\r\nand dry",
    )
    texts = at((INSIDE[0] + 1e-8, INSIDE[1]), Name="The Hall", Postcode="GL1 1AA", Email="", Kind="place")
    (verdict,) = judge(team, texts)
    assert (verdict.fate, verdict.values, verdict.is_written) == (Fate.SAME, {}, False)


def test_a_blank_cell_never_clears_a_value(team: Team) -> None:
    AssetFactory(team=team, name="The Hall", email="a@example.org", kind=Kind.INSTITUTION)
    (verdict,) = judge(team, row(Name="The Hall"))
    assert verdict.fate == Fate.SAME


def test_an_asset_of_another_team_is_not_found(team: Team, other_team: Team) -> None:
    other = AssetFactory(team=other_team, placed=True, name="The Hall")
    (verdict,) = judge(team, at(INSIDE, Name="The Hall", Mark=other.uuid))
    assert (verdict.fate, verdict.asset) == (Fate.ADD, None)


def test_the_uuid_finds_an_asset_under_a_new_name(team: Team) -> None:
    asset = AssetFactory(team=team, placed=True, name="The Hall")
    (verdict,) = judge(team, at(INSIDE, Name="Brook House", Mark=asset.uuid))
    assert (verdict.fate, verdict.asset, verdict.values) == (Fate.UPDATE, asset, {"name": "Brook House"})


def test_a_similar_asset_is_reported_and_left_out_unless_asked(team: Team) -> None:
    asset = AssetFactory(team=team, placed=True, name="Hucclecote Library")
    texts = at((INSIDE[0] + 0.005, INSIDE[1]), Name="Hucclecote Community Library")
    (left_out,) = judge(team, texts)
    assert (left_out.fate, left_out.asset, left_out.is_written) == (Fate.DUPLICATE, asset, False)
    assert left_out.messages == ["It looks like “Hucclecote Library”, which is already here."]
    (added,) = judge(team, texts, adds_duplicates=True)
    assert (added.fate, added.is_written, added.values["name"]) == (
        Fate.DUPLICATE,
        True,
        "Hucclecote Community Library",
    )


def test_a_retired_asset_is_reported_and_never_updated_by_name(team: Team) -> None:
    asset = AssetFactory(team=team, placed=True, name="The Old Baths", retired=True)
    (by_name,) = judge(team, at(INSIDE, Name="The Old Baths"))
    assert (by_name.fate, by_name.messages) == (
        Fate.DUPLICATE,
        ["It looks like “The Old Baths”, which was taken off the map."],
    )
    (by_mark,) = judge(team, at(INSIDE, Name="The Old Baths", Mark=asset.uuid))
    assert by_mark.fate == Fate.SAME


def test_the_same_asset_twice_in_a_file_is_added_once(team: Team) -> None:
    first, second, about = judge(
        team, at(INSIDE, Name="The Hall"), at(INSIDE, Name="the hall"), at(INSIDE, Name="The Hall ")
    )
    assert [first.fate, second.fate, about.fate] == [Fate.ADD, Fate.DUPLICATE, Fate.DUPLICATE]
    assert second.messages == ["It looks like row 2 of this file, “The Hall”."]


def test_two_rows_about_one_asset_update_it_once(team: Team) -> None:
    AssetFactory(team=team, placed=True, name="The Hall")
    first, second = judge(
        team, at(INSIDE, Name="The Hall", Email="a@example.org"), at(INSIDE, Name="The Hall", Email="b@example.org")
    )
    assert [first.fate, second.fate] == [Fate.UPDATE, Fate.DUPLICATE]
    assert second.messages == ["Row 2 of this file is about the same asset, “The Hall”."]


def test_a_new_position_moves_an_asset_to_the_neighbourhood_around_it(team: Team) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    moving = AssetFactory(team=team, outside=True, name="Mobile Library", postcode="GL1 1AA")
    chosen = AssetFactory(
        team=team, outside=True, name="Toy Bus", postcode="GL1 1AA", neighbourhood=None, is_neighbourhood_chosen=True
    )
    moved, kept = judge(
        team, at(INSIDE, Name=moving.name, Postcode="GL1 1AA"), at(INSIDE, Name=chosen.name, Postcode="GL1 1AA")
    )
    assert moved.values == {"latitude": INSIDE[0], "longitude": INSIDE[1], "neighbourhood_id": here.pk}
    assert kept.values == {"latitude": INSIDE[0], "longitude": INSIDE[1]}


def test_checking_many_rows_takes_as_many_queries_as_one(team: Team, django_assert_num_queries) -> None:
    for number in range(3):
        AssetFactory(team=team, placed=True, name=f"Spot {number}")
    for rows in (1, 3):
        with django_assert_num_queries(3):
            judge(team, *(at(INSIDE, Name=f"Spot {number}") for number in range(rows)))


# Reading


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    """Return a CSV file."""
    return io.BytesIO(text.encode(encoding))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_with_a_bom_and_any_separator_is_read(separator: str) -> None:
    sheet = read_table(csv_file(f"\ufeffName{separator}Lat\nCafé{separator}51\n"))
    assert (sheet.headers, list(sheet.rows)) == (["Name", "Lat"], [(2, {"Name": "Café", "Lat": "51"})])


def test_a_file_in_an_unknown_encoding_is_refused_with_its_line_number() -> None:
    with pytest.raises(ValidationError, match="Line 2 holds letters that are not UTF-8"):
        list(read_table(io.BytesIO(b"Name\nCaf\x81\n")).rows)


def feature(shape: object, **properties: object) -> dict[str, object]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "geometry": shape, "properties": properties}


def geojson(*features: object) -> io.BytesIO:
    """Return a GeoJSON file."""
    return io.BytesIO(json.dumps({"type": "FeatureCollection", "features": features}).encode())


def test_a_geojson_file_becomes_a_table() -> None:
    square = [[-2.24, 51.86], [-2.23, 51.86], [-2.23, 51.87], [-2.24, 51.87], [-2.24, 51.86]]
    sheet = read_table(
        geojson(
            feature({"type": "Point", "coordinates": [-2.2, 51.8]}, name="One", tags=["a", "b"], open=True),
            feature({"type": "Polygon", "coordinates": [square]}, name="Two", floors=3),
            feature({"type": "LineString", "coordinates": []}, name="Three", latitude="7"),
            feature({"type": "Point", "coordinates": []}, name="Four"),
            feature({"type": "Polygon", "coordinates": "x"}, name="Five"),
            feature(None, name=None),
        )
    )
    assert sheet.headers == ["name", "tags", "open", "floors", "latitude", "longitude"]
    rows = dict(sheet.rows)
    assert rows[1] == {
        "name": "One",
        "tags": '["a", "b"]',
        "open": "yes",
        "floors": "",
        "latitude": "51.8",
        "longitude": "-2.2",
    }
    assert (rows[2]["floors"], rows[2]["latitude"], rows[2]["longitude"]) == ("3", "51.865", "-2.235")
    assert [rows[number]["latitude"] for number in (3, 4, 5)] == ["", "", ""]
    assert 6 not in rows


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"type": "FeatureCollection", "features": [', "This file is damaged: its JSON is incomplete."),
        (b'{"type": "Point"}', "This is not a GeoJSON file of places: it must be a FeatureCollection."),
        (b'{"type": "FeatureCollection", "features": [1]}', "This is not a GeoJSON file of places"),
        (b'{"type": "FeatureCollection", "features": []}', "This file has no places in it. Nothing was read."),
        (b'{"name": "caf\xe9"}', "This GeoJSON file is not UTF-8."),
        (b"[" * 100_000, "This file is damaged: its JSON is incomplete."),
        (b"", "This file is empty. Nothing was read."),
    ],
)
def test_a_file_without_places_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        read_table(io.BytesIO(content))
    assert error.value.messages[0].startswith(words)


def test_a_geojson_file_with_too_many_rows_is_refused_on_pages_only() -> None:
    many = [feature(None, name="a")] * 5001
    with pytest.raises(ValidationError, match="more than 5,000 rows"):
        read_table(geojson(*many), UPLOAD)
    assert len(list(read_table(geojson(*many), COMMAND).rows)) == 5001


def test_a_geojson_file_too_big_or_too_wide_is_refused() -> None:
    with pytest.raises(ValidationError, match="too large"):
        read_table(geojson(feature(None, name="a" * 5_300_000)), UPLOAD)
    with pytest.raises(ValidationError, match="more than 200 columns"):
        read_table(geojson(feature(None, **{f"c{number}": 1 for number in range(201)})), UPLOAD)


def test_a_workbook_that_unpacks_too_large_is_refused_before_unpacking() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (21 * 1024 * 1024))
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(ValidationError, match="would unpack to more than 20 MB"):
        read_table(packed)


def test_checking_rows_writes_nothing(team: Team) -> None:
    judge(team, at(INSIDE, Name="The Hall"))
    assert not Asset.objects.exists()


def test_an_asset_deleted_while_the_file_is_judged_counts_as_a_new_one(team: Team) -> None:
    asset = AssetFactory(team=team, name="Library", placed=True)
    judge = Judge(team=team, columns={"name": "name", "latitude": "lat", "longitude": "lng"}, kind=Kind.PLACE)
    asset.delete()
    row = {"name": "Library", "lat": str(INSIDE[0]), "lng": str(INSIDE[1])}
    again = {**row, "name": "The Library"}
    ((first, second),) = judge.judge([(2, row), (3, again)])
    assert (first.fate, first.asset, first.is_written) == (ImportRow.Fate.DUPLICATE, None, False)
    assert "“Library”" in first.messages[-1]
    assert second.asset is None
