"""How much a file can contain, and the result of reading it."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much a file can contain; None is unlimited."""

    file_bytes: int | None = 5 * 1024 * 1024
    unpacked_bytes: int | None = 20 * 1024 * 1024
    rows: int | None = 5_000
    columns: int = 200


UPLOAD = Limits()
# For commands, whose file is already on the server.
COMMAND = Limits(file_bytes=None, unpacked_bytes=2 * 1024**3, rows=None)


@dataclass(frozen=True)
class Sheet:
    """A table read from a file: its headings, and its rows as (row number in the file, {heading: text}).

    `rows` can be read once. Blank rows are left out; row numbers count as a spreadsheet shows them. `notes` are
    sentences for the user who uploaded the file: what was read differently from what they might expect, and what was
    not read.
    """

    kind: str
    headers: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]
    notes: tuple[str, ...] = ()
