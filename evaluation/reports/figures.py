"""A team's indicators for periods and places, with small numbers hidden: the source of every page and file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communities import disclosure
from communities.models import Neighbourhood, Team
from communities.periods import Grain, Period, quarters_in
from evaluation.cache import cached_counts
from evaluation.framework import BY_KEY, OUTCOMES, IndicatorSpec, under
from evaluation.queries import NOWHERE, TEAM, Cell, Cells, place_of, recorded_values, story_counts

#: The columns of every export. Do not change their names or order, because spreadsheets depend on them.
COLUMNS = (
    "team",
    "neighbourhood",
    "period_start",
    "period_end",
    "outcome",
    "indicator",
    "definition_version",
    "unit",
    "value",
    "suppressed",
    "stories",
)
type Value = int | Decimal | None
type HiddenPlaces = frozenset[str]


@dataclass(frozen=True)
class Place:
    """A neighbourhood, those without one, or the whole team."""

    key: str
    label: str | Promise


@dataclass(frozen=True)
class Figure:
    """The value to show for an indicator, a period and a place; None when it is hidden or unknown.

    `is_by_year` says that the hidden figure is one that is never shown: people are counted by neighbourhood for whole
    years only.
    """

    value: Value
    is_hidden: bool
    stories: int
    is_by_year: bool = False

    @property
    def is_quiet(self) -> bool:
        """Return whether the value is 0 and shown."""
        return not self.is_hidden and self.value == 0


@dataclass(frozen=True)
class Report:
    """Figures of one team. `periods` oldest first; `places` end with those without a neighbourhood and the team."""

    team: Team
    periods: tuple[Period, ...]
    places: tuple[Place, ...]
    counted: dict[Period, Cells]
    recorded: dict[tuple[Period, str, str], Decimal]
    stories: Counter[tuple[Period, str, str]]
    hidden: dict[tuple[Period, str], HiddenPlaces] = field(default_factory=dict)

    def figure(self, period: Period, key: str, place: str) -> Figure:
        """Return the figure to show. Raises: KeyError for an unknown indicator."""
        is_hidden = place in self._hidden(period, key)
        value = None if is_hidden else self._value(period, key, place)
        is_by_year = is_hidden and period.grain == Grain.QUARTER and place != TEAM
        return Figure(value=value, is_hidden=is_hidden, stories=self.stories[period, key, place], is_by_year=is_by_year)

    def series(self, key: str, place: str) -> list[Figure]:
        """Return an indicator's figures at a place, oldest first."""
        return [self.figure(period, key, place) for period in self.periods]

    def _value(self, period: Period, key: str, place: str) -> Value:
        if not BY_KEY[key].is_computed:
            return self.recorded.get((period, key, place))
        cell = self.counted[period].get((key, place))
        return cell.value if cell else BY_KEY[key].nothing

    def _hidden(self, period: Period, key: str) -> HiddenPlaces:
        if (period, key) not in self.hidden:
            self.hidden[period, key] = self._hide(period, BY_KEY[key])
        return self.hidden[period, key]

    def _hide(self, period: Period, spec: IndicatorSpec) -> HiddenPlaces:
        """Return the places whose figures the gate keeps: see `communities.disclosure`."""
        if not spec.is_kept:
            return frozenset()
        if spec.numerator_of:
            return self._hidden(period, spec.numerator_of)
        places = [place.key for place in self.places if place.key != TEAM]
        if period.grain == Grain.QUARTER:
            return frozenset([*places, *([TEAM] if self._is_small(period, spec) else [])])
        return (
            self._hide_share_of_year(period, spec, places) if spec.is_share else self._hide_year(period, spec, places)
        )

    def _is_small(self, period: Period, spec: IndicatorSpec, place: str = TEAM) -> bool:
        cell, threshold = self._cell(period, spec, place), self.team.small_number_threshold
        if spec.is_share:
            return not disclosure.passes(cell.number, cell.out_of or 0, threshold)
        return disclosure.is_small(cell.number, threshold)

    def _cell(self, period: Period, spec: IndicatorSpec, place: str) -> Cell:
        return self.counted[period].get((spec.key, place), Cell())

    def _hide_year(self, year: Period, spec: IndicatorSpec, places: list[str]) -> HiddenPlaces:
        """Return the places to hide in a year's count of people: the team beside its quarters, and the others beside it."""
        threshold = self.team.small_number_threshold
        quarters = [int(self._cell(quarter, spec, TEAM).number) for quarter in quarters_in(year)]
        counted = int(self._cell(year, spec, TEAM).number)
        total = disclosure.year_beside_quarters(quarters, counted, threshold, adds_up=spec.adds_up)
        values = [int(self._cell(year, spec, place).number) for place in places]
        order = disclosure.secret_order(places, f"{self.team.pk}:{spec.key}:{year.key}")
        flags = disclosure.hidden_places(values, total, threshold, order, adds_up=spec.adds_up)
        hidden = [place for place, flag in zip(places, flags, strict=True) if flag]
        return frozenset(hidden if total.is_shown else [*hidden, TEAM])

    def _hide_share_of_year(self, year: Period, spec: IndicatorSpec, places: list[str]) -> HiddenPlaces:
        """Return the places to hide in a year's share: all neighbourhoods, unless each of them can be shown."""
        everywhere = frozenset([*places, TEAM])
        quarters = quarters_in(year)
        cells = [self._cell(quarter, spec, TEAM) for quarter in quarters]
        parts = [(int(cell.number), cell.out_of or 0) for cell in cells]
        if self._is_small(year, spec) or disclosure.year_narrows_a_share(parts, self.team.small_number_threshold):
            return everywhere
        is_whole = not any(self._is_small(quarter, spec) for quarter in quarters)
        if spec.within and not is_whole and any(TEAM in self._hidden(quarter, spec.within) for quarter in quarters):
            return everywhere
        total = self._cell(year, spec, TEAM)
        if total.number in (0, total.out_of or 0):
            return frozenset()
        is_narrowed = bool(spec.within and self._hidden(year, spec.within))
        is_open = not is_narrowed and not any(self._is_small(year, spec, place) for place in places)
        return frozenset() if is_open else frozenset(places)


