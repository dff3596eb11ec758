"""The gate for figures that count people: what may be shown so that no small number can be worked out.

Pure: no model and no query. Every page, file and list that counts people asks here. Numbers of people below the
threshold are small; 0 is shown. Two tables are published for each count, and they share one cell, which is decided once:

- the team by quarter, with the year beside its quarters;
- neighbourhoods by whole year, beside the same year of the team.

People are never counted by neighbourhood and quarter: that table would have to agree with both, and what one hides the
other would give away. A number is hidden beside a small one until the small one keeps every value that a small number can
have. Which one it is depends on a secret order and not on its size, so that a reader who knows these rules learns nothing
from the choice.

Source: the small-number rule of NHS Digital's and the ONS's published tables (primary and secondary suppression). The
bounds were found by trying every row; `tests/communities/test_disclosure.py` does so again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.crypto import salted_hmac

#: The lowest threshold that a team can choose: a hidden number then has at least four possible values.
LEAST_THRESHOLD = 5
_ORDER, _ALIAS = "kith.disclosure.order", "kith.disclosure.alias"

type Number = int | Decimal


@dataclass(frozen=True)
class Total:
    """What a reader is told about a total: one value, or the lowest and the highest that it can have."""

    low: int
    high: int

    @property
    def is_shown(self) -> bool:
        """Return whether the value itself is shown."""
        return self.low == self.high


def is_small(value: Number | None, threshold: int) -> bool:
    """Return whether a count of people is too small to show: above 0 and below the threshold."""
    return value is not None and 0 < value < threshold


def year_beside_quarters(quarters: Sequence[int], year: int, threshold: int, *, adds_up: bool) -> Total:
    """Return what can be shown of a team's year beside its four quarters, of which the small ones are hidden.

    The year is shown if each hidden quarter can then still have every small value. `adds_up` is false where somebody counted in
    two quarters counts once in the year.
    """
    shown = [value for value in quarters if not is_small(value, threshold)]
    count, most = len(quarters) - len(shown), threshold - 1
    left, top = year - sum(shown), sum(shown) + count * most
    if not count or (adds_up and count - 1 + most <= left <= (count - 1) * most + 1):
        return Total(year, year)
    return Total(sum(shown) + count if adds_up else max([1, *shown]), top)


def hidden_places(
    values: Sequence[int], total: Total, threshold: int, order: Sequence[int], *, adds_up: bool
) -> tuple[bool, ...]:
    """Return which numbers of a team's places are hidden beside its total: all of them when the total is too low.

    `order` is a secret order of the places, by index: see `secret_order`. `adds_up` is false where somebody counted in two
    places counts once in the total.
    """
    most = threshold - 1
    if total.high == 0:
        return (False,) * len(values)
    # Whether anything is shown depends on the total alone, so that all rows of the same low total look the same.
    if total.low < (len(values) + most - 1 if adds_up else len(values) * most + 1):
        return (True,) * len(values)
    hide = _hide_of_a_sum if adds_up else _hide_counted_once
    hidden = [is_small(value, threshold) for value in values]
    hide(values, hidden, total, most, [index for index in order if values[index] and not hidden[index]])
    return tuple(hidden)


def _hide_of_a_sum(values: Sequence[int], hidden: list[bool], total: Total, most: int, order: Sequence[int]) -> None:
    """Hide places in a secret order until the rest of the total leaves every small value possible."""
    waiting = iter(order)
    while any(hidden) or not total.is_shown:
        count = sum(hidden)
        left = total.low - sum(value for value, hide in zip(values, hidden, strict=True) if not hide)
        enough = count > 1 and left >= count - 1 + most if total.is_shown else count and left >= count + most
        more = None if enough else next(waiting, None)
        if more is None:
            return
        hidden[more] = True


def _hide_counted_once(
    values: Sequence[int], hidden: list[bool], total: Total, _most: int, order: Sequence[int]
) -> None:
    """Hide a place that is not small beside the small ones, and any that would raise the lowest value of a hidden total."""
    if total.is_shown and not any(hidden):
        return
    for index, value in enumerate(values):
        hidden[index] = hidden[index] or value > total.low
    more = next((index for index in order if not hidden[index]), None)
    if more is not None:
        hidden[more] = True


def passes(number: Number, out_of: Number, threshold: int) -> bool:
    """Return whether a share can be shown: its numerator, its denominator and their difference are 0 or not small."""
    return not any(is_small(value, threshold) for value in (number, out_of, out_of - number))


def year_narrows_a_share(quarters: Iterable[tuple[int, int]], threshold: int) -> bool:
    """Return whether a year's numerator and denominator narrow those of a hidden quarter.

    `quarters` are the (numerator, denominator) of each. One hidden quarter is the difference; of several, what is left of each
    part must be at least 3, so that each hidden part has four possible values.
    """
    hidden = [(number, out_of) for number, out_of in quarters if not passes(number, out_of, threshold)]
    numbers = sum(number for number, _out_of in hidden)
    others = sum(out_of - number for number, out_of in hidden)
    return bool(hidden) and (len(hidden) == 1 or min(numbers, others) < threshold - 2)


def parts_shown(divided: Mapping[str, int], parts: int, known: int, threshold: int) -> list[int]:
    """Return which parts of a count can be shown beside it, by index.

    `divided` says how many are in which of the parts, such as {"011": 5} for five that are in the second and the third. The first `known` parts are
    counted elsewhere, and the others are decided in their order: a part is shown where the count divided by it, by the known ones and by
    those shown before it has no number that is small. Whatever a reader adds up or takes away from what is shown is then a sum of numbers
    that are 0 or not small.
    """
    shown = list(range(known))
    for part in range(known, parts):
        sums: Counter[str] = Counter()
        for bits, number in divided.items():
            sums["".join(bits[index] for index in (*shown, part))] += number
        if not any(is_small(number, threshold) for number in sums.values()):
            shown.append(part)
    return shown[known:]


def parts_of_asked(numbers: Sequence[int], threshold: int) -> bool | None:
    """Return how much is shown of how many people answered, declined and were not asked, in this order.

    True: each number. False: who answered, and the other two together. None: neither, because those are small too. The total of the
    three is shown elsewhere.
    """
    answered, *others = numbers
    if is_small(answered, threshold) or is_small(sum(others), threshold):
        return None
    return not any(is_small(value, threshold) for value in others)


def answers_hidden(
    values: Sequence[int], answered: int, threshold: int, order: Sequence[int]
) -> tuple[bool, ...] | None:
    """Return which answers to one question are hidden, or None where not even their total can be shown.

    values: how many gave each answer; nobody gives two. answered: how many answered any question, which is shown. `order` is a secret
    order of the answers: see `secret_order`.
    """
    total = sum(values)
    if not passes(total, answered, threshold):
        return None
    return hidden_places(values, Total(total, total), threshold, order, adds_up=True)


def secret_order(keys: Sequence[str], about: str) -> list[int]:
    """Return the indexes of the keys in an order that only this Kith knows, the same each time for the same subject."""
    return sorted(range(len(keys)), key=lambda index: _digest(_ORDER, f"{about}:{keys[index]}"))


def alias(about: str, key: object) -> str:
    """Return ten letters and digits for a row in one list; the same row has another alias in every other list."""
    return _digest(_ALIAS, f"{about}:{key}")[:10].upper()


def _digest(salt: str, words: str) -> str:
    return salted_hmac(salt, words, algorithm="sha256").hexdigest()
