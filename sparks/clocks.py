"""Reads of the idea-to-cash clock: one spark, a round and a team, from the steps that were taken."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Team
from sparks import clock
from sparks.clock import Clock, Move
from sparks.models import HeldBy, Round, Spark, StepTaken

#: What pages call each hand.
HANDS: dict[str, str | Promise] = {
    clock.RESIDENT: _("The people behind it"),
    clock.BUILDER: _("Builders"),
    clock.MANAGER: _("Whoever decides"),
    clock.PAYER: _("Whoever pays"),
    clock.HOST: _("The group and the organisation that holds the money"),
}
#: How far back a team's median looks.
LOOKS_BACK = timedelta(days=365)
#: The most sparks of which a median is made: the latest.
MOST = 500


def clock_of_spark(spark: Spark, steps: Iterable[StepTaken]) -> Clock:
    """Return the clock of a spark whose application was selected with it. steps: its history, oldest first; no query."""
    application = getattr(spark, "application", None)
    return clock.clock_of(
        moves=[Move(step.at, step.before, step.after) for step in steps if step.before != step.after],
        started_at=application.sent_at if application and application.sent_at else spark.created_at,
        taken_up_at=application.settled_at if application else None,
        status=spark.status,
        now=timezone.now(),
        at_host=spark.held_by == HeldBy.HOST,
    )


def hands_of(found: Clock) -> list[tuple[str | Promise, int]]:
    """Return whose hands a spark was in, and the days in each."""
    return [(HANDS[hand], days) for hand, days in found.shares]


def median_of_round(grant_round: Round) -> int | None:
    """Return the median days from idea to cash in a round; None while it is made of too few. Two queries."""
    return _median(Spark.objects.filter(round=grant_round))


def median_of_team(team: Team) -> int | None:
    """Return the median days from idea to cash of what the team paid within a year; None for too few. Two queries."""
    return _median(Spark.objects.filter(team=team, paid_at__gte=timezone.now() - LOOKS_BACK))


def _median(sparks: QuerySet[Spark]) -> int | None:
    paid = sparks.filter(paid_at__isnull=False).select_related("application").order_by("-paid_at", "-pk")
    rows = list(
        paid.only("status", "created_at", "held_by", "paid_at", "application__sent_at", "application__settled_at")[
            :MOST
        ]
    )
    steps: dict[int, list[StepTaken]] = {}
    taken = StepTaken.objects.filter(spark__in=[each.pk for each in rows]).order_by("spark", "number")
    for step in taken.only("spark_id", "at", "before", "after"):
        steps.setdefault(step.spark_id, []).append(step)
    return clock.median_days(clock_of_spark(spark, steps.get(spark.pk, [])) for spark in rows)
