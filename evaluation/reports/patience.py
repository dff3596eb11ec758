"""A team's first two years beside what it expected of them: listening first, then connecting, then acting.

A quarter in which nothing but listening was counted is quiet, and is shown by its conversations. Nothing is compared with a target,
and nothing is a warning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from communities.models import Team, User
from communities.periods import Period, covering
from evaluation.framework import IndicatorSpec, Phase
from evaluation.models import Expectation, Span
from evaluation.queries import TEAM
from evaluation.queries.patience import conversations_by_month, expectations_of, first_conversation_on
from evaluation.reports.figures import Report, build
from evaluation.reports.wording import address, format_figure, period_short


@dataclass(frozen=True)
class Fact:
    """A figure of a quarter: what it is, in words, and where it opens."""

    name: str
    words: str
    url: str


@dataclass(frozen=True)
class Quarter:
    """A quarter: what leads, and what follows. In a quiet one conversations lead and nothing follows."""

    name: str
    is_quiet: bool
    leads: list[Fact]
    follows: list[Fact]


@dataclass(frozen=True)
class Written:
    """A version of what was expected, and whether it was written before these months began."""

    expectation: Expectation
    is_beforehand: bool


@dataclass(frozen=True)
class Stretch:
    """A stretch of months: what was expected, the latest version first, and what happened.

    months: (name, conversations) of those that have begun. starts_on is None before the first conversation.
    """

    span: Span
    starts_on: date | None
    written: list[Written]
    months: list[tuple[str, int]]
    quarters: list[Quarter]

    @property
    def is_over(self) -> bool:
        """Return whether all its months have begun and the last one has ended, so that its quarters are history."""
        if self.starts_on is None:
            return False
        return _after(self.starts_on, len(self.span.months)) <= timezone.localdate()


def stretches_of(user: User, team: Team, *, only_closed: bool) -> list[Stretch]:
    """Return the three stretches of a team. only_closed: as in `reports.build`."""
    first, expected, today = first_conversation_on(team), expectations_of(user, team), timezone.localdate()
    if first is None or first > today:
        return [Stretch(span, None, _written(expected[span], None), [], []) for span in Span]
    began = first.replace(day=1)
    end = min(today, _after(began, Span.THIRD.months[-1] + 1))
    talks = conversations_by_month(team, began, end)
    report = build(team, covering(began, end), only_closed=only_closed)
    found = []
    for span in Span:
        months = [_after(began, month) for month in span.months]
        found.append(
            Stretch(
                span,
                months[0],
                _written(expected[span], max(first, months[0])),
                [(date_format(month, "M"), talks[month]) for month in months if month <= today],
                [_quarter(report, period) for period in report.periods if _month_of(began, period) in span.months],
            )
        )
    return found


def _after(month: date, number: int) -> date:
    """Return the first day of a later month."""
    months = month.month - 1 + number
    return date(month.year + months // 12, months % 12 + 1, 1)


def _month_of(began: date, period: Period) -> int:
    """Return the number of the month in which a quarter begins, or of the first that counts."""
    return max(0, (period.start.year - began.year) * 12 + period.start.month - began.month)


def _written(versions: Iterable[Expectation], starts_on: date | None) -> list[Written]:
    return [Written(each, starts_on is None or timezone.localdate(each.written_at) < starts_on) for each in versions]


def _quarter(report: Report, period: Period) -> Quarter:
    by_phase = {phase: _facts(report, period, phase) for phase in Phase}
    later = [*by_phase[Phase.ACTING], *by_phase[Phase.CONNECTING]]
    listening = by_phase[Phase.LISTENING]
    if later:
        return Quarter(period_short(period), False, later, listening)
    return Quarter(period_short(period), True, listening, [])


def _facts(report: Report, period: Period, phase: Phase) -> list[Fact]:
    """Return what was counted of a phase: what is 0, not known or not closed yet is left out, but for conversations."""
    specs = [spec for spec in report.catalogue.indicators if spec.phase == phase]
    figures = [(spec, report.figure(period, spec.key, TEAM)) for spec in specs]
    shown = [
        (spec, figure)
        for spec, figure in figures
        if (spec.shows_activity and phase == Phase.LISTENING)
        or not (figure.is_quiet or figure.is_awaited or (figure.value is None and not figure.is_hidden))
    ]
    return [_fact(report, spec, period, format_figure(figure, spec, report.team)) for spec, figure in shown]


def _fact(report: Report, spec: IndicatorSpec, period: Period, words: str) -> Fact:
    return Fact(str(spec.name), words, address(spec.key, TEAM, period))
