"""What a declaration of an outcome or an indicator says: the types, without any particular indicator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet
from communities.periods import Period
from evaluation.models import Form, IndicatorKind

LEEDS = "Leeds ABCD"
KITH_SOURCE = _("Kith, in the spirit of the Leeds framework")


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in London."""
    return timezone.make_aware(datetime.combine(day, time.min))


def after(day: date) -> datetime:
    """Return the moment at which a day is over in London."""
    return midnight(day + timedelta(days=1))


@dataclass(frozen=True)
class OutcomeSpec:
    """A change that the team hopes to contribute to."""

    key: str
    name: str | Promise
    description: str | Promise
    framework: str = LEEDS


@dataclass(frozen=True)
class RowWording:
    """How the rows behind a figure are described on its page.

    text: the row, for people who may read it. anonymous: the row without names, for people who may only count; None when
    every member of the team may read such rows. url and note are left out for people who may only count, and so are the
    day and the neighbourhood of a row that `is_about_one_person`: see `evaluation.reports.row_descriptions`.
    related: what a page of rows selects with them, so that it is one query.
    """

    text: Callable[[Any], str]
    anonymous: Callable[[Any], str] | None
    url: Callable[[Any], str]
    note: Callable[[Any], str]
    related: tuple[str, ...] = ("neighbourhood",)
    is_about_one_person: bool = False


@dataclass(frozen=True)
class Source:
    """A team's rows of one model, with the day on which each counts and the neighbourhood it counts for.

    `day` names a date, or a moment when `is_moment`; `place` is the path to a neighbourhood; `order` is a total order for
    pages.
    """

    rows: Callable[[Team], TeamScopedQuerySet]
    day: str
    order: tuple[str, ...]
    wording: RowWording
    place: str = "neighbourhood"
    is_moment: bool = False

    def within(self, period: Period) -> Q:
        """Return the condition that a row counts in the period, by the calendar of London."""
        if not self.is_moment:
            return Q(**{f"{self.day}__gte": period.start, f"{self.day}__lte": period.end})
        return Q(**{f"{self.day}__gte": midnight(period.start), f"{self.day}__lt": after(period.end)})


@dataclass(frozen=True)
class Counting:
    """How an indicator is counted from a source, and what its rows say that others of the source do not.

    condition: which rows. whom: the path to people, each counted once, instead of rows. amount: a field to add up instead.
    of: makes it a percentage: of the rows meeting `of`, those meeting `condition` too. on: makes it a stock: which rows
    stand on the last day of the period, instead of those that fall into it.
    row_day, row_note: the field for a row's day and the function for its note, where the source's own will not do.
    """

    source: Source
    condition: Q = field(default_factory=Q)
    whom: str = ""
    amount: str = ""
    of: Q | None = None
    on: Callable[[date], Q] | None = None
    row_day: str = ""
    row_note: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class IndicatorSpec:
    """An indicator: the question it answers, what it means, how it is counted, and how it is shown.

    Change how it is counted, and its `version` goes up by one.
    """

    key: str
    name: str | Promise
    question: str | Promise
    definition: str | Promise
    unit: str | Promise
    outcomes: tuple[str, ...]
    #: None when the team records the value itself.
    counting: Counting | None = None
    #: How a value is written and charted; people are whole numbers.
    form: Form = Form.NUMBER
    #: Whether small numbers are hidden, because they could point at somebody. Connectors are counted in the open: theirs
    #: is a public role that they chose, and a running total beside the new ones could hide neither.
    counts_people: bool = False
    #: A team for which none of these was counted in the latest period is told that quiet times are part of the work.
    shows_activity: bool = False
    #: Chosen already when a story is begun from a spark.
    suits_spark_story: bool = False
    version: int = 1
    source: str | Promise = KITH_SOURCE

    @property
    def kind(self) -> IndicatorKind:
        """Return where the value comes from."""
        return IndicatorKind.RECORDED if self.counting is None else IndicatorKind.COMPUTED

    @property
    def is_computed(self) -> bool:
        """Return whether the number is counted from the records."""
        return self.counting is not None

    @property
    def is_share(self) -> bool:
        """Return whether the number is a percentage of something counted."""
        return self.form == Form.SHARE

    @property
    def nothing(self) -> int | None:
        """Return the value where no row counts: 0, or None for a percentage of nothing."""
        return None if self.is_share else 0

    @property
    def chart_top(self) -> int | None:
        """Return the value at the top of its chart; None for the tallest value shown."""
        return 100 if self.is_share else None

    @property
    def is_in_people(self) -> bool:
        """Return whether the number is one of people, hidden when small or not."""
        return self.form == Form.PEOPLE
