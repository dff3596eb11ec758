"""Introductions by route and by direction: tables whose rows add up to all introductions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities import disclosure
from communities.models import Team, User
from communities.periods import Period
from connectors.models import Introduction, IntroductionOutcome, IntroductionSource
from connectors.rules.introductions import ENDS


@dataclass(frozen=True)
class Line:
    """One line of a table: its key, its label, a count for each outcome in their order, and their sum."""

    key: str
    words: str
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the sum of the line."""
        return sum(self.numbers)


@dataclass(frozen=True)
class KeptLine:
    """One line of a released table: its key ("" for the total), its label and its count, None when hidden."""

    key: str
    words: str
    total: int | None


def by_route(user: User, team: Team, period: Period | None) -> list[Line]:
    """Return a line for each route of introductions, highest first, and the total last; one query."""
    rows = _within(user, team, period).values_list("source", "outcome").annotate(number=Count("pk")).order_by()
    return _table(((source, outcome, number) for source, outcome, number in rows), dict(IntroductionSource.choices))


def by_direction(user: User, team: Team, period: Period | None) -> list[Line]:
    """Return a line for each direction that occurs (resident to group …), highest first, then the total; one query."""
    kinds = _within(user, team, period).annotate(from_kind=_kind("from"), to_kind=_kind("to"))
    rows = kinds.values_list("from_kind", "to_kind", "outcome")
    rows = rows.annotate(number=Count("pk")).order_by()
    return _table(((f"{one}-{other}", outcome, number) for one, other, outcome, number in rows), DIRECTIONS)


#: Counts of introductions by table (what they are counted by) and line: "route" and "direction".
type Counts = dict[str, dict[str, int]]


def counts_of(team: Team, period: Period) -> Counts:
    """Return how many introductions of a period came about by each route, and in each direction; for releases, two queries."""
    rows = Introduction.objects.filter(team=team, introduced_on__range=(period.start, period.end)).order_by()
    routes = rows.values_list("source").annotate(number=Count("pk"))
    kinds = rows.annotate(from_kind=_kind("from"), to_kind=_kind("to")).values_list("from_kind", "to_kind")
    directions = kinds.annotate(number=Count("pk"))
    return {"route": dict(routes), "direction": {f"{one}-{other}": number for one, other, number in directions}}


def year_of_counts(team_id: int, threshold: int, year: Period, quarters: list[Counts]) -> dict[str, list[KeptLine]]:
    """Return the tables of a year as users see them who only count, made of its four quarters, with the total last in each.

    Two rows beside the same total as in the indicators, without outcomes: see `communities.disclosure`. All routes and
    directions are in them, in an order that has nothing to do with the numbers.
    """
    totals = [sum(counts["route"].values()) for counts in quarters]
    counted = sum(totals)
    total = disclosure.year_beside_quarters(totals, counted, threshold, adds_up=True)
    ways = [(f"{one}-{other}", words_of_direction(one, other)) for one in ENDS for other in ENDS]
    tables = {}
    routes = [(key, str(words)) for key, words in IntroductionSource.choices]
    labels = {"route": routes, "direction": ways}
    for name, named in labels.items():
        values = [sum(counts[name].get(key, 0) for counts in quarters) for key, _words in named]
        order = disclosure.secret_order([key for key, _words in named], f"{team_id}:{name}:{year.key}")
        hidden = disclosure.hidden_places(values, total, threshold, order, adds_up=True)
        rows = zip(named, values, hidden, strict=True)
        table = [KeptLine(key, str(words), None if hide else value) for (key, words), value, hide in rows]
        tables[name] = [*table, KeptLine("", _("All of them"), counted if total.is_shown else None)]
    return tables


def csv_rows(routes: list[Line], directions: list[Line]) -> Iterator[list[object]]:
    """Yield both tables as rows of a file: the table, the line, a count for each outcome, the sum."""
    for name, lines in ((_("How it came about"), routes), (_("Who was introduced to whom"), directions)):
        for line in lines:
            yield [name, str(line.words), *line.numbers, line.total]


def outcomes() -> list[str]:
    """Return the labels of outcomes in the order of a line's counts."""
    return [str(words) for words in IntroductionOutcome.labels]


def words_of_direction(one: str, other: str) -> str:
    """Return the label of a direction: a resident to a group or place.

    `one` and `other` are keys of `rules.introductions.ENDS`.
    """
    return _("A %(one)s to a %(other)s") % {"one": ENDS[one], "other": ENDS[other]}


class _Directions:
    """The labels of the nine directions, in the active language."""

    def __getitem__(self, key: str) -> str:
        return words_of_direction(*key.split("-"))


DIRECTIONS = _Directions()


def _within(user: User, team: Team, period: Period | None) -> QuerySet[Introduction]:
    rows = Introduction.objects.countable_by(user).filter(team=team)
    return rows.filter(introduced_on__gte=period.start, introduced_on__lte=period.end) if period else rows


def _kind(side: str) -> Case:
    return Case(*(When(**{f"{side}_{kind}__isnull": False}, then=Value(kind)) for kind in ENDS), default=Value(""))


def _table(rows: Iterable[tuple[str, str, int]], words: Mapping[str, str | Promise] | _Directions) -> list[Line]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for key, outcome, number in rows:
        counted[key][outcome] = number
    order = IntroductionOutcome.values
    lines = [Line(key, str(words[key]), tuple(found.get(each, 0) for each in order)) for key, found in counted.items()]
    lines.sort(key=lambda line: (-line.total, line.words))
    total = tuple(sum(line.numbers[place] for line in lines) for place in range(len(order)))
    return [*lines, Line("", _("All of them"), total)]
