"""A report arranged for the indicator pages: rows under outcomes, columns of periods, trends and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from communities.periods import Period
from evaluation.framework import INDICATORS, OUTCOMES, IndicatorSpec, OutcomeSpec, under
from evaluation.models import Release
from evaluation.reports.figures import Figure, Report
from evaluation.reports.wording import format_figure, is_unfinished, period_name, period_short


@dataclass(frozen=True)
class CellView:
    """One figure on a page."""

    label: str
    words: str
    url: str
    is_hidden: bool
    is_quiet: bool
    stories: int


@dataclass(frozen=True)
class RowView:
    """One indicator on a page: its latest figures, and the values of its trend.

    A trend has None for hidden and unknown values, and leaves the running period out, which would look like a fall.
    """

    spec: IndicatorSpec
    url: str
    cells: list[CellView]
    trend: list[Decimal | int | None]
    stories: int


@dataclass(frozen=True)
class Column:
    """One column of a chart. Heights are per cent of the chart's top; a hidden column has a fixed height and a dashed outline."""

    label: str
    name: str
    words: str
    url: str
    height: str
    top: str
    is_hidden: bool
    is_unknown: bool
    is_current: bool
    stories: int


def address(key: str, place: str, period: Period | None = None) -> str:
    """Return the address of an indicator at a place, opened at a period."""
    query = {"place": place} | ({"period": period.key} if period else {})
    return f"{reverse('evaluation:indicator-detail', args=[key])}?{urlencode(query)}"


def sections(report: Report, place: str, columns: int) -> list[tuple[OutcomeSpec, list[RowView]]]:
    """Return (outcome, rows) for every outcome. An indicator of two outcomes is listed under both."""
    heads = [(period, period_short(period)) for period in report.periods[-columns:]]
    made: dict[str, RowView] = {}
    found = []
    for outcome in OUTCOMES:
        rows = [made.setdefault(spec.key, _row(report, spec, place, heads)) for spec in under(outcome.key)]
        found.append((outcome, rows))
    return found


def releases_shown(report: Report, columns: int) -> list[tuple[str, Release]]:
    """Return (period, release) of the columns that are closed, oldest first."""
    return [
        (period_name(period), report.releases[period])
        for period in report.periods[-columns:]
        if period in report.releases
    ]


def is_quiet(report: Report, place: str) -> bool:
    """Return whether nothing that shows activity was counted in the latest period, as far as it is shown."""
    figures = (report.figure(report.periods[-1], spec.key, place) for spec in INDICATORS if spec.shows_activity)
    return all(figure.is_quiet or figure.is_hidden for figure in figures)


def chart(report: Report, spec: IndicatorSpec, place: str, current: Period) -> list[Column]:
    """Return the columns of an indicator's trend, oldest first."""
    figures = report.series(spec.key, place)
    tallest = spec.chart_top or max((figure.value for figure in figures if figure.value), default=0) or 1
    return [
        _column(report, spec, place, period, figure, tallest, period == current)
        for period, figure in zip(report.periods, figures, strict=True)
    ]


def _row(report: Report, spec: IndicatorSpec, place: str, heads: Sequence[tuple[Period, str]]) -> RowView:
    figures = report.series(spec.key, place)
    latest = figures[-len(heads) :]
    base = address(spec.key, place)
    cells = [
        CellView(
            label=label,
            words=format_figure(figure, spec, report.team),
            url=f"{base}&period={period.key}",
            is_hidden=figure.is_hidden,
            is_quiet=figure.is_quiet or figure.value is None,
            stories=figure.stories,
        )
        for (period, label), figure in zip(heads, latest, strict=True)
    ]
    stories = sum(figure.stories for figure in figures)
    trend = [figure.value for period, figure in zip(report.periods, figures, strict=True) if not is_unfinished(period)]
    return RowView(spec, base, cells, trend, stories)


def _column(
    report: Report,
    spec: IndicatorSpec,
    place: str,
    period: Period,
    figure: Figure,
    tallest: Decimal | float,
    is_current: bool,
) -> Column:
    share = 12.0 if figure.is_hidden else float(figure.value or 0) / float(tallest) * 100
    share = max(share, 0.0)
    return Column(
        label=period_short(period),
        name=period_name(period),
        words=format_figure(figure, spec, report.team),
        url=f"{address(spec.key, place, period)}#rows",
        height=f"{share:.1f}",
        top=f"{100 - share:.1f}",
        is_hidden=figure.is_hidden,
        is_unknown=figure.value is None and not figure.is_hidden,
        is_current=is_current,
        stories=figure.stories,
    )
