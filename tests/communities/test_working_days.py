"""Bank holidays in England and Wales, as GOV.UK lists them, and a calendar month."""

from datetime import date

import pytest

from communities.working_days import a_month_after, bank_holidays, easter_sunday, is_working_day, next_working_day

#: https://www.gov.uk/bank-holidays, England and Wales; 2022 and 2023 without the days proclaimed for those years alone.
LISTED = {
    2021: ["1 1", "4 2", "4 5", "5 3", "5 31", "8 30", "12 27", "12 28"],
    2025: ["1 1", "4 18", "4 21", "5 5", "5 26", "8 25", "12 25", "12 26"],
    2026: ["1 1", "4 3", "4 6", "5 4", "5 25", "8 31", "12 25", "12 28"],
    2027: ["1 1", "3 26", "3 29", "5 3", "5 31", "8 30", "12 27", "12 28"],
    2028: ["1 3", "4 14", "4 17", "5 1", "5 29", "8 28", "12 25", "12 26"],
}


@pytest.mark.parametrize("year", LISTED)
def test_bank_holidays_are_those_of_gov_uk(year) -> None:
    days = (map(int, each.split()) for each in LISTED[year])
    assert sorted(bank_holidays(year)) == [date(year, month, day) for month, day in days]


def test_easter_is_where_almanacs_put_it() -> None:
    assert [easter_sunday(year) for year in (1818, 2000, 2038)] == [
        date(1818, 3, 22),
        date(2000, 4, 23),
        date(2038, 4, 25),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 15), date(2026, 2, 15)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_a_calendar_month_ends_on_the_same_day_or_the_last(day, expected) -> None:
    assert a_month_after(day) == expected


def test_the_next_working_day_passes_over_weekends_and_bank_holidays() -> None:
    assert next_working_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 29)
    assert next_working_day(date(2026, 5, 20)) == date(2026, 5, 20)
    assert not is_working_day(date(2026, 5, 23))
