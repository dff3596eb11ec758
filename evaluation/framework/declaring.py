"""What a declaration of an outcome or an indicator says: the types, without any particular indicator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet, User
from communities.periods import Period
from evaluation.models import Form, IndicatorKind
from evaluation.models.framework import name_with_version

LEEDS = "Leeds ABCD"
LEEDS_SOURCE = _("The Leeds framework, made with Community Builders and Leeds Beckett University")
LAC_SOURCE = _("The social return study of Local Area Coordination in Derby and Thurrock, 2016")
KITH_SOURCE = _("Kith, in the spirit of the Leeds framework")


def midnight(day: date) -> datetime:
    """Return the time at which a day begins in London."""
    return timezone.make_aware(datetime.combine(day, time.min))


def after(day: date) -> datetime:
    """Return the time at which a day ends in London."""
    return midnight(day + timedelta(days=1))


class Phase(StrEnum):
    """When in a team's work an indicator begins to grow: first people are heard, then they are connected, then they act."""

    LISTENING = "listening"
    CONNECTING = "connecting"
    ACTING = "acting"


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

    text: the row, for somebody who may read it; like the note it is called with the row and the reader. anonymous: the row without names, for people who may only count; None when
    every member of the team may read such rows. url and note are left out for people who may only count, and so are the
    day and the neighbourhood of a row that `is_about_one_person`: see `evaluation.reports.row_descriptions`.
    related: what a page of rows selects with them, so that it is one query. kind: what a row of a released figure is called, where
    only its alias is left.
    """

    text: Callable[[Any, User], str]
    anonymous: Callable[[Any], str] | None
    url: Callable[[Any], str]
    note: Callable[[Any, User], str]
    related: tuple[str, ...] = ("neighbourhood",)
    kind: str | Promise = ""
    is_about_one_person: bool = False


@dataclass(frozen=True)
class Source:
    """A team's rows of one model, with the day on which each counts and the neighbourhood it counts for.

    `key` names it in the cache; `day` names a date, or a moment when `is_moment`; `place` is the path to a neighbourhood;
    `order` is a total order for pages. `reads` names the parts of `communities.freshness` that say when its figures of a
    quarter must be counted again: each of them dated by the same day as the rows. `always_reads` names those of which any
    write may change any quarter.
    """

    key: str
    rows: Callable[[Team], TeamScopedQuerySet]
    day: str
    order: tuple[str, ...]
    wording: RowWording
    reads: tuple[str, ...] = ()
    always_reads: tuple[str, ...] = ()
    place: str = "neighbourhood"
    is_moment: bool = False

    def within(self, period: Period) -> Q:
        """Return the condition that a row counts in the period, by the calendar of London."""
        if not self.is_moment:
            return Q(**{f"{self.day}__gte": period.start, f"{self.day}__lte": period.end})
        return Q(**{f"{self.day}__gte": midnight(period.start), f"{self.day}__lt": after(period.end)})


@dataclass(frozen=True)
class Counting:
    """How an indicator is counted from a source, and how its rows are described if not as the source says.

    condition: which rows count. whom: the path to people; each person counts once, instead of each row. amount: a field
    to add up instead of counting. of: makes it a percentage, the rows that meet `condition` out of those that meet `of`.
    on: makes it a stock: the rows that exist on the last day of the period, instead of those dated within the period.
    during: the rows of a period, where one field with a day does not say it.
    row_day, row_note: the field for a row's day and the function for its note, in place of the source's own.
    also_reads: what its condition reads besides the source, as `Source.always_reads`.
    """

    source: Source
    condition: Q = field(default_factory=Q)
    whom: str = ""
    amount: str = ""
    of: Q | None = None
    on: Callable[[date], Q] | None = None
    during: Callable[[Period], Q] | None = None
    row_day: str = ""
    row_note: Callable[[Any, User], str] | None = None
    also_reads: tuple[str, ...] = ()

    @property
    def is_stock(self) -> bool:
        """Return whether conditions on each period say which rows count, instead of the source's day."""
        return self.on is not None or self.during is not None

    def stands(self, period: Period) -> Q | None:
        """Return which rows count in a period, as of its last day or of today; None where the source's own day says it."""
        if self.on is not None:
            return self.on(min(period.end, timezone.localdate()))
        return self.during(period) if self.during is not None else None


@dataclass(frozen=True)
class IndicatorSpec:
    """An indicator: the question it answers, what it means, how it is counted, and how it is shown.

    If you change how it is counted, increase its `version` by one.
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
    #: Whether the gate keeps it (`communities.disclosure`), because small numbers could identify somebody. The numbers of
    #: connectors are never hidden: connectors chose a public role, and with a total and the new ones on one page, each would
    #: reveal the other.
    counts_people: bool = False
    #: The share that this is the numerator of: it is shown and hidden with it.
    numerator_of: str = ""
    #: For a share: the count that its denominator is a part of. What is hidden there must not be narrowed by the share.
    within: str = ""
    #: Whether it counts activity: if all of these are 0 in the latest period, the page says that quiet times are part of the
    #: work.
    shows_activity: bool = False
    #: Its position on the page about a team's first two years; None if it is not on it.
    phase: Phase | None = None
    #: Whether it is selected by default in a story that is started from a spark.
    suits_spark_story: bool = False
    #: For a team's own count of residents or of what they said: the count that all of its rows are in. It is shown for the whole team
    #: only, and only where it and the others divide those rows into none that are few.
    part_of: str = ""
    #: Whether a share is of things and not of people, so that the gate lets it through.
    is_of_things: bool = False
    #: For a team's own: whether it asked people for the value instead of writing down what it knows.
    is_surveyed: bool = False
    #: For a team's own: the days on which its definition began and ended.
    defined_at: datetime | None = None
    ended_on: date | None = None
    #: The keys of the versions before and after it.
    follows: str = ""
    followed_by: str = ""
    version: int = 1
    source: str | Promise = KITH_SOURCE

    @property
    def kind(self) -> IndicatorKind:
        """Return where the value comes from."""
        if self.counting is not None:
            return IndicatorKind.COMPUTED
        return IndicatorKind.SURVEYED if self.is_surveyed else IndicatorKind.RECORDED

    @property
    def is_computed(self) -> bool:
        """Return whether the number is counted from the records."""
        return self.counting is not None

    @property
    def is_share(self) -> bool:
        """Return whether the number is a percentage of something counted."""
        return self.form == Form.SHARE

    @property
    def is_kept(self) -> bool:
        """Return whether the gate decides what is shown of it: counts of people, shares, and numerators of shares."""
        return self.counts_people or (self.is_share and not self.is_of_things) or bool(self.numerator_of)

    @property
    def adds_up(self) -> bool:
        """Return whether its parts add up to its total: not where each person counts once."""
        return self.counting is None or not self.counting.whom

    @property
    def nothing(self) -> int | None:
        """Return the value where no row counts: 0, or None for a percentage of nothing."""
        return None if self.is_share else 0

    @property
    def chart_top(self) -> int | None:
        """Return the value at the top of its chart; None for the tallest value shown."""
        return 100 if self.is_share else None

    @property
    def full_name(self) -> str:
        """Return its name, with its version and day where another definition may have the same name."""
        since = timezone.localdate(self.defined_at) if self.defined_at else None
        return name_with_version(str(self.name), self.version, since, self.ended_on)

    @property
    def is_in_people(self) -> bool:
        """Return whether the number is one of people, hidden when small or not."""
        return self.form == Form.PEOPLE
