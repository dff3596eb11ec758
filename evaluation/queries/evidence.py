"""Reads that join indicators with measurements, stories and the calendar."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from communities.compiled import compiled_once
from communities.models import Role, Team, User
from communities.periods import Grain, Period
from connectors.models import Conversation
from connectors.queries.people import NAMED
from evaluation.models import Indicator, Measurement, Story, StoryStatus, Yardstick, YardstickKind
from evaluation.queries.counting import NOWHERE, TEAM, place_of


def recorded_values(team: Team, periods: Sequence[Period]) -> dict[tuple[Period, str, str], Decimal]:
    """Return the team's measurements of exactly these periods, by (period, indicator key, place).

    A measurement of no neighbourhood is the whole team's.
    """
    rows = _recorded(team=team, starts=[period.start for period in periods])
    wanted = set(periods)
    return {
        (Period(start, end), key, TEAM if neighbourhood is None else place_of(neighbourhood)): value
        for start, end, key, neighbourhood, value in rows
        if Period(start, end) in wanted
    }


@compiled_once
def _recorded(*, team: Team, starts: list[date]) -> QuerySet[Measurement, Any]:
    rows = Measurement.objects.filter(team=team, period_start__in=starts)
    return rows.values_list("period_start", "period_end", "indicator__key", "neighbourhood_id", "value")


def yardsticks_of(team: Team, key: str, grain: Grain | None = None) -> list[Yardstick]:
    """Return what an indicator is compared with, for periods of one length or all, the latest first of each kind."""
    return [each for each in _yardsticks(team=team, key=key) if grain in (None, each.grain)]


@compiled_once
def _yardsticks(*, team: Team, key: str) -> QuerySet[Yardstick]:
    return Yardstick.objects.filter(team=team, indicator__key=key).select_related("neighbourhood", "indicator")


def latest_yardsticks(yardsticks: Iterable[Yardstick], place: str) -> list[Yardstick]:
    """Return the latest of each kind of some yardsticks of an indicator at a place, in the order of the kinds."""
    here = [
        each for each in yardsticks if (place_of(each.neighbourhood_id) if each.neighbourhood_id else TEAM) == place
    ]
    found = {each.kind: each for each in sorted(here, key=lambda each: (each.on, each.pk))}
    return [found[kind] for kind in YardstickKind.values if kind in found]


def keys_told(team: Team) -> set[str]:
    """Return the indicators that some published story explains."""
    rows = Story.objects.published().filter(team=team, indicators__isnull=False)
    return set(rows.order_by().values_list("indicators__key", flat=True).distinct())


def story_counts(team: Team, periods: Sequence[Period]) -> Counter[tuple[Period, str, str]]:
    """Return how many published stories are linked to each indicator for a time and place, TEAM for every place."""
    found: Counter[tuple[Period, str, str]] = Counter()
    if not periods:
        return found
    rows = _told_between(team=team, first=min(periods).start, final=max(period.end for period in periods))
    for key, neighbourhood, day, number in rows:
        for period in periods:
            if period.start <= day <= period.end:
                found[period, key, place_of(neighbourhood)] += number
                found[period, key, TEAM] += number
                break
    return found


@compiled_once
def _told_between(*, team: Team, first: date, final: date) -> QuerySet[Story, Any]:
    stories = Story.objects.published().filter(team=team, indicators__isnull=False)
    rows = stories.filter(happened_on__gte=first, happened_on__lte=final).order_by()
    rows = rows.values_list("indicators__key", "neighbourhood_id", "happened_on")
    return rows.annotate(n=Count("pk", distinct=True))


def at_place(rows: QuerySet, place: str, *, whole_team_is_null: bool = False) -> QuerySet:
    """Keep the rows of a place: a neighbourhood's primary key, NOWHERE, or TEAM for all.

    For measurements a row of no neighbourhood is the whole team's, and nothing is NOWHERE's.
    """
    if place == TEAM:
        return rows.filter(neighbourhood__isnull=True) if whole_team_is_null else rows
    if place == NOWHERE:
        return rows.none() if whole_team_is_null else rows.filter(neighbourhood__isnull=True)
    return rows.filter(neighbourhood=int(place))


def measurements_behind(
    measurements: QuerySet[Measurement], team: Team, key: str, place: str, period: Period
) -> list[Measurement]:
    """Return the measurement of exactly this period and place, as a list of one, or an empty list."""
    rows = at_place(measurements.filter(team=team, indicator__key=key), place, whole_team_is_null=True)
    return list(
        rows.filter(period_start=period.start, period_end=period.end).select_related("created_by", "neighbourhood")
    )


@dataclass(frozen=True)
class LinkedStories:
    """Published stories linked to an indicator: of the very time and place, and the latest others."""

    here: list[Story]
    elsewhere: list[Story]


def stories_behind(user: User, team: Team, key: str, place: str, period: Period, most: int = 6) -> LinkedStories:
    """Return the published stories that explain an indicator, newest first, in two queries."""
    linked = Story.objects.visible_to(user).published().filter(team=team, indicators__key=key)
    linked = linked.select_related("neighbourhood").order_by("-happened_on", "-id")
    here = list(at_place(linked.filter(happened_on__range=(period.start, period.end)), place)[:most])
    others = linked.exclude(pk__in=[story.pk for story in here])
    return LinkedStories(here=here, elsewhere=list(others[:most]))


def stories_to_review(user: User, team: Team, *, limit: int) -> list[Story]:
    """Return the stories to review because somebody in them withdrew consent, longest waiting first; at most one query.

    Their writer sees their own, a manager the team's. Nothing for those who may not read who is in them.
    """
    if not user.has_role(team, Role.BUILDER, Role.MANAGER):
        return []
    return _to_review(user=user, team=team, of_all=user.has_role(team, Role.MANAGER), limit=limit)


@compiled_once
def _to_review(*, user: User, team: Team, of_all: bool, limit: int) -> QuerySet[Story]:
    rows = Story.objects.visible_to(user).filter(team=team, review_since__isnull=False)
    rows = rows if of_all else rows.filter(created_by=user)
    rows = rows.select_related("withdrawn_person").only(
        "uuid", "title", "withdrawn_why", "review_since", *(f"withdrawn_person__{name}" for name in NAMED)
    )
    return rows.order_by("review_since", "pk")[:limit]


@dataclass(frozen=True)
class Freshness:
    """How recent a team's evidence is; days are None before the first of its kind."""

    last_conversation_on: date | None
    last_story_on: date | None
    last_measured_to: date | None
    published: int
    waiting: int
    indicators_without_story: int

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing has been recorded yet."""
        return self.last_conversation_on is None and not self.published


def evaluation_freshness(team: Team) -> Freshness:
    """Return how recent a team's conversations, stories and measurements are, in four queries whatever its size."""
    last_story_on, published, waiting = next(iter(_stories_counted(team=team)), (None, 0, 0))
    return Freshness(
        last_conversation_on=next(iter(_last_talk(team=team)), None),
        last_story_on=last_story_on,
        last_measured_to=next(iter(_last_measured(team=team)), None),
        published=published,
        waiting=waiting,
        indicators_without_story=len(_without_story(team=team)),
    )


