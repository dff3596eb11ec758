"""The keys by which a resident's name is compared and searched, whatever accents, order, dashes or apostrophes it has.

Pure functions on text.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations

from communities.folding import APOSTROPHES, compared, folded
from connectors.catalogue.nicknames import given_name

#: How long a key can be: as long as a name. A longer one (some signs stand for a whole word) is cut.
LONGEST = 80
#: How many parts of a name are put in every order; of more, only the order as typed and the last part first.
ANY_ORDER = 4
#: How many parts of a name a search can begin with.
STARTS = 6

_DASHES = re.compile(r"[\u002d\u00ad\u2010-\u2015\u2212\u30fb\uff0d]")
# From here on a sign of a script is a word or a syllable: Chinese, Japanese, Korean.
_FIRST_WHOLE_SIGN = "\u2e80"
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")


def name_key(name: str) -> str:
    """Return the same for "José-Luis", "jose luis" and "JoséLuis": the letters alone, 80 at most; see `compared`."""
    return compared(name)[:LONGEST]


def same_name(name: str) -> str:
    """Return what two typed names must have in common to be one: the key, or the text itself if it has no letter or sign."""
    return name_key(name) or name.strip().lower()


@lru_cache(maxsize=1024)
def keys_of(name: str) -> frozenset[str]:
    """Return the keys under which somebody of this name can be stored, in any order of its parts.

    "Okafor, Grace" gives the keys of "Grace Okafor" and of "Okafor Grace".
    """
    parts = folded(name).split()
    if len(parts) < 2:
        return frozenset({name_key(name)} - {""})
    orders = (
        permutations(parts) if len(parts) <= ANY_ORDER else (parts, [parts[-1], *parts[:-1]], [*parts[1:], parts[0]])
    )
    return frozenset("".join(order)[:LONGEST] for order in orders)


def alike_key(name: str) -> str:
    """Return the same for "Bill Tate", "Tate, William" and "william TATE": its parts in order of the alphabet, short forms
    written out if they are short for one name only.

    80 characters at most; empty for a name without letters and signs. Two equal keys are worth a look, no more.
    """
    return " ".join(sorted(given_name(part) for part in folded(name).split()))[:LONGEST].strip() or name_key(name)


def alike_starts(names: Iterable[str]) -> dict[str, str]:
    """Return what duplicates have in common, by the text of `name_starts` that it is stored with, each once.

    "Mary-Ann Lloyd" has two: a dash joins two parts or separates them.
    """
    found: dict[str, str] = {}
    for name in filter(None, names):
        for way in (name, _DASHES.sub("", name)):
            start, key = folded(way)[:LONGEST] or name_key(way), alike_key(way)
            if start and key not in found.values():
                found[start] = key
    return found


def name_starts(names: Iterable[str]) -> set[str]:
    """Return the folded texts that a search for one of these names can begin: the name from each of its parts on.

    "Grace Okafor" gives "grace okafor" and "okafor grace". A part with a dash or an apostrophe is read in both ways:
    "Mary-Ann" gives "mary ann", "ann mary" and "maryann". In a script without blanks each sign begins a part.
    """
    starts = set()
    for name in filter(None, names):
        apart = _APOSTROPHES.sub(" ", name)
        for way in (name, apart, _DASHES.sub("", name)):
            parts = folded(way).split()
            starts |= {" ".join(parts[at:] + parts[:at])[:LONGEST] for at in range(min(len(parts), STARTS))}
            starts |= {
                part[at:] for part in parts if part[0] >= _FIRST_WHOLE_SIGN for at in range(1, min(len(part), STARTS))
            }
        if not folded(name):
            starts |= {name_key(name)}
    return starts - {""}
