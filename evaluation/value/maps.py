"""What a value map consists of, as plain values.

Pure: no model and no query. Percentages are from 0 to 100. Money is in pounds of one price year, as `Decimal`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from evaluation.value.rates import Step


class Kind(StrEnum):
    """What an assumption is about."""

    QUANTITY = "quantity"
    WORTH = "worth"
    DEADWEIGHT = "deadweight"
    DISPLACEMENT = "displacement"
    ATTRIBUTION = "attribution"
    DROP_OFF = "drop-off"
    YEARS = "years"


#: The assumptions that are percentages.
SHARES = (Kind.DEADWEIGHT, Kind.DISPLACEMENT, Kind.ATTRIBUTION, Kind.DROP_OFF)
#: An outcome cannot last for longer.
MOST_YEARS = 100


class Outcome(NamedTuple):
    """One change for one group of people; a tuple, because a tornado of many outcomes makes thousands.

    worth: what the change is worth for one of them in one year, in pounds, or in points on a map without money. deadweight: how much of
    it would have happened anyway. displacement: how much of it moved a problem elsewhere. attribution: how much of it others did.
    drop_off: how much of it is lost from each year to the next. years: for how many years it lasts. is_negative: it is subtracted.
    is_after: it starts in the year after the activity, not in its first year.
    """

    quantity: Decimal
    worth: Decimal
    deadweight: Decimal
    displacement: Decimal
    attribution: Decimal
    drop_off: Decimal
    years: int
    is_negative: bool = False
    is_after: bool = False

    def value_of(self, kind: Kind) -> Decimal:
        """Return what is assumed."""
        return Decimal(getattr(self, _FIELDS[kind]))

    def assuming(self, kind: Kind, value: Decimal) -> "Outcome":
        """Return the outcome with another assumption."""
        values: dict[str, Any] = {_FIELDS[kind]: int(value) if kind is Kind.YEARS else value}
        return self._replace(**values)


_FIELDS = {kind: kind.value.replace("-", "_") for kind in Kind}


@dataclass(frozen=True)
class Cost:
    """What is put in during one year of the activity, in pounds. year: 1 for the first."""

    year: int
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Plan:
    """A whole value map. years: for how long the activity runs. steps: discount rates; none for a map without money."""

    outcomes: tuple[Outcome, ...]
    costs: tuple[Cost, ...]
    years: int
    steps: tuple[Step, ...]
