"""A team's indicators for periods and places, with small numbers hidden: the source of every page and file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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

    def figure(self, period: Period, key: str, place: str) -> Figure:
        """Return the figure to show. Raises: KeyError for an unknown indicator."""
        spec, stories, release = self.catalogue.by_key[key], self.stories[period, key, place], self.releases.get(period)
        is_kept = spec.is_kept
        if _is_outside(spec, period, release, is_kept=is_kept):
            return Figure(None, is_hidden=False, stories=stories)
        if spec.part_of and place != TEAM:
            return Figure(None, is_hidden=True, stories=stories, is_team_only=True)
        is_by_year = is_kept and period.grain == Grain.QUARTER and place != TEAM
        if is_kept and not is_by_year and (release is not None or self.only_closed):
            if release is None:
                return Figure(None, is_hidden=True, stories=stories, is_awaited=True)
            is_shown, value = kept_value(release, spec, place)
            most = release.small.get(key) if place == TEAM else None
            return Figure(value, is_hidden=not is_shown, stories=stories, most=most)
        is_hidden = is_by_year or place in self.gate.hidden(period, key)
        value = None if is_hidden else self._value(period, spec, place)
        most = self.gate.most(period, key, place) if is_hidden else None
        return Figure(value=value, is_hidden=is_hidden, stories=stories, is_by_year=is_by_year, most=most)

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

    def _value(self, period: Period, spec: IndicatorSpec, place: str) -> Value:
        if not spec.is_computed:
            return self.recorded.get((period, spec.key, place))
        cell = self.counted[period].get((spec.key, place))
        return cell.value if cell else spec.nothing


def _is_outside(spec: IndicatorSpec, period: Period, release: Release | None, *, is_kept: bool) -> bool:
    """Return whether an indicator has no figure for a period: it had ended, or, where the gate keeps it, it was defined after the release."""
    if spec.ended_on is not None and period.start >= spec.ended_on:
        return True
    return is_kept and release is not None and spec.defined_at is not None and spec.defined_at > release.closed_at


def places_of(team: Team) -> tuple[Place, ...]:
    """Return the team's neighbourhoods by name, then those without one, then the whole team."""
    named = Neighbourhood.objects.filter(team=team).values_list("pk", "name").order_by("name", "pk")
    return (
        *(Place(place_of(pk), name) for pk, name in named),
        Place(NOWHERE, gettext_lazy("No neighbourhood")),
        Place(TEAM, gettext_lazy("All neighbourhoods")),
    )


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
    # Texts are translated once: a report of five years has each of them hundreds of times.
    catalogue = [
        (spec.key, (str(outcome.name), str(spec.name), spec.version, str(spec.unit)))
        for outcome in report.catalogue.outcomes
        for spec in report.catalogue.under(outcome.key)
        if key in (None, spec.key)
    ]
    places = [(place.key, str(place.label)) for place in report.places if only is None or place.key == only]
    # The team of a request is fetched lazily, and each look at its name goes through a proxy.
    team = report.team.name
    for period in report.periods:
        for place, label in places:
            for name, words in catalogue:
                figure = report.figure(period, name, place)
                yield (
                    team,
                    label,
                    period.start,
                    period.end,
                    *words,
                    figure.value,
                    "yes" if figure.is_hidden else "no",
                    figure.stories,
                )


def row_count(report: Report, only: str | None = None, key: str | None = None) -> int:
    """Return how many rows `rows` yields for the same arguments."""
    places = sum(only is None or place.key == only for place in report.places)
    known = report.catalogue
    indicators = sum(key in (None, spec.key) for outcome in known.outcomes for spec in known.under(outcome.key))
    return len(report.periods) * places * indicators
