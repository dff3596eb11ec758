"""Assumptions, break-evens and ratios as text. Here, and nowhere before, numbers are rounded."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.pounds import pounds
from evaluation.models import ValueMap
from evaluation.value.break_even import BreakEven, Reach
from evaluation.value.maps import SHARES, Kind

_PENNY, _TENTH = Decimal("0.01"), Decimal("0.1")


def rounded(number: Decimal, step: Decimal = _PENNY) -> Decimal:
    """Return a number rounded to a step, halves upwards, as people round."""
    return number.quantize(step, ROUND_HALF_UP)


def worth_words(amount: Decimal, value_map: ValueMap) -> str:
    """Return what something is worth: £359,069.57, or 1,204.5 points."""
    if value_map.has_money:
        return pounds(rounded(amount))
    number = rounded(amount, _TENTH)
    return _("%(number)s points") % {"number": _plain(number)}


def value_words(kind: Kind, number: Decimal, value_map: ValueMap, *, step: Decimal = _PENNY) -> str:
    """Return the value of an assumption: 60, £8,500, 40%, 2 years. step: to which it is rounded, unless it is money or years."""
    if kind is Kind.WORTH:
        return worth_words(number, value_map)
    if kind is Kind.YEARS:
        return ngettext("%(number)s year", "%(number)s years", int(number)) % {"number": int(number)}
    words = _plain(rounded(number, step))
    return f"{words}%" if kind in SHARES else words


def range_words(kind: Kind, low: Decimal, high: Decimal, value_map: ValueMap) -> str:
    """Return a range: 30% to 50%."""
    ends = {"low": value_words(kind, low, value_map), "high": value_words(kind, high, value_map)}
    return ends["low"] if low == high else _("%(low)s to %(high)s") % ends


def break_even_words(kind: Kind, found: BreakEven, value_map: ValueMap) -> str:
    """Return where a map breaks even, or why it does not."""
    if found.value is not None:
        return value_words(kind, found.value, value_map, step=_TENTH)
    return {
        Reach.ABOVE: _("nowhere (the result stays above)"),
        Reach.BELOW: _("nowhere (the result stays below)"),
    }.get(found.reach, _("nowhere (it changes nothing)"))


def amount_words(low: Decimal, high: Decimal) -> str:
    """Return an amount of money, or between which two it is."""
    ends = pounds(rounded(low)), pounds(rounded(high))
    return ends[0] if ends[0] == ends[1] else _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def millions(number: Decimal) -> str:
    """Return an amount that was printed in millions: £6.47 million."""
    return _("%(amount)s million") % {"amount": pounds(number)}


def ratio_words(low: Decimal, high: Decimal) -> str:
    """Return how many pounds of value there are for each pound: 1.44, or 1.31 to 1.60."""
    ends = number_format(rounded(low), 2), number_format(rounded(high), 2)
    return ends[0] if ends[0] == ends[1] else _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def _plain(number: Decimal) -> str:
    """Return a number without decimal places that are nought."""
    exponent = number.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return number_format(number, places, force_grouping=True)
