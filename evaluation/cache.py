"""A cache of counted indicators: only what a change touched is counted again.

It lies below the reports that read through it and writes no record of anybody's, so it is not an action.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha1

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from communities.compiled import compiled_once
from communities.freshness import Marks
from communities.models import Team
from communities.periods import Period
from evaluation.framework import SHIPPED, Catalogue, IndicatorSpec, Source
from evaluation.models import Rollup
from evaluation.queries import Cell, Cells, by_source, count_sources
from evaluation.queries.counting import divided, totals_of

#: A safety net: a cached period is counted again after this time, whatever the stamps say.
KEPT_FOR = timedelta(hours=24)
#: Goes up when the shape of `Rollup.cells` changes.
SHAPE = 2

type Stamps = dict[str, str]


@dataclass(frozen=True)
class Kept:
    """The cached figures of a period: the stamp of each source, the cells, and when the oldest were counted."""

    stamps: Stamps
    cells: Cells
    counted_at: datetime


def definitions_stamp(specs: Iterable[IndicatorSpec]) -> str:
    """Return 12 characters that change with indicators, the versions of their definitions, and the shape of the cells."""
    named = ",".join(f"{spec.key}:{spec.version}" for spec in specs)
    return sha1(f"{SHAPE} {named}".encode(), usedforsecurity=False).hexdigest()[:12]


def stamps_of(
    marks: Marks, periods: Sequence[Period], today: date, catalogue: Catalogue = SHIPPED
) -> dict[Period, Stamps]:
    """Return for each period, by the key of each source, a text that changes with what its figures are counted from.

    What stands in a running period is counted as of today, so yesterday's figures are not today's.
    """
    stamps: dict[Period, Stamps] = {period: {} for period in periods}
    for source, countings in by_source(catalogue).items():
        definitions = definitions_stamp(catalogue.by_key[key] for key in countings)
        has_stock = any(counting.is_stock for counting in countings.values())
        also = {part for counting in countings.values() for part in counting.also_reads}
        for period in periods:
            day = f"{today.toordinal():x}" if has_stock and period.end >= today else "-"
            total = marks.total(period, dated=source.reads, always={*source.always_reads, *also})
            stamps[period][source.key] = f"{definitions}.{day}.{total:x}"
    return stamps


def cached_counts(*, team: Team, periods: Sequence[Period], catalogue: Catalogue = SHIPPED) -> dict[Period, Cells]:
    """Return every computed indicator of a team's catalogue for periods that do not overlap, counting those that are stale.

    The marks are read before anything is counted, so a write in between shows as a new stamp at the next read. Two
    readers can count at the same time; the later row wins, and each of its figures is valid for its own stamp.
    """
    marks, now, today = Marks.of(team), timezone.now(), timezone.localdate()
    known, sources = _kept(team, periods, now), by_source(catalogue)
    stamps = stamps_of(marks, periods, today, catalogue)
    stale: dict[Source, list[Period]] = defaultdict(list)
    for period in periods:
        for source in sources:
            if period not in known or known[period].stamps.get(source.key) != stamps[period][source.key]:
                stale[source].append(period)
    if not stale:
        return {period: known[period].cells for period in periods}
    counted = count_sources(team, stale, catalogue)
    fresh: dict[Period, Kept] = {}
    for period, cells in counted.items():
        before = known.get(period)
        whole = [source for source in sources if period not in stale.get(source, ())]
        still = {key for source in whole for key in sources[source]}
        still |= {divided(total) for source in whole for total in totals_of(source, catalogue)}
        rest = {at: cell for at, cell in before.cells.items() if at[0] in still} if before else {}
        fresh[period] = Kept(stamps[period], rest | cells, before.counted_at if before else now)
    _keep(team, fresh)
    known |= fresh
    return {period: known[period].cells for period in periods}


def _kept(team: Team, periods: Sequence[Period], now: datetime) -> dict[Period, Kept]:
    """Return the cached figures of those of some periods that are not too old."""
    rows = _rollups(team=team, since=now - KEPT_FOR, starts=[period.start for period in periods])
    kept = {Period(row.period_start, row.period_end): row for row in rows}
    return {
        period: Kept(row.stamps, _unpack(row.cells), row.counted_at)
        for period in periods
        if (row := kept.get(period)) is not None
    }


@compiled_once
def _rollups(*, team: Team, since: datetime, starts: list[date]) -> QuerySet[Rollup]:
    return Rollup.objects.filter(team=team, counted_at__gt=since, period_start__in=starts)


@transaction.atomic
def _keep(team: Team, counted: Mapping[Period, Kept]) -> None:
    Rollup.objects.bulk_create(
        [
            Rollup(
                team=team,
                period_start=period.start,
                period_end=period.end,
                stamps=kept.stamps,
                cells=_pack(kept.cells),
                counted_at=kept.counted_at,
            )
            for period, kept in counted.items()
        ],
        update_conflicts=True,
        update_fields=["stamps", "cells", "counted_at"],
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
