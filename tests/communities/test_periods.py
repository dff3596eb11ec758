"""Whole quarters and years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.periods import Grain, Period, covering, last, parse, period_of, quarter_of, quarters_in, year_of

Q2 = Period(date(2026, 4, 1), date(2026, 6, 30))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2026-01-01", "2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-04-01", "2026-06-30"),
        ("2026-12-31", "2026-10-01", "2026-12-31"),
        ("2028-02-29", "2028-01-01", "2028-03-31"),
    ],
)
def test_quarter_of(day: str, start: str, end: str) -> None:
    assert quarter_of(date.fromisoformat(day)) == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_a_year_runs_from_april_to_march() -> None:
    assert year_of(date(2026, 3, 31)) == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert year_of(date(2026, 4, 1)) == Period(date(2026, 4, 1), date(2027, 3, 31))


def test_last_returns_the_most_recent_periods() -> None:
    assert last(3, until=date(2026, 5, 20)) == [
        Period(date(2025, 10, 1), date(2025, 12, 31)),
        Period(date(2026, 1, 1), date(2026, 3, 31)),
        Q2,
    ]
    assert [year.start.year for year in last(2, until=date(2026, 5, 20), grain=Grain.YEAR)] == [2025, 2026]


def test_covering_returns_whole_quarters() -> None:
    assert covering(date(2026, 5, 5), date(2026, 5, 6)) == [Q2]
    assert len(covering(date(2026, 1, 1), date(2026, 12, 31))) == 4
    with pytest.raises(ValueError, match="before"):
        covering(date(2026, 5, 6), date(2026, 5, 5))


def test_quarters_in_a_year() -> None:
    quarters = quarters_in(year_of(date(2026, 5, 5)))
    assert [quarter.start.month for quarter in quarters] == [4, 7, 10, 1]
    assert quarters_in(Q2) == [Q2]


@pytest.mark.parametrize("key", ["", "2026-04-01", "2026-04-01_2026-05-31", "a_b", "2026-04-02_2026-06-30", "1_2_3"])
def test_parse_refuses_odd_lengths(key: str) -> None:
    assert parse(key) is None


@given(DAYS, st.sampled_from(Grain))
def test_every_day_is_in_exactly_one_period(day: date, grain: Grain) -> None:
    period = period_of(day, grain)
    assert day in period
    assert period.grain == grain
    assert parse(period.key) == period
    assert period_of(period.end + timedelta(days=1), grain).start == period.end + timedelta(days=1)


@pytest.mark.parametrize(
    "key", ["0001-01-01_0001-03-31", "0001-04-01_0002-03-31", "9999-10-01_9999-12-31", "2200-01-01_2200-03-31"]
)
def test_addresses_cannot_name_periods_at_the_ends_of_the_calendar(key):
    assert parse(key) is None


@pytest.mark.parametrize("key", ["1900-01-01_1900-03-31", "2199-10-01_2199-12-31"])
def test_the_furthest_periods_in_addresses_can_be_reported_on(key):
    assert last(8, until=parse(key).end)[-1].key == key
