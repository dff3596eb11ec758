"""Residents and themes that a search names, for every kind of record that they belong to.

A search never confirms a name that its reader is shown as initials: such residents are found by the initials alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial, reduce
from operator import and_

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from communities.compiled import compiled_once
from communities.folding import begins_words
from communities.models import Team, User
from communities.searching import COUNTED, MOST_JOINED, Naming, Part, Search, words_apart
from connectors.models import Person, Theme
from connectors.queries.gifts import offered_gifts
from connectors.queries.names import names_shown_starting, people_like, people_shown_starting
from connectors.queries.search import GIFTS
from connectors.rules.conversations import can_log_conversation
from connectors.rules.name_keys import name_key

#: Of how many residents with a name their gifts, asks, sparks and stories are found too.
NAMESAKES = 20
#: How many residents with a name are read for their gifts and themes, when other words name those.
MOST_NAMED = 200
#: Of how many themes of a team a search reads the names.
MOST_THEMES = 1_000


def reads_about_people(search: Search) -> bool:
    """Return whether somebody may read about residents, and so search what is written about them."""
    return can_log_conversation(search.user, search.team)


def people_named(search: Search) -> list[int]:
    """Return the primary keys of residents with the name, at most COUNTED and one; one query for all finders.

    None for readers who may not read about residents. Of a single letter only residents with exactly that name.
    """
    if "named" not in search.known:
        search.known["named"] = _people_named(search) if reads_about_people(search) else []
    return search.known["named"]


def _people_named(search: Search) -> list[int]:
    key = name_key(search.text)
    if not key:
        return []
    if len(key) == 1 and key.lower() != key.upper():
        people = people_like(user=search.user, team=search.team, typed=search.text)
        return [person.pk for person in people]
    people = people_shown_starting(user=search.user, team=search.team, typed=search.text, most=2 * COUNTED)
    # Two parts of somebody's name can begin in the same way.
    return list(dict.fromkeys(people))[: COUNTED + 1]


def of_people_named(search: Search) -> Q | None:
    """Return a filter for the rows that belong to a `person` with the name; None without a match."""
    theirs = people_named(search)[:NAMESAKES]
    return Q(person__in=theirs) if theirs else None


@dataclass(frozen=True)
class Namesakes:
    """Residents of whose name one word begins a part: their primary keys, and whether these are all."""

    numbers: tuple[int, ...]
    is_all: bool
    search: Search
    word: str

    @property
    def people(self) -> Iterable[int] | QuerySet:
        """Return what a filter by them compares with: the numbers if these are all, otherwise a subquery."""
        if self.is_all:
            return self.numbers
        names = names_shown_starting(user=self.search.user, team=self.search.team, typed=self.word)
        return names.order_by().values("person")


def namesakes(search: Search, word: str) -> Namesakes | None:
    """Return the residents of whose name a part begins with a word, or None; one query a word."""
    known = search.known.setdefault("namesakes", {})
    if word not in known:
        known[word] = _namesakes(search, word) if reads_about_people(search) else None
    return known[word]


def _namesakes(search: Search, word: str) -> Namesakes | None:
    found = people_shown_starting(user=search.user, team=search.team, typed=word, most=MOST_NAMED + 1)
    numbers = tuple(dict.fromkeys(found))
    return Namesakes(numbers, len(found) <= MOST_NAMED, search, word) if numbers else None


def of_resident(*fields: str) -> Part:
    """Return the part of a record that is a resident, in one of these fields: who gives, who asked, either end."""
    return Part(partial(_of_resident, fields or ("person",)))


def _of_resident(fields: tuple[str, ...], search: Search, word: str) -> Naming | None:
    if (found := namesakes(search, word)) is None:
        return None
    where = Q(*((f"{field}__in", found.people) for field in fields), _connector=Q.OR)
    return Naming(where, is_rare=found.is_all)


def with_residents(through: type[Model], key: str) -> Part:
    """Return the part of a record that are residents in a table between the two, such as who was in a conversation."""
    return Part(partial(_with_residents, through, key))


def _with_residents(through: type[Model], key: str, search: Search, word: str) -> Naming | None:
    if (found := namesakes(search, word)) is None:
        return None
    links = through._default_manager.filter(person__in=found.people)
    if found.is_all:
        return Naming(Q(pk__in=links.values(key)), is_rare=True)
    return Naming(Q(Exists(links.filter(**{key: OuterRef("pk")}))))


def on_theme() -> Part:
    """Return the part of a record that is its `theme`."""
    return Part(_on_theme)


def _on_theme(search: Search, word: str) -> Naming | None:
    named = themes_named(search, word)
    return Naming(Q(theme__in=named)) if named else None


def on_themes(through: type[Model], key: str) -> Part:
    """Return the part of a record that are themes in a table between the two."""
    return Part(partial(_on_themes, through, key))


def _on_themes(through: type[Model], key: str, search: Search, word: str) -> Naming | None:
    named = themes_named(search, word)
    links = through._default_manager.filter(**{key: OuterRef("pk")}, theme__in=named)
    return Naming(Q(Exists(links))) if named else None


def themes_named(search: Search, word: str) -> list[int]:
    """Return the primary keys of the team's themes of which a word begins a part; one query for a whole search."""
    if "themes" not in search.known:
        search.known["themes"] = _names_of_themes(user=search.user, team=search.team)
    named = search.known.setdefault("themes named", {})
    if word not in named:
        named[word] = [number for number, name in search.known["themes"] if begins_words([word], name)]
    return named[word]


