"""A value map as CSV, in the order of the Value Map: one row for each input, then one for each outcome.

The columns, in this order; those of the other kind of row are empty:

    row                 input or outcome
    stakeholder         who puts it in, or for whom it changed
    input, input_year, input_low_gbp, input_high_gbp        what was put in, in which year of the activity; pounds
    outcome             what changed
    negative, starts    yes or no; during or after the activity
    quantity … drop-off     each assumption in five columns: its value (percentages from 0 to 100; worth in pounds, or in points
                        where price_year is empty), its low and high end, its source, and where the map breaks even in words
    price_year          the year of the prices
    impact, present_value       of the outcome, in pounds or points, to a penny; empty while assumptions are missing
    entered_by, signed_by       names, of an outcome those of all its assumptions
"""

from collections.abc import Iterator
from decimal import Decimal

from communities.spreadsheets import csv_chunks
from evaluation.models import AssumptionKind, ValueInput
from evaluation.value.maps import Kind
from evaluation.value.pages import broken_words
from evaluation.value.queries import WholeMap, rows_of
from evaluation.value.reckoning import impact
from evaluation.value.wording import rounded

_PARTS = ("", "_low", "_high", "_source", "_break_even")
#: Do not change their names or order, because spreadsheets depend on them; add others at the end.
COLUMNS = (
    "row", "stakeholder", "input", "input_year", "input_low_gbp", "input_high_gbp", "input_source", "outcome", "negative", "starts",
    *(f"{kind.value.replace('-', '_')}{part}" for kind in AssumptionKind for part in _PARTS),
    "price_year", "impact", "present_value", "entered_by", "signed_by",
)  # fmt: skip


def value_csv(whole: WholeMap) -> Iterator[str]:
    """Yield a map as CSV, in chunks, with a UTF-8 byte order mark."""
    return csv_chunks(COLUMNS, _rows(whole))


def _rows(whole: WholeMap) -> Iterator[tuple]:
    for each in whole.inputs:
        yield _input_row(whole, each)
    reckoned = whole.reckoner.reckon() if whole.reckoner else None
    rows = rows_of(held for _number, _kind, held in whole.assumptions())
    for number, each in enumerate(whole.lines):
        cells: list[object] = []
        for kind in (Kind(kind.value) for kind in AssumptionKind):
            row = rows[each.assumed[kind].pk] if kind in each.assumed else None
            broken = broken_words(whole, reckoned, number, kind) if reckoned else ""
            cells += [row.value, row.low, row.high, row.source, broken] if row else [""] * len(_PARTS)
        kept = [rows[held.pk] for held in each.assumed.values()]
        worth = next((row for row in kept if row.kind == Kind.WORTH), None)
        yield (
            "outcome", each.line.stakeholder, "", "", "", "", "", each.line.change, "yes" if each.line.is_negative else "no",
            each.line.starts, *cells, (worth.price_year or "") if worth else "",
            "" if each.missing else rounded(impact(each.outcome)),
            rounded(reckoned.by_outcome[number]) if reckoned else "",
            "; ".join(sorted({str(row.entered_by) for row in kept})),
            "; ".join(sorted({str(row.signed_by) for row in kept if row.signed_by})),
        )  # fmt: skip


def _input_row(whole: WholeMap, row: ValueInput) -> tuple:
    assumed: list[Decimal | str] = [""] * (len(AssumptionKind) * len(_PARTS))
    return (
        "input", row.who, row.what, row.year, row.low_gbp, row.high_gbp, row.source, "", "", "", *assumed, whole.value_map.price_year,
        "", "", str(row.entered_by), str(row.signed_by or ""),
    )  # fmt: skip
