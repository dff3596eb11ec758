"""At which value of an assumption a map is worth exactly what was put in, everything else being as it is.

Pure: no model and no query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from evaluation.value.maps import MOST_YEARS, SHARES, Kind
from evaluation.value.reckoning import EXACTLY, Reckoner


class Reach(StrEnum):
    """Whether there is such a value. ABOVE, BELOW: whatever is assumed, the map is worth more, or less, than was put in."""

    AT = "at"
    ABOVE = "above"
    BELOW = "below"
    NO_EFFECT = "no effect"


@dataclass(frozen=True)
class BreakEven:
    """value: where the map breaks even, unrounded; None unless `reach` is AT."""

    reach: Reach
    value: Decimal | None = None


#: How often the interval of a drop-off is halved: far finer than the hundredths that are shown.
_HALVINGS = 60


def break_even(reckoner: Reckoner, number: int, kind: Kind, cost: Decimal) -> BreakEven:
    """Return where an assumption of the outcome of this number makes the map's present value equal to its costs.

    Of years it is the last or first whole number at which the map is worth at least its costs.
    """
    outcome = reckoner.plan.outcomes[number]

    def worth(value: Decimal) -> Decimal:
        """Return what the map would be worth beyond its costs."""
        return reckoner.with_others(number, [outcome.assuming(kind, value)])[0] - cost

    with localcontext(EXACTLY):
        if kind is Kind.YEARS:
            return _of_years(worth)
        if kind in SHARES:
            return _of_share(worth, is_straight=kind is not Kind.DROP_OFF)
        return _of_amount(worth)


def _of_amount(worth: Callable[[Decimal], Decimal]) -> BreakEven:
    """Return the break-even of a quantity or a worth, which has no upper limit: a straight line."""
    none = worth(Decimal(0))
    each = worth(Decimal(1)) - none
    if not each:
        return BreakEven(Reach.NO_EFFECT)
    value = -none / each
    if value < 0:
        return BreakEven(Reach.ABOVE if none > 0 else Reach.BELOW)
    return BreakEven(Reach.AT, value)


def _of_share(worth: Callable[[Decimal], Decimal], *, is_straight: bool) -> BreakEven:
    """Return the break-even of a percentage between 0 and 100; one that is not a straight line is found by halving."""
    low, high = Decimal(0), Decimal(100)
    at_low, at_high = worth(low), worth(high)
    if at_low == at_high:
        return BreakEven(Reach.NO_EFFECT)
    if (at_low > 0) == (at_high > 0) and at_low and at_high:
        return BreakEven(Reach.ABOVE if at_low > 0 else Reach.BELOW)
    if is_straight:
        return BreakEven(Reach.AT, low + (high - low) * at_low / (at_low - at_high))
    if not at_low or not at_high:
        return BreakEven(Reach.AT, low if not at_low else high)
    for _each in range(_HALVINGS):
        middle = (low + high) / 2
        if (worth(middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return BreakEven(Reach.AT, (low + high) / 2)


def _of_years(worth: Callable[[Decimal], Decimal]) -> BreakEven:
    """Return the whole number of years at which being worth its costs begins, or ends."""
    first, last = worth(Decimal(1)), worth(Decimal(MOST_YEARS))
    if first == last:
        return BreakEven(Reach.NO_EFFECT)
    if (first >= 0) == (last >= 0):
        return BreakEven(Reach.ABOVE if first >= 0 else Reach.BELOW)
    low, high = 1, MOST_YEARS
    while high - low > 1:
        middle = (low + high) // 2
        if (worth(Decimal(middle)) >= 0) == (first >= 0):
            low = middle
        else:
            high = middle
    return BreakEven(Reach.AT, Decimal(low if first >= 0 else high))
