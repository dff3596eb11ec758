"""A report arranged for the table of indicators: rows under outcomes, columns of periods, and trends."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal

from communities.periods import Period, period_name
from evaluation.framework import IndicatorSpec, OutcomeSpec
from evaluation.models import Release
from evaluation.reports.figures import Report
from evaluation.reports.wording import address, format_figure, is_unfinished, period_short


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

    is_partly_known: whether one of its figures is 100% of what is known, while something is not known yet.
    A trend has None for hidden and unknown values, and leaves the running period out, which would look like a fall.
    """

    spec: IndicatorSpec
    url: str
    cells: list[CellView]
    trend: list[Decimal | int | None]
    stories: int
    is_partly_known: bool = False


def sections(
    report: Report, place: str, columns: int, *, without: Container[str] = ()
) -> list[tuple[OutcomeSpec, list[RowView]]]:
    """Return (outcome, rows) for every outcome. An indicator of two outcomes is listed under both.

    without: indicators that are left out, and with the last of them their outcome.
    """
    heads = [(period, period_short(period)) for period in report.periods[-columns:]]
    made: dict[str, RowView] = {}
    found = []
    for outcome in report.catalogue.outcomes:
        specs = [spec for spec in report.catalogue.under(outcome.key) if spec.key not in without]
        rows = [made.setdefault(spec.key, _row(report, spec, place, heads)) for spec in specs]
        if rows:
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
    specs = [spec for spec in report.catalogue.indicators if spec.shows_activity]
    figures = (report.figure(report.periods[-1], spec.key, place) for spec in specs)
    return all(figure.is_quiet or figure.is_hidden for figure in figures)


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
    is_partly_known = any(report.is_partly_known(period, spec.key, place) for period, _label in heads)
    return RowView(spec, base, cells, trend, stories, is_partly_known)
