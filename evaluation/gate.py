"""Which figures of a team are hidden: the gate of `communities.disclosure`, asked about declared indicators.

It reads counts and no rows. Reports ask it about what is counted now, releases about what was counted when a period was closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from communities import disclosure
from communities.periods import Grain, Period, quarters_in
from evaluation.framework import SHIPPED, Catalogue, IndicatorSpec
from evaluation.queries.counting import TEAM, Cell, Cells, divided

type HiddenPlaces = frozenset[str]


@dataclass(frozen=True)
class Gate:
    """Decides what is shown of the counts of some periods.

    places: all places but the team, by key. counted: the periods, and of each year its quarters too.
    """

    team_id: int
    threshold: int
    places: Sequence[str]
    counted: Mapping[Period, Cells]
    catalogue: Catalogue = SHIPPED
    _decided: dict[tuple[Period, str], HiddenPlaces] = field(default_factory=dict)

    def hidden(self, period: Period, key: str) -> HiddenPlaces:
        """Return the places whose figures are hidden. Raises: KeyError for an unknown indicator."""
        if (period, key) not in self._decided:
            self._decided[period, key] = self._hide(period, self.catalogue.by_key[key])
        return self._decided[period, key]

    def most(self, period: Period, key: str, place: str) -> int | None:
        """Return what a hidden figure can be at most, where being small is the only reason for which it can be hidden."""
        spec = self.catalogue.by_key[key]
        is_only_small = spec.counts_people and not spec.part_of and period.grain == Grain.QUARTER and place == TEAM
        return self.threshold - 1 if is_only_small else None

    def _hide(self, period: Period, spec: IndicatorSpec) -> HiddenPlaces:
        if not spec.is_kept:
            return frozenset()
        if spec.part_of:
            # A year that adds up says no more than its quarters.
            periods = {*quarters_in(period), *(() if spec.adds_up else (period,))}
            is_shown = all(spec.key in self._parts_shown(each, spec.part_of) for each in periods)
            return frozenset([*self.places, *([] if is_shown else [TEAM])])
        if spec.numerator_of:
            return self.hidden(period, spec.numerator_of)
        if period.grain == Grain.QUARTER:
            return frozenset([*self.places, *([TEAM] if self._is_small(period, spec) else [])])
        return self._hide_share_of_year(period, spec) if spec.is_share else self._hide_year(period, spec)

    def _parts_shown(self, period: Period, total: str) -> list[str]:
        """Return which of a team's own parts of a count are shown for the whole team in a period."""
        parts = self.catalogue.divisions[total]
        own = [key for key in parts if self.catalogue.by_key[key].part_of]
        numbers = {
            bits: int(cell.number) for (key, bits), cell in self.counted[period].items() if key == divided(total)
        }
        return [parts[n] for n in disclosure.parts_shown(numbers, len(parts), len(parts) - len(own), self.threshold)]

    def _is_small(self, period: Period, spec: IndicatorSpec, place: str = TEAM) -> bool:
        cell = self._cell(period, spec, place)
        if spec.is_share:
            return not disclosure.passes(cell.number, cell.out_of or 0, self.threshold)
        return disclosure.is_small(cell.number, self.threshold)

    def _cell(self, period: Period, spec: IndicatorSpec, place: str) -> Cell:
        return self.counted[period].get((spec.key, place), Cell())

    def _hide_year(self, year: Period, spec: IndicatorSpec) -> HiddenPlaces:
        """Return the places to hide in a year's count of people: the team beside its quarters, and the others beside it."""
        quarters = [int(self._cell(quarter, spec, TEAM).number) for quarter in quarters_in(year)]
        counted = int(self._cell(year, spec, TEAM).number)
        total = disclosure.year_beside_quarters(quarters, counted, self.threshold, adds_up=spec.adds_up)
        values = [int(self._cell(year, spec, place).number) for place in self.places]
        order = disclosure.secret_order(self.places, f"{self.team_id}:{spec.key}:{year.key}")
        flags = disclosure.hidden_places(values, total, self.threshold, order, adds_up=spec.adds_up)
        hidden = [place for place, flag in zip(self.places, flags, strict=True) if flag]
        return frozenset(hidden if total.is_shown else [*hidden, TEAM])

    def _hide_share_of_year(self, year: Period, spec: IndicatorSpec) -> HiddenPlaces:
        """Return the places to hide in a year's share: all neighbourhoods, unless each of them can be shown."""
        everywhere = frozenset([*self.places, TEAM])
        quarters = quarters_in(year)
        cells = [self._cell(quarter, spec, TEAM) for quarter in quarters]
        parts = [(int(cell.number), cell.out_of or 0) for cell in cells]
        if self._is_small(year, spec) or disclosure.year_narrows_a_share(parts, self.threshold):
            return everywhere
        # The count that it is a part of bounds what is left of the year for the hidden quarters.
        if spec.within and any(self._is_small(quarter, spec) for quarter in quarters):
            return everywhere
        if spec.within and (hidden := self._hide_all_or_none(year, spec)) is not None:
            return hidden
        is_narrowed = bool(spec.within and self.hidden(year, spec.within))
        is_open = not is_narrowed and not any(self._is_small(year, spec, place) for place in self.places)
        return frozenset() if is_open else frozenset(self.places)

    def _hide_all_or_none(self, year: Period, spec: IndicatorSpec) -> HiddenPlaces | None:
        """Return the places to hide in a share that is 100 % or 0 % for the team, or None if it is another.

        If next to nothing is unknown of the team, the share of each place follows from the count that it is a part of. Where that
        count is shown, the share is not secret, and hiding it would only seem to keep one.
        """
        cell, whole = self._cell(year, spec, TEAM), self._cell(year, self.catalogue.by_key[spec.within], TEAM).number
        hidden = self.hidden(year, spec.within)
        not_known = int(whole) - (cell.out_of or 0)
        if cell.number not in {0, cell.out_of} or TEAM in hidden or not_known >= self.threshold - 2:
            return None
        return hidden.union(place for place in self.places if self._is_small(year, spec, place))
