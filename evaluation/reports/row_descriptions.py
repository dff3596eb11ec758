"""Descriptions of the rows behind a figure, for its page.

Users who may read the rows see everything. Users who may only count them see the rows of counts that the gate keeps as they
were when the period was closed, and rows about one person: by alias only, in the order of the aliases. They see all other rows by
day and neighbourhood only.

An alias is of one list: the same resident has another in the list of another figure, so two lists cannot be compared. It is
never shown with a day or a neighbourhood, which would allow the rows of a day or neighbourhood to be counted.
The wording of each kind of row is declared with its source, in `evaluation.framework.row_wordings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from communities import disclosure
from communities.models import Team, TeamScopedQuerySet, User
from communities.paging import COUNT_CAP, Page, numbered_page
from evaluation.framework import Counting, IndicatorSpec, listed


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


def is_by_alias(spec: IndicatorSpec) -> bool:
    """Return whether somebody who may only count sees the rows of now by alias: where each is about one person."""
    return spec.counting is not None and listed(spec.counting).wording.is_about_one_person


def anonymous_page(request: HttpRequest, rows: QuerySet, about: str) -> Page | None:
    """Return a page of (alias, row) in the order of the aliases of one list; None for more rows than are worth listing.

    `about` names the list. The pages are numbered: a cursor would carry a value of a row.
    """
    keys = list(rows.order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])
    if len(keys) > COUNT_CAP:
        return None
    aliases = sorted((disclosure.alias(about, key), key) for key in keys)
    page = numbered_page(request, aliases)
    found = rows.in_bulk([key for _alias, key in page])
    return replace(page, rows=[(alias, found[key]) for alias, key in page if key in found])


def released_page(request: HttpRequest, keys: Sequence[int], about: str) -> Page | None:
    """Return a page of the aliases of what stood behind a released figure, in their order; None for too many.

    The rows themselves are not read: one that was deleted since still has its alias.
    """
    if len(keys) > COUNT_CAP:
        return None
    return numbered_page(request, sorted(disclosure.alias(about, key) for key in keys))


def describe_released(counting: Counting, alias: str) -> RowDescription:
    """Return a row behind a released figure, for somebody who may only count: what kind of row it is, and its alias."""
    return RowDescription(f"{listed(counting).wording.kind} {alias}", "", None, "")


def describe_anonymous(row: Model, counting: Counting, alias: str) -> RowDescription:
    """Return a row of a count that the gate keeps, for somebody who may only count: what it is, and its alias."""
    anonymous = listed(counting).wording.anonymous
    return RowDescription(f"{anonymous(row)} {alias}" if anonymous else alias, "", None, "")


def describe(row: Model, counting: Counting, *, reader: User, readable: bool) -> RowDescription:
    """Return a row of a counting as its page shows it to a reader; without names, notes and links when it is not readable."""
    wording = listed(counting).wording
    if readable or wording.anonymous is None:
        note = counting.row_note or wording.note
        return RowDescription(
            wording.text(row, reader), wording.url(row), _day(row, counting), _place(row, counting), note(row, reader)
        )
    return RowDescription(wording.anonymous(row), "", _day(row, counting), _place(row, counting))


def _day(row: Model, counting: Counting) -> date | None:
    moment = attrgetter((counting.row_day or listed(counting).day).replace("__", "."))(row)
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _place(row: Model, counting: Counting) -> str:
    neighbourhood = attrgetter(listed(counting).place.replace("__", "."))(row)
    return neighbourhood.name if neighbourhood else ""
