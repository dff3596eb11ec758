"""Rows behind a figure as its page describes them: everything to people who may read them; to people who may only count,
residents by alias alone and everything else by day and place alone.

An alias never stands beside a day or a place: a list of residents with theirs would tell, by counting its lines, the small
numbers that the figures hide, and a second list with the same aliases would tell where those of the first live.
Connectors are counted in the open, place by place; their lists have aliases of their own, which are found in no other.
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


def describe(row: Model, counting: Counting, *, readable: bool) -> RowDescription:
    """Return a row of a counting as its page shows it; without names, notes and links when it is not readable."""
    wording = listed(counting).wording
    if readable or wording.anonymous is None:
        note = counting.row_note or wording.note
        return RowDescription(
            wording.text(row), wording.url(row), _day(row, counting), _place(row, counting), note(row)
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
