"""The ledger of a round as CSV: one row for each ledger line, oldest first, streamed, with stable columns.

The columns, in this order:

    round               its name
    date, time          local, ISO 8601 to the minute
    spark_reference     identifies the spark, as in the file of sparks
    spark, group        text
    what_happened       Promised, Released, Paid or Returned, as the page says
    amount_gbp          pounds
    promised_gbp, paid_gbp      what the round has promised (with what it paid) and paid after this line: the running balance
    paid_to, reference, note    empty for those who do not read the texts of sparks, because they can name residents
    by                  who did it; Kith, if nobody signed in did
"""

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.compiled import compiled_once
from communities.models import User
from communities.spreadsheets import csv_lines
from communities.spreadsheets.writing import csv_cell
from communities.written_lines import Cells
from sparks.models import EFFECTS, ZERO, LedgerEntry, LedgerKind, Round
from sparks.rules import can_read_texts

COLUMNS = (
    "round", "date", "time", "spark_reference", "spark", "group", "what_happened", "amount_gbp", "promised_gbp", "paid_gbp",
    "paid_to", "reference", "note", "by",
)  # fmt: skip
#: What the database writes beside each other, by where it stands in a line.
_SPARK, _DETAILS, _BY = (
    ("spark__uuid", "spark__title", "spark__group_name"),
    ("payee", "reference", "note"),
    ("by__name",),
)
#: The fields of a ledger line that the columns after the round are made of.
FIELDS = ("at", *_SPARK, "kind", "amount_gbp", *_BY, *_DETAILS)
#: A ledger of more lines is read through a cursor, so that it takes no memory.
_AT_ONCE = 2000
#: Lines sent in one chunk, because each chunk costs the web server time.
_LINES = 200
_NOTHING = csv_cell(None)


def ledger_file(grant_round: Round, reader: User) -> tuple[int, Iterator[str]]:
    """Return how many lines the ledger of a round has, and the file: CSV in chunks, with a UTF-8 byte order mark.

    A short ledger is read at once, so that it takes one query.
    """
    found = _read_at_once(grant_round=grant_round, most=_AT_ONCE + 1)
    if len(found) <= _AT_ONCE:
        return len(found), _chunks(_lines(grant_round, reader, found))
    rows = _read(grant_round).iterator(chunk_size=_AT_ONCE)
    return ledger_of(grant_round).count(), _chunks(_lines(grant_round, reader, rows))


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    yield from csv_lines(COLUMNS, ())
    for some in batched(lines, _LINES):
        yield "".join(some)


def _lines(grant_round: Round, reader: User, rows: Iterable[tuple]) -> Iterator[str]:
    """Yield a line of CSV for each ledger line, oldest first, as far as the reader may read it.

    Texts are written by the database; days, and the balance after each line, in Python.
    """
    labels = {kind.value: csv_cell(str(kind.label)) for kind in LedgerKind}
    # Nothing is left of the texts for those who do not read them, and nobody's name stands for Kith.
    unread = None if can_read_texts(reader, grant_round.team_id) else ",".join([_NOTHING] * len(_DETAILS))
    name, kith = csv_cell(grant_round.name), csv_cell(_("Kith"))
    promised, paid, zone = ZERO, ZERO, timezone.get_current_timezone()
    for at, spark, kind, amount, details, by in rows:
        promised_sign, paid_sign = EFFECTS[kind]
        # Most lines change one of the two.
        promised = promised + promised_sign * amount if promised_sign else promised
        paid = paid + paid_sign * amount if paid_sign else paid
        local = at.astimezone(zone).isoformat()
        yield (
            f'{name},"{local[:10]}","{local[11:16]}",{spark},{labels[kind]},{amount},{promised},{paid},'
            f"{details if unread is None else unread},{kith if by == _NOTHING else by}\r\n"
        )


def _read(grant_round: Round) -> QuerySet[LedgerEntry, tuple]:
    rows = ledger_of(grant_round).order_by("number")
    return rows.values_list("at", Cells(*_SPARK), "kind", "amount_gbp", Cells(*_DETAILS), Cells(*_BY))


@compiled_once
def _read_at_once(*, grant_round: Round, most: int) -> QuerySet[LedgerEntry, tuple]:
    return _read(grant_round)[:most]


def ledger_of(grant_round: Round) -> QuerySet[LedgerEntry]:
    """Return the ledger lines that the file contains."""
    return LedgerEntry.objects.filter(round=grant_round)
