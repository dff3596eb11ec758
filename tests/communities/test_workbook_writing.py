"""Workbooks are written so that openpyxl, which reads them as Excel does, finds the same values."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from communities.spreadsheets import neutralise, read_rows, write_workbook, write_xlsx
from communities.spreadsheets.workbook_writing import MOST_LETTERS
from tests.strict_workbooks import faults_of
from tests.workbooks import of_parts, of_sheet, text_row


def written(*rows: list[object], headers: list[str] | None = None) -> io.BytesIO:
    """Return a workbook of rows."""
    file = io.BytesIO()
    write_xlsx(file, headers or [f"column {number}" for number in range(len(rows[0]))], rows)
    file.seek(0)
    return file


def cells(*rows: list[object]) -> list[list[object]]:
    """Return what openpyxl reads from a workbook of these rows."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(written(*rows)).active.iter_rows(min_row=2)]


def test_texts_survive_writing_and_reading() -> None:
    texts = [
        "Tŷ Gŵyl & Łódź <b>",
        " spaces around ",
        "ends with a space ",
        "two\nlines",
        "a ]]> and a &amp;",
        'she said "come"',
        "under_score@kith.example",
        "🥁 drums",
        "£5 a head",
    ]
    assert cells(texts) == [texts]


def test_carriage_returns_become_new_lines() -> None:
    assert cells(["one\r\ntwo\rthree"]) == [["one\ntwo\nthree"]]


def test_a_text_that_looks_like_an_escape_is_unchanged() -> None:
    """Excel would show "a_x0041_b" as "aAb": so the underscore itself is escaped, and unescaped on reading."""
    file = written(["a_x0041_b", "_x005F_x000D_", "one_x two"])
    with zipfile.ZipFile(file) as packed:
        assert b"<t>a_x005F_x0041_b</t>" in packed.read("xl/worksheets/sheet1.xml")
    (_number, row), *_rest = read_rows(file).rows
    assert list(row.values()) == ["a_x0041_b", "_x005F_x000D_", "one_x two"]


@pytest.mark.parametrize("bad", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_cannot_contain_are_replaced(bad: str) -> None:
    assert cells([f"drums{bad}and pipes", f"drums {bad}"]) == [["drums\ufffdand pipes", "drums \ufffd"]]


def test_a_text_is_cut_at_the_limit_of_excel() -> None:
    assert cells(["a" * 40_000, "&" * 40_000, "a" * MOST_LETTERS]) == [
        ["a" * MOST_LETTERS, "&" * MOST_LETTERS, "a" * MOST_LETTERS]
    ]


def test_an_emoji_is_two_letters_to_excel_and_never_halved() -> None:
    """Excel counts in UTF-16: a cell of 20,000 emoji has 40,000 letters, and the file would be called damaged."""
    drums, other = "🥁" * 20_000, f"a{'🥁' * 20_000}"
    assert cells([drums, other]) == [["🥁" * 16_383, f"a{'🥁' * 16_383}"]]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("History", "History 2"), ("🥁" * 20, "🥁" * 15), ("a" * 30 + "'s own", "a" * 30), ("one\ntwo\tthree", "one two three"),
        ("'quoted'", "quoted"), ("[2026]: a/b*c?", "2026   a b c"),
    ],
)  # fmt: skip
def test_a_sheet_has_a_name_that_excel_takes(title: str, name: str) -> None:
    file = io.BytesIO()
    write_workbook(file, [(title, ["name"], [["Ann"]])], printed=["🥁 & " * 60, title, "\0"])
    assert openpyxl.load_workbook(file).sheetnames == [name]
    assert faults_of(file.getvalue()) == []


def test_an_empty_value_has_no_cell_and_moves_no_other() -> None:
    file = written(["a", None, "", "d"], [None, None, None, "last"])
    assert cells(["a", None, "", "d"], [None, None, None, "last"]) == [
        ["a", None, None, "d"],
        [None, None, None, "last"],
    ]
    with zipfile.ZipFile(file) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="B2"' not in sheet
    assert '<c r="D3"' in sheet


def test_columns_after_z_have_two_letters() -> None:
    row = [f"cell {number}" for number in range(60)]
    assert cells(row) == [row]


