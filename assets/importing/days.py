"""Parse dates as people write them in lists, day before month, and explain those that cannot be parsed."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

WITH_WHOLE_YEARS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
WITH_SHORT_YEARS = ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d %B %y", "%d %b %y", "%d-%b-%y")
MONTHS = ("%B %Y", "%b %Y", "%b-%y", "%b-%Y", "%m/%Y")
#: The longest text that can be a date.
_LONGEST = 40
_ISO = re.compile(r"\d{4}-\d\d-\d\d($|[T ])")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_SEPTEMBER = re.compile(r"\bsept\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
#: Day 0 of spreadsheets' serial dates: 1 is 1 January 1900, and because of an old error 60 is a date that never existed.
_FIRST_DAY = date(1899, 12, 30)
#: Serial dates from 1954 to 2064: in a date column, numbers in this range are hardly anything else.
_COUNTED_DAYS = range(20_000, 60_001)


def read_day(text: str) -> date | None:
    """Return the date in a text, day before month, or None if it is not a date.

    A two-digit year is the latest such year that has begun: "21/11/25" is in 2025, and "1/5/51" in 1951.
    """
    if len(text) > _LONGEST:
        return None
    try:
        return date.fromisoformat(text[:10]) if _ISO.match(text) else _written_day(_plain(text))
    except ValueError:
        return None


def _plain(text: str) -> str:
    return _SEPTEMBER.sub("Sep", _ORDINAL.sub("", text))


def _written_day(text: str) -> date | None:
    if (day := _parsed(text, WITH_WHOLE_YEARS)) is not None:
        return day
    day = _parsed(text, WITH_SHORT_YEARS)
    if day is not None and day > timezone.localdate():
        # Raises ValueError for 29 February outside leap years.
        return day.replace(year=day.year - 100)
    return day


def _parsed(text: str, patterns: tuple[str, ...]) -> date | None:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def why_invalid_date(text: str) -> tuple[str, str]:
    """Return why a text is not a date, as the first half of a sentence, and what to do, as a sentence or ""."""
    value = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    bare = _plain(text) if len(text) <= _LONGEST else ""
    if _YEAR.fullmatch(bare):
        advice = _("Write a full date, such as 21/11/%(year)s.") % {"year": bare}
        return _("“%(value)s” is only a year") % {"value": value}, advice
    if _parsed(bare, MONTHS) is not None:
        return _("“%(value)s” is only a month") % {"value": value}, _("Write a full date, such as 21/11/2026.")
    if bare.isdecimal() and len(bare) < 7 and int(bare) in _COUNTED_DAYS:
        day = date_format(_FIRST_DAY + timedelta(days=int(bare)), "j F Y")
        reason = _("“%(value)s” is how a spreadsheet stores %(day)s") % {"value": value, "day": day}
        return reason, _("Format the column as dates.")
    return _("“%(value)s” is not a date like 2026-11-21 or 21/11/2026") % {"value": value}, ""