@compiled_once
def _names_of_themes(*, user: User, team: Team) -> QuerySet:
    return Theme.objects.visible_to(user).filter(team=team).order_by("pk").values_list("pk", "name")[:MOST_THEMES]


def people_joined(search: Search) -> list[int]:
    """Return the primary keys of residents whom some words name and of whom the others say something: "sian baking".

    That is a gift they offer, a theme they care about or their street. Four queries and one for each word; none for a search
    of one word. Of a name that more than `MOST_NAMED` have, those with the gift are found among its latest.
    """
    words = words_apart(search.text)
    if not 1 < len(words) <= MOST_JOINED or not reads_about_people(search):
        return []
    by_word = {word: found for word in words if len(word) > 1 and (found := namesakes(search, word))}
    if not by_word:
        return []
    fewest = min(by_word.values(), key=lambda found: len(found.numbers))
    numbers = list(fewest.numbers[:MOST_NAMED])
    others = [word for word in words if word not in by_word]
    if not fewest.is_all and others:
        given = search.latest(GIFTS, " ".join(others), most=10 * COUNTED)
        named = reduce(and_, (Q(person__in=found.people) for found in by_word.values()))
        gifts = offered_gifts(user=search.user, team=search.team).filter(named, pk__in=given)
        numbers += list(gifts.values_list("person", flat=True)[:COUNTED])
    single = " ".join(words).split()
    return [number for number, text in _texts_of(search, numbers) if begins_words(single, text)][: COUNTED + 1]


def _texts_of(search: Search, numbers: list[int]) -> Iterable[tuple[int, str]]:
    """Return each resident's names, street, neighbourhood, offered gifts and themes in one text; three queries."""
    people = Person.objects.visible_to(search.user).filter(pk__in=numbers).order_by("known_as", "pk")
    texts = {
        number: list(filter(None, said))
        for number, *said in people.values_list("pk", "known_as", "also_known_as", "street", "neighbourhood__name")
    }
    gifts = offered_gifts(user=search.user, team=search.team).filter(person__in=numbers)
    themes = Person.themes.through._default_manager.filter(person__in=numbers)
    for number, name in (*gifts.values_list("person", "name"), *themes.values_list("person", "theme__name")):
        texts.get(number, []).append(name)
    return ((number, " ".join(said)) for number, said in texts.items())
