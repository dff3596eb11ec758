"""What residents asked for on their sheets, for Today: who answers each, and by when."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
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

    Managers answer all of them, a builder those of residents whom they recorded or talked with. One query.
    """
    of_all = user.has_role(team, Role.MANAGER)
    found, today = _first_wishes(user=user, team=team, of_all=of_all, limit=limit), timezone.localdate()
    waiting = []
    for wish in found:
        by = answer_by(timezone.localdate(wish.made_at))
        waiting.append(Waiting(wish, by, by < today))
    return waiting, found[0].number if found else 0


@compiled_once
def _first_wishes(*, user: User, team: Team, of_all: bool, limit: int) -> QuerySet[Wish]:
    # How many there are is counted over the same rows: to ask again would read all requests and residents twice.
    return _wishes(user=user, team=team, of_all=of_all).annotate(number=Window(Count("pk")))[:limit]


def _wishes(*, user: User, team: Team, of_all: bool) -> QuerySet[Wish]:
    rows = open_wishes(user, team)
    if of_all:
        return rows
    met = Conversation.people.through.objects.filter(person=OuterRef("person"), conversation__builder=user)
    return rows.filter(Q(person__created_by=user) | Exists(met))
