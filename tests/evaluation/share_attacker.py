"""The evaluator again, who also uses percentages and the parts of a count: solves for their numerators and denominators.

What is shown is what the gate shows (`evaluation.gate`). A `Model` says what anybody knows who reads it: a percentage is rounded to one decimal
place; a hidden one of the team in a quarter has a numerator, or what is left of its denominator, that is small; quarters and places add up to the
year; a denominator is a part of the count that it is taken from. Source: HiGHS, as in `tests.evaluation.attacker`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import highspy

from communities.periods import Period, quarters_in
from evaluation.framework import IndicatorSpec
from evaluation.gate import Gate
from evaluation.queries import TEAM, Cell

#: No count in these worlds is higher. A larger bound would make the conditions that depend on a choice inaccurate.
ENOUGH = 2_000

#: A percentage is rounded to one decimal place, so it is wrong by so much at most.
ROUNDED = Decimal("0.05")


class Model:
    """The numbers of one year as variables, those that are shown with their values, and all that a reader knows of the others."""

    def __init__(self, gate: Gate, year: Period) -> None:
        self.gate, self.year, self.quarters = gate, year, quarters_in(year)
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        #: (indicator, place, period, "number" or "rest") to the variable of a hidden number, and what it is in truth.
        self.hidden: dict[tuple[str, str, Period, str], int] = {}
        self._known: dict[tuple[str, str, Period], int] = {}

    def add_count(self, spec: IndicatorSpec) -> None:
        """Add a count of people as `attacker.solve` does; a count of things is shown."""
        adds_up = spec.adds_up
        for period in (*self.quarters, self.year):
            for place in self._places(period):
                is_hidden = place in self.gate.hidden(period, spec.key)
                low, high = (
                    (0, ENOUGH) if is_hidden else (number := int(self._cell(period, spec, place).number), number)
                )
                if is_hidden and period != self.year:
                    low, high = 1, self.gate.threshold - 1
                self._add(spec, place, period, "number", low, high, is_hidden=is_hidden)
        self._add_up(spec, "number", adds_up=adds_up)

    def add_share(self, spec: IndicatorSpec, *, as_percentages: bool) -> None:
        """Add a share. as_percentages: as a reader of the table has it, who must find the parts of a shown percentage, too."""
        for period in (*self.quarters, self.year):
            for place in self._places(period):
                cell = self._cell(period, spec, place)
                is_hidden = place in self.gate.hidden(period, spec.key)
                number, rest = int(cell.number), (cell.out_of or 0) - int(cell.number)
                is_exact = not is_hidden and (not as_percentages or not cell.out_of)
                one = self._add(spec, place, period, "number", *_bounds(number, is_exact), is_hidden=is_hidden)
                other = self._add(spec, place, period, "rest", *_bounds(rest, is_exact), is_hidden=is_hidden)
                if not is_hidden and not is_exact:
                    self._round(one, other, cell)
                if is_hidden and place == TEAM and period != self.year:
                    self._one_is_small(one, other)
                whole = self._known.get((spec.within, place, period))
                if whole is not None:
                    self.solver.addRow(0, ENOUGH, 3, [whole, one, other], [1.0, -1.0, -1.0])
        for part in ("number", "rest"):
            self._add_up(spec, part, adds_up=True)

    def add_parts(self, total: IndicatorSpec, specs: Sequence[IndicatorSpec]) -> None:
        """Add a team's own parts of a count that is in the model: for the whole team, each no more than the count."""
        for number, spec in enumerate(specs):
            for period in (*self.quarters, self.year):
                is_hidden = TEAM in self.gate.hidden(period, spec.key)
                value = int(self._cell(period, spec, TEAM).number)
                whole = self._known[total.key, TEAM, period]
                part = self._add(spec, TEAM, period, "number", *_bounds(value, not is_hidden), is_hidden=is_hidden)
                rest = self._add(spec, TEAM, period, "rest", 0, ENOUGH, is_hidden=is_hidden)
                self.solver.addRow(0, 0, 3, [whole, part, rest], [1.0, -1.0, -1.0])
                if number == 0 and is_hidden and period != self.year:
                    self._one_is_small(part, rest)
            self._add_up(spec, "number", adds_up=spec.adds_up, places=False)

    def add_table(self, total: IndicatorSpec, lines: Iterable[tuple[int, bool]]) -> None:
        """Add rows beside a year's count, such as routes: (number, is shown)."""
        columns = []
        for number, is_shown in lines:
            columns.append(self._variable(*_bounds(number, is_shown)))
            if not is_shown:
                self.hidden[total.key, f"line {len(columns)}", self.year, "number"] = columns[-1]
        year = self._known[total.key, TEAM, self.year]
        self.solver.addRow(0, 0, len(columns) + 1, [*columns, year], [-1.0] * len(columns) + [1.0])

    def possible(self, key: tuple[str, str, Period, str]) -> int:
        """Return how many values a hidden number can have at most: what it is a part of can be shown, and few or none."""
        spec = self.gate.catalogue.by_key[key[0]]
        if spec.is_share and self._is_shown_as_none(spec, key[2], key[3]):
            # If the team has none, no place has any, and 0 is not a small number. The other part stays unknown.
            return 1
        whole = spec.within or spec.part_of
        if not whole or key[1] in self.gate.hidden(key[2], whole):
            return ENOUGH
        periods = [key[2]]
        if spec.part_of and spec.adds_up and key[2] == self.year:
            # A year adds up its quarters, so it can only be as uncertain as the hidden ones.
            periods = [quarter for quarter in self.quarters if key[1] in self.gate.hidden(quarter, key[0])]
        of = self.gate.catalogue.by_key[whole]
        return sum(int(self._cell(period, of, key[1]).number) for period in periods) + 1

    def _is_shown_as_none(self, spec: IndicatorSpec, period: Period, part: str) -> bool:
        cell = self._cell(period, spec, TEAM)
        number = cell.number if part == "number" else (cell.out_of or 0) - cell.number
        return number == 0 and TEAM not in self.gate.hidden(period, spec.key)

    def ranges(self) -> Mapping[tuple[str, str, Period, str], tuple[int, int]]:
        """Return the lowest and the highest value of each hidden number."""
        return {key: (self._least(column, 1), self._least(column, -1)) for key, column in self.hidden.items()}

    def _places(self, period: Period) -> Sequence[str]:
        return [*self.gate.places, TEAM] if period == self.year else [TEAM]

    def _cell(self, period: Period, spec: IndicatorSpec, place: str) -> Cell:
        return self.gate.counted[period].get((spec.key, place), Cell(0, 0 if spec.is_share else None))

    def _variable(self, low: float, high: float) -> int:
        column = self.solver.getNumCol()
        self.solver.addVar(low, high)
        self.solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _add(
        self, spec: IndicatorSpec, place: str, period: Period, part: str, low: int, high: int, *, is_hidden: bool
    ) -> int:
        column = self._variable(low, high)
        if is_hidden:
            self.hidden[spec.key, place, period, part] = column
        self._known[spec.key if part == "number" else f"{spec.key}/rest", place, period] = column
        return column

    def _add_up(self, spec: IndicatorSpec, part: str, *, adds_up: bool, places: bool = True) -> None:
        key = spec.key if part == "number" else f"{spec.key}/rest"
        year = self._known[key, TEAM, self.year]
        rows = [[self._known[key, TEAM, quarter] for quarter in self.quarters]]
        if places:
            rows.append([self._known[key, place, self.year] for place in self.gate.places])
        for columns in rows:
            low = 0 if adds_up else -ENOUGH
            self.solver.addRow(low, 0, len(columns) + 1, [*columns, year], [-1.0] * len(columns) + [1.0])
            for column in columns:
                self.solver.addRow(0, ENOUGH, 2, [year, column], [1.0, -1.0])

    def _round(self, one: int, other: int, cell: Cell) -> None:
        """Say that a shown percentage is that of its parts, rounded; and that it is of something."""
        shown = Decimal(str(cell.value))
        for edge, sign in ((shown - ROUNDED, 1), (shown + ROUNDED, -1)):
            # 100 number >= edge * (number + rest), and the other way round.
            weights = [float(sign * (100 - edge)), float(-sign * edge)]
            self.solver.addRow(0, 100 * ENOUGH, 2, [one, other], weights)
        self.solver.addRow(1, ENOUGH, 2, [one, other], [1.0, 1.0])
        for column in (one, other):
            self._zero_or_not_small(column)

    def _zero_or_not_small(self, column: int) -> None:
        """Say what a reader knows of the parts of a shown share: none is small."""
        is_some = self._variable(0, 1)
        self.solver.addRow(0, ENOUGH, 2, [column, is_some], [1.0, -float(self.gate.threshold)])
        self.solver.addRow(-ENOUGH, 0, 2, [column, is_some], [1.0, -float(ENOUGH)])

    def _one_is_small(self, one: int, other: int) -> None:
        """Say that one of two numbers is from 1 to just below the threshold."""
        which, most = self._variable(0, 1), self.gate.threshold - 1
        # which = 1: the first is small; 0: the second.
        self.solver.addRow(0, ENOUGH, 2, [one, which], [1.0, -1.0])
        self.solver.addRow(-ENOUGH, most + ENOUGH, 2, [one, which], [1.0, float(ENOUGH)])
        self.solver.addRow(1, 2 * ENOUGH, 2, [other, which], [1.0, 1.0])
        self.solver.addRow(-ENOUGH, most, 2, [other, which], [1.0, -float(ENOUGH)])

    def _least(self, column: int, sign: int) -> int:
        self.solver.changeColCost(column, sign)
        self.solver.run()
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self.solver.changeColCost(column, 0)
        return round(self.solver.getSolution().col_value[column])


def _bounds(number: int, is_exact: bool) -> tuple[int, int]:  # noqa: FBT001
    return (number, number) if is_exact else (0, ENOUGH)
