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

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import User
from communities.spreadsheets import csv_chunks
from sparks.models import EFFECTS, ZERO, LedgerEntry, LedgerKind, Round
from sparks.rules import can_read_texts

COLUMNS = (
    "round", "date", "time", "spark_reference", "spark", "group", "what_happened", "amount_gbp", "promised_gbp", "paid_gbp",
    "paid_to", "reference", "note", "by",
)  # fmt: skip
#: The fields of a ledger line that the columns after the round are made of.
FIELDS = (
    "at", "spark__uuid", "spark__title", "spark__group_name", "kind", "amount_gbp", "by__name", "payee", "reference", "note",
)  # fmt: skip


def ledger_rows(grant_round: Round, reader: User) -> Iterator[tuple]:
    """Yield a tuple of `COLUMNS` for each ledger line, oldest first, as far as the reader may read it."""
    lines = ledger_of(grant_round).order_by("number").values_list(*FIELDS)
    labels = {kind.value: str(kind.label) for kind in LedgerKind}
    reads = can_read_texts(reader, grant_round.team_id)
    promised, paid, zone = ZERO, ZERO, timezone.get_current_timezone()
    for at, key, title, group, kind, amount, by, *details in lines.iterator(chunk_size=2000):
        promised_sign, paid_sign = EFFECTS[kind]
        promised, paid = promised + promised_sign * amount, paid + paid_sign * amount
        local = at.astimezone(zone)
        yield (
            grant_round.name, local.date(), f"{local.hour:02}:{local.minute:02}", str(key), title, group, labels[kind], amount, promised, paid,
            *(details if reads else ("", "", "")), by or _("Kith"),
        )  # fmt: skip


def ledger_of(grant_round: Round) -> QuerySet[LedgerEntry]:
    """Return the ledger lines that the file contains."""
    return LedgerEntry.objects.filter(round=grant_round)


def ledger_file(grant_round: Round, reader: User) -> Iterator[str]:
    """Yield the ledger of a round as CSV, in chunks, with a UTF-8 byte order mark."""
    return csv_chunks(COLUMNS, ledger_rows(grant_round, reader))
