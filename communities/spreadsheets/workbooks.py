"""Read XLSX workbooks as rows of text, at a cost that grows with a sheet's contents and not with its declared size.

A sheet is read as a stream of XML, and only cells that are not empty are stored: rows that are missing, or only
formatted, cost nothing, and everything beside the cells (merged areas, rules, links, drawings) is not read at all.
openpyxl fills missing rows and reads everything; only its knowledge of date and time formats is used.

Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1: 18.2 (workbook), 18.3 (worksheets), 18.4 (shared
strings), 18.8 (styles), 22.9.2.19 (escapes in texts); part 2, 9.3 (relationships).
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import BinaryIO
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from communities.spreadsheets.limits import Limits
from communities.spreadsheets.writing import plain, restore

#: Sheets that are read; nobody's list has more.
MOST_SHEETS = 100
#: Characters in one cell: four times Excel's limit, and as many as Python's csv reads.
MOST_LETTERS = 131_072
#: Cells that are read in an uploaded sheet, including empty ones: 5,000 rows of the maximum width.
MOST_CELLS = 1_000_000
#: Columns of Excel; no cell is further right.
LAST_COLUMN = 16_384
_CHUNK = 64 * 1024
#: Levels of nested elements; a sheet needs eight.
_DEEPEST = 64
_ESCAPED = re.compile("_x(000D|005F)_")
_MEANT = {"000D": "\r", "005F": "_"}
_REFERENCE = re.compile(r"([A-Za-z]{1,3})[1-9]")
#: Exceptions that a damaged file raises from zipfile, zlib, expat and the conversions of cells.
_DAMAGE = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    OverflowError,
)

type Record = tuple[int, list[str]]


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: its name, its part in the archive, and whether it is hidden."""

    title: str
    part: str
    is_hidden: bool


class Workbook:
    """A workbook, its sheets in order.

    Raises: ValidationError for a damaged file, from `records` too, while iterating.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._limits = limits
        with _called_damaged():
            self._archive = zipfile.ZipFile(file)
            self._parts = {name.lower(): name for name in self._archive.namelist()}
            book, targets = _Book(), _Targets()
            self._parse("xl/workbook.xml", book)
            self._parse("xl/_rels/workbook.xml.rels", targets)
            strings, styles = _Strings(limits), _Styles()
            for part, handler in ((targets.strings, strings), (targets.styles, styles)):
                if part.lower() in self._parts:
                    self._parse(part.lower(), handler)
        self._strings, self._styles = strings.texts, styles
        self._epoch = CALENDAR_MAC_1904 if book.is_from_1904 else CALENDAR_WINDOWS_1900
        # Each part once, however many sheets refer to it.
        found: dict[str, SheetPart] = {}
        for title, mark, state in book.sheets:
            part = targets.sheets.get(mark, "").lower()
            if part in self._parts:
                found.setdefault(part, SheetPart(title, part, is_hidden=state != "visible"))
        self.sheets = [sheet for sheet in found.values() if not sheet.is_hidden] or list(found.values())
        if len(self.sheets) > MOST_SHEETS:
            raise ValidationError(
                _("This workbook has more than %(limit)s sheets. Save the one with the list in a file of its own."),
                code="too_many_sheets",
                params={"limit": MOST_SHEETS},
            )

    def records(self, sheet: SheetPart) -> Iterator[Record]:
        """Yield (row number, cells as text) of each row that is not empty, while reading."""
        with _called_damaged():
            rows = _Rows(self._strings, self._styles, self._epoch, self._limits)
            for chunk_was_fed in self._feed(sheet.part, rows):
                yield from rows.take()
                if rows.is_done or not chunk_was_fed:
                    return

    def _parse(self, part: str, handler: "_Handler") -> None:
        for _chunk_was_fed in self._feed(part, handler):
            continue

    def _feed(self, part: str, handler: "_Handler") -> Iterator[bool]:
        """Feed a part to a handler piece by piece; yield True after each piece, False at the end."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = handler.begins, handler.ends
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = handler.says, _no_doctype
        with self._archive.open(self._parts[part]) as source:
            while chunk := source.read(_CHUNK):
                parser.Parse(chunk, False)
                yield True
            parser.Parse(b"", True)
            yield False


