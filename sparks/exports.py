"""The ledger as CSV: one line a movement, oldest first, stable columns, streamed.

Columns: round, date (local, ISO), spark, group, what happened (reserve, release, pay, recover), amount_gbp, paid_to,
reference, note, by.
"""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from communities.spreadsheets import CSV_TYPE, csv_lines
from sparks.models import LedgerEntry, Round

COLUMNS = ("round", "date", "spark", "group", "what_happened", "amount_gbp", "paid_to", "reference", "note", "by")


def ledger_rows(grant_round: Round) -> Iterator[tuple]:
    """Yield one tuple of `COLUMNS` a ledger line, oldest first."""
    names = (
        "at",
        "application__title",
        "application__group_name",
        "kind",
        "amount_gbp",
        "payee",
        "reference",
        "note",
        "by__name",
    )
    lines = LedgerEntry.objects.filter(round=grant_round).order_by("pk").values_list(*names)
    for at, *rest in lines.iterator(chunk_size=2000):
        yield (grant_round.name, timezone.localtime(at).date(), *rest)


def ledger_response(grant_round: Round) -> StreamingHttpResponse:
    """Return the round's ledger as a download."""
    response = StreamingHttpResponse(csv_lines(COLUMNS, ledger_rows(grant_round)), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="ledger-{slugify(grant_round.name) or grant_round.pk}.csv"'
    return response
