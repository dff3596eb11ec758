"""How alike two names of groups are, so that one large grant is not split over “Street Party Committee 1” and “2”."""

import re
from collections.abc import Collection
from functools import lru_cache
from zlib import crc32

from communities.folding import folded

#: From this share of common trigrams on, two names count as one group.
#: Source: the trigrams and the measure are those of PostgreSQL's pg_trgm, whose own thresholds are 0.3 for a search and 0.6
#: for a word. At 0.5 “Street Party Committee 0” and “… 1” (0.85), “Mill Row Choir” and “The Mill-Row choir” (0.79) and
#: “Mill Row Chior” (0.58) are one; “Mill Row Choir” and “Mill Row Garden” (0.41) are two. Being alike only asks for a second
#: person, so a wrong yes costs a colleague's minute.
ALIKE = 0.5
#: Small Cyrillic and Greek letters that look like Latin ones.
#: Source: Unicode Technical Standard 39, confusables.txt, the single letters of these two scripts; small letters that look
#: like a Latin one only as capitals (В, Н, М, Т and others) are there as capitals.
CONFUSABLE = str.maketrans(
    "\u0430\u0432\u0435\u0455\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c3\u03c4\u03c5\u03c7\u03b3",
    "abesijkmhopctyxhdqwabeznikuvopotuxy",
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DIGITS = re.compile(r"\d+")
#: Trigrams share so many bits. More bits mean fewer names compared in vain; any number gives the same answers.
_BITS = 1024


def alike_among(name: str, others: Collection[str]) -> list[str]:
    """Return the names, among many, that are those of the same group as one, or nearly. An empty name is like no other.

    A deciding page compares thousands of names, so those that cannot have enough trigrams in common are left out by counting
    common bits.
    """
    ours, bits, number = _trigrams(name)
    if not ours:
        return []
    # Common trigrams that share a bit are counted as one: at most as many are not counted as share one among ours.
    hidden = number - bits.bit_count() + 0.001
    return [
        other
        for other, (theirs, their_bits, their_number) in zip(others, map(_trigrams, others), strict=True)
        if ((bits & their_bits).bit_count() + hidden) * (1 + ALIKE) >= ALIKE * (number + their_number)
        and _share(ours, theirs) >= ALIKE
    ]


def same_payees(names: Collection[str], others: Collection[str]) -> set[str]:
    """Return the names, among many, that are those of a payee as one of `names` is, or nearly.

    In any order of their words, without bracketed parts and digits such as an account, with letters that look like Latin ones.
    """
    by_plain: dict[str, list[str]] = {}
    for other in others:
        by_plain.setdefault(plain_payee(other), []).append(other)
    plain = {plain_payee(name) for name in names} - {""}
    alike = {found for name in plain for found in (*alike_among(name, by_plain), name)}
    return {other for found in alike for other in by_plain.get(found, ())}


@lru_cache(maxsize=16384)
def plain_payee(name: str) -> str:
    """Return what two names of one payee have in common: sorted words; all of it, folded, if brackets and digits are all."""
    kept = _DIGITS.sub(" ", _BRACKETS.sub(" ", name))
    words = folded(kept).translate(CONFUSABLE).split() or folded(name).translate(CONFUSABLE).split()
    return " ".join(sorted(set(words)))


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how many of the trigrams of two names are in both, from 0 to 1."""
    common = len(ours & theirs)
    return common / (len(ours) + len(theirs) - common)


@lru_cache(maxsize=16384)
def _trigrams(name: str) -> tuple[frozenset[str], int, int]:
    """Return the sequences of three letters of a folded name, each word with two spaces before and one after.

    And their bits, a bit for each, as one number; and how many they are.
    """
    words = (f"  {word} " for word in folded(name).split())
    found = frozenset(word[at : at + 3] for word in words for at in range(len(word) - 2))
    bits = 0
    for each in found:
        bits |= 1 << crc32(each.encode()) % _BITS
    return found, bits, len(found)
