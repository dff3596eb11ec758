"""Keep a team's indicators counted, and count again only when something of the team's was written since."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from communities.models import Team
from communities.queries import stamps
from evaluation.framework import INDICATORS
from evaluation.indicators import Cell, Cells, count_all
from evaluation.models import Rollup
from evaluation.periods import Period

#: A safety net only: what is kept is counted again after this time whatever the stamp says.
KEPT_FOR = timedelta(hours=24)
#: Goes up when the shape of `Rollup.cells` changes.
SHAPE = 1
_CATALOGUE = "-".join(str(spec.version) for spec in INDICATORS)


def stamp_of(team: Team) -> str:
    """Return a mark that changes with every write for the team, and with the versions of the definitions."""
    return f"{SHAPE}.{_CATALOGUE}.{stamps.stamp_of(team)}"


def keep_counted(*, team: Team, periods: Sequence[Period]) -> dict[Period, Cells]:
    """Return every computed indicator of the team for periods that do not overlap, counting those that went stale.

    The stamp is read before anything is counted: what is kept is never newer than it says, so a write in between shows
    as a new stamp next time. Two readers may count at once; the later row wins and is as good as its own stamp. No audit:
    nothing a person keeps is written.
    """
    stamp, now = stamp_of(team), timezone.now()
    kept = {
        Period(row.period_start, row.period_end): _unpack(row.cells)
        for row in Rollup.objects.filter(
            team=team,
            stamp=stamp,
            counted_at__gt=now - KEPT_FOR,
            period_start__in=[period.start for period in periods],
        )
    }
    stale = [period for period in periods if period not in kept]
    if stale:
        counted = count_all(team, stale)
        _keep(team, counted, stamp)
        kept.update(counted)
    return {period: kept[period] for period in periods}


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
