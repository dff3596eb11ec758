"""Count the web of connections and keep what was counted. No audit: nothing that a person writes is kept here."""

import logging
from dataclasses import asdict
from datetime import date

from django.db import DatabaseError
from django.utils import timezone

from communities.models import Team
from communities.queries.stamps import stamp_of
from connectors.models import WebCount
from connectors.network import Count, Figures, Groups, Growth, count
from connectors.queries.web import read_web

logger = logging.getLogger(__name__)
#: Goes up when the shape of `WebCount.figures` changes: what was kept in another shape is counted again.
SHAPE = 1


def web_stamp(team: Team) -> str:
    """Return the mark of what a count was made from; it changes with every write for the team."""
    return f"{SHAPE}.{stamp_of(team)}"


def count_web(*, team: Team) -> WebCount:
    """Count a team's whole web and keep the figures with the moment and the mark of what they were counted from.

    The mark is read first, so what is kept is never newer than it says. When counting fails the last figures stay, the
    failure is noted, and the error goes on to the caller.
    """
    stamp, began = web_stamp(team), timezone.now()
    try:
        figures = pack(count(read_web(team), until=timezone.localdate()))
    except Exception:
        logger.exception("The web of team %s could not be counted.", team.pk)
        _note_failure(team)
        raise
    values = {"figures": figures, "stamp": stamp, "counted_at": began, "asked_at": None, "failed_at": None}
    kept, _is_new = WebCount.objects.update_or_create(team=team, defaults=values)
    return kept


def _note_failure(team: Team) -> None:
    values = {"failed_at": timezone.now(), "asked_at": None}
    try:
        WebCount.objects.update_or_create(team=team, defaults=values)
    except DatabaseError:
        logger.exception("Nor could it be noted that counting failed.")


def pack(counted: Count) -> dict:
    """Return a count as JSON holds it."""

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
    """Return a count as it was kept; None when nothing was counted yet, or in a shape that is no longer understood."""
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
