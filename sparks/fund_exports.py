"""The ledger of a fund as CSV and XLSX, streamed: one row for each line, oldest first, with stable columns.

The columns, in this order:

    fund                the name
    line                its number in the chain, from 1
    day                 when the money moved, ISO 8601
    what_happened       in words, as on the page
    round, other_fund   names, as far as the line is about one
    amount_gbp          pounds, always positive
    given_gbp           what the fund has been given up to this line, less what left it
    set_aside_gbp       of that, what its rounds have
    balance_gbp         of that, what no round has
    reference, reason   text
    proposed_by, confirmed_by       names; both empty if a command on the server wrote the line
"""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import QuerySet

from communities.spreadsheets import csv_chunks, write_xlsx
from sparks.models import FUND_EFFECTS, ZERO, Fund, FundEntry, FundEntryKind

COLUMNS = (
    "fund", "line", "day", "what_happened", "round", "other_fund", "amount_gbp", "given_gbp", "set_aside_gbp", "balance_gbp",
    "reference", "reason", "proposed_by", "confirmed_by",
)  # fmt: skip
#: The fields of a line that the columns are made of.
FIELDS = (
    "number", "day", "kind", "round__name", "other_fund__name", "amount_gbp", "reference", "reason", "by__name", "confirmed_by__name",
)  # fmt: skip


def fund_rows(fund: Fund) -> Iterator[tuple]:
    """Yield a tuple of `COLUMNS` for each line of a fund, oldest first."""
    labels = {kind.value: str(kind.label) for kind in FundEntryKind}
    given = aside = ZERO
    lines = lines_of(fund).order_by("number").values_list(*FIELDS)
    for number, day, kind, grant_round, other, amount, *words in lines.iterator(chunk_size=2000):
        given_sign, aside_sign = FUND_EFFECTS[kind]
        given, aside = given + given_sign * amount, aside + aside_sign * amount
        yield (
            fund.name, number, day, labels[kind], grant_round or "", other or "", amount, given, aside, given - aside,
            *(each or "" for each in words),
        )  # fmt: skip


def lines_of(fund: Fund) -> QuerySet[FundEntry]:
    """Return the lines that the file contains."""
    return FundEntry.objects.filter(fund=fund)


def fund_csv(fund: Fund) -> Iterator[str]:
    """Yield the ledger of a fund as CSV, in chunks, with a UTF-8 byte order mark."""
    return csv_chunks(COLUMNS, fund_rows(fund))


def fund_xlsx(fund: Fund) -> BinaryIO:
    """Return the ledger of a fund as a workbook: an open temporary file at its start, deleted when closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever sends it closes it
    write_xlsx(file, COLUMNS, fund_rows(fund), title="fund")
    file.seek(0)
    return file
