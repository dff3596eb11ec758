"""Find mentions of a resident in text: whole words, ignoring case and accents, and phone numbers in any format."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

#: Punctuation between the digits of a phone number.
_BETWEEN = r"[\s().\-/]{0,3}"
#: Matches the same punctuation, to remove it.
_SIGNS = {number: None for number in range(128) if re.match(r"[\s().\-/]", chr(number))}
#: Digits before the last nine: a country code, a leading 0.
_BEFORE = r"(?:\+?\(?\d[\d\s().\-/]{0,7})?"
#: A phone number shorter than this is searched for only as it was typed.
_LEAST_DIGITS = 7


@dataclass(frozen=True)
class _Finder:
    """A pattern with a fast pre-check that rules out most texts.

    firsts: the first words of the searched texts, in lower case; keys: the last digits of phone numbers.
    """

    pattern: re.Pattern[str] | None
    firsts: tuple[str, ...]
    keys: tuple[str, ...]

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a flattened text."""
        return next(self.finditer(text), None)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return every match in a flattened text."""
        begin = self._begin(text)
        return iter(()) if begin is None or self.pattern is None else self.pattern.finditer(text, begin)

    def _begin(self, text: str) -> int | None:
        """Return the index from which to search; None if nothing can match."""
        if not (text.isascii() and all(map(str.isascii, self.firsts))):
            # Case-insensitive patterns treat some letters as equal that `lower` does not.
            return 0
        if self.keys:
            closed_up = text.translate(_SIGNS)
            if any(key in closed_up for key in self.keys):
                return 0
        lower = text.lower()
        return min((at for first in self.firsts if (at := lower.find(first)) >= 0), default=None)


@dataclass(frozen=True)
class Mentions:
    """The texts that identify one resident.

    names: whole names and nicknames; phones and emails: contact details; keys: the last nine digits of phone numbers;
    streets: street addresses with a house number.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()

    def might_name(self, text: str) -> bool:
        """Return whether a text may name them: part of a name in lower case is enough."""
        return self._any.search(flat(text)) is not None

    def names_them(self, text: str) -> bool:
        """Return whether a text very likely names them: part of a name in lower case does not count."""
        return next(self._likely(text), None) is not None

    def likely_in(self, text: str) -> list[str]:
        """Return every very likely mention in a text, as it is written there."""
        composed = unicodedata.normalize("NFC", text)
        return [composed[start:stop] for start, stop in self._likely(text)]

    def identifies(self, text: str) -> bool:
        """Return whether a text contains a whole name, phone number, email address or street address of theirs."""
        return self._whole.search(flat(text)) is not None

    def remove_name(self, text: str, name: str) -> str:
        """Return a text with `name` in place of every very likely mention.

        Lower-case words stay, because a rose is a flower and Rose is a person.
        """
        kept, end = [], 0
        composed = unicodedata.normalize("NFC", text)
        for start, stop in self._likely(text):
            kept += [composed[end:start], name]
            end = stop
        return "".join([*kept, composed[end:]]) if kept else text

    def without(self, text: str) -> str:
        """Return a text without any mention, ignoring case."""
        kept, end = [], 0
        composed = unicodedata.normalize("NFC", text)
        for found in self._any.finditer(flat(text)):
            kept.append(composed[end : found.start()])
            end = found.end()
        return "".join([*kept, composed[end:]]) if kept else text

    def _likely(self, text: str) -> Iterator[tuple[int, int]]:
        composed = unicodedata.normalize("NFC", text)
        for found in self._any.finditer(flat(text)):
            shown = composed[found.start() : found.end()]
            is_a_word_in_small_letters = shown.isalpha() and shown == shown.lower()
            if not is_a_word_in_small_letters or shown in self._small:
                yield found.span()

    @cached_property
    def _small(self) -> set[str]:
        return {part for name in self.names for part in (name, *name.split()) if part == part.lower()}

    @cached_property
    def _whole(self) -> _Finder:
        return _finder([*self.names, *self.emails, *self.phones, *self.streets], self.keys)

    @cached_property
    def _any(self) -> _Finder:
        parts = [part for name in self.names for part in name.split() if len(part) > 2]
        return _finder([*self.names, *self.emails, *self.phones, *self.streets, *parts], self.keys)


def mentions_of(
    *, names: Iterable[str], phones: Iterable[str] = (), emails: Iterable[str] = (), streets: Iterable[str] = ()
) -> Mentions:
    """Return the mentions of a resident; streets count only with a house number, because many people share a street."""
    numbers = _told(phones)
    digits = ("".join(mark for mark in each if mark.isdecimal()) for each in numbers)
    return Mentions(
        names=_told(names),
        phones=numbers,
        keys=_told(each[-9:] for each in digits if len(each) >= _LEAST_DIGITS),
        emails=_told(emails),
        streets=tuple(each for each in _told(streets) if any(mark.isdecimal() for mark in each)),
    )


def flat(text: str) -> str:
    """Return a text without accents, with the same length as its composed form (NFC)."""
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in unicodedata.normalize("NFC", text))


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a field's value: the text itself, or all strings inside JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(each.split()) for each in texts if each and each.strip()))


def _finder(texts: Iterable[str], keys: Iterable[str]) -> _Finder:
    """Return a finder of these texts and phone numbers as whole words in a flattened text."""
    longest_first = sorted({flat(each) for each in texts}, key=len, reverse=True)
    words = [rf"(?<!\w){r'\s+'.join(map(re.escape, each.split()))}(?!\w)" for each in longest_first]
    numbers = [rf"(?<!\d){_BEFORE}{_BETWEEN.join(key)}(?!\d)" for key in keys]
    parts = [*numbers, *words]
    firsts = {each.split()[0].lower() for each in longest_first}
    return _Finder(re.compile("|".join(parts), re.IGNORECASE) if parts else None, tuple(firsts), tuple(keys))
