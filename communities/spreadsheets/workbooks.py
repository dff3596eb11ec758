"""Read XLSX workbooks as rows of text, at a cost that grows with a sheet's contents and not with its declared size.

A sheet is read as a stream of XML, and only cells that are not empty are stored: rows that are missing, or only
formatted, cost nothing, and everything beside the cells (merged areas, rules, links, drawings) is not read at all.
openpyxl fills missing rows and reads everything; only its knowledge of date and time formats is used.

`workbook_parts` handles the parts beside the sheets, and `workbook_rows` the rows of a sheet.
Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1, 18.2 (workbook); part 2, 9.3 (relationships).
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from communities.spreadsheets.limits import Limits
from communities.spreadsheets.workbook_parts import Book, Handler, Strings, Styles, Targets
from communities.spreadsheets.workbook_rows import Record, Rows

#: Sheets that are read; nobody's list has more.
MOST_SHEETS = 100
_CHUNK = 64 * 1024
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
            book, targets = Book(), Targets()
            self._parse("xl/workbook.xml", book)
            self._parse("xl/_rels/workbook.xml.rels", targets)
            strings, styles = Strings(limits), Styles()
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
            rows = Rows(self._strings, self._styles, self._epoch, self._limits)
            for chunk_was_fed in self._feed(sheet.part, rows):
                yield from rows.take()
                if rows.is_done or not chunk_was_fed:
                    return

    def _parse(self, part: str, handler: Handler) -> None:
        for _chunk_was_fed in self._feed(part, handler):
            continue

    def _feed(self, part: str, handler: Handler) -> Iterator[bool]:
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
