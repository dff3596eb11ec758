"""How alike two names of groups are, so that one large grant is not split over “Street Party Committee 1” and “2”."""

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
