"""Count the web of connections and store the figures. Not audited: nothing that a person wrote changes."""

import logging
from dataclasses import asdict
from datetime import date, timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from communities.freshness import stamp_of
from communities.models import Team
from connectors.models import WebCount
from connectors.web.network import Count, Figures, Groups, Growth, count
from connectors.web.queries.ties import read_web

logger = logging.getLogger(__name__)
#: Goes up when the shape of `WebCount.figures` changes: figures of another shape are counted again.
SHAPE = 1
#: A requested count that has not finished after this time can be requested again: its worker was stopped.
ASKED_FOR = timedelta(hours=1)


def web_stamp(team: Team) -> str:
    """Return the stamp of what a count is made from; it changes with every write for the team."""
    return f"{SHAPE}.{stamp_of(team)}"


def count_web(*, team: Team) -> WebCount:
    """Count a team's whole web and store the figures with their time and stamp.

    The stamp is read before anything is counted, so a write in between makes the figures stale. If counting fails, the
    last figures stay, the failure is recorded, and the error is raised again.
    """
    stamp, began = web_stamp(team), timezone.now()
    try:
        figures = pack(count(read_web(team), until=timezone.localdate()))
    except Exception:
        logger.exception("The web of team %s could not be counted.", team.pk)
        record_failure(team=team)
        raise
    values = {"figures": figures, "stamp": stamp, "counted_at": began, "asked_at": None, "failed_at": None}
    kept, _is_new = WebCount.objects.update_or_create(team=team, defaults=values)
    return kept


def claim_count(*, team: Team) -> bool:
    """Record that a count of the team's web was requested; False if one was requested less than ASKED_FOR ago.

    The row itself is the lock: of several concurrent requests the database lets one set `asked_at`.
    """
    WebCount.objects.get_or_create(team=team, defaults={"stamp": ""})
    free = Q(asked_at__isnull=True) | Q(asked_at__lte=timezone.now() - ASKED_FOR)
    return bool(WebCount.objects.filter(free, team=team).update(asked_at=timezone.now()))


def record_failure(*, team: Team) -> None:
    """Record that counting the team's web failed, so that it can be requested again. A database error is logged."""
    values = {"failed_at": timezone.now(), "asked_at": None}
    try:
        WebCount.objects.update_or_create(team=team, defaults=values)
    except DatabaseError:
        logger.exception("Nor could it be noted that counting failed.")


def pack(counted: Count) -> dict:
    """Return a count as JSON."""

    def group(groups: Groups) -> dict:
        between = [[one, other, ties] for (one, other), ties in sorted(groups.between.items())]
        return {"sizes": sorted(groups.sizes.items()), "within": sorted(groups.within.items()), "between": between}

    def grown(rows: list[Growth]) -> list:
        return [[row.start.isoformat(), row.ties, row.people] for row in rows]

    return {
        "with_us": asdict(counted.with_us), "without_us": asdict(counted.without_us),
        "growth_with": grown(counted.growth_with), "growth_without": grown(counted.growth_without),
        "places": group(counted.places), "themes": group(counted.themes),
    }  # fmt: skip


def unpack(kept: WebCount) -> Count | None:
    """Return a stored count; None if nothing was counted yet, or in an outdated shape."""
    if not kept.figures or not kept.stamp.startswith(f"{SHAPE}."):
        return None

    def group(packed: dict) -> Groups:
        between = {(one, other): ties for one, other, ties in packed["between"]}
        return Groups(dict(packed["sizes"]), dict(packed["within"]), between)

    def grown(rows: list) -> list[Growth]:
        return [Growth(date.fromisoformat(start), ties, people) for start, ties, people in rows]

    packed = kept.figures
    return Count(
        with_us=Figures(**packed["with_us"]), without_us=Figures(**packed["without_us"]),
        growth_with=grown(packed["growth_with"]), growth_without=grown(packed["growth_without"]),
        places=group(packed["places"]), themes=group(packed["themes"]),
    )  # fmt: skip
