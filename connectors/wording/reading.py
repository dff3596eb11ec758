"""Read a text with a list of words: what is noticed, where, and the alternatives."""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from connectors.wording.entries import ENGLISH_CODE, Entry, key
from connectors.wording.grammar import NO_NOUN, behind_noun, noun_after, possessive, with_article
from connectors.wording.quotations import quotations

# Any of these can separate the words of a phrase; three at most, so that no text makes the search slow.
_GAP = r"[ \t\r\n\u00a0\u2010\u2011-]{1,3}"
_APOSTROPHE = "['\u2019]"
_TOKEN = re.compile(r"\w+")
_BEFORE = re.compile(r"(\w+)[ \t\u00a0]+\Z")
_AFTER = re.compile(r"[ \t\u00a0]+(\w+)")
_LOOK = 24


@dataclass(frozen=True)
class Noticed:
    """A deficit word in a text: `text[start:end] == word`; alternatives have a capital where the word has one.

    name: the name of its entry, to ignore it; language: of the alternatives and the reason.
    """

    start: int
    end: int
    word: str
    alternatives: tuple[str, ...]
    reason: str
    name: str
    language: str


class WordList:
    """Entries prepared for reading texts; of two entries with the same form the later one counts.

    Each word of a text costs one dictionary lookup, so that a thousand entries are read as quickly as ten. Entries
    whose name is in `quiet` are recognised and skipped, so that a shorter phrase inside them is not noticed either.
    """

    def __init__(self, entries: Iterable[Entry], quiet: Iterable[str] = ()) -> None:
        self.entries = tuple(entries)
        self.quiet = frozenset(quiet)
        self._forms = {key(form): (entry, place) for entry in self.entries for place, form in enumerate(entry.forms)}
        self._starting_with: dict[str, list[str]] = {}
        for form in self._forms:
            if first := _TOKEN.match(form):
                self._starting_with.setdefault(first[0], []).append(form)
        self._patterns: dict[str, re.Pattern[str]] = {}

    def without(self, names: Iterable[str]) -> "WordList":
        """Return the same list with more names to ignore; nothing is compiled twice."""
        other = copy(self)
        other.quiet = self.quiet | frozenset(names)
        return other

    def notice(self, text: str) -> list[Noticed]:
        """Return the deficit words of a text in order, the longest phrase at each start; takes linear time.

        Whole words, ignoring case, including plurals. Text in quotation marks is ignored, even if an opening double
        mark is not closed yet; an apostrophe is not a quotation mark.
        """
        quoted = iter(quotations(text))
        span = next(quoted, None)
        found, read_to = [], 0
        for token in _TOKEN.finditer(text):
            start = token.start()
            if start < read_to or (hit := self._phrase_at(text, token)) is None:
                continue
            entry, place, read_to = hit
            while span and span[1] <= start:
                span = next(quoted, None)
            is_quoted = span and span[0] <= start
            if entry.names_people and (noun := noun_after(text, read_to)):
                # "The elderly man danced" has a noun for sure, "the elderly danced" may have none: then nothing is said.
                read_to = token.end() if noun_after(text, read_to + noun.end()) else read_to
                continue
            if is_quoted or entry.name in self.quiet or _other_sense(entry, text, start, read_to):
                continue
            found.append(self._noticed(entry, place, start, read_to, text))
            read_to = found[-1].end
        return found

    def for_browser(self) -> dict[str, object]:
        """Return the list for static/js/noticing.js: `reasons`, `quiet` (names) and `entries`, where later ones count.

        `noNoun` are the words before which an adjective stands alone. Keys of an entry: `name`, `forms` (lower case, single spaces), `alternatives` (each a list in the order of the
        forms), `reason` (its index among the reasons), `language`, and where needed `notAfter`, `notBefore`,
        `followsNoun` and `namesPeople`.
        """
        reasons = list(dict.fromkeys(entry.reason for entry in self.entries))
        places = {reason: place for place, reason in enumerate(reasons)}
        rows = []
        for entry in self.entries:
            row = {
                "name": entry.name,
                "forms": [key(form) for form in entry.forms],
                "alternatives": self._offered(entry),
                "reason": places[entry.reason],
                "language": entry.language,
            }
            senses = {"notAfter": sorted(entry.not_after), "notBefore": sorted(entry.not_before)}
            grammar = {"followsNoun": entry.follows_noun, "namesPeople": entry.names_people}
            rows.append(row | {name: told for name, told in (senses | grammar).items() if told})
        return {"reasons": reasons, "quiet": sorted(self.quiet), "entries": rows, "noNoun": sorted(NO_NOUN)}

    def _phrase_at(self, text: str, token: re.Match[str]) -> tuple[Entry, int, int] | None:
        """Return the entry of the longest phrase that starts with this token, the index of its form, and its end."""
        first = token[0].lower()
        if first not in self._starting_with:
            return None
        if first not in self._patterns:
            self._patterns[first] = _pattern(self._starting_with[first])
        match = self._patterns[first].match(text, token.start())
        if match is None or (form := self._forms.get(key(match[0]))) is None:
            return None
        return (*form, match.end())

    def _noticed(self, entry: Entry, place: int, start: int, end: int, text: str) -> Noticed:
        offered = [forms[min(place, len(forms) - 1)] for forms in self._offered(entry)]
        typed = text[start:end]
        if entry.follows_noun and (noun := noun_after(text, end)):
            # A noun that is noticed itself is replaced first; then it is clear what the alternative stands behind.
            end, offered = (end, []) if noun[1].lower() in self._starting_with else behind_noun(text, end, offered)
        if entry.language == ENGLISH_CODE:
            end, offered = possessive(text, end, offered)
            offered = [_like(typed, words) for words in offered]
            start, offered = with_article(text, start, offered)
        word = text[start:end]
        alternatives = tuple(_like(word, words) for words in offered)
        return Noticed(start, end, word, alternatives, entry.reason, entry.name, entry.language)

    def _offered(self, entry: Entry) -> list[list[str]]:
        """Return the alternatives that are not on this list themselves: a team can have added one of them."""
        return [list(forms) for forms in entry.alternatives if not any(self._is_noticed(words) for words in forms)]

    def _is_noticed(self, words: str) -> bool:
        form = self._forms.get(key(words))
        return form is not None and form[0].name not in self.quiet


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole words only, the longest phrase first."""
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    phrases = (
        _GAP.join(re.escape(word).replace("'", _APOSTROPHE) for word in form.split(" ")) for form in longest_first
    )
    return re.compile(rf"(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _other_sense(entry: Entry, text: str, start: int, end: int) -> bool:
    """Return whether a neighbouring word shows that another sense is meant."""
    before = _BEFORE.search(text[max(0, start - _LOOK) : start]) if entry.not_after else None
    after = _AFTER.match(text[end : end + _LOOK]) if entry.not_before else None
    return bool((before and before[1].lower() in entry.not_after) or (after and after[1].lower() in entry.not_before))


def _like(word: str, alternative: str) -> str:
    """Return the alternative with a capital where the word has one."""
    return alternative[0].upper() + alternative[1:] if word[0].isupper() else alternative
