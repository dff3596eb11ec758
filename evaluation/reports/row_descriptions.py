"""Descriptions of the rows behind a figure, for its page.

Users who may read the rows see everything. Users who may only count them see residents by alias only, and all other rows
by day and neighbourhood only.

An alias is never shown with a day or a neighbourhood. Otherwise the rows of a day or neighbourhood could be counted, which
reveals the small numbers that the figures hide, and a second list with the same aliases would reveal where the residents
of the first one live. Connectors are not hidden in figures by neighbourhood, so their lists use separate aliases, which
no other list uses.
The wording of each kind of row is declared with its source, in `evaluation.framework.row_wordings`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Model, QuerySet
from django.utils import timezone

from communities.models import Team, TeamScopedQuerySet, User
from evaluation.framework import Counting, listed


@dataclass(frozen=True)
class RowDescription:
    """One row behind a figure."""

    words: str
    url: str
    day: date | None
    place: str
    note: str = ""


def may_read(user: User, team: Team, rows: TeamScopedQuerySet) -> bool:
    """Return whether a person may read the names and notes of these rows, not only count them."""
    return user.has_role(team, *rows.reading_roles)


def with_related(rows: QuerySet, counting: Counting) -> QuerySet:
    """Return the rows with what `describe` needs."""
    return rows.select_related(*listed(counting).wording.related)


def describe(row: Model, counting: Counting, *, reader: User, readable: bool) -> RowDescription:
    """Return a row of a counting as its page shows it to a reader; without names, notes and links when it is not readable."""
    wording = listed(counting).wording
    if readable or wording.anonymous is None:
        note = counting.row_note or wording.note
        return RowDescription(
            wording.text(row, reader), wording.url(row), _day(row, counting), _place(row, counting), note(row, reader)
        )
    if wording.is_about_one_person:
        return RowDescription(wording.anonymous(row), "", None, "")
    return RowDescription(wording.anonymous(row), "", _day(row, counting), _place(row, counting))


def _day(row: Model, counting: Counting) -> date | None:
    moment = getattr(row, counting.row_day or listed(counting).day)
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _place(row: Model, counting: Counting) -> str:
    neighbourhood = attrgetter(listed(counting).place.replace("__", "."))(row)
    return neighbourhood.name if neighbourhood else ""
