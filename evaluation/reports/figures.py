"""A team's indicators for periods and places, with small numbers hidden: the source of every page and file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communities.compiled import compiled_once
from communities.models import Neighbourhood, Team
from communities.periods import Grain, Period, quarters_in
from evaluation.cache import cached_counts
from evaluation.framework import Catalogue, IndicatorSpec
from evaluation.framework.own import catalogue_of
from evaluation.gate import Gate
from evaluation.models import Release
from evaluation.queries import NOWHERE, TEAM, Cells, place_of, recorded_values, story_counts
from evaluation.releases.queries import kept_value, releases_of

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
#: A share of everything that is known.
FULL = 100
type Value = int | Decimal | None


class Why(StrEnum):
    """Why a figure is hidden; empty for one that is shown."""

    SHOWN = ""
    #: People are counted by neighbourhood for whole years only.
    BY_YEAR = "year"
    #: A team's own count of residents, which no neighbourhood has.
    TEAM_ONLY = "team"
    #: Its period is not closed yet.
    AWAITED = "awaited"
    #: It was hidden when its period was closed.
    NOT_RELEASED = "released"
    #: It is small, or would give away one that is.
    GATE = "gate"


#: The value of a figure, None when it is hidden or unknown, and why it is hidden.
type Told = tuple[Value, Why]
NOTHING: Told = (None, Why.SHOWN)


@dataclass(frozen=True)
class Place:
    """A neighbourhood, those without one, or the whole team."""

    key: str
    label: str | Promise


@dataclass(frozen=True)
class Figure:
    """The value to show for an indicator, a period and a place; None when it is hidden or unknown.

    `is_by_year` says that the hidden figure is one that is never shown: people are counted by neighbourhood for whole
    years only. `is_team_only` says the same of a team's own count of residents, which no neighbourhood has. `is_awaited` says that it is shown once its period is closed. `most` is what a hidden figure can be at most, where
    being small is the only reason for which it can be hidden.
    """

    value: Value
    is_hidden: bool
    stories: int
    is_by_year: bool = False
    is_team_only: bool = False
    is_awaited: bool = False
    most: int | None = None

    @property
    def is_quiet(self) -> bool:
        """Return whether the value is 0 and shown."""
        return not self.is_hidden and self.value == 0


@dataclass(frozen=True)
class Report:
    """Figures of one team. `periods` oldest first; `places` end with those without a neighbourhood and the team.

    Figures that count people are those of the release, where the period is closed. Where it is not, they are shown
    unless `only_closed`: a figure that grows by one from one day to the next would reveal who it is.
    """

    team: Team
    periods: tuple[Period, ...]
    places: tuple[Place, ...]
    counted: dict[Period, Cells]
    recorded: dict[tuple[Period, str, str], Decimal]
    stories: Counter[tuple[Period, str, str]]
    gate: Gate
    releases: dict[Period, Release]
    catalogue: Catalogue
    only_closed: bool = False
    _told: dict[tuple[Period, str], Callable[[str], Told]] = field(default_factory=dict)

    def figure(self, period: Period, key: str, place: str) -> Figure:
        """Return the figure to show. Raises: KeyError for an unknown indicator."""
        value, why = self.told(period, key)(place)
        most = None
        if why == Why.NOT_RELEASED and place == TEAM:
            most = self.releases[period].small.get(key)
        elif why == Why.GATE:
            most = self.gate.most(period, key, place)
        return Figure(
            value,
            is_hidden=bool(why),
            stories=self.stories[period, key, place],
            is_by_year=why == Why.BY_YEAR,
            is_team_only=why == Why.TEAM_ONLY,
            is_awaited=why == Why.AWAITED,
            most=most,
        )

    def told(self, period: Period, key: str) -> Callable[[str], Told]:
        """Return what says for each place what is shown of an indicator in a period. Raises: KeyError for an unknown indicator.

        What holds for all places is decided once: a file asks for hundreds of figures of each indicator.
        """
        if (period, key) not in self._told:
            self._told[period, key] = self._tell(period, self.catalogue.by_key[key])
        return self._told[period, key]

    def _tell(self, period: Period, spec: IndicatorSpec) -> Callable[[str], Told]:
        release, is_kept = self.releases.get(period), spec.is_kept
        if _is_outside(spec, period, release, is_kept=is_kept):
            return lambda place: NOTHING
        count = self._counter(period, spec)
        elsewhere = _why_not_elsewhere(period, spec, is_kept=is_kept)
        nowhere: Told = (None, elsewhere)
        is_closed_only = is_kept and (release is not None or self.only_closed)

        def tell(place: str) -> Told:
            if elsewhere and place != TEAM:
                return nowhere
            if is_closed_only and release is None:
                return None, Why.AWAITED
            if is_closed_only and release is not None:
                is_shown, value = kept_value(release, spec, place)
                return value, Why.SHOWN if is_shown else Why.NOT_RELEASED
            return (None, Why.GATE) if place in self.gate.hidden(period, spec.key) else count(place)

        # The gate hides nothing of what it does not keep.
        return tell if is_kept or elsewhere else count

    def series(self, key: str, place: str) -> list[Figure]:
        """Return an indicator's figures at a place, oldest first."""
        return [self.figure(period, key, place) for period in self.periods]

    def is_partly_known(self, period: Period, key: str, place: str) -> bool:
        """Return whether a figure is 100% of fewer rows than there are, because of the rest nothing is known yet.

        It is told by the figures that are shown: that of all rows and the numerator, and so tells nothing that they do not.
        """
        spec = self.catalogue.by_key[key]
        if not spec.within or self.figure(period, key, place).value != FULL:
            return False
        numerators = [each.key for each in self.catalogue.indicators if each.numerator_of == key]
        if not numerators:
            return False
        met, made = (self.figure(period, each, place).value for each in (numerators[0], spec.within))
        return met is not None and made is not None and met < made

    def _counter(self, period: Period, spec: IndicatorSpec) -> Callable[[str], Told]:
        """Return what says the value of an indicator in a period at a place, where it is shown."""
        key, shown = spec.key, Why.SHOWN
        if not spec.is_computed:
            return lambda place: (self.recorded.get((period, key, place)), shown)
        cells, nothing = self.counted[period], (spec.nothing, shown)
        return lambda place: (cell.value, shown) if (cell := cells.get((key, place))) else nothing


