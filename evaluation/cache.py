"""A cache of counted indicators: counted again only when a counted row of the team has changed.

It lies below the reports that read through it and writes no record of anybody's, so it is not an action.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from hashlib import sha1

from django.db import transaction
from django.utils import timezone

from communities import freshness
from communities.models import Team
from communities.periods import Period
from evaluation.framework import INDICATORS, SHIPPED, Catalogue, IndicatorSpec
from evaluation.models import Rollup
from evaluation.queries import Cell, Cells, count_all

#: A safety net: a cached period is counted again after this time, whatever the stamp says.
KEPT_FOR = timedelta(hours=24)
#: Goes up when the shape of `Rollup.cells` changes.
SHAPE = 1


def catalogue_stamp(specs: Iterable[IndicatorSpec] = INDICATORS) -> str:
    """Return 40 characters that change with the indicators, the versions of their definitions, and the shape of the cells."""
    named = ",".join(f"{spec.key}:{spec.version}" for spec in specs)
    return sha1(f"{SHAPE} {named}".encode(), usedforsecurity=False).hexdigest()


def stamp_of(team: Team, catalogue: Catalogue = SHIPPED) -> str:
    """Return at most 64 characters that change with the counted rows of the team, the definitions and the day.

    What stands in a running period is counted as of today, so yesterday's figures are not today's.
    """
    return f"{catalogue_stamp(catalogue.indicators)}.{timezone.localdate().toordinal():x}.{freshness.stamp_of(team)}"


def cached_counts(*, team: Team, periods: Sequence[Period], catalogue: Catalogue = SHIPPED) -> dict[Period, Cells]:
    """Return every computed indicator of the team for periods that do not overlap, counting those that are stale.

    The stamp is read before anything is counted, so a write in between shows as a new stamp at the next read. Two
    readers can count at the same time; the later row wins, and it is valid for its own stamp.
    """
    stamp, now = stamp_of(team, catalogue), timezone.now()
    cached = {
        Period(row.period_start, row.period_end): _unpack(row.cells)
        for row in Rollup.objects.filter(
            team=team,
            stamp=stamp,
            counted_at__gt=now - KEPT_FOR,
            period_start__in=[period.start for period in periods],
        )
    }
    stale = [period for period in periods if period not in cached]
    if stale:
        counted = count_all(team, stale, catalogue)
        _keep(team, counted, stamp)
        cached.update(counted)
    return {period: cached[period] for period in periods}


@transaction.atomic
def _keep(team: Team, counted: dict[Period, Cells], stamp: str) -> None:
    Rollup.objects.bulk_create(
        [
            Rollup(
                team=team,
                period_start=period.start,
                period_end=period.end,
                stamp=stamp,
                cells=_pack(cells),
                counted_at=timezone.now(),
            )
            for period, cells in counted.items()
        ],
        update_conflicts=True,
        update_fields=["stamp", "cells", "counted_at"],
        unique_fields=["team", "period_start", "period_end"],
    )


def _pack(cells: Cells) -> dict[str, dict[str, list]]:
    packed: dict[str, dict[str, list]] = {}
    for (key, place), cell in cells.items():
        number = str(cell.number) if isinstance(cell.number, Decimal) else cell.number
        packed.setdefault(key, {})[place] = [number, cell.out_of]
    return packed


def _unpack(packed: dict[str, dict[str, list]]) -> Cells:
    return {
        (key, place): Cell(Decimal(number) if isinstance(number, str) else number, out_of)
        for key, places in packed.items()
        for place, (number, out_of) in places.items()
    }
