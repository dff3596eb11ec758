"""Real-world files, in every place that accepts them: imported, or refused with what to do.

Each file is tried with the command and on the page. No file is ever half imported, and each refusal is a message.
"""

import html
import io
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.urls import reverse

from assets.models import Asset, ImportBatch, Kind
from communities.models import Team, User
from connectors.models import Person
from tests.hostile import HostileClient
from tests.workbooks import of_sheet, text_row, workbook

type SignIn = Callable[[User], HostileClient]

KML = b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Our patch</name><Placemark><name>Sunny bench</name>
<Point><coordinates>-2.235,51.865,0</coordinates></Point></Placemark></Document></kml>"""
THIS_IS_KML = "This is KML, a map file. In Google My Maps open the list’s own menu, choose Export data, then CSV"


def merged_title() -> bytes:
    """Return a workbook with a title over all columns and two rows of headings."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (("Our assets, spring 2026",), ("Asset", None, "Where"), ("Name", "Kind", "Postcode", "Phone"), ("Bench", "place", "GL1 1AA", "01632 960112")):  # fmt: skip
        book.active.append(row)
    for area in ("A1:D1", "A2:B2", "C2:D2"):
        book.active.merge_cells(area)
    book.save(file)
    return file.getvalue()


def dates_and_numbers() -> bytes:
    """Return a workbook whose numbers and dates are of every kind that spreadsheets make of them."""
    return workbook(
        ("Name", "Phone", "Formed on", "Last checked", "Opening times"),
        ("Band", 1632960113, datetime(2019, 4, 1), date(2026, 3, 2), time(9, 30)),  # noqa: DTZ001
        ("Pantry", "01632 960114", 43556, "21/11/25", "10-12"),
        ("Singers", "+44 1632 960115", 2019, "1 Sept 2025", None),
        ("Fridge", None, "May 2019", "21st November 2025", None),
    ).getvalue()


#: File name, content, the messages (of the command and on the page), and the names of the assets that are imported.
ASSETS: dict[str, tuple[str, bytes, list[str], list[str]]] = {
    "Excel's line that names the separator": (
        "list.csv",
        b"sep=;\r\nName;Kind;Latitude;Longitude\r\nChoir;group;51,865;-2,235\r\nYard;place;51,866;-2,236\r\n",
        [],
        ["Choir", "Yard"],
    ),
    "a plain CSV of Excel": (
        "list.csv",
        "Name,Description\r\nMair’s café – Thursdays,£2 for tea\r\n".encode("cp1252"),
        ["This file is not UTF-8. It was read as Windows-1252", "check whether row 2 is right"],
        ["Mair’s café – Thursdays"],
    ),
    "a title above the headings": (
        "list.csv",
        b"Our assets in 2026,,,\r\n,,,\r\nName,Kind,Postcode,Phone\r\nAllotments,garden,GL1 1AA,01632 960111\r\n",
        ["The headings are on row 3. The text above them was not read: “Our assets in 2026”."],
        ["Allotments"],
    ),
    "a merged title and two rows of headings": (
        "list.xlsx",
        merged_title(),
        ["The headings are on row 3. The text above them was not read: “Our assets, spring 2026”; “Asset”."],
        ["Bench"],
    ),
    "a first sheet that is about the list": (
        "list.xlsx",
        workbook(("About this list",), ("It is on the second sheet.",), Assets=[("Name", "Kind"), ("Tools", "lending")]).getvalue(),
        ["The sheet “Assets” was read. Not read: “Sheet”. To read another, save it in a file of its own."],
        ["Tools"],
    ),
    "rows of blanks": (
        "list.xlsx",
        workbook(("Name", "Kind"), ("Library", "library"), (" ", None, "  "), (None, "\u00a0")).getvalue(),
        [],
        ["Library"],
    ),
    "a last row that was once coloured": (
        "list.xlsx",
        of_sheet(text_row(1, "Name") + text_row(2, "Swap") + '<row r="1048576"><c r="A1048576" s="1"/></row>').getvalue(),
        [],
        ["Swap"],
    ),
    "days and telephone numbers": (
        "list.xlsx",
        dates_and_numbers(),
        [
            "The phone number “1632960113” has ten digits. If a spreadsheet removed its 0, it should be 01632960113.",
            "Formed on: “43556” is how a spreadsheet stores 1 April 2019; it was left out.",
            "Formed on: “2019” is only a year; it was left out. Write a full date, such as 21/11/2019.",
            "Formed on: “May 2019” is only a month; it was left out.",
        ],
        ["Band", "Fridge", "Pantry", "Singers"],
    ),
    "eastings and northings": (
        "list.csv",
        b"Name,Kind,Easting,Northing\r\nHall,hall,384210,216540\r\n",
        ["These columns are not read: Easting and Northing. Kith cannot use eastings and northings"],
        ["Hall"],
    ),
    "one column of coordinates": (
        "list.csv",
        b'Name,Kind,Coordinates\r\nBench,place,"51.8651, -2.2352"\r\n',
        [],
        ["Bench"],
    ),
}  # fmt: skip
#: The same for files that are refused: the messages; nothing is imported.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "KML": ("places.kml", KML, THIS_IS_KML),
    "a title above headings that nobody knows": (
        "list.csv",
        b"Our list,,\n\nNom,Typ,Tel\nHall,place,1\n",
        "delete everything above the headings",
    ),
    "a column without a heading": ("list.csv", b"Name,,Kind\nHall,,place\n", "Column 2 has no heading. Name it, or delete the column."),
    "a stray cell at the foot": ("list.xlsx", of_sheet(text_row(1, "Name") + text_row(2, "Hall") + text_row(1_048_576, "x")).getvalue(), "Row 1,048,576, far below the list, has something in it. Delete it"),
    "a web page called a spreadsheet": ("list.xls", b"<html><table><tr><td>Name</td></tr></table></html>", "This file is a web page, although its name ends like a spreadsheet’s."),
    "an old workbook": ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "This is an old Excel file"),
    "a picture": ("list.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)), "This is not a spreadsheet."),
}  # fmt: skip


