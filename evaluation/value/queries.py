"""Reads of value maps: all of one map, and what stories say of deadweight and attribution."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from communities.models import Team, User
from evaluation.models import (
    Anyway,
    AssumptionKind,
    Story,
    ValueAssumption,
    ValueInput,
    ValueLine,
    ValueMap,
)
from evaluation.value.maps import Cost, Kind, Outcome, Plan
from evaluation.value.rates import Rates, rates_on
from evaluation.value.reckoning import Reckoner

_KINDS = {kind.value: kind for kind in Kind}


class Held(NamedTuple):
    """What reckoning needs of an assumption; `rows_of` reads the rest of those that are shown."""

    pk: int
    value: Decimal
    low: Decimal
    high: Decimal
    is_signed: bool


@dataclass(frozen=True)
class WholeLine:
    """An outcome with its assumptions by kind."""

    line: ValueLine
    assumed: dict[Kind, Held]

    @property
    def missing(self) -> list[AssumptionKind]:
        """Return what nobody has entered yet, in the order of the Value Map."""
        if len(self.assumed) == len(_KINDS):
            return []
        return [kind for kind in AssumptionKind if _KINDS[kind.value] not in self.assumed]

    @property
    def outcome(self) -> Outcome:
        """Return it as values. Call it only if nothing is missing."""
        values = {kind.value.replace("-", "_"): self.assumed[kind].value for kind in Kind if kind is not Kind.YEARS}
        return Outcome(
            **values,
            years=int(self.assumed[Kind.YEARS].value),
            is_negative=self.line.is_negative,
            is_after=self.line.starts == "after",
        )


@dataclass(frozen=True)
class WholeMap:
    """A map with its outcomes, in the order in which they were added, and its inputs."""

    value_map: ValueMap
    lines: list[WholeLine]
    inputs: list[ValueInput]

    @property
    def rates(self) -> Rates:
        """Return the discount rates that were in force on the first day of the activity."""
        return rates_on(self.value_map.starts_on)

    @property
    def is_complete(self) -> bool:
        """Return whether there are outcomes, and nothing is missing of any."""
        return bool(self.lines) and not any(each.missing for each in self.lines)

    def assumptions(self) -> Iterator[tuple[int, Kind, Held]]:
        """Yield each assumption with the number of its outcome."""
        for number, each in enumerate(self.lines):
            for kind, held in each.assumed.items():
                yield number, kind, held

    @property
    def unsigned(self) -> int:
        """Return how many assumptions and inputs nobody has signed."""
        assumed = sum(not held.is_signed for _number, _kind, held in self.assumptions())
        return assumed + sum(not each.is_signed for each in self.inputs)

    @cached_property
    def reckoner(self) -> Reckoner | None:
        """Return what reckons the map; None while something is missing. Points are not discounted."""
        if not self.is_complete:
            return None
        return Reckoner(
            Plan(
                outcomes=tuple(each.outcome for each in self.lines),
                costs=tuple(Cost(each.year, each.low_gbp, each.high_gbp) for each in self.inputs),
                years=self.value_map.years,
                steps=self.rates.steps if self.value_map.has_money else (),
            )
        )


def whole_map(value_map: ValueMap) -> WholeMap:
    """Return all of a map; three queries. A map can have a thousand assumptions, so their sources and names are not read."""
    lines = list(value_map.lines.order_by("pk"))
    found: dict[int, dict[Kind, Held]] = {each.pk: {} for each in lines}
    rows = ValueAssumption.objects.filter(line__value_map=value_map).order_by("pk")
    for line, kind, pk, value, low, high, signer in rows.values_list(
        "line", "kind", "pk", "value", "low", "high", "signed_by"
    ):
        found[line][_KINDS[kind]] = Held(pk, value, low, high, signer is not None)
    inputs = value_map.inputs.select_related("entered_by", "signed_by").order_by("year", "pk")
    return WholeMap(value_map, [WholeLine(each, found[each.pk]) for each in lines], list(inputs))


def rows_of(held: Iterable[Held]) -> dict[int, ValueAssumption]:
    """Return assumptions with who entered and signed them, by primary key; one query."""
    rows = ValueAssumption.objects.filter(pk__in=[each.pk for each in held])
    return {row.pk: row for row in rows.select_related("entered_by", "signed_by")}


@dataclass(frozen=True)
class Told:
    """What stories say of how much would have happened anyway, and of what others did. stories: how many say whether."""

    stories: int
    no: int
    partly: int
    yes: int
    all_stories: int
    with_others: int


def told_in_stories(user: User, team: Team, value_map: ValueMap) -> Told:
    """Return what the stories that a person reads say, of those since the first day of a map's activity; one query."""
    stories: QuerySet[Story] = Story.objects.visible_to(user).filter(team=team, happened_on__gte=value_map.starts_on)
    counts = stories.aggregate(
        no=Count("pk", filter=Q(anyway=Anyway.NO)),
        partly=Count("pk", filter=Q(anyway=Anyway.PARTLY)),
        yes=Count("pk", filter=Q(anyway=Anyway.YES)),
        all_stories=Count("pk"),
        with_others=Count("pk", filter=~Q(others_did="")),
    )
    return Told(stories=counts["no"] + counts["partly"] + counts["yes"], **counts)