@compiled_once
def _stories_counted(*, team: Team) -> QuerySet[Story, Any]:
    """Return when the last published story happened, how many are published and how many wait; no row without stories."""
    published = Q(status=StoryStatus.PUBLISHED)
    rows = Story.objects.filter(team=team).order_by().values("team_id")
    rows = rows.annotate(last=Max("happened_on", filter=published), published=Count("pk", filter=published))
    waiting = Count("pk", filter=Q(status=StoryStatus.SUBMITTED))
    return rows.annotate(waiting=waiting).values_list("last", "published", "waiting")


@compiled_once
def _last_talk(*, team: Team) -> QuerySet[Conversation, date]:
    rows = Conversation.objects.filter(team=team).order_by("-held_on", "-id")
    return rows.values_list("held_on", flat=True)[:1]


@compiled_once
def _last_measured(*, team: Team) -> QuerySet[Measurement, date]:
    rows = Measurement.objects.filter(team=team, period_end__isnull=False).order_by("-period_end")
    return rows.values_list("period_end", flat=True)[:1]


@compiled_once
def _without_story(*, team: Team) -> QuerySet[Indicator, int]:
    told = Story.objects.published().filter(team=team, indicators__isnull=False).values("indicators")
    return (
        Indicator.objects.of_team(team)
        .filter(ended_on__isnull=True)
        .exclude(pk__in=told)
        .order_by()
        .values_list("pk", flat=True)
    )
