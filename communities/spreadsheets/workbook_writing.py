"""Write XLSX workbooks as a stream: a row is a line of XML, compressed at once, and memory does not grow with rows.

Texts are in their cells ("inline strings"), so memory holds no table of texts, and a text cell is never taken for
a formula or an error. Most texts need no change and are recognised by one pattern; the others take the slower path.

Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1: 18.3.1 (worksheets), 18.8 (styles), 22.9.2.19
(escapes in texts); Microsoft, "Excel specifications and limits" (letters in a cell, in a sheet's name).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from communities.spreadsheets.writing import PREFIX, neutralise, plain

#: Characters in one cell; Excel calls a file with more damaged. It counts in UTF-16, where an emoji is two.
MOST_LETTERS = 32_767
#: From here on all spreadsheets count days alike: for Excel, 1900 had a 29 February. Earlier dates are written as text.
FIRST_DAY = date(1900, 3, 1)
_FIRST_NUMBER = 61 - FIRST_DAY.toordinal()
_LONGEST_TITLE = 31
# Names that Excel keeps for itself, and calls a file damaged that uses them.
_RESERVED = {"history"}
# Styles by their index in `_STYLES`.
_QUOTED, _DAY = 1, 2
# Characters that XML 1.0, and so XLSX, cannot contain.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A text that can be written unchanged: not a formula, nothing that XML changes or trims, not too long. It starts as
# harmless texts do in `writing`, and contains no underscore, because "_x0041_" means "A".
_INSIDE = "[^\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]"
_AS_IT_IS = re.compile(rf"[A-Za-z0-9£(\"](?:{_INSIDE}{{0,{MOST_LETTERS // 2 - 1}}}(?<! ))?")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ROWS_AT_ONCE = 200
# Fast: a large list is written once and read once.
_COMPRESSION = 1
#: The attribute of a part that holds it. Python 3.12 has no public name for it; later versions keep this one.
_LEVEL = "_compresslevel"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    "</sheetView></sheetViews><sheetData>"
)
_DATA_END, _SHEET_END = "</sheetData>", "</worksheet>"
#: Letters in the head of printed sheets; Excel calls a file with more damaged.
_MOST_PRINTED = 255

type SheetRows = tuple[str, Sequence[str], Iterable[Sequence[object]]]


def write_xlsx(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Write a workbook of one sheet; memory does not grow with the number of rows."""
    write_workbook(file, [(title, headers, rows)])


