"""Bank holidays and working days in England and Wales. Pure; dates only.

Source: Banking and Financial Dealings Act 1971, schedule 1, and https://www.gov.uk/bank-holidays. A holiday proclaimed for one
year, such as a coronation, is not known here.
"""

import calendar
from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6


def easter_sunday(year: int) -> date:
    """Return Easter Sunday. Source: the anonymous Gregorian algorithm, Nature, 20 April 1876."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year; one that falls on a weekend is moved to the next working day."""
    easter = easter_sunday(year)
    may, last_may, last_august = date(year, 5, 1), date(year, 5, 31), date(year, 8, 31)
    new_year, christmas = _moved(date(year, 1, 1)), _moved(date(year, 12, 25))
    boxing = _moved(date(year, 12, 26))
    return frozenset(
        {
            new_year,
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            may + timedelta(days=-may.weekday() % 7),
            last_may - timedelta(days=last_may.weekday()),
            last_august - timedelta(days=last_august.weekday()),
            christmas,
            boxing if boxing != christmas else boxing + timedelta(days=1),
        }
    )


def _moved(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def is_working_day(day: date) -> bool:
    """Return whether a date is neither at the weekend nor a bank holiday."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the date itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def a_month_after(day: date) -> date:
    """Return the same day of the next month, or its last day if it has no such day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
