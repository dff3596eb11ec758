"""One search over everything: what each app can find, and the result as a page shows it.

Every app declares its finders in `KithConfig.finders()`, because communities must not import the apps above it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

from communities.among import among
from communities.compiled import compiled_once, padded
from communities.folding import begins_words, compared, folded
from communities.full_text import MOST_FOUND, FullText, Lookup, latest_of
from communities.models import Team, User
from communities.typed_words import is_whole, phrases

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
        lookup = Lookup(index, text, most)
        self.look_up([lookup])
        return self.known[_key_of(lookup)]

    def look_up(self, lookups: Iterable[Lookup]) -> None:
        """Ask for what `latest` will return of these lookups, all that are not known yet at once."""
        asked = {key: lookup for lookup in lookups if (key := _key_of(lookup)) not in self.known}
        found = latest_of(list(asked.values()), team_id=self.team.pk)
        self.known.update(zip(asked, found, strict=True))


def _key_of(lookup: Lookup) -> tuple[object, ...]:
    return lookup.index.table, tuple(map(tuple, phrases(lookup.text))), lookup.most


@dataclass(frozen=True)
class Naming:
    """The rows one of whose parts a word names. is_rare: the filter alone finds few rows, by an index."""

    where: Q
    is_rare: bool = False


@dataclass(frozen=True)
class Part:
    """Something beside a record's own texts that belongs to it, such as the giver of a gift or its theme.

    naming: returns the rows where a word names it, None if the word names nothing. index: where it looks up words, the
    latest COUNTED and one of each, so that all words of a search are looked up at once.
    """

    naming: Callable[[Search, str], Naming | None]
    index: FullText | None = None


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
    indexes, parts: where it looks up the text and its words, so that all finders' lookups are one query.
    """

    kind: str
    label: str | Promise
    icon: str
    order: int
    find: Callable[[Search], Found]
    indexes: Sequence[FullText] = ()
    parts: Sequence[Part] = ()
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
    search.look_up(
        [
            *(Lookup(index, search.text, COUNTED + 1) for finder in finders() for index in finder.indexes),
            *lookups_of_words(search, [part for finder in finders() for part in finder.parts]),
        ]
    )
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
    found = [*([among(numbers)] if numbers else []), *([also] if also is not None else [])]
    return reduce(or_, found) if found else None


def joined(index: FullText, search: Search, rows: QuerySet, parts: Sequence[Part], *, most: int) -> set[int]:
    """Return the primary keys of rows that have all words only together with their parts: "sian baking".

    None for a search of one word. At most three words name parts; each way to choose them costs two queries, and one
    more if there are more rows with the other words than an index returns.
    """
    words = words_apart(search.text)
    if not parts or not 1 < len(words) <= MOST_JOINED:
        return set()
    search.look_up(lookups_of_words(search, parts))
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
        return rows.filter(among(latest)).values_list("pk", flat=True) if latest else ()
    if is_rare:
        few = list(rows.values_list("pk", flat=True)[:most])
        return index.latest(text, team_id=search.team.pk, most=most, among=few) if few else ()
    return rows.filter(among(latest)).values_list("pk", flat=True)


def lookups_of_words(search: Search, parts: Iterable[Part]) -> list[Lookup]:
    """Return the lookups of each word of a search in the indexes of parts, for `Search.look_up`; none for one word."""
    words = words_apart(search.text)
    if not 1 < len(words) <= MOST_JOINED:
        return []
    indexes = dict.fromkeys(part.index for part in parts if part.index)
    return [Lookup(index, word, COUNTED + 1) for index in indexes for word in words if not is_whole(word)]


def words_apart(text: str) -> list[str]:
    """Return the different words of a search, folded; a phrase in quotation marks is one of them."""
    return list(dict.fromkeys(" ".join(phrase) for phrase in phrases(text)))


