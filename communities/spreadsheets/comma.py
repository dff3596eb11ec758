"""CSV files as rows of text, whatever separates their cells and whatever program saved them."""

import csv
import io
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.spreadsheets.writing import restore

SEPARATORS = ",;\t"
#: Excel's own first line, which names the separator; no spreadsheet shows it.
_SAYS_SEPARATOR = re.compile(r'"?sep=([,;\t|:])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
#: Characters in one cell: the limit of Python's csv module, checked here too, because any library may raise that one.
LONGEST_CELL = 131_072

type Record = tuple[int, list[str]]


class CommaFile:
    """A CSV file. `notes` say how it was read where that might surprise.

    `separator` is the one that the file names, else the most frequent in its first line: comma, semicolon or tab.
    Raises: ValidationError for a file that is not text.
    """

    def __init__(self, data: bytes) -> None:
        text, self.notes = _decoded(data)
        said = _SAYS_SEPARATOR.match(text)
        self._text = text[said.end() :] if said else text
        first = _QUOTED.sub("", self._text.split("\n", 1)[0])
        self.separator = said[1] if said else max(SEPARATORS, key=first.count)
        self.others = "" if said else SEPARATORS.replace(self.separator, "")

    def records(self, separator: str) -> Iterator[Record]:
        """Yield (row number, cells) of each row that is not empty.

        Raises: ValidationError for an unclosed quotation mark, or a cell of more than `LONGEST_CELL` characters.
        """
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=separator, strict=True)
        try:
            for number, record in enumerate(reader, start=1):
                if any(record):
                    if any(len(cell) > LONGEST_CELL for cell in record):
                        raise _too_much_text(reader.line_num)
                    cells = ["" if cell.isspace() else restore(cell) for cell in record]
                    if any(cells):
                        yield number, cells
        except csv.Error as error:
            if "field limit" in str(error):
                raise _too_much_text(reader.line_num) from error
            raise ValidationError(
                _("Line %(line)s cannot be read: look for a quotation mark that is not closed, near there or above."),
                code="bad_csv",
                params={"line": reader.line_num},
            ) from error


def _too_much_text(line: int) -> ValidationError:
    return ValidationError(
        _(
            "Line %(line)s holds more text in one cell than can be read here. Look for a quotation mark "
            "that is not closed, near there or above, or shorten the text."
        ),
        code="too_much_text",
        params={"line": line},
    )


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a file, and notes on how it was read."""
    notes = []
    _refuse_what_is_no_text(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _as_windows_1252(data)
        line = data.count(b"\n", 0, error.start) + 1
        if text is None:
            raise ValidationError(
                _("Line %(line)s holds letters that are not UTF-8. Save the file as “CSV UTF-8” and try again."),
                code="encoding",
                params={"line": line},
            ) from error
        notes.append(
            _(
                "This file is not UTF-8. It was read as Windows-1252, as Excel saves a plain CSV: check whether row "
                "%(line)s is right. If not, save the file as “CSV UTF-8” and try again."
            )
            % {"line": line}
        )
    if "\0" in text:
        raise ValidationError(
            _("Line %(line)s contains a character that cannot be saved. Save the file as “CSV UTF-8” and try again."),
            code="encoding",
            params={"line": text.count("\n", 0, text.index("\0")) + 1},
        )
    return text, notes


def _refuse_what_is_no_text(data: bytes) -> None:
    start = data[:200]
    is_every_other_byte_zero = len(start) > 3 and (not any(start[1::2]) or not any(start[::2]))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or is_every_other_byte_zero:
        raise ValidationError(
            _("This file is saved as UTF-16 (“Unicode text”). Save it as “CSV UTF-8” and try again."), code="encoding"
        )
    if b"\0" in start:
        raise ValidationError(_("This is not a spreadsheet. Use a CSV (UTF-8) or an .xlsx file."), code="not_a_sheet")


def _as_windows_1252(data: bytes) -> str | None:
    """Return the text of a file in Windows-1252; None when it is doubtful.

    It is accepted when every byte is defined in that encoding, and when the bytes above 127 are not mostly valid UTF-8:
    otherwise the file is UTF-8 with a fault, and reading it as Windows-1252 would garble every name.
    """
    as_utf8 = data.decode("utf-8", errors="replace")
    strays = as_utf8.count("\ufffd")
    if sum(letter > "\x7f" for letter in as_utf8) > 2 * strays:
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None
