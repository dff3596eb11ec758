"""Whole quarters and whole years, by the name under which reports know them."""

from communities.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    YEAR_BEGINS,
    Grain,
    Period,
    covering,
    last,
    parse,
    period_of,
    quarter_of,
    quarters_in,
    year_of,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "YEAR_BEGINS",
    "Grain",
    "Period",
    "covering",
    "last",
    "parse",
    "period_of",
    "quarter_of",
    "quarters_in",
    "year_of",
]
