"""Spreadsheets that are safe to open.

A text that a spreadsheet would take for a formula gets one apostrophe in front (`=1+1` becomes `'=1+1`), in headings
and in cells, in CSV and in XLSX; in XLSX every text is also stored as text. Numbers, dates and texts that are only
digits with a sign ("-2.24", "+44 7700 900123") are unchanged: they can only be numbers. Reading removes that one
apostrophe again, so an exported value is imported unchanged: `restore(neutralise(x)) == x`.

Source: OWASP ASVS 5.0, 1.2.10; OWASP "CSV Injection" (the wide signs and the separators inside a cell).
"""

import csv
import io
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import Any
from uuid import UUID

from django.utils import timezone

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREFIX = "'"
#: Tells Excel that a file is UTF-8.
_MARK = "\ufeff"
#: How many lines of a CSV file are sent in one chunk.
_LINES = 200

# The wide forms are read as their narrow ones by spreadsheets set to Chinese or Japanese.
_SIGNS = r"=+\-@\uff0b\uff0d\uff1d\uff20"
# What Python calls white space: other programs' `\s` matches other characters.
_BLANKS = r"\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
#: Texts that a spreadsheet would take for a formula, unless they are numbers: expressions that Python and PostgreSQL understand alike.
LIVE = rf"^'*(?:[\t\r\n\0]|[{_BLANKS}\0-\u001f\ufeff\u200b]*[{_SIGNS}])"
NUMBER = r"^[+\-]?[0-9][0-9 ]*(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?\Z"
_LIVE, _NUMBER = re.compile(LIVE), re.compile(NUMBER)
# Most texts start with a letter or a digit, and are accepted by their first character alone; an empty one has none.
_HARMLESS_STARTS = frozenset({"", *string.ascii_letters, *string.digits, "£", "(", '"'})


def neutralise(value: object) -> object:
    """Return the value so that no spreadsheet takes it for a formula; only text is ever changed."""
    if not isinstance(value, str) or value[:1] in _HARMLESS_STARTS:
        return value
    if _LIVE.match(value) and not _NUMBER.match(value):
        return PREFIX + value
    return value


def restore[Value](value: Value) -> Value | str:
    """Return the value that `neutralise` was given; a text that it would not have changed is returned unchanged."""
    if isinstance(value, str) and value.startswith(PREFIX) and _LIVE.match(value):
        return value[1:]
    return value


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file, for streaming; it begins with the mark that tells Excel that it is UTF-8.

    Every text is quoted, so that a separator inside it cannot start a new cell in a spreadsheet set to semicolons.
    """
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_NONNUMERIC)
    yield f"{_MARK}{writer.writerow([neutralise(str(header)) for header in headers])}"
    for row in _cells_of(rows):
        yield writer.writerow(row)


def csv_cell(value: object) -> str:
    """Return one cell of a CSV file: numbers as they are, everything else in quotation marks."""
    cell = _CELLS.get(type(value), _cell)(value)
    return '"' + cell.replace('"', '""') + '"' if isinstance(cell, str) else str(cell)


def csv_chunks(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the same file in chunks of many lines, because each chunk costs the web server time.

    The lines of a chunk are written in one go by Python's csv, without a call for each.
    """
    file, cells = io.StringIO(newline=""), _cells_of(rows)
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    file.write(_MARK)
    writer.writerow([neutralise(str(header)) for header in headers])
    while text := file.getvalue():
        yield text
        file.seek(0)
        file.truncate()
        writer.writerows(islice(cells, _LINES))


def _cells_of(rows: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    """Yield rows as they are written."""
    starts, cells = _HARMLESS_STARTS, _CELLS.get
    for row in rows:
        # Most cells are plain text: checking it here, a file takes two thirds of the time; a look in a set takes half as long
        # as a regular expression.
        yield [
            value if type(value) is str and value[:1] in starts else cells(type(value), _cell)(value) for value in row
        ]


def plain(value: object) -> object:
    """Return a number unchanged and everything else as text: dates and times in ISO 8601, London time, None as ""."""
    if type(value) is str:
        return value
    if (write := _CELLS.get(type(value))) is not None:
        return write(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _cell(value: object) -> object:
    return neutralise(plain(value))


def _moment(value: Any) -> str:
    return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="seconds")


def _same(value: object) -> object:
    return value


#: What is written of values that no spreadsheet takes for a formula.
_CELLS: dict[type, Callable[[Any], object]] = {
    NoneType: lambda value: "",
    bool: lambda value: "yes" if value else "no",
    int: _same,
    float: _same,
    Decimal: _same,
    date: date.isoformat,
    datetime: _moment,
    UUID: str,
}


class _Echo:
    """A file whose `write` returns its argument, so that csv can be streamed."""

    def write(self, text: str) -> str:
        return text