def _why_not_elsewhere(period: Period, spec: IndicatorSpec, *, is_kept: bool) -> Why:
    """Return why an indicator is shown for the whole team only."""
    if spec.part_of:
        return Why.TEAM_ONLY
    return Why.BY_YEAR if is_kept and period.grain == Grain.QUARTER else Why.SHOWN


def _is_outside(spec: IndicatorSpec, period: Period, release: Release | None, *, is_kept: bool) -> bool:
    """Return whether an indicator has no figure for a period: it had ended, or, where the gate keeps it, it was defined after the release."""
    if spec.ended_on is not None and period.start >= spec.ended_on:
        return True
    return is_kept and release is not None and spec.defined_at is not None and spec.defined_at > release.closed_at


def places_of(team: Team) -> tuple[Place, ...]:
    """Return the team's neighbourhoods by name, then those without one, then the whole team."""
    return (
        *(Place(place_of(pk), name) for pk, name in _named(team=team)),
        Place(NOWHERE, gettext_lazy("No neighbourhood")),
        Place(TEAM, gettext_lazy("All neighbourhoods")),
    )


@compiled_once
def _named(*, team: Team) -> QuerySet[Neighbourhood, Any]:
    return Neighbourhood.objects.filter(team=team).values_list("pk", "name").order_by("name", "pk")


def build(
    team: Team,
    periods: Sequence[Period],
    places: tuple[Place, ...] | None = None,
    *,
    only_closed: bool = False,
    released: bool = True,
    catalogue: Catalogue | None = None,
) -> Report:
    """Return a team's report for periods that do not overlap, in the same number of queries whatever the rows.

    `places` are the team's, when the caller has asked for them already. only_closed: show figures that count people only
    where their period is closed, as in every file, and on pages for people who only count. released: show them as they were
    released; a recount does not. catalogue: the team's outcomes and indicators, when the caller has asked for them already.
    """
    catalogue = catalogue or catalogue_of(team)
    quarters = [quarter for period in periods if period.grain == Grain.YEAR for quarter in quarters_in(period)]
    counted = cached_counts(team=team, periods=periods, catalogue=catalogue)
    if quarters:
        counted |= cached_counts(team=team, periods=quarters, catalogue=catalogue)
    places = places or places_of(team)
    keys = [place.key for place in places if place.key != TEAM]
    return Report(
        team=team,
        periods=tuple(periods),
        places=places,
        counted=counted,
        recorded=recorded_values(team, periods),
        stories=story_counts(team, periods),
        gate=Gate(team.pk, team.small_number_threshold, keys, counted, catalogue),
        releases=releases_of(team, periods) if released else {},
        catalogue=catalogue,
        only_closed=only_closed,
    )


def rows(report: Report, only: str | None = None, key: str | None = None) -> Iterator[tuple]:
    """Yield the rows of an export under COLUMNS, for one place or all, one indicator or all: period, place, outcome, indicator.

    An indicator of two outcomes has a row under each. Hidden and unknown values are None; the column `suppressed` tells
    them apart.
    """
    for where, when, figures in tables(report, only, key):
        for words, (value, why), stories in figures:
            yield (*where, *when, *words, value, "yes" if why else "no", stories)


def tables(
    report: Report, only: str | None = None, key: str | None = None, write: Callable[[tuple], Any] = tuple
) -> Iterator[tuple[Any, Any, list[tuple[Any, Told, int]]]]:
    """Yield the rows of an export by period and place: the cells of the place, those of the period, and of each row the others.

    The others are what the indicator is, what is told of it, and its stories. Cells that many rows have go through `write`, once each.
    """
    # Texts are translated once: a report of five years has each of them hundreds of times.
    catalogue = [
        (spec.key, write((str(outcome.name), str(spec.name), spec.version, str(spec.unit))))
        for outcome in report.catalogue.outcomes
        for spec in report.catalogue.under(outcome.key)
        if key in (None, spec.key)
    ]
    # The team of a request is fetched lazily, and each look at its name goes through a proxy.
    team = report.team.name
    places = [
        (place.key, write((team, str(place.label)))) for place in report.places if only is None or place.key == only
    ]
    stories: dict[tuple[Period, str], dict[str, int]] = defaultdict(dict)
    for (period, name, place), number in report.stories.items():
        stories[period, place][name] = number
    for period in report.periods:
        when = write((period.start, period.end))
        told = [(words, name, report.told(period, name)) for name, words in catalogue]
        for place, where in places:
            here = stories[period, place]
            figures = [(words, tell(place), here.get(name, 0)) for words, name, tell in told]
            yield where, when, figures


def row_count(report: Report, only: str | None = None, key: str | None = None) -> int:
    """Return how many rows `rows` yields for the same arguments."""
    places = sum(only is None or place.key == only for place in report.places)
    known = report.catalogue
    indicators = sum(key in (None, spec.key) for outcome in known.outcomes for spec in known.under(outcome.key))
    return len(report.periods) * places * indicators
