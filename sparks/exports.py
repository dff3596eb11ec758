"""The ledger of a round as CSV: one row for each ledger line, oldest first, streamed, with stable columns.

Columns: round, date (local, ISO), spark, group, what_happened (Promised, Released, Paid, Returned), amount_gbp, paid_to,
reference, note, by.
"""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from communities.spreadsheets import csv_lines
from sparks.models import LedgerEntry, LedgerKind, Round

COLUMNS = ("round", "date", "spark", "group", "what_happened", "amount_gbp", "paid_to", "reference", "note", "by")
#: The fields of a ledger line that the columns after the round are made of.
FIELDS = ("at", "spark__title", "spark__group_name", "kind", "amount_gbp", "payee", "reference", "note", "by__name")


def ledger_rows(grant_round: Round) -> Iterator[tuple]:
    """Yield a tuple of `COLUMNS` for each ledger line, oldest first."""
    lines = ledger_of(grant_round).order_by("pk").values_list(*FIELDS)
    labels = {kind.value: str(kind.label) for kind in LedgerKind}
    for at, title, group, kind, *rest in lines.iterator(chunk_size=2000):
        yield (grant_round.name, timezone.localtime(at).date(), title, group, labels[kind], *rest)


def ledger_of(grant_round: Round) -> QuerySet[LedgerEntry]:
    """Return the ledger lines that the file contains."""
    return LedgerEntry.objects.filter(round=grant_round)


def ledger_file(grant_round: Round) -> Iterator[str]:
    """Yield the ledger of a round as CSV, line by line, with a UTF-8 byte order mark."""
    return csv_lines(COLUMNS, ledger_rows(grant_round))
