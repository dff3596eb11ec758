"""Discount rates with the day from which they hold.

Pure: no model and no query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """A rate in per cent a year, up to and including a year from the start."""

    until_year: int
    per_cent: Decimal


@dataclass(frozen=True)
class Rates:
    """The rates that hold from a day, with their source."""

    since: date
    source: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return self.source


#: The rates that have held, oldest first. New ones are added at the end; a map keeps those of its first day.
#: Source: HM Treasury, The Green Book (2003, kept in every edition since), annex 6: 3.5 % for years 0 to 30, 3.0 % for years 31 to
#: 75, 2.5 % for years 76 to 125. The Treasury opened a review of them on 16 December 2025.
GREEN_BOOK = (
    Rates(
        date(2003, 4, 1),
        "HM Treasury, The Green Book, annex 6",
        (Step(30, Decimal("3.5")), Step(75, Decimal("3.0")), Step(125, Decimal("2.5"))),
    ),
)
#: The last year that has a rate.
LAST_YEAR = 125


def rates_on(day: date) -> Rates:
    """Return the rates in force on a day; of an earlier day than any, the first ones."""
    return next((each for each in reversed(GREEN_BOOK) if each.since <= day), GREEN_BOOK[0])


def factors(steps: Sequence[Step]) -> Iterator[Decimal]:
    """Yield what £1 is worth today if it comes after 0, 1, 2 … years. Without steps nothing is discounted.

    Each year has its own rate, and the factors multiply. After the last step, its rate holds on.
    """
    factor, year = Decimal(1), 0
    while True:
        yield factor
        year += 1
        if steps:
            rate = next((each.per_cent for each in steps if year <= each.until_year), steps[-1].per_cent)
            factor /= 1 + rate / 100
