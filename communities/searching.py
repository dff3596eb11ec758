"""One search over everything: what each app can find, and the result as a page shows it.

Every app declares its finders in `KithConfig.finders()`, because communities must not import the apps above it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.folding import compared, folded
from communities.full_text import MOST_FOUND, FullText
from communities.models import Team, User

#: How many rows of one kind are shown; the others are in the kind's own list.
SHOWN = 5
#: How many rows of one kind are counted and put in order: the latest that match.
COUNTED = 50
#: The longest text that is searched for.
LONGEST = 120


@dataclass(frozen=True)
class Search:
    """What somebody is looking for, where, and in which words."""

    user: User
    team: Team
    text: str
    #: What one finder has looked up and others use too.
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def folded(self) -> str:
        """Return the text as names and words are compared."""
        return folded(self.text)


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


def matching(index: FullText, search: Search, *, also: Q | None = None, most: int = 10 * MOST_FOUND) -> Q | None:
    """Return a filter for the rows that an index finds, the `most` latest, or that fit otherwise; None if there are none.

    A list that is filtered by its text uses it too, so that it shows what the search counted.
    """
    numbers = index.latest(search.text, team_id=search.team.pk, most=most)
    found = [*([Q(pk__in=numbers)] if numbers else []), *([also] if also is not None else [])]
    return reduce(or_, found) if found else None


def found_in[Row: Model](
    index: FullText,
    search: Search,
    rows: QuerySet[Row],
    *,
    hit: Callable[[Row], Hit],
    compared: Callable[[Row], str] = str,
    also: Q | None = None,
    fitting: Callable[[Row], bool] = lambda row: True,
) -> Found:
    """Return the rows of a queryset that a full-text index finds, the latest first; two queries.

    also: other rows that fit, such as those of a resident of that name. fitting: whether the reader may know that a row
    fits.
    """
    where = matching(index, search, also=also, most=COUNTED + 1)
    if where is None:
        return Found()
    found = list(rows.filter(where).order_by("-pk")[: COUNTED + 1])
    shown = [row for row in found[:COUNTED] if fitting(row)]
    return Found(shown, compared, hit, is_cut=len(found) > COUNTED)
