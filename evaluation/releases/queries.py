"""Reads of releases: those of a team, what is kept in them, and the quarters that can be closed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from communities.compiled import compiled_once
from communities.models import Team
from communities.periods import Period, last, quarter_of, year_of
from connectors.models import Conversation
from evaluation.framework import Catalogue, IndicatorSpec
from evaluation.models import ConsentScope, Indicator, Release, ReleaseCount, Story
from evaluation.queries import TEAM, year_of_rows
from evaluation.releases.rules import why_not_yet

#: Quarters that are offered to be closed, or are in one data package: five years.
OFFERED = 20


def releases_of(team: Team, periods: Sequence[Period]) -> dict[Period, Release]:
    """Return the releases of some periods, without their documents; one query."""
    found = {row.period: row for row in _closed(team=team, starts=[period.start for period in periods])}
    return {period: found[period] for period in periods if period in found}


@compiled_once
def _closed(*, team: Team, starts: list[date]) -> QuerySet[Release]:
    rows = Release.objects.filter(team=team, period_start__in=starts)
    return rows.defer("document").select_related("closed_by")


def kept_value(release: Release, spec: IndicatorSpec, place: str) -> tuple[bool, int | Decimal | None]:
    """Return whether a figure that counts people is shown in a release, and its value; None for one that is unknown."""
    places = release.kept.get(spec.key, {})
    value = places.get(place)
    return place in places, Decimal(value) if isinstance(value, str) else value


def latest_due(today: date) -> Period:
    """Return the latest quarter that can be closed."""
    quarter = quarter_of(today)
    while why_not_yet(quarter, today):
        quarter = last(2, until=quarter.start)[0]
    return quarter


def quarter_to_close(team: Team, today: date) -> Period | None:
    """Return the latest quarter that can be closed and is not, if the team was at work in it or before; one query."""
    due = latest_due(today)
    return due if _teams_to_close(team=team, start=due.start, end=due.end) else None


@compiled_once
def _teams_to_close(*, team: Team, start: date, end: date) -> QuerySet[Team, int]:
    closed = Release.objects.filter(team=OuterRef("pk"), period_start=start, period_end=end)
    held = Conversation.objects.filter(team=OuterRef("pk"), held_on__lte=end)
    return Team.objects.filter(~Exists(closed), Exists(held), pk=team.pk).order_by().values_list("pk", flat=True)


def quarters_to_close(team: Team, today: date) -> list[Period]:
    """Return the quarters that can be closed and are not, oldest first, from the year of the team's first conversation on.

    The whole year, because it is closed with the last of its four quarters.
    """
    first = Conversation.objects.filter(team=team).order_by("held_on", "id").values_list("held_on", flat=True).first()
    due = [
        period
        for period in last(OFFERED, until=latest_due(today).end)
        if first and period.start >= year_of(first).start
    ]
    closed = releases_of(team, due)
    return [period for period in due if period not in closed]


def rows_released(release: Release | None, spec: IndicatorSpec, place: str) -> list[int]:
    """Return the primary keys of the records behind a released figure that counts people, each once; [] without a release.

    A year's are those of its quarters.
    """
    if release is None or spec.counting is None:
        return []
    counts = ReleaseCount.objects.filter(
        release__team=release.team_id,
        release__period_start__gte=release.period_start,
        release__period_end__lte=release.period_end,
    ).order_by("release__period_start")
    alone = Catalogue((), (spec,))
    rows = year_of_rows(counts.values_list("rows", flat=True), alone).get(spec.key, {})
    listed = [row for at, each in rows.items() if place in (at, TEAM) for row in each]
    number = 1 if spec.counting.whom else 0
    return sorted({row[number] if isinstance(row, list) else row for row in listed})


def latest_releases(releases: QuerySet[Release], team: Team) -> QuerySet[Release]:
    """Keep the releases of a team of the five years up to its latest."""
    rows = releases.filter(team=team)
    final = rows.order_by("-period_end").values_list("period_end", flat=True).first()
    return rows.filter(period_start__gte=last(OFFERED, until=final)[0].start) if final else rows


def stories_for_reports(release: Release) -> QuerySet[Story]:
    """Return the stories of a release's period that may be in a report, oldest first, with their indicators.

    They were published when the period was closed, so that a later story does not change the files of a release; one whose people do
    not agree any more is left out at once.
    """
    rows = Story.objects.published().filter(
        team=release.team_id,
        happened_on__range=(release.period_start, release.period_end),
        published_at__lte=release.closed_at,
        consent_scope__in=(ConsentScope.REPORTS, ConsentScope.PUBLIC),
    )
    keys = Prefetch("indicators", Indicator.objects.only("key"))
    return rows.prefetch_related(keys).order_by("happened_on", "pk")