def _naming(search: Search, word: str, parts: Sequence[Part]) -> Naming | None:
    """Return the rows one of whose parts a word names. A single letter names nothing, because it begins too much."""
    found = [] if is_whole(word) else [naming for part in parts if (naming := part.naming(search, word))]
    if not found:
        return None
    return Naming(reduce(or_, (naming.where for naming in found)), all(naming.is_rare for naming in found))


def named_row(model: type[Model], index: FullText, *fields: str) -> Part:
    """Return the part of a record that is a row with a `name`, such as the asset at either end of an introduction.

    index: finds the rows; words in its other columns do not count. fields: the foreign keys to the row.
    """

    def naming(search: Search, words: str) -> Naming | None:
        if not (named := rows_named(model, index, search, words)):
            return None
        return Naming(Q(*((f"{field}__in", named) for field in fields), _connector=Q.OR), is_rare=True)

    return Part(naming, index)


def rows_named(model: type[Model], index: FullText, search: Search, words: str) -> list[int]:
    """Return the primary keys of rows whose `name` the words begin, of the latest that an index finds."""
    known = search.known.setdefault(f"named {index.table}", {})
    if words not in known:
        numbers = search.latest(index, words, most=COUNTED + 1)
        rows = _names_of(model)(numbers=padded(numbers)) if numbers else ()
        known[words] = [number for number, name in rows if begins_words(words.split(), name)]
    return known[words]


@cache
def _names_of(model: type[Model]) -> Callable[..., list[tuple[int, str]]]:
    """Return what reads the names of rows of a model by their primary keys; its query is compiled once."""

    def names(*, numbers: list[int]) -> QuerySet[Any, Any]:
        return model._default_manager.filter(pk__in=numbers).order_by().values_list("pk", "name")

    return compiled_once(names)


def _choices(words: list[str]) -> Iterator[tuple[str, ...]]:
    words = words[:MOST_NAMING]
    for number in range(1, len(words) + 1):
        yield from combinations(words, number)


def found_in[Row: Model](
    index: FullText,
    search: Search,
    rows: Callable[..., QuerySet[Row]],
    *,
    hit: Callable[[Row], Hit],
    compared: Callable[[Row], str] = str,
    also: Mapping[str, Sequence[int]] | None = None,
    parts: Sequence[Part] = (),
    fitting: Callable[[Row], bool] = lambda row: True,
    is_compiled: bool = True,
) -> Found:
    """Return the rows of a team that a full-text index finds, the latest first; two queries for a single word.

    rows: returns the rows of a `team` that a `user` may read. also: other rows that fit, as primary keys by lookup, such as the
    gifts of some people. parts: what else words can name; see `joined`. fitting: whether the reader may know that a row
    fits. is_compiled: whether the query is compiled once for all readers (ADR 31), which one by roles cannot be.
    """
    numbers = set(search.latest(index, search.text, most=COUNTED + 1))
    if parts and " " in search.text:
        numbers |= joined(index, search, rows(user=search.user, team=search.team), parts, most=COUNTED + 1)
    ways = {**(also or {}), "pk": sorted({*numbers, *(also or {}).get("pk", ())})}
    ways = {name: padded(keys) for name, keys in ways.items() if keys}
    if not ways:
        return Found()
    read: Callable[..., Iterable[Row]] = _compiled(rows) if is_compiled else partial(_rows_by, rows)
    found = list(read(user=search.user, team=search.team, **ways))
    shown = [row for row in found[:COUNTED] if fitting(row)]
    return Found(shown, compared, hit, is_cut=len(found) > COUNTED)


def _rows_by(rows: Callable[..., QuerySet], *, user: User, team: Team, **ways: list[int]) -> QuerySet:
    where = reduce(or_, (Q(**{f"{name}__in": keys}) for name, keys in ways.items()))
    return rows(user=user, team=team).filter(where).order_by("-pk")[: COUNTED + 1]


@cache
def _compiled(rows: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    return compiled_once(partial(_rows_by, rows))