def by_command(command: str, file: Path, *options: str) -> tuple[str, str]:
    """Return a command's output and its error message; any other exception is raised."""
    out = io.StringIO()
    try:
        call_command(command, str(file), *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def on_page(client: HostileClient, address: str, name: str, data: bytes, **sent: str) -> str:
    """Return the text of the page after uploading a file."""
    answer = client.post(address, {"file": SimpleUploadedFile(name, data), **sent}, follow=True)
    assert answer.status_code == 200
    return html.unescape(" ".join(answer.content.decode().split()))


def names(model: type[Model] = Asset, field: str = "name") -> list[str]:
    """Return the names of all rows of a model."""
    return sorted(model.objects.values_list(field, flat=True))


# Assets


@pytest.mark.parametrize("case", ASSETS)
def test_a_list_of_assets_is_read_by_the_command_with_remarks(case: str, team: Team, tmp_path: Path) -> None:
    name, data, said, kept = ASSETS[case]
    file = tmp_path / name
    file.write_bytes(data)
    printed, stopped = by_command("import_assets", file, f"--team={team.slug}", "--dry-run")
    assert (stopped, names()) == ("", [])
    assert [words for words in said if words not in printed] == []
    assert by_command("import_assets", file, f"--team={team.slug}")[1] == ""
    assert names() == kept


@pytest.mark.parametrize("case", ASSETS)
def test_a_list_of_assets_is_read_on_the_page_with_remarks(
    case: str, team: Team, builder: User, client_for: SignIn
) -> None:
    name, data, said, kept = ASSETS[case]
    client = client_for(builder)
    shown = on_page(client, "/assets/import/", name, data, kind=Kind.PLACE)
    assert [words for words in said if words not in shown] == []
    assert names() == []
    client.post(reverse("assets:import-apply", kwargs={"uuid": ImportBatch.objects.get().uuid}))
    assert names() == kept


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_without_assets_is_refused_with_advice(
    case: str, team: Team, builder: User, client_for: SignIn, tmp_path: Path
) -> None:
    name, data, words = REFUSED[case]
    assert words in on_page(client_for(builder), "/assets/import/", name, data, kind=Kind.PLACE)
    # A command takes longer lists, so a stray cell is only a row without a name there.
    if case != "a stray cell at the foot":
        file = tmp_path / name
        file.write_bytes(data)
        printed, stopped = by_command("import_assets", file, f"--team={team.slug}")
        assert words in stopped
        assert stopped.endswith("Nothing was written.")
    assert (names(), ImportBatch.objects.count()) == ([], 0)


def test_positions_in_one_column_and_with_decimal_commas_are_read(team: Team, tmp_path: Path) -> None:
    for case in ("one column of coordinates", "Excel's line that names the separator"):
        name, data, _said, _kept = ASSETS[case]
        (tmp_path / name).write_bytes(data)
        by_command("import_assets", tmp_path / name, f"--team={team.slug}")
    assert dict(Asset.objects.values_list("name", "latitude")) == {"Bench": 51.8651, "Choir": 51.865, "Yard": 51.866}


def test_unambiguous_dates_are_read(team: Team, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(dates_and_numbers())
    by_command("import_assets", tmp_path / "list.xlsx", f"--team={team.slug}")
    found = {asset.name: (asset.formed_on, asset.last_confirmed_on, asset.opening) for asset in Asset.objects.all()}
    assert found == {
        "Band": (date(2019, 4, 1), date(2026, 3, 2), "09:30"),
        "Pantry": (None, date(2025, 11, 21), "10-12"),
        "Singers": (None, date(2025, 9, 1), ""),
        "Fridge": (None, date(2025, 11, 21), ""),
    }


def test_the_command_uses_the_given_headings(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"Our list\nNom,Typ\nHall,place\n")
    printed, stopped = by_command("import_assets", file, f"--team={team.slug}", "--columns=name=Nom,kind=Typ")
    assert (stopped, names()) == ("", ["Hall"])
    assert "The headings are on row 2." in printed


# Street champions

CHAMPIONS = (
    "\ufeffFirst name,Surname,House no,Street,Mobile,Since,Shoe size\r\n"
    "Siân,O’Neill,12,Mill Row,+447700900201,01/02/2025,5\r\n"
    "Ming,,3,Weir Street,07700 900202,2025,\r\n"
    "Mary-Ann,D'Arcy Lloyd-Jones,1-2,Mill Row,7700900203,,\r\n"
    "Ægir,Þórsson,7,Bell Meadow,\u202a+44 7700 900204\u202c,Mar-25,\r\n"
    "李,小龍,9,Heron Walk,07700900205,21/11/25,\r\n"
).encode()
SAID_OF_CHAMPIONS = [
    "These columns will not be imported: Shoe size.",
    "“2025” is only a year; today was used instead. Write a full date, such as 21/11/2025.",
    "The phone number “7700900203” has ten digits. If a spreadsheet removed its 0, it should be 07700900203.",
    "“Mar-25” is only a month; today was used instead.",
]


def test_names_dates_and_phone_numbers_of_champions_are_read(
    team: Team, builder: User, client_for: SignIn, tmp_path: Path
) -> None:
    shown = on_page(client_for(builder), reverse("connectors:champion-import"), "champions.csv", CHAMPIONS)
    (tmp_path / "champions.csv").write_bytes(CHAMPIONS)
    printed, stopped = by_command("import_champions", tmp_path / "champions.csv", f"--team={team.slug}")
    assert [words for words in SAID_OF_CHAMPIONS if words not in shown or words not in printed] == []
    assert names(Person, "known_as") == [
        "Mary-Ann D'Arcy Lloyd-Jones",
        "Ming",
        "Siân O’Neill",
        "Ægir Þórsson",
        "李 小龍",
    ]
    assert Person.objects.get(known_as="Ægir Þórsson").phone == "+44 7700 900204"
    assert Person.objects.get(known_as="李 小龍").champion_since == date(2025, 11, 21)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.csv", b"sep=;\r\nName;Street\r\nRose;Mill Lane\r\n", ""),
        ("list.csv", b"Champions 2026,\r\n,\r\nName,Street\r\nRose,Mill Lane\r\n", "The headings are on row 3."),
        ("list.csv", "Name,Street\nRose,Allée 2\n".encode("cp1252"), "It was read as Windows-1252"),
        (
            "list.xlsx",
            workbook(("About",), Champions=[("Name", "Street"), ("Rose", "Mill Lane")]).getvalue(),
            "The sheet “Champions” was read. Not read: “Sheet”.",
        ),
    ],
    ids=["separator", "title", "Windows-1252", "second sheet"],
)
def test_a_list_of_champions_is_found_among_other_cells(
    name: str, data: bytes, words: str, team: Team, builder: User, client_for: SignIn, tmp_path: Path
) -> None:
    shown = on_page(client_for(builder), reverse("connectors:champion-import"), name, data)
    (tmp_path / name).write_bytes(data)
    printed, stopped = by_command("import_champions", tmp_path / name, f"--team={team.slug}")
    assert words in shown
    assert words in printed
    assert (stopped, names(Person, "known_as")) == ("", ["Rose"])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("places.kml", KML, [THIS_IS_KML]),
        ("list.json", b'{"type": "FeatureCollection", "features": []}', ["This is JSON, not a spreadsheet."]),
        (
            "list.xlsx",
            workbook(("About",), More=[("Name", "Shoe size"), ("Rose", 5)]).getvalue(),
            ["Which column holds the street?", "The sheet “More” was read. Not read: “Sheet”."],
        ),
    ],
    ids=["KML", "JSON", "no street on any sheet"],
)
def test_a_file_without_champions_is_refused_with_advice(
    name: str, data: bytes, words: list[str], team: Team, builder: User, client_for: SignIn, tmp_path: Path
) -> None:
    shown = on_page(client_for(builder), reverse("connectors:champion-import"), name, data)
    (tmp_path / name).write_bytes(data)
    printed, stopped = by_command("import_champions", tmp_path / name, f"--team={team.slug}")
    assert [sentence for sentence in words if sentence not in shown or sentence not in printed + stopped] == []
    assert stopped.endswith("Nothing was written.")
    assert not Person.objects.exists()
