"""The list of words that a team notices, and the list for one of its users."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from communities.compiled import compiled_once
from communities.models import Team, User
from connectors.models import IgnoredWord, TeamWord
from connectors.wording import ENTRIES, Entry, Noticed, WordList, key
from connectors.wording.rules import split_alternatives

#: The fields of a conversation in which words are noticed.
NOTICED_IN = ("summary", "idea")
#: Words that somebody is notified of at once, after saving a page: more would be a lecture.
MOST_TOLD = 5
SHIPPED_NAMES = {entry.name: entry for entry in ENTRIES}


def list_of(team: Team) -> WordList:
    """Return the list of a team: shipped words, its own, and those it silenced; one query.

    Compiled once per process for each recent content of the list, so that it is never out of date.
    """
    return _ready(tuple(_words_of(team=team)))


@compiled_once
def _words_of(*, team: Team) -> QuerySet[TeamWord, tuple[str, str, str, str, bool]]:
    rows = TeamWord.objects.filter(team=team).order_by("pk")
    return rows.values_list("phrase", "alternatives", "reason", "language", "is_silent")


def list_for(user: User, team: Team) -> WordList:
    """Return the list of a team without the words that this user ignores; two queries."""
    return list_of(team).without(names_ignored_by(user, team))


def names_ignored_by(user: User, team: Team) -> frozenset[str]:
    """Return the names of the entries that a user ignores."""
    return frozenset(_ignored_words(team=team, person=user))


@compiled_once
def _ignored_words(*, team: Team, person: User) -> QuerySet[IgnoredWord, str]:
    return IgnoredWord.objects.filter(team=team, user=person).values_list("phrase", flat=True)


def count_noticed(words: WordList, texts: dict[str, str], steps: Iterable[str] = ()) -> int:
    """Return how many words a list notices in a conversation, given its fields by name, and in its next steps.

    Only the fields `NOTICED_IN` count.
    """
    return sum(len(words.notice(text)) for text in (*(texts.get(name) or "" for name in NOTICED_IN), *steps))


def noticed_in(texts: Iterable[str], *, user: User, team: Team, besides: Iterable[str] = ()) -> list[Noticed]:
    """Return what a user is notified of in some texts, each entry once and at most MOST_TOLD of them; two queries.

    besides: names of entries to ignore this time.
    """
    words = list_for(user, team).without(key(name) for name in besides)
    found: dict[str, Noticed] = {}
    for text in texts:
        for each in words.notice(text):
            found.setdefault(each.name, each)
    return list(found.values())[:MOST_TOLD]


def own_entry(phrase: str, alternatives: str, reason: str, language: str) -> Entry:
    """Return a team's own word as an entry with one form."""
    offered = tuple((words,) for words in split_alternatives(alternatives))
    return Entry(forms=(phrase,), alternatives=offered, reason=reason, language=language)


@lru_cache(maxsize=64)
def _ready(rows: tuple[tuple[str, str, str, str, bool], ...]) -> WordList:
    own = [own_entry(*row[:4]) for row in rows if not row[4]]
    return WordList((*ENTRIES, *own), quiet={key(row[0]) for row in rows if row[4]})


@dataclass(frozen=True)
class Listed:
    """An entry as the page lists it; `word` is the team's own row, None for a shipped entry."""

    entry: Entry
    is_silent: bool
    is_ignored: bool
    word: TeamWord | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the first two forms, which are enough to recognise it: singular and plural, or a mutation."""
        return self.entry.forms[:2]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Return the alternatives of the first form."""
        return self.entry.alternatives_for(0)


def listed_words(*, user: User, team: Team, q: str = "", show: str = "") -> list[Listed]:
    """Return the team's own words and then the shipped ones, filtered by text and by part; two queries.

    `show`: "own", the code of a language, "quiet" for those ignored by the team or by this user, or empty for all. `q`
    is searched in forms, alternatives and reasons, ignoring case.
    """
    words = list(TeamWord.objects.visible_to(user).filter(team=team))
    silent = {key(word.phrase) for word in words if word.is_silent}
    ignored = names_ignored_by(user, team)
    own = [
        (own_entry(word.phrase, word.alternatives, word.reason, word.language), word)
        for word in words
        if not word.is_silent
    ]
    rows = [
        Listed(entry, entry.name in silent, entry.name in ignored, word)
        for entry, word in (*own, *((entry, None) for entry in ENTRIES))
    ]
    return [row for row in rows if _belongs(row, show) and (not q or _says(row.entry, q.lower()))]


def _belongs(row: Listed, show: str) -> bool:
    """Return whether a row belongs to a part of the list."""
    if show == "own":
        return row.word is not None
    if show == "quiet":
        return row.is_silent or row.is_ignored
    return not show or row.entry.language == show


def _says(entry: Entry, q: str) -> bool:
    said = (*entry.forms, *entry.alternatives_for(0), entry.reason, entry.reason_in_english)
    return any(q in words.lower() for words in said)
