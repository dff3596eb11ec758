"""The figures of profiles of one year arranged for their page: of a release, or of a year that is not closed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communities.models import Team, User
from communities.periods import Grain, Period, last, period_name
from evaluation.framework.indicators import RESIDENTS_MET
from evaluation.models import Form, Release
from evaluation.profiles.rules import can_see_running
from evaluation.queries import TEAM
from evaluation.queries.profiles import (
    AGE,
    ASKED,
    AVERAGE,
    CATEGORY,
    ROUTE,
    UNANSWERED,
    people_met_until_now,
    profile_rows,
)
from evaluation.reports import build
from evaluation.reports.profiles import stored_profile
from evaluation.reports.wording import format_number

#: Years that are offered: those of the latest data package.
YEARS = 5


@dataclass(frozen=True)
class Line:
    """A row of a table: its label, its number and its share in words, and whether it is the sum of the others."""

    words: str
    number: str
    percent: str
    is_hidden: bool
    is_total: bool


@dataclass
class Question:
    """A table: its key, what it is called, and its rows. average: the average age in words, "" where there is none to show."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)
    average: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nobody was asked this, because there is nothing to choose from."""
        return len(self.lines) < 2


def releases_with_profiles(team: Team, user: User) -> dict[Period, Release]:
    """Return the releases of the team's latest closed years, newest first."""
    rows = Release.objects.visible_to(user).filter(team=team).only("team", "period_start", "period_end")
    years = [row for row in rows.order_by("-period_end") if row.period.grain == Grain.YEAR]
    return {row.period: row for row in years[:YEARS]}


def years_offered(team: Team, user: User) -> dict[Period, str]:
    """Return the years that a user can choose, newest first, each with its name: closed ones, and for those who know the residents others."""
    found = set(releases_with_profiles(team, user))
    if can_see_running(user, team):
        found |= set(last(2, until=timezone.localdate(), grain=Grain.YEAR))
    return {year: _name(year) for year in sorted(found, reverse=True)}


def questions_of(team: Team, year: Period, release: Release | None) -> list[Question]:
    """Return the tables of a year: of its release, or, without one, of the records of now."""
    rows = stored_profile(release) if release else [row.plain() for row in _of_now(team, year)]
    return _arranged(rows)


def _of_now(team: Team, year: Period) -> Iterable:
    report = build(team, [year], released=False)
    is_shown = TEAM not in report.gate.hidden(year, RESIDENTS_MET.key)
    people = people_met_until_now(team, year)
    return profile_rows(team, year, team.small_number_threshold, people, is_shown=is_shown)


def _arranged(rows: Iterable[list]) -> list[Question]:
    titles = {
        ASKED: _("Who was asked"),
        AGE: _("Age"),
        CATEGORY: _("What matters most now"),
        ROUTE: _("How we met"),
    }
    found = {key: Question(key, title) for key, title in titles.items()}
    together: Line | None = None
    for table, key, words, number, percent in rows:
        line = Line(words, _in_words(number), _share(percent), number is None, not key)
        if table == AVERAGE:
            found[AGE].average = "" if number is None else line.number
        elif key == UNANSWERED:
            together = line
        else:
            found[table].lines.append(line)
    if together and any(line.is_hidden for line in found[ASKED].lines[:-1]):
        # The two are too small to show apart.
        found[ASKED].lines[1:-1] = [together]
    return list(found.values())


def _in_words(number: int | None) -> str:
    return _("hidden") if number is None else number_format(number, force_grouping=True)


def _share(percent: str | None) -> str:
    return "" if percent is None else format_number(Decimal(percent), Form.SHARE)


def _name(year: Period) -> str:
    name = period_name(year)
    return _("%(period)s so far") % {"period": name} if timezone.localdate() in year else name
