"""Value maps as plain numbers: the published example both ways, break-evens, and a naive recount with fractions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluation.value.break_even import Reach, break_even
from evaluation.value.maps import SHARES, Cost, Kind, Outcome, Plan
from evaluation.value.printed import PRINTED, ratio_of_rounded
from evaluation.value.rates import GREEN_BOOK, Step, factors, rates_on
from evaluation.value.reckoning import Reckoner, impact
from evaluation.value.sensitivity import swings

STEPS = rates_on(date(2026, 4, 1)).steps
PENNY = Decimal("0.01")
#: 60 people, £8,500 each; published with an input of £250,000.
EXAMPLE = Outcome(
    quantity=Decimal(60),
    worth=Decimal(8500),
    deadweight=Decimal(40),
    displacement=Decimal(0),
    attribution=Decimal(30),
    drop_off=Decimal(30),
    years=2,
)
SPENT = Decimal(250_000)


def plan_of(*outcomes: Outcome, spent: Decimal = SPENT, **others: object) -> Plan:
    """Return a map of outcomes of an activity of one year, with one input."""
    return Plan(**{"outcomes": outcomes, "costs": (Cost(1, spent, spent),), "years": 1, "steps": STEPS, **others})


def after(outcome: Outcome) -> Outcome:
    """Return the outcome, starting in the year after the activity: its first year is discounted."""
    return outcome._replace(is_after=True)


def negative(outcome: Outcome) -> Outcome:
    """Return the outcome as a change for the worse."""
    return outcome._replace(is_negative=True)


def broken(outcome: Outcome, kind: Kind) -> Decimal | None:
    """Return where the published example breaks even."""
    return break_even(Reckoner(plan_of(outcome)), 0, kind, SPENT).value


class TestPublishedExample:
    def test_it_comes_out_step_by_step_with_year_1_undiscounted(self) -> None:
        reckoned = Reckoner(plan_of(EXAMPLE)).reckon()
        assert (reckoned.gross, reckoned.impact, reckoned.total) == (510_000, 214_200, 364_140)
        assert round(reckoned.present, 2) == Decimal("359069.57")
        assert [round(each, 2) for each in reckoned.net] == [Decimal("109069.57")] * 2
        assert [round(each, 2) for each in reckoned.ratio] == [Decimal("1.44")] * 2

    def test_it_comes_out_with_year_1_discounted(self) -> None:
        reckoned = Reckoner(plan_of(after(EXAMPLE))).reckon()
        assert round(reckoned.present, 2) == Decimal("346927.12")
        assert [round(each, 2) for each in reckoned.ratio] == [Decimal("1.39")] * 2

    def test_percentages_are_multiplied_not_added(self) -> None:
        assert impact(EXAMPLE) == 214_200 != 510_000 * (1 - Decimal("0.4") - Decimal("0.3")) == 153_000

    @pytest.mark.parametrize(
        ("kind", "step", "expected"),
        [
            (Kind.QUANTITY, "0.1", "41.8"),
            (Kind.WORTH, "0.01", "5918.07"),
            (Kind.DEADWEIGHT, "0.1", "58.2"),
            (Kind.DISPLACEMENT, "0.1", "30.4"),
            (Kind.ATTRIBUTION, "0.1", "51.3"),
            (Kind.DROP_OFF, "0.1", "82.7"),
            (Kind.YEARS, "1", "2"),
        ],
    )
    def test_each_assumption_breaks_even_where_it_was_published(self, kind, step, expected) -> None:
        assert broken(EXAMPLE, kind).quantize(Decimal(step)) == Decimal(expected)

    def test_attribution_breaks_even_lower_when_year_1_is_discounted(self) -> None:
        assert round(broken(after(EXAMPLE), Kind.ATTRIBUTION), 1) == Decimal("49.6")


class TestBreakEven:
    @pytest.mark.parametrize(
        "kind", [Kind.DEADWEIGHT, Kind.ATTRIBUTION, Kind.DROP_OFF, Kind.YEARS, Kind.QUANTITY, Kind.WORTH]
    )
    def test_another_outcome_can_be_worth_the_costs_alone(self, kind) -> None:
        reckoner = Reckoner(plan_of(EXAMPLE, EXAMPLE, spent=Decimal(1000)))
        assert break_even(reckoner, 0, kind, Decimal(1000)).reach == Reach.ABOVE

    @pytest.mark.parametrize("kind", [Kind.DEADWEIGHT, Kind.DISPLACEMENT, Kind.ATTRIBUTION, Kind.DROP_OFF, Kind.YEARS])
    def test_a_map_can_be_below_its_costs_whatever_is_assumed(self, kind) -> None:
        spent = Decimal(10_000_000)
        assert break_even(Reckoner(plan_of(EXAMPLE, spent=spent)), 0, kind, spent).reach == Reach.BELOW

    def test_more_of_what_is_subtracted_never_lifts_a_map_to_its_costs(self) -> None:
        spent = Decimal(10_000_000)
        reckoner = Reckoner(plan_of(EXAMPLE, negative(EXAMPLE), spent=spent))
        assert break_even(reckoner, 1, Kind.QUANTITY, spent).reach == Reach.BELOW
        small = Reckoner(plan_of(EXAMPLE, negative(EXAMPLE.assuming(Kind.QUANTITY, Decimal(3)))))
        assert break_even(small, 1, Kind.QUANTITY, SPENT).reach == Reach.AT

    def test_what_is_multiplied_by_nothing_has_no_effect(self) -> None:
        nothing = EXAMPLE.assuming(Kind.DEADWEIGHT, Decimal(100))
        for kind in (Kind.QUANTITY, Kind.WORTH, Kind.ATTRIBUTION, Kind.DISPLACEMENT, Kind.DROP_OFF, Kind.YEARS):
            assert break_even(Reckoner(plan_of(nothing)), 0, kind, SPENT).reach == Reach.NO_EFFECT
        assert broken(nothing, Kind.DEADWEIGHT) == broken(EXAMPLE, Kind.DEADWEIGHT)

    def test_drop_off_has_no_effect_in_a_single_year(self) -> None:
        one = EXAMPLE.assuming(Kind.YEARS, Decimal(1))
        assert break_even(Reckoner(plan_of(one)), 0, Kind.DROP_OFF, SPENT).reach == Reach.NO_EFFECT

    def test_a_drop_off_that_breaks_even_at_an_end_is_found(self) -> None:
        spent = Reckoner(plan_of(EXAMPLE.assuming(Kind.DROP_OFF, Decimal(100)))).present
        found = break_even(Reckoner(plan_of(EXAMPLE, spent=spent)), 0, Kind.DROP_OFF, spent)
        assert (found.reach, found.value) == (Reach.AT, 100)

    def test_years_are_the_fewest_that_are_worth_the_costs(self) -> None:
        low = EXAMPLE.assuming(Kind.DROP_OFF, Decimal(0))
        reckoner = Reckoner(plan_of(low))
        found = int(break_even(reckoner, 0, Kind.YEARS, Decimal(1_000_000)).value)
        values = [with_other(reckoner, 0, Kind.YEARS, Decimal(years)) for years in (found - 1, found)]
        assert values[0] < 1_000_000 <= values[1]

    def test_years_of_what_is_subtracted_are_the_most_that_leave_the_costs(self) -> None:
        worse = negative(EXAMPLE.assuming(Kind.QUANTITY, Decimal(10)).assuming(Kind.DROP_OFF, Decimal(0)))
        reckoner = Reckoner(plan_of(EXAMPLE, worse))
        found = int(break_even(reckoner, 1, Kind.YEARS, SPENT).value)
        values = [with_other(reckoner, 1, Kind.YEARS, Decimal(years)) for years in (found, found + 1)]
        assert values[0] >= SPENT > values[1]


class TestMaps:
    def test_what_is_for_the_worse_is_subtracted(self) -> None:
        both = Reckoner(plan_of(EXAMPLE, negative(EXAMPLE))).reckon()
        assert (both.gross, both.impact, both.total, both.present) == (0, 0, 0, 0)
        assert both.by_outcome[1] < 0 < both.by_outcome[0]
        assert [round(each, 2) for each in both.by_outcome] == [Decimal("359069.57"), Decimal("-359069.57")]

    def test_costs_of_later_years_are_discounted_and_a_range_gives_a_range_of_ratios(self) -> None:
        costs = (Cost(1, Decimal(1000), Decimal(1000)), Cost(2, Decimal(1035), Decimal(2070)))
        reckoned = Reckoner(plan_of(EXAMPLE, costs=costs, years=2)).reckon()
        assert (reckoned.cost_low, reckoned.cost_high) == (2000, 3000)
        assert [round(each, 9) for each in reckoned.ratio] == [
            round(reckoned.present / each, 9) for each in (3000, 2000)
        ]
        assert [round(each, 2) for each in reckoned.net] == [Decimal("356069.57"), Decimal("357069.57")]

    def test_a_negative_ratio_is_still_from_low_to_high(self) -> None:
        costs = (Cost(1, Decimal(1000), Decimal(2000)),)
        low, high = Reckoner(plan_of(negative(EXAMPLE), costs=costs)).reckon().ratio
        assert low < high < 0

    @pytest.mark.parametrize("costs", [(), (Cost(1, Decimal(0), Decimal(0)),), (Cost(1, Decimal(0), Decimal(5)),)])
    def test_a_ratio_to_nothing_is_not_defined(self, costs) -> None:
        assert Reckoner(plan_of(EXAMPLE, costs=costs)).reckon().ratio is None

    def test_a_tornado_has_the_largest_swing_first(self) -> None:
        ranges = {(0, Kind.DEADWEIGHT): (Decimal(30), Decimal(60)), (0, Kind.WORTH): (Decimal(8400), Decimal(8600))}
        found = swings(Reckoner(plan_of(EXAMPLE)), ranges)
        assert [each.kind for each in found] == [Kind.DEADWEIGHT, Kind.WORTH]
        assert found[0].at_low > found[0].at_high
        assert round(found[0].at_low, 2) == round(Decimal("359069.5652") / 6 * 7, 2)


class TestRates:
    def test_the_green_book_has_three_steps(self) -> None:
        found = list(islice(factors(GREEN_BOOK[0].steps), 127))
        ratios = {year: round(found[year - 1] / found[year] - 1, 6) for year in (1, 30, 31, 75, 76, 125, 126)}
        assert {year: str(ratio.normalize()) for year, ratio in ratios.items()} == {
            1: "0.035", 30: "0.035", 31: "0.03", 75: "0.03", 76: "0.025", 125: "0.025", 126: "0.025",
        }  # fmt: skip
        # Source: The Green Book, annex 6, table of long-term discount factors: year 31, to four places.
        assert round(found[31], 4) == Decimal("0.3459")

    def test_without_rates_nothing_is_discounted(self) -> None:
        assert list(islice(factors(()), 3)) == [1, 1, 1]

    def test_the_rates_of_a_day_are_the_latest_of_then(self) -> None:
        assert rates_on(date(1990, 1, 1)) == rates_on(date(2026, 1, 1)) == GREEN_BOOK[0]


class TestPrinted:
    def test_rounded_totals_allow_a_range_of_ratios(self) -> None:
        assert [round(end, 2) for end in ratio_of_rounded(Decimal("6.47"), Decimal("1.76"))] == [
            Decimal("3.66"),
            Decimal("3.69"),
        ]
        assert [round(end, 2) for end in ratio_of_rounded(Decimal("4.88"), Decimal("1.34"))] == [
            Decimal("3.62"),
            Decimal("3.66"),
        ]

    def test_what_was_printed_is_3_7_and_3_6(self) -> None:
        assert [each.about for each in PRINTED] == [Decimal("3.7"), Decimal("3.6")]


#: Assumptions as they are stored: two decimal places.
PERCENT = st.decimals(0, 100, places=2)
AMOUNT = st.decimals(Decimal("0.01"), 100_000, places=2)
OUTCOMES = st.builds(
    Outcome,
    quantity=st.decimals(0, 5000, places=2),
    worth=AMOUNT,
    deadweight=PERCENT,
    displacement=PERCENT,
    attribution=PERCENT,
    drop_off=PERCENT,
    years=st.integers(1, 12),
    is_negative=st.booleans(),
    is_after=st.booleans(),
)
COSTS = st.builds(
    lambda year, low, more: Cost(year, low, low + more), st.integers(1, 4), AMOUNT, st.decimals(0, 1000, places=2)
)
PLANS = st.builds(
    Plan,
    outcomes=st.lists(OUTCOMES, min_size=1, max_size=4).map(tuple),
    costs=st.lists(COSTS, min_size=1, max_size=3).map(tuple),
    years=st.just(4),
    steps=st.sampled_from([STEPS, (), (Step(2, Decimal("3.5")), Step(5, Decimal("1.5")))]),
)


def years_of(plan: Plan, outcome: Outcome) -> Iterator[Fraction]:
    """Yield the discounted value of each year of an outcome, written out with fractions."""
    first = plan.years if outcome.is_after else 0
    value = Fraction(outcome.quantity) * Fraction(outcome.worth)
    for share in (outcome.deadweight, outcome.displacement, outcome.attribution):
        value -= value * Fraction(share) / 100
    for year in range(outcome.years):
        yield (-value if outcome.is_negative else value) * discount(plan, first + year)
        value -= value * Fraction(outcome.drop_off) / 100


def discount(plan: Plan, years: int) -> Fraction:
    """Return what £1 after so many years is worth today."""
    left = Fraction(1)
    for year in range(1, years + 1):
        rates = [step.per_cent for step in plan.steps if year <= step.until_year] or [
            step.per_cent for step in plan.steps[-1:]
        ]
        left /= 1 + Fraction(rates[0] if rates else 0) / 100
    return left


def with_other(reckoner: Reckoner, number: int, kind: Kind, value: Decimal) -> Decimal:
    """Return what a map would be worth with another assumption."""
    return reckoner.with_others(number, [reckoner.plan.outcomes[number].assuming(kind, value)])[0]


def is_near(found: Decimal, exact: Fraction) -> bool:
    """Return whether a decimal is a fraction but for its thirtieth digit."""
    return abs(Fraction(found) - exact) <= max(abs(exact), Fraction(1)) / 10**30


@given(PLANS)
def test_a_map_is_what_a_naive_recount_with_fractions_says(plan) -> None:
    reckoned = Reckoner(plan).reckon()
    parts = [sum(years_of(plan, each), Fraction(0)) for each in plan.outcomes]
    assert all(is_near(found, exact) for found, exact in zip(reckoned.by_outcome, parts, strict=True))
    assert abs(Fraction(reckoned.present) - sum(parts)) < Fraction(1, 10**20)
    costs = [
        sum(Fraction(getattr(each, end)) * discount(plan, each.year - 1) for each in plan.costs)
        for end in ("low", "high")
    ]
    assert is_near(reckoned.cost_low, costs[0])
    assert is_near(reckoned.cost_high, costs[1])


@given(PLANS, st.sampled_from(Kind), st.data())
def test_a_map_with_its_break_even_is_worth_its_costs(plan, kind, data) -> None:
    number = data.draw(st.integers(0, len(plan.outcomes) - 1))
    reckoner, cost = Reckoner(plan), data.draw(AMOUNT)
    found = break_even(reckoner, number, kind, cost)
    assume(found.reach is Reach.AT)
    assert found.value >= 0
    if kind in SHARES:
        assert found.value <= 100
    at = with_other(reckoner, number, kind, found.value)
    if kind is Kind.YEARS:
        step = Decimal(1 if plan.outcomes[number].is_negative else -1)
        assert at >= cost > with_other(reckoner, number, kind, found.value + step)
    else:
        assert abs(at - cost) < PENNY


@given(PLANS, st.sampled_from([each for each in Kind if each is not Kind.QUANTITY]), st.data())
def test_without_a_break_even_a_map_stays_on_one_side(plan, kind, data) -> None:
    number = data.draw(st.integers(0, len(plan.outcomes) - 1))
    reckoner, cost = Reckoner(plan), data.draw(AMOUNT)
    found = break_even(reckoner, number, kind, cost)
    assume(found.reach in (Reach.ABOVE, Reach.BELOW))
    value = data.draw(PERCENT if kind in SHARES else st.integers(1, 100).map(Decimal) if kind is Kind.YEARS else AMOUNT)
    at = with_other(reckoner, number, kind, value)
    assert at >= cost if found.reach is Reach.ABOVE else at <= cost
