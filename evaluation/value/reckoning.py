"""Gross value, impact, present value and ratio of a value map.

Pure: no model and no query. Nothing is rounded here. The shares are multiplied, never added: of £510,000 with a deadweight of 40 % and an
attribution of 30 %, £214,200 remain, not £153,000.

    impact of a year = quantity × worth × (1 − deadweight) × (1 − displacement) × (1 − attribution)
    value of year k  = impact × (1 − drop-off)^(k − 1), up to the last year
    present value    = the sum of the values, each discounted by the years since the start of the activity

Year 1 of an activity is not discounted. An outcome that starts during the activity starts in its year 1; one that starts after an activity
of n years starts in year n + 1, discounted by n years. What is put in during year y is discounted by y − 1 years.
Source: The SROI Network, A guide to Social Return on Investment (2012), stages 4 and 5; Social Value UK, the Value Map, for the start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import islice

from evaluation.value.maps import MOST_YEARS, Outcome, Plan
from evaluation.value.rates import factors

#: Digits that are kept while reckoning.
EXACTLY = Context(prec=40)
_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Reckoned:
    """What a map comes to, in pounds or points; unrounded.

    gross: a year's quantities times their worth. impact: a year's, after the three shares. total: of all years, not discounted.
    present: the same, discounted. by_outcome: each outcome's part of `present`, in order; negative for what is subtracted.
    """

    gross: Decimal
    impact: Decimal
    total: Decimal
    present: Decimal
    by_outcome: tuple[Decimal, ...]
    cost_low: Decimal
    cost_high: Decimal

    @property
    def net(self) -> tuple[Decimal, Decimal]:
        """Return the present value less the costs, at their high and their low."""
        with localcontext(EXACTLY):
            return self.present - self.cost_high, self.present - self.cost_low

    @property
    def ratio(self) -> tuple[Decimal, Decimal] | None:
        """Return the lowest and the highest ratio of value to costs; None, not defined, if the costs are or may be 0."""
        if not self.cost_low or not self.cost_high:
            return None
        with localcontext(EXACTLY):
            low, high = sorted((self.present / self.cost_high, self.present / self.cost_low))
        return low, high


class Reckoner:
    """Reckon one map, and outcomes with other assumptions within it."""

    def __init__(self, plan: Plan) -> None:
        """Work out what £1 of each year is worth today."""
        self.plan = plan
        with localcontext(EXACTLY):
            self._times: dict[tuple[Decimal, int, bool], Decimal] = {}
            self._factors = list(islice(factors(plan.steps), plan.years + MOST_YEARS + 1))
            self.present_values = tuple(self.present_value(each) for each in plan.outcomes)
            self.present = sum(self.present_values, Decimal(0))

    def reckon(self) -> Reckoned:
        """Return what the map comes to."""
        with localcontext(EXACTLY):
            outcomes, costs = self.plan.outcomes, self.plan.costs
            return Reckoned(
                gross=sum((_signed(each, each.quantity * each.worth) for each in outcomes), Decimal(0)),
                impact=sum((_impact(each) for each in outcomes), Decimal(0)),
                total=sum((_impact(each) * _lasting(each, None) for each in outcomes), Decimal(0)),
                present=self.present,
                by_outcome=self.present_values,
                cost_low=sum((each.low * self._factors[each.year - 1] for each in costs), Decimal(0)),
                cost_high=sum((each.high * self._factors[each.year - 1] for each in costs), Decimal(0)),
            )

    def present_value(self, outcome: Outcome) -> Decimal:
        """Return the present value of an outcome; negative if it is subtracted."""
        with localcontext(EXACTLY):
            return self._present_value(outcome)

    def with_others(self, number: int, outcomes: Iterable[Outcome]) -> list[Decimal]:
        """Return the present value of the map for each of some outcomes that could be in the place of the one of this number."""
        with localcontext(EXACTLY):
            rest = self.present - self.present_values[number]
            return [rest + self._present_value(each) for each in outcomes]

    def _present_value(self, outcome: Outcome) -> Decimal:
        """Return the present value of an outcome within the caller's context; how long it lasts is worked out once."""
        key = outcome.drop_off, outcome.years, outcome.is_after
        if (times := self._times.get(key)) is None:
            start = self.plan.years if outcome.is_after else 0
            times = self._times[key] = _lasting(outcome, self._factors[start : start + outcome.years])
        return _impact(outcome) * times


def impact(outcome: Outcome) -> Decimal:
    """Return what is left of a year's gross value after deadweight, displacement and attribution; negative if it is subtracted."""
    with localcontext(EXACTLY):
        return _impact(outcome)


def _impact(outcome: Outcome) -> Decimal:
    left = outcome.quantity * outcome.worth
    for share in (outcome.deadweight, outcome.displacement, outcome.attribution):
        if share:
            left *= 1 - share / _WHOLE
    return _signed(outcome, left)


def _signed(outcome: Outcome, value: Decimal) -> Decimal:
    return -value if outcome.is_negative else value


def _lasting(outcome: Outcome, discounted: list[Decimal] | None) -> Decimal:
    """Return how many times the impact of its first year an outcome is worth over all its years."""
    kept, left, times = 1 - outcome.drop_off / _WHOLE, Decimal(1), Decimal(0)
    for factor in discounted if discounted is not None else [Decimal(1)] * outcome.years:
        times += left * factor
        left *= kept
    return times
