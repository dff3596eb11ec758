"""How alike two names of groups are, so that one large grant is not split over “Street Party Committee 1” and “2”."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from zlib import crc32

from sparks.look_alikes import appearance

#: From this share of common trigrams on, two names count as one group.
#: Source: the trigrams and the measure are those of PostgreSQL's pg_trgm, whose own thresholds are 0.3 for a search and 0.6
#: for a word. At 0.5 “Street Party Committee 0” and “… 1” (0.85), “Mill Row Choir” and “The Mill-Row choir” (0.79) and
#: “Mill Row Chior” (0.58) are one; “Mill Row Choir” and “Mill Row Garden” (0.41) are two. Being alike only asks for a second
#: person, so a wrong yes costs a colleague's minute.
ALIKE = 0.5
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: An account number, and other digits that stand for no letter: not the 0 of “S0l”.
_DIGITS = re.compile(r"\d{3,}|(?<![^\W\d_])\d+(?![^\W\d_])")
_NUMBERS = re.compile(r"\d(?:[\s-]?\d)+")
#: A number of fewer digits is a sort code or a house.
_FEWEST_OF_ACCOUNT = 7
#: Trigrams share so many bits. More bits mean fewer names compared in vain; any number gives the same answers.
_BITS = 1024


class Names:
    """Many names, among which those of one group are looked for."""

    def __init__(self, names: Iterable[str]) -> None:
        #: Each name, the bits of its trigrams and how many those are. What they are is made again for the few that come near.
        self._known = [(name, *_trigrams(name)[1:]) for name in names]
        self._most = max((number for _name, _bits, number in self._known), default=0)

    def alike(self, name: str) -> list[str]:
        """Return the names that are those of the same group as one, or nearly. An empty name is like no other.

        A deciding page compares thousands of names, so those that cannot have enough trigrams in common are left out by
        counting common bits.
        """
        ours, bits, number = _trigrams(name)
        if not ours:
            return []
        # Common trigrams that share a bit are counted as one: at most as many are not counted as share one among ours.
        hidden = number - bits.bit_count() + 0.001
        fewest = [ALIKE / (1 + ALIKE) * (number + theirs) - hidden for theirs in range(self._most + 1)]
        return [
            other
            for other, their_bits, their_number in self._known
            if (bits & their_bits).bit_count() >= fewest[their_number] and _share(ours, _trigrams(other)[0]) >= ALIKE
        ]


class Payees:
    """Names of many payees, among which those of one are looked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_plain: dict[str, list[str]] = {}
        for name in names:
            self._by_plain.setdefault(plain_payee(name), []).append(name)
        self._plain = Names(self._by_plain)

    def same_as(self, names: Collection[str]) -> set[str]:
        """Return the names that are those of a payee as one of `names` is, or nearly.

        In any order of their words, without bracketed parts and digits, with letters that look alike; and, whatever the
        names, to one account.
        """
        plain = {plain_payee(name) for name in names} - {""}
        alike = {found for name in plain for found in (*self._plain.alike(name), name)}
        same = {other for found in alike for other in self._by_plain.get(found, ())}
        accounts = {account for name in names for account in _accounts(name)}
        if accounts:
            every = (other for others in self._by_plain.values() for other in others)
            same |= {other for other in every if not accounts.isdisjoint(_accounts(other))}
        return same


@lru_cache(maxsize=16384)
def _accounts(name: str) -> frozenset[str]:
    """Return the account numbers in the name of a payee, with or without sort code, or as an IBAN.

    Source: Pay.UK, account numbers of eight digits; shorter ones are written with noughts before them.
    """
    runs = ("".join(filter(str.isdecimal, run)) for run in _NUMBERS.findall(name))
    return frozenset(run[-8:].lstrip("0") for run in runs if len(run) >= _FEWEST_OF_ACCOUNT)


@lru_cache(maxsize=16384)
def plain_payee(name: str) -> str:
    """Return what two names of one payee have in common: sorted words as they look; all of it, if brackets and digits are all."""
    kept = _DIGITS.sub(" ", _BRACKETS.sub(" ", name))
    words = appearance(kept).split() or appearance(name).split()
    return " ".join(sorted(set(words)))


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how many of the trigrams of two names are in both, from 0 to 1."""
    common = len(ours & theirs)
    return common / (len(ours) + len(theirs) - common)


@lru_cache(maxsize=16384)
def _trigrams(name: str) -> tuple[frozenset[str], int, int]:
    """Return the sequences of three letters of a name as it looks, each word with two spaces before and one after.

    And their bits, a bit for each, as one number; and how many they are.
    """
    words = (f"  {word} " for word in appearance(name).split())
    found = frozenset(word[at : at + 3] for word in words for at in range(len(word) - 2))
    bits = 0
    for each in found:
        bits |= 1 << crc32(each.encode()) % _BITS
    return found, bits, len(found)
