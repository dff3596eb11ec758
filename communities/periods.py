"""Quarters and years: the only periods Kith reports on, so that comparing reports never reveals individuals.

Pure: no database, no clock. Years run from April to March, as a council's do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: The month in which a council's year begins.
YEAR_BEGINS = 4
#: Years that a URL can contain: more than any record has, without the limits of the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199


class Grain(StrEnum):
    """The length of a period."""

    QUARTER = "quarter"
    YEAR = "year"


#: Periods in a trend, up to the one that is looked at.
TREND = {Grain.QUARTER: 8, Grain.YEAR: 3}


@dataclass(frozen=True, order=True)
class Period:
    """A period from one date to another, inclusive."""

    start: date
    end: date

    @property
    def key(self) -> str:
        """Return the period as a key for URLs, such as 2026-04-01_2026-06-30."""
        return f"{self.start.isoformat()}_{self.end.isoformat()}"

    @property
    def grain(self) -> Grain:
        """Return whether this is a quarter or a year."""
        return Grain.YEAR if (self.end - self.start).days > 100 else Grain.QUARTER

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def period_name(period: Period) -> str:
    """Return a period as a reader says it: April to June 2026; April 2026 to March 2027."""
    return _period_name(period, get_language())


@lru_cache(1024)
def _period_name(period: Period, language: str) -> str:
    """Return `period_name`, kept because each page of indicators names the same twenty; `language` is that of the page."""
    first = date_format(period.start, "F" if period.grain == Grain.QUARTER else "F Y")
    return _("%(first)s to %(final)s") % {"first": first, "final": date_format(period.end, "F Y")}


def quarter_of(day: date) -> Period:
    """Return the calendar quarter of a date."""
    return _months(date(day.year, 3 * ((day.month - 1) // 3) + 1, 1), 3)


def year_of(day: date) -> Period:
    """Return the year, from April to March, of a date."""
    return _months(date(day.year if day.month >= YEAR_BEGINS else day.year - 1, YEAR_BEGINS, 1), 12)


def period_of(day: date, grain: Grain) -> Period:
    """Return the quarter or year of a date."""
    return quarter_of(day) if grain == Grain.QUARTER else year_of(day)


def last(count: int, *, until: date, grain: Grain = Grain.QUARTER) -> list[Period]:
    """Return `count` periods up to the one that contains `until`, oldest first.

    Raises: OverflowError before the year 1.
    """
    periods = [period_of(until, grain)]
    while len(periods) < count:
        periods.append(period_of(periods[-1].start - timedelta(days=1), grain))
    return periods[::-1]


def covering(first: date, final: date) -> list[Period]:
    """Return the quarters that cover every date from `first` to `final`, oldest first.

    Raises: ValueError if `final` is before `first`.
    """
    if final < first:
        raise ValueError("The last day is before the first.")
    return list(_quarters(first, final))


def quarters_in(year: Period) -> list[Period]:
    """Return the quarters of a year; of a quarter, itself."""
    return covering(year.start, year.end)


def parse(key: str) -> Period | None:
    """Return the quarter or year of a key; None for any other text, length of time or unreasonable year."""
    try:
        start, end = (date.fromisoformat(part) for part in key.split("_"))
    except ValueError:
        return None
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        return None
    return next((whole for whole in (quarter_of(start), year_of(start)) if whole == Period(start, end)), None)


def _quarters(first: date, final: date) -> Iterator[Period]:
    period = quarter_of(first)
    yield period
    while period.end < final:
        period = quarter_of(period.end + timedelta(days=1))
        yield period


def _months(start: date, count: int) -> Period:
    months = start.month - 1 + count
    return Period(start, date(start.year + months // 12, months % 12 + 1, 1) - timedelta(days=1))
