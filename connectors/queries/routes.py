"""Introductions by route and by direction: tables whose rows add up to all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.translation import gettext as _

from communities.models import Team, User
from communities.periods import Period
from connectors.models import Introduction, IntroductionOutcome, IntroductionSource
from connectors.rules.introductions import ENDS


@dataclass(frozen=True)
class Line:
    """One line of a table: its key, its words, a number for each outcome in their order, and their sum."""

    key: str
    words: str
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the sum of the line."""
        return sum(self.numbers)


def by_route(user: User, team: Team, period: Period | None) -> list[Line]:
    """Return one line for each route by which introductions came about, most first, and the total last; one query."""
    rows = _within(user, team, period).values_list("source", "outcome").annotate(number=Count("pk")).order_by()
    return _table(((source, outcome, number) for source, outcome, number in rows), dict(IntroductionSource.choices))


def by_direction(user: User, team: Team, period: Period | None) -> list[Line]:
    """Return one line for each direction that there is (a resident to a group …), most first, the total last; one query."""
    kinds = {f"{side}_kind": _kind(side) for side in ("from", "to")}
    rows = _within(user, team, period).annotate(**kinds).values_list("from_kind", "to_kind", "outcome")
    rows = rows.annotate(number=Count("pk")).order_by()
    return _table(((f"{one}-{other}", outcome, number) for one, other, outcome, number in rows), DIRECTIONS)


def csv_rows(routes: list[Line], directions: list[Line]) -> Iterator[list[object]]:
    """Give both tables as rows of a file: which table, the line, a number for each outcome, all."""
    for name, lines in ((_("How it came about"), routes), (_("Who to whom"), directions)):
        for line in lines:
            yield [name, str(line.words), *line.numbers, line.total]


def outcomes() -> list[str]:
    """Return the outcomes' words in the order of a line's numbers."""
    return [str(words) for words in IntroductionOutcome.labels]


def words_of_direction(one: str, other: str) -> str:
    """Return a direction in words: a resident to a group or place. `one` and `other` are keys of `rules.introductions.ENDS`."""
    return _("A %(one)s to a %(other)s") % {"one": ENDS[one], "other": ENDS[other]}


class _Directions:
    """The nine directions in words, in the language of whoever asks."""

    def __getitem__(self, key: str) -> str:
        return words_of_direction(*key.split("-"))


DIRECTIONS = _Directions()


def _within(user: User, team: Team, period: Period | None) -> QuerySet[Introduction]:
    rows = Introduction.objects.countable_by(user).filter(team=team)
    return rows.filter(introduced_on__gte=period.start, introduced_on__lte=period.end) if period else rows


def _kind(side: str) -> Case:
    return Case(*(When(**{f"{side}_{kind}__isnull": False}, then=Value(kind)) for kind in ENDS), default=Value(""))


def _table(rows: Iterable[tuple[str, str, int]], words: object) -> list[Line]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for key, outcome, number in rows:
        counted[key][outcome] = number
    order = IntroductionOutcome.values
    lines = [Line(key, str(words[key]), tuple(found.get(each, 0) for each in order)) for key, found in counted.items()]
    lines.sort(key=lambda line: (-line.total, line.words))
    total = tuple(sum(line.numbers[place] for line in lines) for place in range(len(order)))
    return [*lines, Line("", _("All of them"), total)]
