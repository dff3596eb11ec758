"""Percentages, and a team's own parts of a count, give no hidden number away in random worlds."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from communities.periods import Period, quarters_in, year_of
from connectors.models import IntroductionSource
from connectors.queries.introduction_routes import year_of_counts
from evaluation.framework import SHIPPED, Catalogue
from evaluation.framework.own import spec_of
from evaluation.gate import Gate
from evaluation.models import Form, Indicator
from evaluation.queries import TEAM, Cell, Cells
from evaluation.queries.counting import divided
from tests.evaluation.share_attacker import Model

#: With every run of the tests, a few worlds, two of which former rules narrowed; `KITH_WORLDS=1000` tries a thousand.
SEEDS = range(int(os.environ.get("KITH_WORLDS", "0"))) or (5, 122, 11)
#: Worlds in which the share of a team is 100 % and nearly everything is known, with the odds of a yes.
ALL_YES = ((34, 1.0), (39, 1.0), (517, None))
LEFT_OPEN, THRESHOLD = 4, 5
YEAR = year_of(date(2025, 5, 1))
QUARTERS = quarters_in(YEAR)
PLACES = ("1", "2", "3", "none")
ROUTES = [value for value, _label in IntroductionSource.choices]
#: Shares, and the counts that their denominators are parts of.
SHARES = {
    "introductions-met-share": "introductions-made",
    "belonging-after-a-word": "words-in-passing",
    "asks-met-by-neighbours": "",
}
NUMERATORS = {"introductions-met-share": "introductions-met"}
#: A count of things and a count of people, each with two parts of the team's own.
PARTS = {"conversations-held": ("talks", Form.NUMBER), "residents-met-first": ("first", Form.PEOPLE)}


def own_parts() -> Catalogue:
    """Return what ships with Kith, and two parts of each count in `PARTS`."""
    specs = []
    for source, form in PARTS.values():
        for number, values in enumerate((["1"], ["2"])):
            row = Indicator(
                key=f"own-{source}-{number}",
                name=source,
                form=form,
                kind="computed",
                counted_from=source,
                conditions={"theme": values},
                made_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            specs.append(spec_of(row, ["good-friends"]))
    return replace(SHIPPED, indicators=(*SHIPPED.indicators, *specs))


CATALOGUE = own_parts()


class RandomYear:
    """What was counted in a year: sparse, middling or busy, by quarter and place."""

    def __init__(self, seed: int, odds: float | None = None) -> None:
        self.dice, self.seed = random.Random(seed), seed
        self.size, self.odds = self.dice.choice([1, 2, 3, 6, 15]), self.dice.choice([0.1, 0.5, 0.9])
        self.odds = self.odds if odds is None else odds
        self.counted: dict[Period, Cells] = {period: {} for period in (*QUARTERS, YEAR)}
        self.routes = [{"route": Counter(), "direction": Counter()} for _quarter in QUARTERS]
        for key, within in SHARES.items():
            self._add_share(key, within)
        for total in PARTS:
            self._add_parts(total)

    def gate(self) -> Gate:
        """Return the gate that decides what is shown of it; each world has an order of its own."""
        return Gate(self.seed, THRESHOLD, PLACES, self.counted, CATALOGUE)

    def some(self) -> int:
        """Return a number of a quarter and a place."""
        return self.dice.randint(0, self.size) if self.dice.random() < 0.7 else 0

    def part_of(self, whole: int) -> int:
        """Return how many of so many are chosen."""
        return sum(self.dice.random() < self.odds for _one in range(whole))

    def _put(self, key: str, quarter: Period, place: str, number: int, out_of: int | None = None) -> None:
        for period in (quarter, YEAR):
            for at in (place, TEAM):
                before = self.counted[period].get((key, at), Cell(0, None if out_of is None else 0))
                whole = None if out_of is None else (before.out_of or 0) + out_of
                self.counted[period][key, at] = Cell(before.number + number, whole)

    def _add_share(self, key: str, within: str) -> None:
        for index, quarter in enumerate(QUARTERS):
            for place in PLACES:
                whole = self.some()
                known = self.part_of(whole) if within and self.dice.random() < 0.5 else whole
                number = self.part_of(known)
                if known:
                    self._put(key, quarter, place, number, known)
                if within:
                    self._put(within, quarter, place, whole)
                if key in NUMERATORS:
                    self._put(NUMERATORS[key], quarter, place, number)
                    self.routes[index]["route"].update(self.dice.choices(ROUTES, k=whole))

    def _add_parts(self, total: str) -> None:
        first, second = CATALOGUE.divisions[total][-2:]
        shipped = len(CATALOGUE.divisions[total]) - 2
        for quarter in QUARTERS:
            for place in PLACES:
                for _row in range(self.some() * 2):
                    bits = [self.dice.random() < self.odds for _part in range(shipped + 2)]
                    self._put(total, quarter, place, 1)
                    self._put(first, quarter, place, int(bits[-2]))
                    self._put(second, quarter, place, int(bits[-1]))
                    for period in (quarter, YEAR):
                        at = divided(total), "".join(str(int(bit)) for bit in bits)
                        before = self.counted[period].get(at, Cell())
                        self.counted[period][at] = Cell(before.number + 1)


def models_of(world: RandomYear, *, as_percentages: bool) -> Iterator[Model]:
    """Yield what somebody reads of a world: each count of people with its shares, its parts, and the routes of the year."""
    gate, specs = world.gate(), CATALOGUE.by_key
    for key, within in SHARES.items():
        model = Model(gate, YEAR)
        if within:
            model.add_count(specs[within])
        if key in NUMERATORS:
            lines = year_of_counts(world.seed, THRESHOLD, YEAR, world.routes)["route"][:-1]
            model.add_table(specs[within], [(line.total or 0, line.total is not None) for line in lines])
        model.add_share(specs[key], as_percentages=as_percentages and key not in NUMERATORS)
        yield model
    for total in PARTS:
        model = Model(gate, YEAR)
        model.add_count(specs[total])
        model.add_parts(specs[total], [specs[key] for key in CATALOGUE.divisions[total][-2:]])
        yield model


@pytest.mark.parametrize("as_percentages", [True, False])
def test_shares_and_parts_narrow_nothing_in_random_worlds(capsys, *, as_percentages: bool) -> None:
    """Counts, shares, routes and parts of a year are solved together, from the percentages or from their exact parts in a data package."""
    narrow, seen = [], Counter()
    for seed in SEEDS:
        world = RandomYear(seed)
        for model in models_of(world, as_percentages=as_percentages):
            for key, (low, high) in model.ranges().items():
                seen["hidden"] += 1
                seen[key[0]] += 1
                if high - low + 1 < min(LEFT_OPEN, model.possible(key)):
                    narrow.append((seed, key, low, high))
    with capsys.disabled():
        print(f"\n{len(SEEDS)} worlds, {dict(seen)}, narrowed: {len(narrow)}")
    assert narrow[:5] == []
    assert {*SHARES, "introductions-made", "own-talks-0", "own-first-1"} <= seen.keys()


@pytest.mark.parametrize("as_percentages", [True, False])
@pytest.mark.parametrize(("seed", "odds"), ALL_YES)
def test_a_share_of_all_hides_only_what_does_not_follow(seed: int, odds: float | None, *, as_percentages: bool) -> None:
    """Where all are yes, the share of a place follows from its count: it is shown with the count, or as unknown as the count."""
    models = models_of(RandomYear(seed, odds), as_percentages=as_percentages)
    found = {key: (bounds, model.possible(key)) for model in models for key, bounds in model.ranges().items()}
    assert found
    assert [key for key, ((low, high), most) in found.items() if high - low + 1 < min(LEFT_OPEN, most)] == []


def test_the_solver_finds_what_a_careless_share_gives_away() -> None:
    """The attack bites: a year's percentage beside three quarters' shows the parts of the fourth."""
    world = RandomYear(0)
    spec = CATALOGUE.by_key["asks-met-by-neighbours"]
    for period in (*QUARTERS, YEAR):
        world.counted[period] = {}
    for quarter, (number, out_of) in zip(QUARTERS, [(10, 20), (10, 20), (10, 20), (2, 7)], strict=True):
        world._put(spec.key, quarter, "1", number, out_of)
    gate = world.gate()
    gate._decided[YEAR, spec.key] = frozenset()
    careless = Model(gate, YEAR)
    careless.add_share(spec, as_percentages=False)
    found = careless.ranges()
    assert (found[spec.key, TEAM, QUARTERS[3], "number"], found[spec.key, TEAM, QUARTERS[3], "rest"]) == (
        (2, 2),
        (5, 5),
    )
    careful = Model(world.gate(), YEAR)
    careful.add_share(spec, as_percentages=False)
    assert min(high - low for low, high in careful.ranges().values()) >= LEFT_OPEN - 1


def test_a_rounded_percentage_bounds_its_parts() -> None:
    """28.6 per cent of 100 at most: 2 of 7, 4 of 14, 6 of 21 … so the denominator is a multiple of 7, or near one."""
    world = RandomYear(0)
    spec = CATALOGUE.by_key["asks-met-by-neighbours"]
    for period in (*QUARTERS, YEAR):
        world.counted[period] = {}
    world._put(spec.key, QUARTERS[0], "1", 6, 21)
    model = Model(world.gate(), YEAR)
    model.add_share(spec, as_percentages=True)
    one, rest = (model._known[key, TEAM, QUARTERS[0]] for key in (spec.key, f"{spec.key}/rest"))
    model.solver.addRow(0, 12, 2, [one, rest], [1.0, 0.0])
    assert model._least(one, 1) == 6
    model.solver.changeColBounds(one, 6, 6)
    assert (model._least(rest, 1), model._least(rest, -1)) == (15, 15)
    assert Decimal(str(Cell(6, 21).value)) == Decimal("28.6")


@pytest.mark.parametrize("is_met", [True, False])
def test_a_share_of_all_or_none_shows_no_small_parts(*, is_met: bool) -> None:
    """The percentage of each place is known then, but not of how many."""
    world = RandomYear(0)
    spec = CATALOGUE.by_key["asks-met-by-neighbours"]
    for period in (*QUARTERS, YEAR):
        world.counted[period] = {}
    for quarter in QUARTERS:
        world._put(spec.key, quarter, "1", 6 * is_met, 6)
    world._put(spec.key, QUARTERS[0], "3", int(is_met), 1)
    assert world.gate().hidden(YEAR, spec.key) == frozenset(PLACES)