def places_of(team: Team) -> tuple[Place, ...]:
    """Return the team's neighbourhoods by name, then those without one, then the whole team."""
    named = Neighbourhood.objects.filter(team=team).values_list("pk", "name").order_by("name", "pk")
    return (
        *(Place(place_of(pk), name) for pk, name in named),
        Place(NOWHERE, gettext_lazy("No neighbourhood")),
        Place(TEAM, gettext_lazy("All neighbourhoods")),
    )


def build(team: Team, periods: Sequence[Period], places: tuple[Place, ...] | None = None) -> Report:
    """Return a team's report for periods that do not overlap, in the same number of queries whatever the rows.

    `places` are the team's, when the caller has asked for them already.
    """
    quarters = [quarter for period in periods if period.grain == Grain.YEAR for quarter in quarters_in(period)]
    counted = cached_counts(team=team, periods=periods)
    if quarters:
        counted |= cached_counts(team=team, periods=quarters)
    return Report(
        team=team,
        periods=tuple(periods),
        places=places or places_of(team),
        counted=counted,
        recorded=recorded_values(team, periods),
        stories=story_counts(team, periods),
    )


def rows(report: Report, only: str | None = None) -> Iterator[tuple]:
    """Yield the rows of an export under COLUMNS, for one place or all: period, place, outcome, indicator.

    An indicator of two outcomes has a row under each. Hidden and unknown values are None; the column `suppressed` tells
    them apart.
    """
    # Texts are translated once: a report of five years has each of them hundreds of times.
    catalogue = [
        (spec.key, (str(outcome.name), str(spec.name), spec.version, str(spec.unit)))
        for outcome in OUTCOMES
        for spec in under(outcome.key)
    ]
    places = [(place.key, str(place.label)) for place in report.places if only is None or place.key == only]
    for period in report.periods:
        for place, label in places:
            for key, words in catalogue:
                figure = report.figure(period, key, place)
                yield (
                    report.team.name,
                    label,
                    period.start,
                    period.end,
                    *words,
                    figure.value,
                    "yes" if figure.is_hidden else "no",
                    figure.stories,
                )


def row_count(report: Report, only: str | None = None) -> int:
    """Return how many rows `rows` yields for the same arguments."""
    places = sum(only is None or place.key == only for place in report.places)
    return len(report.periods) * places * sum(len(under(outcome.key)) for outcome in OUTCOMES)