def test_dates_from_march_1900_are_dates_and_earlier_ones_text() -> None:
    days = [date(1900, 3, 1), date(2026, 11, 26), date(9999, 12, 31), date(1900, 2, 28), date(1066, 10, 14)]
    found = cells(days)[0]
    assert [day.date() for day in found[:3]] == days[:3]
    assert found[3:] == ["1900-02-28", "1066-10-14"]


def test_numbers_are_numbers_and_nan_is_text() -> None:
    numbers = [0, -3, 2.5, 1e-7, Decimal("-250.00"), Decimal("1E+3"), 10**15]
    assert cells(numbers) == [[0, -3, 2.5, 1e-7, -250, 1000, 10**15]]
    assert cells([float("nan"), float("-inf"), Decimal("NaN")]) == [["nan", "'-inf", "NaN"]]


def test_texts_of_other_classes_are_texts() -> None:
    assert cells([SafeString("<b>"), gettext_lazy("People"), SafeString("=1")]) == [["<b>", "People", "'=1"]]


def test_times_are_text() -> None:
    assert cells([datetime(2026, 5, 20, 9, 30)]) == [["2026-05-20T09:30:00"]]  # noqa: DTZ001


def test_sheets_have_unique_names_and_frozen_headings() -> None:
    file = io.BytesIO()
    titles = ["People & places", "People & places", "a/b" * 30, "a/b" * 30, "", "'"]
    write_workbook(file, [(title, ["name"], [["Ann"]]) for title in titles])
    book = openpyxl.load_workbook(file)
    names = book.sheetnames
    assert names[:2] == ["People & places", "People & places 2"]
    assert names[4:] == ["Sheet5", "Sheet6"]
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(len(name) <= 31 for name in names)
    assert {sheet.freeze_panes for sheet in book} == {"A2"}


def test_rows_are_read_lazily() -> None:
    """Five hundred rows, more than are written at once; none is lost or duplicated."""
    rows = ([f"row {number}", number] for number in range(500))
    file = io.BytesIO()
    write_xlsx(file, ["text", "number"], rows)
    found = list(openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True))
    assert found == [(f"row {number}", number) for number in range(500)]


@given(st.text(alphabet=st.sampled_from("'=+-@\t\n a1;,\"&<>_x0D\uff1d\ufeff"), max_size=9))
def test_any_text_is_neutralised(text: str) -> None:
    assert cells([text, "end"]) == [[neutralise(text) or None, "end"]]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', "A1 is a formula"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "A1 is out of order"),
        ('<row r="2"/><row r="1"/>', "row 1 after row 2"),
        ('<row r="1"><c r="A1"><v>nan</v></c></row>', "A1 is no number: nan"),
        ('<row r="1"><c r="A1" t="s"><v>9</v></c></row>', "A1 is a shared text that is missing"),
        ('<row r="1"><c r="A1" s="9"><v>9</v></c></row>', "A1 has a style that is missing"),
        ('<row r="1"><c r="A1" t="str"><v>=1</v></c></row>', "A1 is of the kind str"),
        (text_row(1, "🥁" * 16_384), "A1 is too long"),
        ("", ""),
    ],
)
def test_the_strict_reader_finds_what_excel_would(rows: str, fault: str) -> None:
    found = " ".join(faults_of(of_sheet(rows).getvalue()))
    assert (fault in found) if fault else (found == "")


@pytest.mark.parametrize(
    ("part", "old", "new", "fault"),
    [
        ("xl/workbook.xml", 'name="Sheet"', 'name="a/b"', "no sheet can be called 'a/b'"),
        ("xl/workbook.xml", 'name="Sheet"', 'name="History"', "keeps the name History"),
        ("xl/workbook.xml", 'name="Sheet"', f'name="{"a" * 32}"', "no sheet can be called"),
        (
            "[Content_Types].xml",
            "/xl/worksheets/sheet1.xml",
            "/xl/worksheets/sheet9.xml",
            "has a content type and is missing",
        ),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml", "which is missing"),
    ],
)
def test_the_strict_reader_finds_what_is_wrong_with_the_parts(part: str, old: str, new: str, fault: str) -> None:
    ordinary = of_parts({})
    with zipfile.ZipFile(ordinary) as packed:
        text = packed.read(part).decode()
    assert old in text
    assert fault in " ".join(faults_of(of_parts({part: text.replace(old, new)}).getvalue()))
