"""Indicators by neighbourhood and period, counted by the database in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Sum, Value, When

from communities.models import Neighbourhood, Team
from communities.periods import Period
from evaluation.framework import SHIPPED, Catalogue, Counting, Source

#: Places that are not a neighbourhood: the whole team, and rows without one.
TEAM, NOWHERE = "team", "none"
ZERO_PENCE = Decimal("0.00")


class Cell(NamedTuple):
    """A counted number; a percentage has the number it is out of too."""

    number: int | Decimal = 0
    out_of: int | None = None

    @property
    def value(self) -> int | Decimal | None:
        """Return the number, or the percentage to one decimal place; None for a percentage of nothing."""
        if self.out_of is None:
            return self.number
        return (Decimal(100) * self.number / self.out_of).quantize(Decimal("0.1")) if self.out_of else None


#: (indicator key, place) to cell; a place without rows is left out.
type Cells = dict[tuple[str, str], Cell]


def place_of(neighbourhood: Neighbourhood | int | None) -> str:
    """Return the place's key: a neighbourhood's primary key as text, NOWHERE for none."""
    if neighbourhood is None:
        return NOWHERE
    return str(neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk)


def count_sources(
    team: Team, wanted: Mapping[Source, Sequence[Period]], catalogue: Catalogue = SHIPPED
) -> dict[Period, Cells]:
    """Count the indicators of some sources of a team's catalogue, each source for periods of its own that do not overlap.

    The number of queries depends on the declared indicators alone. Totals of different people and of shares are counted, not added.

    Returns: the cells of every period that was asked for, with the indicators of the sources that were asked for it.
    """
    found: dict[Period, Cells] = {period: {} for periods in wanted.values() for period in periods}
    countings = by_source(catalogue)
    for source, periods in wanted.items():
        if periods:
            within = {period: found[period] for period in periods}
            _count_source(within, source, countings[source], team)
            for total in totals_of(source, catalogue):
                parts = [catalogue.countings[part] for part in catalogue.divisions[total]]
                _count_divided(within, total, catalogue.countings[total], parts, team)
    return found


def totals_of(source: Source, catalogue: Catalogue) -> list[str]:
    """Return the counts of a source of which a team counts parts itself, by key."""
    return [total for total in catalogue.divisions if catalogue.countings[total].source == source]


def by_source(catalogue: Catalogue = SHIPPED) -> dict[Source, dict[str, Counting]]:
    """Return the countings of all computed indicators by source, so that one query serves several."""
    groups: dict[Source, dict[str, Counting]] = {}
    for key, counting in catalogue.countings.items():
        groups.setdefault(counting.source, {})[key] = counting
    return groups


def _count_source(found: dict[Period, Cells], source: Source, countings: dict[str, Counting], team: Team) -> None:
    stocks = {key: counting for key, counting in countings.items() if counting.is_stock}
    people = {key: counting for key, counting in countings.items() if counting.whom}
    rows = {key: counting for key, counting in countings.items() if key not in stocks and key not in people}
    if rows:
        _count_rows(found, source, rows, team)
    if stocks:
        _count_stock(found, source, stocks, team)
    for key, counting in people.items():
        _count_people(found, key, counting, team)


def _in_periods(source: Source, team: Team, periods: Iterable[Period]) -> QuerySet:
    """Return the source's rows inside the periods, each with the number of its period as `period`."""
    ordered = sorted(periods)
    rows = (
        source.rows(team)
        .filter(source.within(Period(ordered[0].start, ordered[-1].end)))
        .annotate(period=Case(*(When(source.within(period), then=Value(n)) for n, period in enumerate(ordered))))
        .order_by()
    )
    # Where no day lies between the periods the condition is always true, and PostgreSQL would expect one row in 200 to meet it.
    return rows if all(map(_follow, ordered, ordered[1:])) else rows.filter(period__isnull=False)


def _follow(period: Period, other: Period) -> bool:
    return other.start - period.end == timedelta(days=1)


