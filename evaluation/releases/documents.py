"""What a release says: its canonical form, in which the same figures are always the same bytes.

A document consists of texts, whole numbers and lists; decimals are texts, so no database can write them in another way. It contains
what a reader is shown and nothing else: the SHA-256 of a document with hidden numbers could be tried until it fits.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from communities.models import Neighbourhood, Team
from communities.periods import Grain, Period
from connectors.queries.introduction_routes import KeptLine
from evaluation.framework import Catalogue, IndicatorSpec, OutcomeSpec
from evaluation.models import ValueStatus
from evaluation.queries import NOWHERE, TEAM, Cell, Cells
from evaluation.queries.profiles import ProfileRow

#: Goes up when the shape of a document changes.
FORMAT = 3


@dataclass(frozen=True)
class Counted:
    """What was counted of a period by a catalogue, and what is hidden of it.

    hidden: for each indicator, the places whose figures are hidden. listed: how many rows stand behind a figure. changed:
    indicators whose definition changed within the period, which have no figure. tables: introductions by route and direction, of a year.
    profile: the figures of profiles, of a year.
    """

    period: Period
    cells: Cells
    recorded: Mapping[tuple[Period, str, str], Decimal]
    hidden: Mapping[str, Collection[str]]
    listed: Mapping[tuple[str, str], int]
    catalogue: Catalogue
    changed: Collection[str] = ()
    tables: Mapping[str, Iterable[KeptLine]] = field(default_factory=dict)
    profile: Iterable[ProfileRow] = ()


def document(
    *, team: Team, threshold: int, closed_on: date, places: list[dict[str, Any]], counted: Counted
) -> dict[str, Any]:
    """Return the document of a release, in the language of the team. `places` are those of `places_used`, the team last."""
    specs = counted.catalogue.indicators
    with override(team.language):
        return {
            "format": FORMAT,
            "language": team.language,
            "team": {"slug": team.slug, "name": team.name},
            "period": {
                "start": counted.period.start.isoformat(),
                "end": counted.period.end.isoformat(),
                "kind": str(counted.period.grain),
            },
            "closed_on": closed_on.isoformat(),
            "threshold": threshold,
            "places": places,
            "outcomes": [_outcome(spec) for spec in counted.catalogue.outcomes],
            "definitions": [_definition(spec) for spec in specs],
            "tables": [
                {"key": name, "rows": [[line.key, line.words, line.total] for line in lines]}
                for name, lines in counted.tables.items()
            ],
            "profile": [row.plain() for row in counted.profile],
            "values": [_value(spec, str(place["key"]), counted) for spec in specs for place in places],
        }


def places_used(team: Team, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the team's neighbourhoods with the outlines they have now; then those without one, then the team.

    words: what the last two are called, by key.
    """
    named = Neighbourhood.objects.filter(team=team).order_by("name", "pk")
    return [
        *(
            {
                "key": str(each.pk),
                "name": each.name,
                "code": each.code,
                "population": each.population,
                "outline": outline_of(each.boundary),
            }
            for each in named.only("name", "code", "population", "boundary")
        ),
        *({"key": key, "name": words[key], "code": "", "population": None, "outline": ""} for key in (NOWHERE, TEAM)),
    ]


def outline_of(boundary: str) -> str:
    """Return the SHA-256 of an outline; "" for none."""
    return hashlib.sha256(boundary.encode()).hexdigest() if boundary else ""


def kept_part(content: Mapping[str, Any], catalogue: Catalogue) -> dict[str, dict[str, object]]:
    """Return the shown and unknown values of the figures that the gate keeps, by indicator and place."""
    kept = {spec.key for spec in catalogue.indicators if spec.is_kept}
    found: dict[str, dict[str, object]] = {}
    for key, place, status, value, *_rest in content["values"]:
        if key in kept and status in (ValueStatus.SHOWN, ValueStatus.UNKNOWN):
            found.setdefault(key, {})[place] = value
    return found


def small_part(content: Mapping[str, Any]) -> dict[str, int]:
    """Return the team's figures that are hidden because they are small, each with the most that it can be."""
    return {
        key: content["threshold"] - 1
        for key, _place, status, *_rest in content["values"]
        if status == ValueStatus.HIDDEN_SMALL
    }


def _definition(spec: IndicatorSpec) -> dict[str, object]:
    return {
        "key": spec.key,
        "name": str(spec.name),
        "definition": str(spec.definition),
        "unit": str(spec.unit),
        "version": spec.version,
        "form": str(spec.form),
        "kind": _kind(spec),
        "source": str(spec.source),
        "outcomes": list(spec.outcomes),
    }


def _outcome(spec: OutcomeSpec) -> dict[str, object]:
    return {
        "key": spec.key,
        "name": str(spec.name),
        "description": str(spec.description),
        "framework": spec.framework,
    }


def _kind(spec: IndicatorSpec) -> str:
    """Return what may be done with the values: added up (count, sum), or not (people, stock, share, recorded, surveyed)."""
    counting = spec.counting
    if counting is None:
        return "surveyed" if spec.is_surveyed else "recorded"
    if counting.of is not None:
        return "share"
    if counting.on is not None:
        return "stock"
    return "people" if counting.whom else "sum" if counting.amount else "count"


def _value(spec: IndicatorSpec, place: str, counted: Counted) -> list[object]:
    """Return [indicator, place, status, value, numerator, denominator, rows behind]."""
    blank = [None, None, None, None]
    if spec.key in counted.changed:
        return [spec.key, place, ValueStatus.UNKNOWN.value, *blank]
    if place in counted.hidden[spec.key]:
        return [spec.key, place, _why_hidden(spec, place, counted.period).value, *blank]
    if not spec.is_computed:
        number = counted.recorded.get((counted.period, spec.key, place))
        status = ValueStatus.UNKNOWN if number is None else ValueStatus.SHOWN
        return [spec.key, place, status.value, None if number is None else str(number), None, None, None]
    cell = counted.cells.get((spec.key, place), Cell(out_of=0) if spec.is_share else Cell())
    status = ValueStatus.UNKNOWN if cell.value is None else ValueStatus.SHOWN
    parts = [int(cell.number), cell.out_of] if spec.is_share else [None, None]
    return [spec.key, place, status.value, _plain(cell.value), *parts, counted.listed.get((spec.key, place), 0)]


def _why_hidden(spec: IndicatorSpec, place: str, period: Period) -> ValueStatus:
    is_small = spec.counts_people and not spec.part_of and period.grain == Grain.QUARTER and place == TEAM
    return ValueStatus.HIDDEN_SMALL if is_small else ValueStatus.HIDDEN_OTHER


def _plain(value: int | Decimal | None) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value