@contextmanager
def _called_damaged() -> Iterator[None]:
    try:
        yield
    except ValidationError:
        raise
    except _DAMAGE as error:
        raise ValidationError(
            _("This Excel file is damaged. Save it again and try once more."), code="damaged"
        ) from error


def _no_doctype(*_told: object) -> None:
    """Refuse a document type, which could declare entities: no spreadsheet has one."""
    raise ValueError("a document type")


class _Handler:
    """Handles the elements of one part; names have no prefix. `_texts` collects the text of an element."""

    def __init__(self) -> None:
        self._texts: list[str] | None = None
        self._depth = 0

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element, whose name can have a prefix."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested too deeply")
        self.start(_bare(name), attributes)

    def ends(self, name: str) -> None:
        """Handle the end of an element, whose name can have a prefix."""
        self._depth -= 1
        self.end(_bare(name))

    def says(self, text: str) -> None:
        """Handle text inside an element."""
        if self._texts is not None:
            self._texts.append(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def said(self) -> str:
        """Return the collected text, and stop collecting."""
        text = "".join(self._texts or ())
        self._texts = None
        return text


def _bare(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


class _Book(_Handler):
    """The workbook: its sheets as (title, relationship, state), and the year from which it counts days."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.is_from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.is_from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            mark = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), mark, attributes.get("state", "visible")))


class _Targets(_Handler):
    """The locations of a workbook's parts: the sheets by relationship, the shared strings and the styles."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, str] = {}
        self.strings = self.styles = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
        if kind == "worksheet":
            self.sheets[attributes.get("Id", "")] = part
        elif kind == "sharedStrings":
            self.strings = part
        elif kind == "styles":
            self.styles = part


class _Texts(_Handler):
    """Something with texts in it: `<t>` elements, except those of a phonetic guide (`<rPh>`)."""

    def __init__(self) -> None:
        super().__init__()
        self._is_aid = False
        self._pieces: list[str] = []

    def start_text(self, name: str) -> None:
        """Handle the start of an element that might be part of a text."""
        if name == "rPh":
            self._is_aid = True
        elif name == "t" and not self._is_aid:
            self._texts = []

    def end_text(self, name: str) -> None:
        """Handle the end of an element that might be part of a text."""
        if name == "rPh":
            self._is_aid = False
        elif name == "t" and self._texts is not None:
            self._pieces.append(self.said())

    def text(self) -> str:
        """Return the collected text, as a person reads it, and start another."""
        if not self._pieces:
            return ""
        text = "".join(self._pieces)
        self._pieces = []
        if "_x" in text:
            text = _ESCAPED.sub(lambda found: _MEANT[found[1]], text)
        return str(restore(text))


class _Strings(_Texts):
    """The texts that cells share, at most as many as cells are read."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._most = None if limits.rows is None else MOST_CELLS
        self.texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.start_text(name)

    def end(self, name: str) -> None:
        self.end_text(name)
        if name == "si":
            if self._most is not None and len(self.texts) == self._most:
                raise _too_many_cells()
            self.texts.append(self.text())


class _Styles(_Handler):
    """The styles of a workbook that show a number as a date or a time."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[int, str] = dict(BUILTIN_FORMATS)
        self._of_style: list[int] = []
        self._is_in_styles = False
        self._known: dict[int, tuple[bool, bool]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and "numFmtId" in attributes:
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._is_in_styles = True
        elif name == "xf" and self._is_in_styles:
            self._of_style.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_in_styles = False

    def is_moment(self, style: int) -> tuple[bool, bool]:
        """Return whether a style shows a date or a time, and whether it shows a duration."""
        number = self._of_style[style] if 0 <= style < len(self._of_style) else 0
        if number not in self._known:
            code = self._formats.get(number)
            self._known[number] = is_date_format(code), is_timedelta_format(code)
        return self._known[number]


class _Rows(_Texts):
    """The rows of one sheet that are not empty."""

    def __init__(self, strings: list[str], styles: _Styles, epoch: datetime, limits: Limits) -> None:
        super().__init__()
        self._strings, self._styles, self._epoch = strings, styles, epoch
        self._most_columns, self._letters_left = limits.columns + 1, limits.unpacked_bytes
        self._readers: dict[str, Callable[[str], object]] = {
            "s": self._shared, "str": restore, "e": str, "b": lambda said: bool(int(said)), "d": from_ISO8601, "n": self._number,
        }  # fmt: skip
        self._number_of_row = self._column = 0
        self._cells_left = None if limits.rows is None else MOST_CELLS
        self._kind, self._style, self._value = "n", "", ""
        self._cells: dict[int, str] = {}
        self._rows: list[Record] = []
        self.is_done = False

    def take(self) -> list[Record]:
        """Return the rows collected since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._texts = []
        elif name == "row":
            number = int(attributes["r"]) if "r" in attributes else self._number_of_row + 1
            if number <= self._number_of_row:
                raise ValueError("rows out of order")
            self._number_of_row, self._column, self._cells = number, 0, {}
        else:
            self.start_text(name)

    def says(self, text: str) -> None:
        """Handle text inside an element, up to the length of a cell."""
        super().says(text)
        if self._texts is not None and len(self._texts) > 1 and sum(map(len, self._texts)) > MOST_LETTERS:
            raise self._too_much()

    def end(self, name: str) -> None:
        if name == "c":
            if self._value or self._pieces:
                self._keep(self._cell())
        elif name == "v":
            self._value = self.said()
        elif name == "row":
            if self._cells:
                width = max(self._cells)
                self._rows.append((self._number_of_row, [self._cells.get(at, "") for at in range(1, width + 1)]))
        elif name == "sheetData":
            self.is_done = True
        else:
            self.end_text(name)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        """Find the position of a cell: right of the previous one, in a column that Excel has."""
        found = _REFERENCE.match(attributes["r"]) if "r" in attributes else None
        column = _column(found[1]) if found else self._column + 1
        if not self._column < column <= LAST_COLUMN:
            raise ValueError("cells out of order")
        if self._cells_left is not None:
            self._cells_left -= 1
            if self._cells_left < 0:
                raise _too_many_cells()
        self._column, self._kind, self._style = column, attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._pieces = "", []

    def _cell(self) -> str:
        """Return a cell as a person reads it: 3.0 as "3", a midnight as a date, text without the apostrophe."""
        if self._kind == "inlineStr":
            return self.text()
        return _shown(self._readers[self._kind](self._value)) if self._value else ""

    def _keep(self, text: str) -> None:
        """Store a text that is not empty; beyond the last column that is read, it only counts as one too many."""
        if not text or text.isspace():
            return
        if len(text) > MOST_LETTERS:
            raise self._too_much()
        if self._letters_left is not None:
            self._letters_left -= len(text)
            if self._letters_left < 0:
                raise self._too_much()
        self._cells[min(self._column, self._most_columns)] = text

    def _shared(self, said: str) -> str:
        number = int(said)
        if number < 0:
            raise IndexError(number)
        return self._strings[number]

    def _number(self, said: str) -> object:
        number = float(said) if set(said) & set(".eE") else int(said)
        is_moment, is_length = self._styles.is_moment(int(self._style or 0))
        if not is_moment:
            return number
        try:
            return from_excel(number, self._epoch, timedelta=is_length)
        except (OverflowError, ValueError):
            return "#VALUE!"

    def _too_much(self) -> ValidationError:
        return ValidationError(
            _("Row %(number)s holds more text than can be read here. Shorten it, or split the file."),
            code="too_much_text",
            params={"number": self._number_of_row},
        )


def _too_many_cells() -> ValidationError:
    return ValidationError(
        _("This workbook has more than %(limit)s cells, including empty ones. Copy only the list to a new workbook."),
        code="too_many_cells",
        params={"limit": number_format(MOST_CELLS, force_grouping=True)},
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, time) and not value.second:
        return f"{value:%H:%M}"
    return str(plain(value))
