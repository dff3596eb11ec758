"""Amounts of money as people write them, for sentences that are made in Python; templates have the filter `money`."""

from decimal import Decimal

from django.utils.formats import number_format


def pounds(amount: Decimal | int) -> str:
    """Return an amount with its sign and without pence that are nought: £250, £1,234.50, –£20."""
    number = Decimal(amount)
    places = 0 if number == int(number) else 2
    sign = "–" if number < 0 else ""
    return f"{sign}£{number_format(abs(number), places, force_grouping=True)}"
