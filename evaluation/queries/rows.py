"""The rows behind a number, from the declaration that the number itself is counted from."""

from django.db.models import QuerySet

from communities.models import Team, User
from communities.periods import Period
from connectors.models import Person
from evaluation.framework import Counting, listed
from evaluation.queries.counting import NOWHERE, TEAM


def rows_behind(counting: Counting, team: Team, place: str, period: Period, user: User) -> QuerySet:
    """Return the rows that a computed indicator counts, in a total order for keyset pages.

    `place` is TEAM, NOWHERE or a neighbourhood's primary key as text. For a count of people the rows are the people; for a sum
    the rows whose amounts are added; for a percentage the rows it is out of. The rows are those this person may count;
    names and notes are shown to people whose roles may read them, see `evaluation.reports.row_descriptions`.
    """
    source = counting.source
    rows = source.rows(team)
    if place == NOWHERE:
        rows = rows.filter(**{f"{source.place}__isnull": True})
    elif place != TEAM:
        rows = rows.filter(**{f"{source.place}_id" if "__" not in source.place else source.place: int(place)})
    standing = counting.stands(period)
    rows = rows.filter(source.within(period) if standing is None else standing)
    rows = rows.filter(counting.condition if counting.of is None else counting.of)
    if not counting.whom:
        return rows.countable_by(user).order_by(*source.order)
    people = rows.filter(**{f"{counting.whom}__isnull": False}).order_by().values(counting.whom)
    return Person.objects.filter(pk__in=people).countable_by(user).order_by(*listed(counting).order)
