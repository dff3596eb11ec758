"""The rows of one sheet, as a handler of its XML, and the text of a cell as a person reads it.

Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1, 18.3 (worksheets).
"""

import re
from collections.abc import Callable
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel, from_ISO8601

from communities.spreadsheets.limits import Limits
from communities.spreadsheets.workbook_parts import MOST_CELLS, Styles, Texts, too_many_cells
from communities.spreadsheets.writing import plain, restore

#: Characters in one cell: four times Excel's limit, and as many as Python's csv reads.
MOST_LETTERS = 131_072
#: Columns of Excel; no cell is further right.
LAST_COLUMN = 16_384
_REFERENCE = re.compile(r"([A-Za-z]{1,3})[1-9]")

type Record = tuple[int, list[str]]


class Rows(Texts):
    """The rows of one sheet that are not empty."""

    def __init__(self, strings: list[str], styles: Styles, epoch: datetime, limits: Limits) -> None:
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
                raise too_many_cells()
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
