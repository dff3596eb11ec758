"""Amounts of money as people write them, for sentences that are made in Python; templates have the filter `money`."""

from decimal import Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language


def pounds(amount: Decimal | int) -> str:
    """Return an amount with its sign and without pence that are nought: £250, £1,234.50, –£20."""
    return _written(Decimal(amount), get_language())


@lru_cache(4096)
def _written(number: Decimal, language: str | None) -> str:
    """Return `pounds`, cached because a list repeats the same few amounts; `language` is that of the page."""
    places = 0 if number == int(number) else 2
    sign = "–" if number < 0 else ""
    return f"{sign}£{number_format(abs(number), places, force_grouping=True)}"