def _count_rows(found: dict[Period, Cells], source: Source, countings: dict[str, Counting], team: Team) -> None:
    """Count rows, add up amounts, and count both parts of shares, in one query; totals are sums, as rows are apart."""
    ordered = sorted(found)
    aggregates: dict[str, Count | Sum] = {}
    for n, counting in enumerate(countings.values()):
        condition = counting.condition if counting.of is None else counting.condition & counting.of
        aggregates[f"n{n}"] = (
            Sum(counting.amount, filter=condition or None, default=ZERO_PENCE)
            if counting.amount
            else Count("pk", filter=condition or None)
        )
        if counting.of is not None:
            aggregates[f"of{n}"] = Count("pk", filter=counting.of)
    totals: dict[tuple[Period, str], list] = defaultdict(lambda: [0, 0])
    for row in _in_periods(source, team, found).values("period", source.place).annotate(**aggregates):
        period, place = ordered[row["period"]], place_of(row[source.place])
        for n, key in enumerate(countings):
            number, out_of = row[f"n{n}"], row.get(f"of{n}")
            if countings[key].amount:
                # SQLite drops the pence of a round sum; a file says the same on every database.
                number = number.quantize(ZERO_PENCE)
            if number or out_of:
                found[period][key, place] = Cell(number, out_of)
                totals[period, key][0] += number
                totals[period, key][1] += out_of or 0
    for (period, key), (number, out_of) in totals.items():
        found[period][key, TEAM] = Cell(number, out_of if countings[key].of is not None else None)


def _count_stock(found: dict[Period, Cells], source: Source, countings: dict[str, Counting], team: Team) -> None:
    """Count the rows that stand on the last day of each period, or today, and those of `during`, in one query."""
    names = {
        f"n{n}_{m}": (key, period, standing)
        for n, (key, counting) in enumerate(countings.items())
        for m, period in enumerate(found)
        if (standing := counting.stands(period)) is not None
    }
    aggregates = {name: Count("pk", filter=standing) for name, (_key, _period, standing) in names.items()}
    totals: dict[tuple[Period, str], int] = defaultdict(int)
    rows = source.rows(team).filter(_any_of(names.values())).order_by()
    for row in rows.values(source.place).annotate(**aggregates):
        for name, (key, period, _standing) in names.items():
            if row[name]:
                found[period][key, place_of(row[source.place])] = Cell(row[name])
                totals[period, key] += row[name]
    for (period, key), number in totals.items():
        found[period][key, TEAM] = Cell(number)


def _any_of(names: Iterable[tuple[str, Period, Q]]) -> Q:
    """Return the condition that some counting needs the row, so that the scan leaves the others out."""
    needed = Q()
    for _key, _period, standing in names:
        needed |= standing
    return needed


def _count_people(found: dict[Period, Cells], key: str, counting: Counting, team: Team) -> None:
    """Count different people, in one query by neighbourhood and one for the team."""
    source, whom = counting.source, counting.whom
    ordered = sorted(found)
    rows = _in_periods(source, team, found).filter(counting.condition)
    for row in rows.values("period", source.place).annotate(n=Count(whom, distinct=True)):
        if row["n"]:
            found[ordered[row["period"]]][key, place_of(row[source.place])] = Cell(row["n"])
    for row in rows.values("period").annotate(n=Count(whom, distinct=True)):
        if row["n"]:
            found[ordered[row["period"]]][key, TEAM] = Cell(row["n"])


def divided(total: str) -> str:
    """Return the key under which the cells of what divides a count are: by which of the parts a row is in, such as "0110"."""
    return f"{total}/divided"


def _count_divided(
    found: dict[Period, Cells], total: str, whole: Counting, parts: Sequence[Counting], team: Team
) -> None:
    """Count how many rows, or different people, are in which of the parts, in one query."""
    ordered = sorted(found)
    conditions = [part.condition if part.of is None else part.of for part in parts]
    # Parts of one condition share a column: PostgreSQL takes two equal ones, with parameters of their own, for different ones.
    columns = {condition: f"in{n}" for n, condition in enumerate(dict.fromkeys(conditions))}
    flags = {name: _flag(condition) for condition, name in columns.items()}
    rows = _in_periods(whole.source, team, found).filter(whole.condition)
    counts: Counter[tuple[Period, str]] = Counter()

    def bits_of(row: Mapping[str, int]) -> str:
        return "".join(str(row[columns[condition]]) for condition in conditions)

    if whole.whom:
        people = rows.filter(**{f"{whole.whom}__isnull": False}).values("period", whole.whom)
        for row in people.annotate(**{name: Max(flag) for name, flag in flags.items()}):
            counts[ordered[row["period"]], bits_of(row)] += 1
    else:
        for row in rows.annotate(**flags).values("period", *flags).annotate(n=Count("pk")):
            counts[ordered[row["period"]], bits_of(row)] += row["n"]
    for (period, bits), number in counts.items():
        found[period][divided(total), bits] = Cell(number)


def _flag(condition: Q) -> Case:
    return Case(When(condition or Q(pk__isnull=False), then=Value(1)), default=Value(0), output_field=IntegerField())
