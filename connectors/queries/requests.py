"""What residents asked for on their sheets, for Today: who answers each, and by when."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from communities.compiled import compiled_once
from communities.models import Role, Team, User
from connectors.models import Conversation, Wish
from connectors.queries.consent import open_wishes
from connectors.rules.consent import answer_by


@dataclass(frozen=True)
class Waiting:
    """A request that nobody has answered, the day by which the law wants an answer, and whether that day is over."""

    wish: Wish
    answer_by: date
    is_overdue: bool


def requests_waiting(user: User, team: Team, *, limit: int) -> tuple[list[Waiting], int]:
    """Return the first requests to answer, the longest waiting first and so the overdue ones, and how many there are.

    Managers answer all of them, a builder those of residents whom they recorded or talked with. One query, a second for the
    number only when there are more.
    """
    of_all = user.has_role(team, Role.MANAGER)
    found, today = _first_wishes(user=user, team=team, of_all=of_all, limit=limit + 1), timezone.localdate()
    waiting = []
    for wish in found[:limit]:
        by = answer_by(timezone.localdate(wish.made_at))
        waiting.append(Waiting(wish, by, by < today))
    return waiting, len(found) if len(found) <= limit else sum(_number(user=user, team=team, of_all=of_all))


@compiled_once
def _first_wishes(*, user: User, team: Team, of_all: bool, limit: int) -> QuerySet[Wish]:
    return _wishes(user=user, team=team, of_all=of_all)[:limit]


@compiled_once
def _number(*, user: User, team: Team, of_all: bool) -> QuerySet[Wish, int]:
    rows = _wishes(user=user, team=team, of_all=of_all).order_by().values("person__team_id")
    return rows.annotate(number=Count("pk")).values_list("number", flat=True)


def _wishes(*, user: User, team: Team, of_all: bool) -> QuerySet[Wish]:
    rows = open_wishes(user, team)
    if of_all:
        return rows
    met = Conversation.people.through.objects.filter(person=OuterRef("person"), conversation__builder=user)
    return rows.filter(Q(person__created_by=user) | Exists(met))
