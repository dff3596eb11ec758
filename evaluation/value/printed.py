"""Ratios that others have printed with rounded totals only: between which two numbers each must have been.

Pure: no model and no query.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Printed:
    """A ratio as it was printed, with the totals beside it, in millions of pounds to two decimal places."""

    who: str
    period: str
    value: Decimal
    cost: Decimal
    source: str

    @property
    def ratio(self) -> tuple[Decimal, Decimal]:
        """Return the lowest and the highest ratio that the rounded totals allow."""
        return ratio_of_rounded(self.value, self.cost)

    @property
    def about(self) -> Decimal:
        """Return the ratio of the rounded totals, to one decimal place."""
        return (self.value / self.cost).quantize(Decimal("0.1"))


def ratio_of_rounded(value: Decimal, cost: Decimal) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest ratio of two positive numbers, each rounded to its last decimal place.

    £6.47 million is between £6.465 and £6.475 million, so 6.47 to 1.76 is between 3.66 and 3.69.
    """
    (value_low, value_high), (cost_low, cost_high) = _ends(value), _ends(cost)
    return value_low / cost_high, value_high / cost_low


def _ends(number: Decimal) -> tuple[Decimal, Decimal]:
    exponent = number.as_tuple().exponent
    half = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2
    return number - half, number + half


_LEARNING = "Kingfishers, Social Value of Local Area Coordination, March 2016"
#: Two forecasts that were checked by Social Value UK.
PRINTED = (
    Printed("Derby City Council", "2016–2019", Decimal("6.47"), Decimal("1.76"), _LEARNING),
    Printed("Thurrock Council", "2016–2019", Decimal("4.88"), Decimal("1.34"), _LEARNING),
)