def write_workbook(file: BinaryIO, sheets: Iterable[SheetRows], *, printed: Sequence[str] = ()) -> None:
    """Write a workbook of sheets, each (title, headers, rows); memory does not grow with the number of rows.

    printed: at most three texts at the head of each printed page, left, in the middle and right. The heading row stays in
    view. Dates and numbers are written as such, None and "" as empty cells, other values as text. The same sheets are the same
    bytes.
    """
    sheets = list(sheets)
    titles = _titles([title for title, _headers, _rows in sheets])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        for name, text in _parts(titles):
            archive.writestr(_part(name), text)
        for number, (_title, headers, rows) in enumerate(sheets, start=1):
            with archive.open(_part(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                for piece in _sheet(headers, rows, _print_header(printed)):
                    part.write(piece.encode())


def _part(name: str) -> zipfile.ZipInfo:
    """Return a part of the archive without the time of writing: the same rows are the same bytes."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    setattr(part, _LEVEL, _COMPRESSION)
    part.external_attr = 0o600 << 16
    return part


def _titles(wanted: Sequence[str]) -> list[str]:
    """Return valid names for the sheets, no two alike."""
    titles: list[str] = []
    taken: set[str] = set(_RESERVED)
    for number, title in enumerate(wanted, start=1):
        clean = re.sub(r"[\\*?:/\[\]\s]", " ", _NOT_IN_XML.sub(" ", title)).strip(" '")
        each = clean = _cut(clean, _LONGEST_TITLE).strip(" '") or f"Sheet{number}"
        for again in count(2):
            if each.casefold() not in taken:
                break
            each = f"{_cut(clean, _LONGEST_TITLE - len(f' {again}'))} {again}"
        taken.add(each.casefold())
        titles.append(each)
    return titles


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that is not longer in UTF-16, in which spreadsheets count; no emoji is halved."""
    if len(text) * 2 <= most:
        return text
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")


def _parts(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a workbook besides its sheets, as (name, XML)."""
    numbers = range(1, len(titles) + 1)
    sheet_types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KINDS}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KINDS}.styles+xml"/>{sheet_types}</Types>',
    )
    yield "_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")])
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, 1)
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets></workbook>",
    )
    linked = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relationships([*linked, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relationships(links: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _print_header(texts: Sequence[str]) -> str:
    """Return the head of printed pages; "&" begins a code there, and is written twice. Source: ECMA-376, part 1, 18.3.1.46."""
    if not texts:
        return ""
    words = "".join(f"&{side} {_short(text)}" for side, text in zip("LCR", texts, strict=False))
    return f"<headerFooter><oddHeader>{escape(words)}</oddHeader></headerFooter>"


def _short(text: str) -> str:
    """Return a text for the head of a page, cut to a third of what fits there."""
    text = _NOT_IN_XML.sub(" ", text)
    text = _cut(text, _MOST_PRINTED // 3)
    while len((doubled := text.replace("&", "&&")).encode("utf-16-le")) // 2 > _MOST_PRINTED // 3 - len("&L "):
        text = text[:-1]
    return doubled


def _sheet(headers: Sequence[str], rows: Iterable[Sequence[object]], end: str = "") -> Iterator[str]:
    """Yield a sheet piece by piece; `end` is what follows its data."""
    yield _SHEET
    letters = [_letters(number) for number in range(1, len(headers) + 1)]
    lines = [_row(1, letters, [str(header) for header in headers])]
    for number, row in enumerate(rows, start=2):
        lines.append(_row(number, letters, row))
        if len(lines) == _ROWS_AT_ONCE:
            yield "".join(lines)
            lines = []
    yield "".join(lines) + _DATA_END + end + _SHEET_END


def _row(number: int, letters: Sequence[str], row: Sequence[object]) -> str:
    """Return a row; empty values have no cell."""
    is_plain = _AS_IT_IS.fullmatch
    return (
        f'<row r="{number}">'
        + "".join(
            [
                f'<c r="{letter}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
                if type(value) is str and is_plain(value)
                else _cell(f"{letter}{number}", value)
                for letter, value in zip(letters, row, strict=True)
                if value is not None and value != ""
            ]
        )
        + "</row>"
    )


def _cell(place: str, value: object) -> str:
    """Return a cell: a date or a number as such, everything else as text and never as a formula."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        text = str(value)
        # Spreadsheets have neither infinity nor NaN.
        if text.lstrip("-")[:1].isdigit():
            return f'<c r="{place}"><v>{text}</v></c>'
        return _text_cell(place, str(neutralise(text)))
    if isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
        return f'<c r="{place}" s="{_DAY}"><v>{value.toordinal() + _FIRST_NUMBER}</v></c>'
    return _text_cell(place, str(neutralise(plain(value))))


def _text_cell(place: str, text: str) -> str:
    # The quote prefix keeps a text a text when somebody edits it.
    style = f' s="{_QUOTED}"' if text.startswith(PREFIX) else ""
    text = _NOT_IN_XML.sub("\ufffd", text[:MOST_LETTERS].replace("\r\n", "\n").replace("\r", "\n"))
    text = _cut(text, MOST_LETTERS)
    text = escape(_LOOKS_ESCAPED.sub("_x005F_", text))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c r="{place}" t="inlineStr"{style}><is><t{space}>{text}</t></is></c>'


def _letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
