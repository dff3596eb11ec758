"""Reads of packs: what can be chosen for one, and how often its links were opened."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from communities.models import Team, User
from evaluation.models import ConsentScope, Observation, PackLink, PackOpening, Release, Story

#: Stories, observations and releases that can be chosen: the latest.
OFFERED = 60
#: How widely the people in a story agreed to share it, for a pack.
FOR_REPORTS = (ConsentScope.REPORTS, ConsentScope.PUBLIC)


def stories_to_choose(user: User, team: Team) -> QuerySet[Story]:
    """Return the published stories whose people agree to reports, newest first."""
    rows = Story.objects.visible_to(user).published().filter(team=team, consent_scope__in=FOR_REPORTS)
    return rows.order_by("-happened_on", "-pk")


def observations_to_choose(user: User, team: Team) -> QuerySet[Observation]:
    """Return what the team learned, newest first."""
    return Observation.objects.visible_to(user).filter(team=team).order_by("-observed_on", "-pk")


def releases_to_choose(user: User, team: Team) -> QuerySet[Release]:
    """Return the team's releases, newest first."""
    return Release.objects.visible_to(user).filter(team=team).order_by("-period_end", "period_start")


def openings_of(links: Iterable[PackLink]) -> dict[int, list[PackOpening]]:
    """Return on which days each link was opened, newest first, by its primary key; one query."""
    found: dict[int, list[PackOpening]] = {}
    for row in PackOpening.objects.filter(link__in=list(links)).order_by("-day", "-pk"):
        found.setdefault(row.link_id, []).append(row)
    return found


def times_opened(packs: Iterable[Any]) -> dict[int, int]:
    """Return how often the links of each pack were opened, by the pack's primary key; one query."""
    rows = PackOpening.objects.filter(link__published__pack__in=list(packs)).order_by()
    return dict(rows.values_list("link__published__pack").annotate(times=Sum("times")))
