"""Read a table from an uploaded CSV or XLSX file, row by row: which sheet it is on, and which row has its headings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communities.lists import listed
from communities.spreadsheets.comma import CommaFile
from communities.spreadsheets.limits import UPLOAD, Limits, Sheet
from communities.spreadsheets.uploads import CSV, check_upload
from communities.spreadsheets.workbooks import Workbook

#: Rows in which headings are searched.
HEAD = 20
#: A row further below the row limit is a slip, not part of a list.
FAR_BELOW = 1_000
_MOST_LOOKED_AT = 200
_SHOWN = 60

type Record = tuple[int, list[str]]
#: Return how many of some headings are known; 0 when an essential one is missing.
type Knows = Callable[[Sequence[str]], int]


def read_rows(file: BinaryIO, limits: Limits = UPLOAD, knows: Knows = lambda headings: 0) -> Sheet:
    """Read the table in an uploaded CSV or XLSX file.

    The headings are the first row that is not empty. Callers who know the expected headings pass `knows`: then headings
    are found below a title, and on the first sheet that has them. `Sheet.notes` says what was skipped. Without it, a
    workbook's first sheet with two columns is read.
    Raises: ValidationError for a file that cannot be read as one table; from `rows` while iterating, for a row that
    does not fit the headings or for one row too many.
    """
    kind = check_upload(file, limits)
    table, notes = (_of_csv if kind == CSV else _of_workbook)(file, limits, knows)
    if not table.head:
        raise ValidationError(_("This file has no headings in its first row. Nothing was read."), code="no_headings")
    at = table.headings_at
    number, first = table.head[at]
    headers = _headers(number, first, limits)
    if at:
        notes.append(_notes_on_rows_above(table))
    # Checked before headings are searched among the cells of a title.
    for further, record in table.head[at + 1 :]:
        _refuse_wider(further, record, len(headers), number)
    rows = _rows(chain(table.head[at + 1 :], table.rest), headers, number, limits)
    return Sheet(kind=kind, headers=headers, rows=rows, notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class _Table:
    """The start of a table: its first rows, the remaining rows, and which of the first has the headings.

    `understood` is how many of those headings are known.
    """

    head: list[Record]
    rest: Iterator[Record]
    headings_at: int
    understood: int

    @classmethod
    def begun(cls, records: Iterable[Record], knows: Knows) -> "_Table":
        """Read the first rows and find the headings among them."""
        rest = iter(records)
        head = list(islice(rest, HEAD))
        understood = [knows([cell.strip() for cell in record[:_MOST_LOOKED_AT] if cell]) for _number, record in head]
        at = _headings_at([sum(map(bool, record)) for _number, record in head], understood)
        return cls(head, rest, at, understood[at] if head else 0)

    @property
    def is_wide(self) -> bool:
        """Return whether one of the first rows has two cells."""
        return any(sum(map(bool, record)) > 1 for _number, record in self.head)


def _headings_at(filled: list[int], understood: list[int]) -> int:
    """Return the index of the row with the headings, by how many cells of each are filled and known as headings.

    It is the first row, unless a later one has more known headings, two at least, and more filled cells than every row
    above it: then the rows above are a title, because as headings they would be too narrow for this row.
    """
    best = 0
    for at in range(1, len(filled)):
        if understood[at] > max(understood[best], 1) and filled[at] > max(filled[:at]):
            best = at
    return best


def _of_csv(file: BinaryIO, limits: Limits, knows: Knows) -> tuple[_Table, list[str]]:
    """Return the table of a CSV file; if its separator gives no known headings, try the others."""
    source = CommaFile(file.read())
    table = _Table.begun(source.records(source.separator), knows)
    if not table.understood:
        for separator in source.others:
            try:
                other = _Table.begun(source.records(separator), knows)
            except ValidationError:
                # With the wrong separator quotation marks are in invalid places; the right one has been tried.
                continue
            if other.understood > 1:
                return other, source.notes
    return table, source.notes


def _of_workbook(file: BinaryIO, limits: Limits, knows: Knows) -> tuple[_Table, list[str]]:
    """Return the table of a workbook: on the first sheet with known headings, else two columns, else anything."""
    tables: list[tuple[str, _Table]] = []
    others, damage = [], None
    book = Workbook(file, limits)
    for sheet in book.sheets:
        try:
            table = _Table.begun(book.records(sheet), knows)
        except ValidationError as error:
            damage = damage or error
            others.append(sheet.title)
        else:
            if table.head:
                tables.append((sheet.title, table))
    if not tables:
        if damage is not None:
            raise damage
        return _Table([], iter(()), 0, 0), []
    chosen = next(
        at
        for is_likely in (lambda table: table.understood, lambda table: table.is_wide, lambda table: True)
        for at, (_title, table) in enumerate(tables)
        if is_likely(table)
    )
    title, table = tables.pop(chosen)
    return table, _sheet_notes(title, [other for other, _table in tables] + others)


def _sheet_notes(title: str, others: list[str]) -> list[str]:
    if not others:
        return []
    return [
        _("The sheet “%(sheet)s” was read. Not read: %(others)s. To read another, save it in a file of its own.")
        % {"sheet": _shown(title), "others": listed(f"“{_shown(other)}”" for other in others[:10])}
    ]


def _notes_on_rows_above(table: _Table) -> str:
    above = [next(filter(None, record)) for _number, record in table.head[: table.headings_at]]
    return _("The headings are on row %(row)s. The text above them was not read: %(words)s.") % {
        "row": table.head[table.headings_at][0],
        "words": "; ".join(f"“{_shown(words.strip())}”" for words in above[:3]),
    }


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _headers(number: int, record: list[str], limits: Limits) -> list[str]:
    """Return the headings, trimmed; blank ones at the end are dropped."""
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
                _(
                    "Column %(number)s has no heading. Name it, or delete the column. Row %(row)s was read as the "
                    "headings: if it is a title, delete everything above the headings."
                ),
                code="no_heading",
                params={"number": position, "row": number},
            )
        if heading in headers[: position - 1]:
            raise ValidationError(
                _("Two columns are called “%(heading)s”. Rename one of them."),
                code="same_heading",
                params={"heading": _shown(heading)},
            )
    return headers


def _rows(
    records: Iterable[Record], headers: list[str], headings_on: int, limits: Limits
) -> Iterator[tuple[int, dict[str, str]]]:
    width = len(headers)
    for found, (number, record) in enumerate(records, start=1):
        if limits.rows is not None and found > limits.rows:
            raise ValidationError(
                _("This file has more than %(limit)s rows. Split it into several files."),
                code="too_long",
                params={"limit": number_format(limits.rows, force_grouping=True)},
            )
        if limits.rows is not None and number > limits.rows + FAR_BELOW:
            raise ValidationError(
                _(
                    "Row %(number)s, far below the list, has something in it. Delete it, or copy the list to a new sheet."
                ),
                code="far_below",
                params={"number": number_format(number, force_grouping=True)},
            )
        _refuse_wider(number, record, width, headings_on)
        yield number, dict(zip(headers, record[:width] + [""] * (width - len(record)), strict=True))


def _refuse_wider(number: int, record: list[str], width: int, headings_on: int) -> None:
    """Raise ValidationError for a row that has more cells than there are headings."""
    if any(record[width:]):
        raise ValidationError(
            _(
                "Row %(number)s has more cells than there are headings. Row %(row)s was read as the headings: if it "
                "is a title, delete everything above the headings; otherwise give every column a heading."
            ),
            code="ragged",
            params={"number": number, "row": headings_on},
        )
