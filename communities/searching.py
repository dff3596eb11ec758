"""One search over everything: what each app can find, and the result as a page shows it.

Every app declares its finders in `KithConfig.finders()`, because communities must not import the apps above it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial, reduce
from itertools import combinations
from operator import and_, or_
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.folding import begins_words, compared, folded
from communities.full_text import MOST_FOUND, FullText, is_whole, phrases
from communities.models import Team, User

#: How many rows of one kind are shown; the others are in the kind's own list.
SHOWN = 5
#: How many rows of one kind are counted and put in order: the latest that match.
COUNTED = 50
#: The longest text that is searched for.
LONGEST = 120
#: A longer search must have all its words in one place of a record.
MOST_JOINED = 6
#: How many words of a search are looked for in other places than a record's own texts, at most.
MOST_NAMING = 3


@dataclass(frozen=True)
class Search:
    """What somebody is looking for, where, and in which words."""

    user: User
    team: Team
    text: str
    #: What one finder has looked up and others use too.
    known: dict[Any, Any] = field(default_factory=dict)

    @property
    def folded(self) -> str:
        """Return the text as names and words are compared."""
        return folded(self.text)

    def latest(self, index: FullText, text: str, *, most: int) -> list[int]:
        """Return the primary keys of the `most` latest rows that an index finds; it is asked once for all finders."""
        asked = (index.table, tuple(map(tuple, phrases(text))), most)
        if asked not in self.known:
            self.known[asked] = index.latest(text, team_id=self.team.pk, most=most)
        return self.known[asked]


@dataclass(frozen=True)
class Naming:
    """The rows one of whose parts a word names. is_rare: the filter alone finds few rows, by an index."""

    where: Q
    is_rare: bool = False


#: Something beside a record's own texts that belongs to it, such as the giver of a gift or its theme: returns the rows
#: where a word names it, None if the word names nothing.
type Part = Callable[[Search, str], Naming | None]


@dataclass(frozen=True)
class Hit:
    """One row of the result: its words, its page, and a quiet line about it."""

    words: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """The rows that a finder found; `is_cut` if there may be more than it counted.

    compared: returns the text of a row that is compared with the search, for the best fit to stand first. hit: returns what
    the page shows of a row; only those that are shown are asked for.
    """

    rows: Sequence[Any] = ()
    compared: Callable[[Any], str] = str
    hit: Callable[[Any], Hit] = lambda row: Hit(str(row), "")
    is_cut: bool = False

    @property
    def hits(self) -> list[Hit]:
        """Return what a page shows of every row."""
        return [self.hit(row) for row in self.rows]


@dataclass(frozen=True, kw_only=True)
class Finder:
    """One kind of row that can be searched for.

    find: returns the rows that the user may see, at most COUNTED, in a fixed number of queries. address: returns the URL
    of the kind's own list, to which the text is added as `q` if `is_narrowed`. order: where the kind stands among others.
    """

    kind: str
    label: str | Promise
    icon: str
    order: int
    find: Callable[[Search], Found]
    address: Callable[[], str] = lambda: ""
    is_narrowed: bool = True


@dataclass(frozen=True)
class Group:
    """The result of one finder: the best rows, how many there are, and the list of all of them."""

    finder: Finder
    hits: list[Hit]
    total: int
    is_cut: bool
    url: str = ""

    @property
    def has_more(self) -> bool:
        """Return whether there are rows that the page does not show, and a list of them."""
        return bool(self.url) and (self.is_cut or self.total > len(self.hits))

    @property
    def total_label(self) -> str:
        """Return the number of rows as text, such as "more than 50"."""
        return _("more than %(number)s") % {"number": number_format(self.total)} if self.is_cut else str(self.total)


@dataclass(frozen=True)
class Result:
    """Everything that was found, by kind."""

    text: str
    groups: list[Group] = field(default_factory=list)

    @property
    def shown(self) -> int:
        """Return how many rows the page shows."""
        return sum(len(group.hits) for group in self.groups)


@cache
def finders() -> tuple[Finder, ...]:
    """Return the finders of all apps, in the order of the page."""
    every: Iterable[Finder] = (
        finder for config in apps.get_app_configs() for finder in getattr(config, "finders", tuple)()
    )
    return tuple(sorted(every, key=lambda finder: finder.order))


def search_everything(*, user: User, team: Team, text: str) -> Result:
    """Return what a user may see of everything that fits a text, by kind; each finder is asked once.

    A text of punctuation alone finds nothing.
    """
    search = Search(user, team, " ".join(text[:LONGEST].split()))
    if not compared(search.text):
        return Result(search.text)
    groups = []
    for finder in finders():
        found = finder.find(search)
        if found.rows:
            hits = [found.hit(row) for row in best_first(found, search)[:SHOWN]]
            groups.append(Group(finder, hits, len(found.rows), found.is_cut, _address(finder, search)))
    return Result(search.text, groups)


def _address(finder: Finder, search: Search) -> str:
    url = finder.address()
    if not url or not finder.is_narrowed:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'q': search.text})}"


def best_first(found: Found, search: Search) -> list[Any]:
    """Return rows in order of how well they fit: the same, the same beginning, all words, others."""
    wanted = search.folded
    return sorted(found.rows, key=lambda row: _rank(found.compared(row), wanted))


def fits(text: str, search: Search) -> bool:
    """Return whether a text alone contains the beginning of every word."""
    return _rank(text, search.folded) < OTHERS


#: The rank of a row that fits by a text which its title does not show.
OTHERS = 3


def _rank(text: str, wanted: str) -> int:
    found = folded(text)
    if found == wanted:
        return 0
    if found.startswith(wanted):
        return 1
    parts = found.split()
    return 2 if all(any(part.startswith(word) for part in parts) for word in wanted.split()) else OTHERS


def matching(
    index: FullText,
    search: Search,
    rows: QuerySet,
    *,
    also: Q | None = None,
    parts: Sequence[Part] = (),
    most: int = 10 * MOST_FOUND,
) -> Q | None:
    """Return a filter for the rows that an index finds, the `most` latest, or that fit otherwise; None if there are none.

    also: other rows that fit. parts: where some words can stand while the others are in the index; see `joined`. A list
    that is filtered by its text uses this function too, so that it shows what the search counted.
    """
    numbers = search.latest(index, search.text, most=most)
    numbers = [*numbers, *joined(index, search, rows, parts, most=most)]
    found = [*([Q(pk__in=numbers)] if numbers else []), *([also] if also is not None else [])]
    return reduce(or_, found) if found else None


def joined(index: FullText, search: Search, rows: QuerySet, parts: Sequence[Part], *, most: int) -> set[int]:
    """Return the primary keys of rows that have all words only together with their parts: "sian baking".

    None for a search of one word. At most three words name parts; each way to choose them costs two queries, and one
    more if there are more rows with the other words than an index returns.
    """
    words = words_apart(search.text)
    if not parts or not 1 < len(words) <= MOST_JOINED:
        return set()
    named = {word: found for word in words if (found := _naming(search, word, parts))}
    numbers: set[int] = set()
    for naming in _choices(list(named)):
        where = reduce(and_, (named[word].where for word in naming))
        is_rare = any(named[word].is_rare for word in naming)
        others = " ".join(f'"{word}"' if " " in word else word for word in words if word not in naming)
        numbers.update(_having(index, search, rows.filter(where), others, is_rare=is_rare, most=most))
    return numbers


def _having(index: FullText, search: Search, rows: QuerySet, text: str, *, is_rare: bool, most: int) -> Iterable[int]:
    """Return the primary keys of those of some rows that an index finds; of rows that are rare, also the oldest."""
    rows = rows.order_by("-pk")
    if not text:
        return rows.values_list("pk", flat=True)[:most] if is_rare else ()
    latest = search.latest(index, text, most=most)
    if len(latest) < most:
        return rows.filter(pk__in=latest).values_list("pk", flat=True) if latest else ()
    if is_rare:
        few = list(rows.values_list("pk", flat=True)[:most])
        return index.latest(text, team_id=search.team.pk, most=most, among=few) if few else ()
    return rows.filter(pk__in=latest).values_list("pk", flat=True)


def words_apart(text: str) -> list[str]:
    """Return the different words of a search, folded; a phrase in quotation marks is one of them."""
    return list(dict.fromkeys(" ".join(phrase) for phrase in phrases(text)))


def _naming(search: Search, word: str, parts: Sequence[Part]) -> Naming | None:
    """Return the rows one of whose parts a word names. A single letter names nothing, because it begins too much."""
    found = [] if is_whole(word) else [naming for part in parts if (naming := part(search, word))]
    if not found:
        return None
    return Naming(reduce(or_, (naming.where for naming in found)), all(naming.is_rare for naming in found))


def named_row(model: type[Model], index: FullText, *fields: str) -> Part:
    """Return the part of a record that is a row with a `name`, such as the asset at either end of an introduction.

    index: finds the rows; words in its other columns do not count. fields: the foreign keys to the row.
    """
    return partial(_named_row, model, index, fields)


def _named_row(
    model: type[Model], index: FullText, fields: tuple[str, ...], search: Search, words: str
) -> Naming | None:
    known = search.known.setdefault(f"named {index.table}", {})
    if words not in known:
        numbers = search.latest(index, words, most=COUNTED + 1)
        rows = model._default_manager.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
        known[words] = [number for number, name in rows if begins_words(words.split(), name)]
    named = known[words]
    if not named:
        return None
    return Naming(Q(*((f"{field}__in", named) for field in fields), _connector=Q.OR), is_rare=True)


def _choices(words: list[str]) -> Iterator[tuple[str, ...]]:
    words = words[:MOST_NAMING]
    for number in range(1, len(words) + 1):
        yield from combinations(words, number)


def found_in[Row: Model](
    index: FullText,
    search: Search,
    rows: QuerySet[Row],
    *,
    hit: Callable[[Row], Hit],
    compared: Callable[[Row], str] = str,
    also: Q | None = None,
    parts: Sequence[Part] = (),
    fitting: Callable[[Row], bool] = lambda row: True,
) -> Found:
    """Return the rows of a queryset that a full-text index finds, the latest first; two queries for a single word.

    also: other rows that fit, such as those of a resident of that name. parts: what else words can name; see `joined`.
    fitting: whether the reader may know that a row fits.
    """
    where = matching(index, search, rows, also=also, parts=parts, most=COUNTED + 1)
    if where is None:
        return Found()
    found = list(rows.filter(where).order_by("-pk")[: COUNTED + 1])
    shown = [row for row in found[:COUNTED] if fitting(row)]
    return Found(shown, compared, hit, is_cut=len(found) > COUNTED)
