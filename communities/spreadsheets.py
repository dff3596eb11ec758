"""Spreadsheets that are safe to open and safe to accept: plain functions that know no model and no request.

Writing. A text that a spreadsheet would take for a formula gets one apostrophe in front (`=1+1` becomes `'=1+1`), in
headings and in cells, in CSV and in XLSX; in XLSX every text is also stored as text. Numbers, dates and texts that are only
digits with a sign ("-2.24", "+44 7700 900123") stay as they are: they can do nothing but be a number.
Reading takes that one apostrophe away again, so what was exported comes back as it was: `restore(neutralise(x)) == x`.

Source: OWASP ASVS 5.0, 1.2.10; OWASP "CSV Injection" (the wide signs and the separators inside a cell).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import BinaryIO

import openpyxl
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

CSV, XLSX = "csv", "xlsx"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREFIX = "'"

# The wide forms are read as their narrow ones by spreadsheets set to Chinese or Japanese.
_SIGNS = "=+\\-@\uff0b\uff0d\uff1d\uff20"
_LIVE = re.compile(rf"'*(?:[\t\r\n\0]|[\s\0-\x1f\ufeff\u200b]*[{_SIGNS}])")
_NUMBER = re.compile(r"[+-]?\d[\d ]*(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# Most texts begin with a letter or a digit, and are let through on their first character alone.
_HARMLESS_START = re.compile(r"[A-Za-z0-9£(\"]")
# What XML 1.0, and so XLSX, cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Limits:
    """How much a file may hold; None is no limit."""

    file_bytes: int | None = 5 * 1024 * 1024
    unpacked_bytes: int | None = 20 * 1024 * 1024
    rows: int | None = 5_000
    columns: int = 200


UPLOAD = Limits()
# For commands, whose file is already on the server.
COMMAND = Limits(file_bytes=None, unpacked_bytes=2 * 1024**3, rows=None)


@dataclass(frozen=True)
class Sheet:
    """A table read from a file: its headings, and its rows as (number in the file, {heading: text}).

    `rows` can be read once. Blank rows are left out; numbers count as a spreadsheet shows them, headings being row 1.
    """

    kind: str
    headers: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]


# Writing


def neutralise(value: object) -> object:
    """Return the value so that no spreadsheet takes it for a formula; only a text is ever changed."""
    if not isinstance(value, str) or not value or _HARMLESS_START.match(value):
        return value
    if _LIVE.match(value) and not _NUMBER.fullmatch(value):
        return PREFIX + value
    return value


def restore(value: object) -> object:
    """Return what `neutralise` was given; a text that it would not have changed stays as it is."""
    if isinstance(value, str) and value.startswith(PREFIX) and _LIVE.match(value):
        return value[1:]
    return value


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[object]], *, bom: bool = False) -> Iterator[str]:
    """Yield a CSV file line by line, for streaming; `bom` tells Excel that it is UTF-8.

    Every text is quoted, so that a separator inside it cannot begin a new cell in a spreadsheet set to semicolons.
    """
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_NONNUMERIC)
    first = writer.writerow([neutralise(str(header)) for header in headers])
    yield ("\ufeff" if bom else "") + first
    is_harmless = _HARMLESS_START.match
    for row in rows:
        # Most cells are plain words: told here, a file takes two thirds of the time.
        yield writer.writerow(
            [value if type(value) is str and is_harmless(value) else neutralise(plain(value)) for value in row]
        )


def write_xlsx(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Write a workbook of one sheet; memory does not grow with the number of rows."""
    write_workbook(file, [(title, headers, rows)])


def write_workbook(file: BinaryIO, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> None:
    """Write a workbook of sheets, each (title, headers, rows); memory does not grow with the number of rows."""
    book = openpyxl.Workbook(write_only=True)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31] or None)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, str(header)) for header in headers])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def plain(value: object) -> object:
    """Return a number as it is and everything else as text: dates and times in ISO 8601, London time, None as ""."""
    if value is None:
        return ""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _cell(sheet: object, value: object) -> object:
    """Return the value for a write-only sheet: dates and numbers as such, text as text and never as a formula."""
    if value is None:
        return None
    if isinstance(value, datetime | bool):
        value = plain(value)
    if not isinstance(value, int | float | Decimal | date):
        value = neutralise(str(value))
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=_NOT_IN_XML.sub("\ufffd", value))
    # openpyxl takes "=..." for a formula and "#N/A" for an error; the quote keeps them text when somebody edits them.
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(PREFIX)
    return cell


class _Echo:
    """A file whose write gives back what it was given, so that csv can be streamed."""

    def write(self, text: str) -> str:
        return text


# Reading


def check_upload(file: BinaryIO, limits: Limits = UPLOAD) -> str:
    """Return "csv" or "xlsx" by what the file holds, whatever its name says, without unpacking it.

    Leaves the file at its beginning. Raises: ValidationError saying what is wrong and what to do.
    """
    size = _size(file)
    if limits.file_bytes is not None and size > limits.file_bytes:
        raise ValidationError(
            _("This file is %(size)s MB. The most that can be read here is %(limit)s MB: split it into several files."),
            code="too_big",
            params={"size": number_format(size / 1024**2, 1), "limit": limits.file_bytes // 1024**2},
        )
    head = file.read(8)
    file.seek(0)
    if not size or not head.strip():
        raise ValidationError(_("This file is empty. Nothing was read."), code="empty")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _(
                "This is an old Excel file, or one with a password. Save it as .xlsx without a password, or as CSV UTF-8."
            ),
            code="old_excel",
        )
    if not head.startswith(b"PK"):
        return CSV
    _check_archive(file, limits)
    file.seek(0)
    return XLSX


