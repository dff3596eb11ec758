"""Form fields for amounts in pounds and for hours."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.forms.amounts import MoneyField
from communities.forms.moments import MomentField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("120", "120"),
        ("£120", "120"),
        ("£ 95.50", "95.5"),
        ("£\u00a095.50", "95.5"),
        ("1,250.00", "1250"),
        ("£1,250,000", "1250000"),
        (" 0 ", "0"),
        ("0.5", "0.5"),
        (Decimal("12.30"), "12.3"),
    ],
)
def test_amounts_are_read(typed, amount) -> None:
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1e3", "for example 120, £120 or 1,250.50"),
        ("1e-2", "for example 120"),
        ("10,00", "for example 120"),
        ("1,2345", "for example 120"),
        ("12 50", "for example 120"),
        ("120p", "for example 120"),
        ("££5", "for example 120"),
        ("٣", "for example 120"),
        ("NaN", "for example 120"),
        ("Infinity", "for example 120"),
        ("120.005", "no more than two decimal places"),
        ("-5", "cannot be less than £0"),
        ("£-5", "cannot be less than £0"),
        ("−£5.00", "cannot be less than £0"),
        ("12345678901", "This amount is too large"),
        ("", "Enter an amount in pounds"),
    ],
)
def test_an_invalid_amount_is_refused_with_a_message(typed: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        MoneyField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2027-03-28T01:30", "The clocks go forward on 28 March 2027, so 01:30 does not exist that night"),
        ("2026-10-25T01:30", "The clocks go back on 25 October 2026, so 01:30 happens twice that night"),
    ],
)
def test_times_skipped_or_repeated_by_clock_changes_are_explained(typed: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        MomentField().clean(typed)


def test_other_times_are_read_in_london_time() -> None:
    found = MomentField().clean("2027-03-28T02:30")
    assert (timezone.localtime(found).hour, found.utcoffset().total_seconds()) == (2, 3600)


def test_an_invalid_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="valid date/time"):
        MomentField().clean("half past ten")
