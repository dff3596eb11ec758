"""How alike two names of groups are, so that one large grant is not split over “Street Party Committee 1” and “2”."""

from collections.abc import Iterable
from functools import lru_cache

from communities.folding import folded

#: From this share of common trigrams on, two names count as one group.
#: Source: the trigrams and the measure are those of PostgreSQL's pg_trgm, whose own thresholds are 0.3 for a search and 0.6
#: for a word. At 0.5 “Street Party Committee 0” and “… 1” (0.85), “Mill Row Choir” and “The Mill-Row choir” (0.79) and
#: “Mill Row Chior” (0.58) are one; “Mill Row Choir” and “Mill Row Garden” (0.41) are two. Being alike only asks for a second
#: person, so a wrong yes costs a colleague's minute.
ALIKE = 0.5


def alike_among(name: str, others: Iterable[str]) -> list[str]:
    """Return the names, among many, that are those of the same group as one, or nearly. An empty name is like no other."""
    ours = _trigrams(name)
    # Sets of very different sizes cannot have enough in common, and need not be compared.
    fewest, most = ALIKE * len(ours), len(ours) / ALIKE
    return [
        other
        for other in others
        if ours and fewest <= len(theirs := _trigrams(other)) <= most and _share(ours, theirs) >= ALIKE
    ]


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return how many of the trigrams of two names are in both, from 0 to 1."""
    common = len(ours & theirs)
    return common / (len(ours) + len(theirs) - common)


@lru_cache(maxsize=16384)
def _trigrams(name: str) -> frozenset[str]:
    """Return the sequences of three letters of a folded name, each word with two spaces before and one after."""
    words = (f"  {word} " for word in folded(name).split())
    return frozenset(word[at : at + 3] for word in words for at in range(len(word) - 2))
