"""Counting: every computed indicator, by neighbourhood and period, and the rows behind each number."""

from evaluation.indicators.sources import COUNTINGS, Counting
from evaluation.indicators.trace import rows_behind
from evaluation.indicators.values import NOWHERE, TEAM, Cell, Cells, count_all, place_of

__all__ = [
    "COUNTINGS",
    "NOWHERE",
    "TEAM",
    "Cell",
    "Cells",
    "Counting",
    "count_all",
    "place_of",
    "rows_behind",
]
