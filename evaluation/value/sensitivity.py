"""What a map would be worth at the low and the high end of each assumption, everything else being as it is.

Pure: no model and no query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from evaluation.value.maps import Kind
from evaluation.value.reckoning import Reckoner


@dataclass(frozen=True)
class Swing:
    """The present value of a map at the low and the high end of an assumption. number: of its outcome."""

    number: int
    kind: Kind
    at_low: Decimal
    at_high: Decimal

    @property
    def size(self) -> Decimal:
        """Return how far apart the two are."""
        return abs(self.at_high - self.at_low)


def swings(reckoner: Reckoner, ranges: Mapping[tuple[int, Kind], tuple[Decimal, Decimal]]) -> list[Swing]:
    """Return the swing of each assumption, the largest first: the rows of a tornado.

    ranges: the low and the high end, by the number of the outcome and the kind.
    """
    found = []
    for (number, kind), ends in ranges.items():
        outcome = reckoner.plan.outcomes[number]
        low, high = reckoner.with_others(number, [outcome.assuming(kind, end) for end in ends])
        found.append(Swing(number, kind, low, high))
    return sorted(found, key=lambda each: each.size, reverse=True)
