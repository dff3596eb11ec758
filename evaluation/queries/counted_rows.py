"""The counted rows themselves, by place: what a release stores, so that a recount can say what has changed since."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from communities.models import Team
from communities.periods import Period
from evaluation.framework import SHIPPED, Catalogue, Counting
from evaluation.queries.counting import TEAM, ZERO_PENCE, Cell, Cells, divided, place_of

#: By indicator and place, the counted rows: primary keys; with [row, person] for different people, [row, 0 or 1] for shares
#: and [row, amount as text] for sums. The team is left out: its rows are those of all places.
type CountedRows = dict[str, dict[str, list]]


def counted_rows(team: Team, period: Period, catalogue: Catalogue = SHIPPED) -> CountedRows:
    """Return the rows that every computed indicator counts in a period, one query for each indicator."""
    found: CountedRows = {}
    for key, counting in catalogue.countings.items():
        places: dict[str, list] = {}
        for place, *row in _rows(team, period, counting):
            places.setdefault(place_of(place), []).append(_kept(counting, row))
        found[key] = {place: sorted(rows) for place, rows in places.items()}
    return found


def _rows(team: Team, period: Period, counting: Counting) -> QuerySet:
    source = counting.source
    rows = source.rows(team).order_by()
    standing = counting.stands(period)
    rows = rows.filter(source.within(period) if standing is None else standing)
    if counting.of is not None:
        met = Case(When(counting.condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        return rows.filter(counting.of).annotate(met=met).values_list(source.place, "pk", "met")
    rows = rows.filter(counting.condition)
    if counting.whom:
        return rows.filter(**{f"{counting.whom}__isnull": False}).values_list(source.place, "pk", F(counting.whom))
    if counting.amount:
        return rows.values_list(source.place, "pk", counting.amount)
    return rows.values_list(source.place, "pk")


def _kept(counting: Counting, row: list) -> object:
    if counting.amount:
        return [row[0], str((row[1] or ZERO_PENCE).quantize(ZERO_PENCE))]
    return row if len(row) > 1 else row[0]


def cells_of(rows: CountedRows, catalogue: Catalogue = SHIPPED) -> Cells:
    """Return the cells that counted rows add up to, the team's with them."""
    cells: Cells = {}
    for key, places in rows.items():
        counting = catalogue.countings.get(key)
        if counting is None:
            continue
        for place, each in places.items():
            cells[key, place] = _cell(counting, each)
        if places:
            cells[key, TEAM] = _cell(counting, [row for each in places.values() for row in each])
    for total, parts in catalogue.divisions.items():
        cells |= _divided(rows, total, parts, catalogue)
    return {at: cell for at, cell in cells.items() if cell.number or cell.out_of}


def _divided(rows: CountedRows, total: str, parts: Iterable[str], catalogue: Catalogue) -> Cells:
    """Return how many rows, or different people, are in which of the parts of a count."""
    found = [_listed(rows.get(part, {}), catalogue.countings[part]) for part in parts]
    counts = Counter(
        "".join(str(int(each in part)) for part in found)
        for each in _listed(rows.get(total, {}), catalogue.countings[total])
    )
    return {(divided(total), bits): Cell(number) for bits, number in counts.items()}


def _listed(places: dict[str, list], counting: Counting) -> set:
    """Return what is counted, each once: people where these are counted, else rows."""
    rows = [row for each in places.values() for row in each]
    if counting.whom:
        return {person for _row, person in rows}
    return {row[0] if isinstance(row, list) else row for row in rows}


def _cell(counting: Counting, rows: list) -> Cell:
    if counting.whom:
        return Cell(len({person for _row, person in rows}))
    if counting.of is not None:
        return Cell(sum(met for _row, met in rows), len(rows))
    if counting.amount:
        return Cell(sum((Decimal(amount) for _row, amount in rows), ZERO_PENCE))
    return Cell(len(rows))


def year_of_rows(quarters: Iterable[CountedRows], catalogue: Catalogue = SHIPPED) -> CountedRows:
    """Return the counted rows of a year from those of its quarters, oldest first; of what stands on a day, the last quarter's."""
    year: CountedRows = {}
    for rows in quarters:
        for key, places in rows.items():
            if (counting := catalogue.countings.get(key)) is None:
                continue
            if counting.on is not None:
                year[key] = places
                continue
            for place, each in places.items():
                year.setdefault(key, {}).setdefault(place, []).extend(each)
    return year
