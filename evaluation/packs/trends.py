"""What the charts of a pack are drawn from: earlier releases at its place, and what a number is compared with.

It is read when a pack is published and stands in its document from then on, so a chart shows what was released and nothing that is counted now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from communities import disclosure
from communities.periods import TREND, Period, last
from evaluation.framework import IndicatorSpec
from evaluation.framework.own import catalogue_of
from evaluation.models import Form, Pack, Release, ValueStatus, Yardstick
from evaluation.queries import latest_yardsticks
from evaluation.rules.yardsticks import why_not_set

type Number = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """What a number is compared with: one of the three kinds of line, its day, and where it is from in somebody's words."""

    key: str
    kind: str
    value: Decimal
    on: date
    source: str

    @property
    def name(self) -> str:
        """Return what its source is called among the texts of a pack."""
        return f"{self.key} {self.kind}"


def compared_of(pack: Pack) -> list[Compared]:
    """Return what the numbers of a pack are compared with at its place, the latest of each kind.

    A baseline that the gate would refuse today is left out. Two queries at most.
    """
    if not pack.numbers:
        return []
    grain, known = pack.release.period.grain, catalogue_of(pack.team).by_key
    rows = Yardstick.objects.filter(team=pack.team, indicator__key__in=pack.numbers, grain=grain)
    by_key: dict[str, list[Yardstick]] = {}
    for row in rows.select_related("indicator", "team"):
        by_key.setdefault(row.indicator.key, []).append(row)
    return [
        Compared(key, row.kind, row.value, row.on, row.source)
        for key, found in sorted(by_key.items())
        for row in latest_yardsticks(found, pack.place)
        if key in known and not why_not_set(known[key], row)
    ]


def with_trends(pack: Pack, numbers: Iterable[Number], compared: Iterable[Compared]) -> list[Number]:
    """Return the numbers of a pack, each with its `trend`, oldest first, and its `lines`.

    A period of a trend that nobody has closed has no day of closing and no value. Two queries at most.
    """
    numbers, lines = list(numbers), list(compared)
    if not numbers:
        return []
    trends = _trends(pack, [each["key"] for each in numbers])
    return [
        {
            **each,
            "trend": trends[each["key"]],
            "lines": [
                {"kind": line.kind, "value": f"{line.value.normalize():f}", "on": line.on.isoformat()}
                for line in lines
                if line.key == each["key"]
            ],
        }
        for each in numbers
    ]


def is_open(form: str, value: Any, numerator: Any, denominator: Any, threshold: int) -> bool:
    """Return whether the gate shows a figure of people at a threshold."""
    if form == Form.SHARE:
        return None not in (numerator, denominator) and disclosure.passes(numerator, denominator, threshold)
    return not disclosure.is_small(Decimal(str(value)), threshold)


def _trends(pack: Pack, keys: Iterable[str]) -> dict[str, list[Number]]:
    """Return the figures of indicators at the place of a pack, from the first period that is closed."""
    this = pack.release.period
    periods = last(TREND[this.grain], until=this.end, grain=this.grain)
    rows = Release.objects.filter(team=pack.team, period_start__in=[period.start for period in periods])
    releases = {row.period: row for row in rows if row.period.grain == this.grain}
    values = {period: _at(row, pack.place) for period, row in releases.items()}
    versions = {
        period: {each["key"]: each["version"] for each in row.document["definitions"]}
        for period, row in releases.items()
    }
    periods = periods[next(number for number, period in enumerate(periods) if period in releases) :]
    known = catalogue_of(pack.team).by_key
    least = max(pack.team.small_number_threshold, disclosure.LEAST_THRESHOLD)
    found: dict[str, list[Number]] = {}
    for key in keys:
        before: Mapping[str, int] = {}
        for period in periods:
            now = versions.get(period, before)
            point = _point(key, pack.place, period, releases.get(period), values.get(period, {}), least)
            found.setdefault(key, []).append(point | {"marks": _marks(known.get(key), period, before, now, key)})
            before = now
    return found


def _at(release: Release, place: str) -> dict[str, Sequence[Any]]:
    """Return what a release says of each indicator at a place: its form, status, value, numerator, denominator and rows."""
    forms = {each["key"]: each["form"] for each in release.document["definitions"]}
    return {key: (forms[key], *rest) for key, at, *rest in release.document["values"] if at == place}


def _point(
    key: str, place: str, period: Period, release: Release | None, values: Mapping[str, Sequence[Any]], least: int
) -> Number:
    """Return a figure of a trend. least: the threshold of today; what the gate would hide at it is hidden, and has no band."""
    point = {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "closed_on": release.document["closed_on"] if release else None,
        "status": ValueStatus.UNKNOWN.value,
        "value": None,
        "numerator": None,
        "denominator": None,
        "most": None,
    }
    if release is None or key not in values:
        return point
    form, status, value, numerator, denominator, _rows = values[key]
    is_of_people = place in release.kept.get(key, {})
    if status == ValueStatus.SHOWN and is_of_people and not is_open(form, value, numerator, denominator, least):
        return point | {"status": ValueStatus.HIDDEN_OTHER.value}
    if status == ValueStatus.HIDDEN_SMALL:
        then = release.document["threshold"]
        return point | {"status": status, "most": then - 1 if then >= least else None}
    return point | {"status": status, "value": value, "numerator": numerator, "denominator": denominator}


def _marks(
    spec: IndicatorSpec | None, period: Period, before: Mapping[str, int], now: Mapping[str, int], key: str
) -> list[list[Any]]:
    """Return [day, "begins" or "ends", version] of definitions. before, now: the versions of two releases, one after the other."""
    marks: list[list[Any]] = []
    if spec is not None and spec.version > 1 and spec.defined_at is not None:
        day = timezone.localdate(spec.defined_at)
        if day in period:
            marks.append([day.isoformat(), "begins", spec.version])
    if key in before and key in now and before[key] != now[key]:
        marks.append([period.start.isoformat(), "begins", now[key]])
    if spec is not None and spec.ended_on is not None and spec.ended_on in period:
        marks.append([spec.ended_on.isoformat(), "ends", spec.version])
    return marks