def read_rows(file: BinaryIO, limits: Limits = UPLOAD) -> Sheet:
    """Read the table in an uploaded CSV or XLSX file.

    Raises: ValidationError for a file that cannot be read as one table; from `rows` while reading on, for a row that
    does not fit the headings or for one row too many.
    """
    kind = check_upload(file, limits)
    records = _csv_records(file) if kind == CSV else _xlsx_records(file, limits)
    number, first = next(((number, record) for number, record in records if any(record)), (0, []))
    headers = _headers(first, limits)
    if not headers:
        raise ValidationError(_("This file has no headings in its first row. Nothing was read."), code="no_headings")
    return Sheet(kind=kind, headers=headers, rows=_rows(records, headers, limits))


def _size(file: BinaryIO) -> int:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    return size


def _check_archive(file: BinaryIO, limits: Limits) -> None:
    """Refuse what is no workbook, and what would unpack to more than fits: the sizes are added up before unpacking.

    A directory that lies about a size gains nothing: zipfile stops reading at the size it was told.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValidationError(
            _("This Excel file is damaged. Save it again and try once more."), code="damaged"
        ) from error
    if not any(entry.filename.lower() == "xl/workbook.xml" for entry in entries):
        raise ValidationError(_("This is not a spreadsheet. Use a CSV (UTF-8) or an .xlsx file."), code="not_a_sheet")
    unpacked = sum(entry.file_size for entry in entries)
    if limits.unpacked_bytes is not None and (unpacked > limits.unpacked_bytes or len(entries) > 2_000):
        raise ValidationError(
            _("This file would unpack to more than %(limit)s MB. Save the rows alone in a new file, or split it."),
            code="too_big_unpacked",
            params={"limit": limits.unpacked_bytes // 1024**2},
        )


def _csv_records(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells); the separator is what the first line uses most: comma, semicolon or tab."""
    text = _decoded(file.read())
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            yield number, [restore(cell) for cell in record]
    except csv.Error as error:
        raise ValidationError(
            _("Line %(line)s cannot be read: look for a quotation mark that is not closed, near there or above."),
            code="bad_csv",
            params={"line": reader.line_num},
        ) from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]:
        raise ValidationError(
            _("This file is saved as UTF-16 (“Unicode text”). Save it as “CSV UTF-8” and try again."), code="encoding"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("Line %(line)s holds letters that are not UTF-8. Save the file as “CSV UTF-8” and try again."),
            code="encoding",
            params={"line": data.count(b"\n", 0, error.start) + 1},
        ) from error
    if "\0" in text:
        raise ValidationError(
            _("Line %(line)s holds a character that no text has. Save the file as “CSV UTF-8” and try again."),
            code="encoding",
            params={"line": text.count("\n", 0, text.index("\0")) + 1},
        )
    return text


def _xlsx_records(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of the first sheet, reading as it goes."""
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the sheet, and openpyxl would believe it and drop rows.
        sheet.reset_dimensions()
        for number, record in enumerate(sheet.iter_rows(max_col=limits.columns + 1, values_only=True), start=1):
            yield number, [_text(value) for value in record]
    except ValidationError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, SyntaxError, *_ANY_DAMAGE) as error:
        raise ValidationError(
            _("This Excel file is damaged. Save it again and try once more."), code="damaged"
        ) from error


# What openpyxl lets through from files that are not what they say.
_ANY_DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, OverflowError)


def _text(value: object) -> str:
    """Return a cell as a person reads it: 3.0 as "3", a midnight as a date, text without the apostrophe."""
    if isinstance(value, str):
        return restore(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(plain(value))


def _headers(record: list[str], limits: Limits) -> list[str]:
    """Return the headings, trimmed; blank ones at the end fall away."""
    headers = [heading.strip() for heading in record]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > limits.columns:
        raise ValidationError(
            _("This file has more than %(limit)s columns. Delete those that are not needed."),
            code="too_wide",
            params={"limit": limits.columns},
        )
    for position, heading in enumerate(headers, start=1):
        if not heading:
            raise ValidationError(
                _("Column %(number)s has no heading. Name it, or delete the column."),
                code="no_heading",
                params={"number": position},
            )
        if heading in headers[: position - 1]:
            raise ValidationError(
                _("Two columns are called “%(heading)s”. Rename one of them."),
                code="same_heading",
                params={"heading": heading},
            )
    return headers


def _rows(
    records: Iterator[tuple[int, list[str]]], headers: list[str], limits: Limits
) -> Iterator[tuple[int, dict[str, str]]]:
    width, found = len(headers), 0
    for number, record in records:
        if not any(record):
            continue
        found += 1
        if limits.rows is not None and found > limits.rows:
            raise ValidationError(
                _("This file has more than %(limit)s rows. Split it into several files."),
                code="too_long",
                params={"limit": number_format(limits.rows, force_grouping=True)},
            )
        if any(record[width:]):
            raise ValidationError(
                _("Row %(number)s has more cells than there are headings."), code="ragged", params={"number": number}
            )
        yield number, dict(zip(headers, record[:width] + [""] * (width - len(record)), strict=True))
