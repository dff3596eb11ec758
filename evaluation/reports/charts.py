"""The chart of an indicator: its columns, the lines beside them, and what happened meanwhile, in per cent of the chart's height.

A hidden value has no height. Where being small is the only possible reason, its column is a band from 1 to the most that it can be;
anywhere else it is an empty outline over the whole height, because its size is nobody's business.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.periods import Period, period_name
from evaluation.framework import IndicatorSpec
from evaluation.models import Yardstick
from evaluation.queries import TEAM, latest_yardsticks
from evaluation.reports.figures import Figure, Place, Report
from evaluation.reports.wording import address, format_figure, format_value, is_unfinished, period_short


class Shape(StrEnum):
    """How a column is drawn."""

    VALUE = "value"
    BAND = "band"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Column:
    """A period of a chart. `top` and `height` are per cent of the chart; `closed_on` is the day on which it was released.

    `url` is "" where a column leads nowhere; `parts` says what a share is made of, where that is shown.
    """

    label: str
    name: str
    words: str
    url: str
    shape: Shape
    top: str
    height: str
    is_current: bool
    is_running: bool
    closed_on: date | None
    stories: int
    changes: tuple["Change", ...] = ()
    parts: str = ""


@dataclass(frozen=True)
class Change:
    """A mark on the time axis, `x` per cent into its column: a definition began or ended on a day."""

    words: str
    on: date
    x: str


@dataclass(frozen=True)
class Line:
    """What the columns are compared with: a line of its own kind, at `y` per cent from the top of the chart."""

    kind: str
    name: str
    words: str
    on: date
    source: str
    y: str


@dataclass(frozen=True)
class Chart:
    """Columns of one indicator at one place, oldest first, on a scale from 0 to `top`, and the lines beside them."""

    columns: list[Column]
    top: Decimal | float
    lines: list[Line]

    @property
    def has(self) -> set[str]:
        """Return what of the legend the chart needs."""
        found = {str(column.shape) for column in self.columns}
        found |= {line.kind for line in self.lines} | {
            "running" for column in self.columns if column.is_running and column.shape == Shape.VALUE
        }
        found |= {"changed" for column in self.columns if column.changes}
        return found | {"closed" for column in self.columns if column.closed_on}


def chart(
    report: Report,
    spec: IndicatorSpec,
    place: str,
    yardsticks: Iterable[Yardstick] = (),
    current: Period | None = None,
) -> Chart:
    """Return the chart of an indicator at a place, with the latest of each kind of `yardsticks` as a line."""
    beside = latest_yardsticks(yardsticks, place)
    top = _top_of(spec, report.series(spec.key, place), beside)
    return _chart(report, spec, place, top, beside, current)


def charts_of_places(
    report: Report, spec: IndicatorSpec, places: Iterable[Place], yardsticks: Sequence[Yardstick] = ()
) -> list[tuple[Place, Chart]]:
    """Return a chart for each place, all on one scale: that of the tallest of all the team's places, not only of these."""
    everywhere = [place.key for place in report.places if place.key != TEAM]
    beside = {key: latest_yardsticks(yardsticks, key) for key in everywhere}
    figures = [figure for key in everywhere for figure in report.series(spec.key, key)]
    top = _top_of(spec, figures, [each for found in beside.values() for each in found])
    return [(place, _chart(report, spec, place.key, top, beside[place.key], None)) for place in places]


def _top_of(spec: IndicatorSpec, figures: Iterable[Figure], beside: Iterable[Yardstick]) -> Decimal | float:
    """Return the value at the top of a chart: 100 for a share, else the highest that is shown or possible; at least 1."""
    if spec.chart_top is not None:
        return spec.chart_top
    values = [figure.value or figure.most or 0 for figure in figures]
    return max([*values, *(each.value for each in beside)], default=0) or 1


def _chart(
    report: Report,
    spec: IndicatorSpec,
    place: str,
    top: Decimal | float,
    beside: Iterable[Yardstick],
    current: Period | None,
) -> Chart:
    figures = report.series(spec.key, place)
    columns = [
        _column(report, spec, place, period, figure, top, is_current=period == current)
        for period, figure in zip(report.periods, figures, strict=True)
    ]
    return Chart(columns, top, [_line(each, spec, top) for each in beside])


def _line(yardstick: Yardstick, spec: IndicatorSpec, top: Decimal | float) -> Line:
    return Line(
        kind=yardstick.kind,
        name=str(yardstick.get_kind_display()),
        words=format_value(yardstick.value, spec),
        on=yardstick.on,
        source=yardstick.source,
        y=f"{100 - per_cent_of(yardstick.value, top):.1f}",
    )


def _column(
    report: Report,
    spec: IndicatorSpec,
    place: str,
    period: Period,
    figure: Figure,
    top: Decimal | float,
    *,
    is_current: bool,
) -> Column:
    low, high = _reach(figure, top)
    release = report.releases.get(period)
    return Column(
        label=period_short(period),
        name=period_name(period),
        words=figure_words(figure, spec, report),
        url=f"{address(spec.key, place, period)}#rows",
        shape=_shape(figure),
        top=f"{100 - high:.1f}",
        height=f"{high - low:.1f}",
        is_current=is_current,
        is_running=is_unfinished(period),
        closed_on=timezone.localdate(release.closed_at) if release else None,
        stories=figure.stories,
        changes=tuple(_changes(spec, period)),
    )


def _changes(spec: IndicatorSpec, period: Period) -> Iterator[Change]:
    """Yield where a definition that replaced another began, and where one ended."""
    if spec.version > 1 and spec.defined_at is not None:
        day, words = timezone.localdate(spec.defined_at), _("version %(version)s begins") % {"version": spec.version}
        if day in period:
            yield change_at(words, day, period)
    if spec.ended_on is not None and spec.ended_on in period:
        yield change_at(_("version %(version)s ends") % {"version": spec.version}, spec.ended_on, period)


def change_at(words: str, day: date, period: Period) -> Change:
    """Return the mark of what happened to a definition on a day of a period."""
    share = (day - period.start).days / ((period.end - period.start).days + 1)
    return Change(words, day, f"{share * 100:.1f}")


def _shape(figure: Figure) -> Shape:
    if figure.is_hidden:
        return Shape.BAND if figure.most else Shape.HIDDEN
    return Shape.UNKNOWN if figure.value is None else Shape.VALUE


def _reach(figure: Figure, top: Decimal | float) -> tuple[float, float]:
    """Return where a column begins and ends, in per cent of the chart."""
    if figure.is_hidden and figure.most:
        return per_cent_of(1, top), per_cent_of(figure.most, top)
    return (0.0, 100.0) if figure.is_hidden else (0.0, per_cent_of(figure.value or 0, top))


def per_cent_of(value: Decimal | float, top: Decimal | float) -> float:
    """Return a value in per cent of the height of a chart, from 0 to 100."""
    return min(max(float(value) / float(top) * 100, 0.0), 100.0)


def figure_words(figure: Figure, spec: IndicatorSpec, report: Report) -> str:
    """Return a figure as text; one that is hidden because it is small says between what it is."""
    if figure.is_hidden and figure.most:
        return _("1–%(most)s") % {"most": figure.most}
    return format_figure(figure, spec, report.team)
