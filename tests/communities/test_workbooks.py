"""The cost of a workbook depends on its cells: missing, formatted or surrounding parts never become rows."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from communities.spreadsheets import COMMAND, UPLOAD, Limits, read_rows, workbook_parts, workbook_rows
from communities.spreadsheets.workbooks import Workbook
from tests.workbooks import SHEET, STRINGS, of_parts, of_sheet, text_row, workbook

HEAD = text_row(1, "Name", "Kind")


def rows_of(file: io.BytesIO, limits: Limits = UPLOAD) -> list[tuple[int, dict[str, str]]]:
    return list(read_rows(file, limits).rows)


def code_of(file: io.BytesIO, limits: Limits = UPLOAD) -> str:
    with pytest.raises(ValidationError) as refused:
        rows_of(file, limits)
    assert "%(" not in refused.value.messages[0]
    return refused.value.code


def records_of(file: io.BytesIO, limits: Limits = UPLOAD) -> list[tuple[int, list[str]]]:
    """Return everything that the first sheet yields."""
    book = Workbook(file, limits)
    return list(book.records(book.sheets[0]))


# Empty rows and cells


@pytest.mark.parametrize("row", [1_048_576, 10_000_000, 2**31])
def test_a_cell_far_below_is_refused_without_building_the_rows_between(row):
    rows = HEAD + text_row(2, "Hall") + text_row(row, "stray")
    assert records_of(of_sheet(rows)) == [(1, ["Name", "Kind"]), (2, ["Hall"]), (row, ["stray"])]
    assert code_of(of_sheet(rows)) == "far_below"
    assert [number for number, _row in rows_of(of_sheet(rows), COMMAND)] == [2, row]


@pytest.mark.parametrize(
    "empty",
    ['<row r="{0}"/>', '<row r="{0}" s="1" customFormat="1"/>', '<row r="{0}"><c r="A{0}" s="1"/></row>', '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t> \u00a0</t></is></c></row>'],
    ids=["bare", "coloured", "a coloured cell", "blanks"],
)  # fmt: skip
def test_an_empty_last_row_is_ignored(empty):
    file = of_sheet(HEAD + text_row(2, "Hall", "place") + empty.format(1_048_576))
    assert records_of(file) == [(1, ["Name", "Kind"]), (2, ["Hall", "place"])]


def test_a_formatted_but_empty_last_row_is_ignored():
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (("Name", "Kind"), ("Hall", "place")):
        book.active.append(row)
    book.active.cell(1_048_576, 1).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    book.save(file)
    assert len(records_of(file)) == 2
    assert rows_of(file) == [(2, {"Name": "Hall", "Kind": "place"})]


def test_rows_after_a_small_gap_are_read_and_after_a_large_one_refused():
    limits = Limits(rows=3)
    assert len(rows_of(of_sheet(HEAD + text_row(1003, "Hall")), limits)) == 1
    assert code_of(of_sheet(HEAD + text_row(1004, "Hall")), limits) == "far_below"


def test_rows_of_spaces_and_no_break_spaces_are_blank():
    file = workbook(("Name", "Kind"), ("Hall", "place"), (" ", None), (None, "\u00a0"), ("Barn", "  "))
    assert rows_of(file) == [(2, {"Name": "Hall", "Kind": "place"}), (5, {"Name": "Barn", "Kind": ""})]


# Content beside the cells, and too much of anything


@pytest.mark.parametrize(
    "beside",
    ['<mergeCells><mergeCell ref="not a range"/></mergeCells>', "<conditionalFormatting><x/></conditionalFormatting>", '<hyperlinks><hyperlink ref="nowhere"/></hyperlinks>'],
    ids=["merged", "rules", "links"],
)  # fmt: skip
def test_nothing_after_the_cells_is_read(beside):
    assert rows_of(of_sheet(HEAD + text_row(2, "Hall"), after=beside)) == [(2, {"Name": "Hall", "Kind": ""})]


def test_a_cell_beyond_the_last_column_is_refused_not_dropped():
    far = '<row r="2"><c r="XFD2"><v>1</v></c></row>'
    assert [len(record) for _number, record in records_of(of_sheet(HEAD + far))] == [2, 201]
    assert code_of(of_sheet(HEAD + far)) == "ragged"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="2">' + "<c/>" * 16_385 + "</row>", "damaged"),
        ('<row r="2"><c r="B2"/><c r="A2"/></row>', "damaged"),
        ('<row r="2"/><row r="2"/>', "damaged"),
        ('<row r="x"/>', "damaged"),
        ('<row r="2"><c t="s"><v>0</v></c></row>', "damaged"),
        ('<row r="2"><c t="s"><v>-1</v></c></row>', "damaged"),
        ('<row r="2"><c t="b"><v>maybe</v></c></row>', "damaged"),
        ('<row r="2"><c t="odd"><v>1</v></c></row>', "damaged"),
        ('<row r="2"><c><v>one</v></c></row>', "damaged"),
        (f'<row r="2"><c><v>{"1" * 5000}</v></c></row>', "damaged"),
        ("<x>" * 100 + "</x>" * 100, "damaged"),
        (text_row(2, "x" * 131_073), "too_much_text"),
        (f'<row r="2"><c t="str"><v>{"x" * 200_000}</v></c></row>', "too_much_text"),
    ],
)
def test_malformed_xml_is_refused_with_a_message(rows, code):
    assert code_of(of_sheet(HEAD + rows)) == code


def test_a_long_text_counts_once_for_each_cell():
    """A text of 100,000 letters is in the file once, but would be in the rows 4,000 times."""
    strings = f"<sst><si><t>{'x' * 100_000}</t></si></sst>"
    rows = HEAD + "".join(f'<row r="{number}"><c t="s"><v>0</v></c></row>' for number in range(2, 4002))
    file = of_sheet(rows, **{STRINGS: strings})
    with pytest.raises(ValidationError, match="Row 211 holds more text than can be read here"):
        rows_of(file)


@pytest.mark.parametrize("limits", [UPLOAD, COMMAND], ids=["upload", "command"])
def test_empty_cells_are_counted_too(limits, monkeypatch):
    monkeypatch.setattr(workbook_rows, "MOST_CELLS", 10)
    rows = HEAD + '<row r="2"><c/><c/><c/><c/><c/></row>' + '<row r="3"><c/><c/><c/><c/></row>' + text_row(4, "Hall")
    if limits is UPLOAD:
        assert code_of(of_sheet(rows), limits) == "too_many_cells"
    else:
        assert [number for number, _row in rows_of(of_sheet(rows), limits)] == [4]


def test_shared_texts_are_counted_too(monkeypatch):
    monkeypatch.setattr(workbook_parts, "MOST_CELLS", 10)
    assert code_of(of_sheet(HEAD, **{STRINGS: "<sst>" + "<si/>" * 11 + "</sst>"})) == "too_many_cells"
    assert rows_of(of_sheet(HEAD, **{STRINGS: "<sst>" + "<si/>" * 10 + "</sst>"})) == []


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, STRINGS, "xl/styles.xml"])
def test_entities_are_refused_wherever_they_are_declared(part):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    assert code_of(of_parts({part: bomb})) == "damaged"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_with_unusual_compression_are_never_unpacked(method, monkeypatch):
    file = of_parts({}, method)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("unpacked"))
    assert code_of(file) == "damaged"


# Sheets


def test_too_many_sheets_are_refused_before_any_is_read(monkeypatch):
    file = workbook(("Name",), **{f"S{number}": [] for number in range(100)})
    monkeypatch.setattr(Workbook, "records", lambda *args: pytest.fail("read"))
    assert code_of(file) == "too_many_sheets"


def test_a_part_that_several_sheets_share_is_read_once():
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 1001))
    file = of_parts({"xl/workbook.xml": f'<workbook xmlns:r="r"><sheets>{sheets}</sheets></workbook>'})
    assert [sheet.title for sheet in Workbook(file, UPLOAD).sheets] == ["S1"]


def repacked(file: io.BytesIO, part: str, change) -> io.BytesIO:
    """Return a workbook with one part changed."""
    with zipfile.ZipFile(file) as source:
        return of_parts(
            {name: change(source.read(name)) if name == part else source.read(name) for name in source.namelist()}
        )


def test_hidden_sheets_are_ignored_unless_there_is_no_other():
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Codes", "Words"))
    book.active.sheet_state = "hidden"
    book.create_sheet("List").append(("Name", "Kind"))
    book.save(file)
    sheet = read_rows(file)
    assert (sheet.headers, sheet.notes) == (["Name", "Kind"], ())
    hidden = repacked(file, "xl/workbook.xml", lambda part: part.replace(b'state="visible"', b'state="veryHidden"'))
    assert [sheet.title for sheet in Workbook(hidden, UPLOAD).sheets] == ["Sheet", "List"]


def test_a_damaged_sheet_beside_the_list_is_reported_and_ignored():
    file = workbook(("Name", "Kind"), ("Hall", "place"), Broken=[("x",)])
    broken = repacked(file, "xl/worksheets/sheet2.xml", lambda part: b"<worksheet><sheetData><row")
    sheet = read_rows(broken)
    assert list(sheet.rows) == [(2, {"Name": "Hall", "Kind": "place"})]
    assert sheet.notes == (
        "The sheet “Sheet” was read. Not read: “Broken”. To read another, save it in a file of its own.",
    )


# Values of cells


def test_cells_are_read_as_people_see_them():
    file = workbook(
        ("whole", "part", "day", "moment", "time", "length", "yes", "none", "formula"),
        (
            3.0,
            2.5,
            date(2026, 5, 20),
            datetime(2026, 5, 20, 9, 5),
            time(9, 30),
            timedelta(hours=26),
            False,
            None,
            "=1+1",
        ),  # noqa: DTZ001
    )
    ((_number, row),) = rows_of(file)
    assert list(row.values()) == [
        "3",
        "2.5",
        "2026-05-20",
        "2026-05-20T09:05:00",
        "09:30",
        "1 day, 2:00:00",
        "no",
        "",
        "",
    ]


def test_dates_count_from_1904_if_the_workbook_says_so():
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(("day",))
    book.active.append((date(2026, 5, 20),))
    book.save(file)
    assert rows_of(file) == [(2, {"day": "2026-05-20"})]


@pytest.mark.parametrize(
    ("string", "text"),
    [
        ("<t>plain</t>", "plain"),
        ("<r><t>two </t></r><r><rPr/><t>parts</t></r>", "two parts"),
        ("<t>東京</t><rPh><t>とうきょう</t></rPh>", "東京"),
        ("<t>one_x000D_\ntwo _x005F_x0041_ _x0041_</t>", "one\r\ntwo _x0041_ _x0041_"),
        ("<t>'=1+1</t>", "=1+1"),
    ],
)
def test_texts_are_joined_from_their_parts(string, text):
    shared = of_sheet(HEAD + '<row r="2"><c t="s"><v>0</v></c></row>', **{STRINGS: f"<sst><si>{string}</si></sst>"})
    inline = of_sheet(HEAD + f'<row r="2"><c t="inlineStr"><is>{string}</is></c></row>')
    for file in (shared, inline):
        ((_number, row),) = rows_of(file)
        assert row["Name"] == text


def test_elements_with_a_prefix_and_the_strict_form_are_understood():
    cells = '<x:c r="A1" t="inlineStr"><x:is><x:t>Name</x:t></x:is></x:c>'
    sheet = f'<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1">{cells}</x:row></x:sheetData></x:worksheet>'
    assert read_rows(of_parts({SHEET: sheet})).headers == ["Name"]


def test_errors_and_impossible_dates_are_read_as_text():
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    cells = '<c r="A2" t="e"><v>#REF!</v></c><c r="B2" s="1"><v>1e9</v></c>'
    assert rows_of(of_sheet(HEAD + f'<row r="2">{cells}</row>', **{"xl/styles.xml": styles})) == [
        (2, {"Name": "#REF!", "Kind": "#VALUE!"})
    ]


# Arbitrary input


def outcome_of(raw: bytes) -> str:
    """Return "read", or the message with which a file is refused; any other exception is raised."""
    try:
        list(read_rows(io.BytesIO(raw)).rows)
    except ValidationError as refused:
        return refused.messages[0]
    return "read."


BOOK = workbook(("Name", "Day"), ("Hall", date(2026, 5, 20)), ("Barn", 3), More=[("a", "b")]).getvalue()


@given(st.data())
def test_a_corrupted_workbook_is_read_or_refused_with_a_message(data):
    """Only ValidationError is ever raised, whatever byte of whatever part is changed."""
    source = zipfile.ZipFile(io.BytesIO(BOOK))
    name = data.draw(st.sampled_from([name for name in source.namelist() if name.startswith("xl/")]))
    part = bytearray(source.read(name))
    for _change in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(part))), data.draw(st.integers(0, 8))
        part[at : at + length] = data.draw(st.binary(max_size=8) | st.sampled_from([b"-1", b'"', b"<", b"9" * 12]))
    assert outcome_of(of_parts({name: bytes(part)}).getvalue()).endswith((".", "!"))


@given(st.data())
def test_a_corrupted_archive_is_read_or_refused_with_a_message(data):
    raw = bytearray(BOOK)
    for _change in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(2, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert outcome_of(bytes(raw)).endswith((".", "!"))


LIST_LIKE = st.text(alphabet='a,;\t"\n\r\u00e9 ', max_size=80).map(lambda text: text.encode("cp1252"))


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode) | LIST_LIKE)
def test_any_bytes_are_read_or_refused_with_a_message(raw):
    for start in (b"", b"PK", b"\xef\xbb\xbf", b"Name,Kind\n"):
        assert outcome_of(start + raw).endswith((".", "!"))
