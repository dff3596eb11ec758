"""Reads for the view of a team's first two years: when it began, its conversations by month, and what it expected."""

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from communities.models import Team, User
from connectors.models import Conversation
from evaluation.models import Expectation, Span


def first_conversation_on(team: Team) -> date | None:
    """Return the day of a team's first conversation; None before it."""
    rows = Conversation.objects.filter(team=team).order_by("held_on", "id")
    return rows.values_list("held_on", flat=True).first()


def conversations_by_month(team: Team, start: date, end: date) -> Counter[date]:
    """Return how many conversations were held in each month, by its first day; months without one count 0."""
    rows = Conversation.objects.filter(team=team, held_on__range=(start, end)).order_by()
    counted = rows.annotate(month=TruncMonth("held_on")).values_list("month").annotate(n=Count("pk"))
    return Counter(dict(counted))


def expectations_of(user: User, team: Team) -> dict[str, list[Expectation]]:
    """Return what a team expects by the stretch of months, the latest version first."""
    found: dict[str, list[Expectation]] = {span: [] for span in Span.values}
    for row in Expectation.objects.visible_to(user).filter(team=team).select_related("written_by"):
        found[row.span].append(row)
    return found
