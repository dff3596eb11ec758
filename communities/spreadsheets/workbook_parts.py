"""The parts of a workbook beside its sheets, as handlers of their XML: the list of sheets, shared texts and styles.

Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1: 18.2 (workbook), 18.4 (shared strings), 18.8
(styles), 22.9.2.19 (escapes in texts); part 2, 9.3 (relationships).
"""

import posixpath
import re

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from communities.spreadsheets.limits import Limits
from communities.spreadsheets.writing import restore

#: Cells that are read in an uploaded sheet, including empty ones: 5,000 rows of the maximum width.
MOST_CELLS = 1_000_000
#: Levels of nested elements; a sheet needs eight.
_DEEPEST = 64
_ESCAPED = re.compile("_x(000D|005F)_")
_MEANT = {"000D": "\r", "005F": "_"}


class Handler:
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


class Book(Handler):
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


class Targets(Handler):
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


class Texts(Handler):
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


class Strings(Texts):
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
                raise too_many_cells()
            self.texts.append(self.text())


class Styles(Handler):
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


def too_many_cells() -> ValidationError:
    return ValidationError(
        _("This workbook has more than %(limit)s cells, including empty ones. Copy only the list to a new workbook."),
        code="too_many_cells",
        params={"limit": number_format(MOST_CELLS, force_grouping=True)},
    )
