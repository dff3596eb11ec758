"""Compare names of assets: pure functions on text."""

import re
import unicodedata
from difflib import SequenceMatcher

#: How similar two words must be, from 0 to 1, to count as spellings of one word.
ALIKE = 0.85
#: Words that say what sort of thing an asset is: not distinctive.
_KINDS = (
    "association cafe center centre church club college community group hall hub institute library park pub school "
    "society trust village"
)
KIND_WORDS = frozenset(_KINDS.split())
LITTLE_WORDS = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "y", "yr"))

_APART = re.compile(r"[\W_]+")
_VOWELS = str.maketrans("", "", "aeiouy")
_DOUBLED = re.compile(r"(.)\1+")


def exact_name(name: str) -> str:
    """Return a name without capitals, accents and punctuation: equal results mean the same name."""
    bare = name.lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare.casefold())
        bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = bare.replace("'", "").replace("\u2019", "").replace("&", " and ")
    return _APART.sub(" ", bare).strip() or bare.strip()


def skeleton(word: str) -> str:
    """Return a word's first letter and consonants, doubled letters once: most misspellings give the same result."""
    if word.isdigit():
        return word
    return _DOUBLED.sub(r"\1", word[0] + word[1:].translate(_VOWELS))


def name_words(name: str) -> dict[str, str]:
    """Return {skeleton: word} of the distinctive words of a name; of all words if none is distinctive."""
    every = [word for word in exact_name(name).split() if word not in LITTLE_WORDS]
    telling = [word for word in every if word not in KIND_WORDS] or every
    return {skeleton(word): word for word in telling}


def words_alike(mine: dict[str, str], theirs: dict[str, str]) -> bool:
    """Return whether two names have the same distinctive words, or two or more in common and one name has extra words."""
    shared = mine.keys() & theirs.keys()
    fewer, more = sorted((len(mine), len(theirs)))
    if not shared or len(shared) < fewer or (fewer < more and fewer < 2):
        return False
    return all(
        mine[key] == theirs[key] or SequenceMatcher(None, mine[key], theirs[key]).ratio() >= ALIKE for key in shared
    )


def names_alike(one: str, other: str) -> bool:
    """Return whether two names may belong to one asset: similar after leaving out the words for sorts of things.

    "Matson Library" is like "Matson"; "St Mary's Church" is not like "St Mary's School", which is another sort.
    """
    if exact_name(one) == exact_name(other):
        return True
    kinds, other_kinds = (KIND_WORDS.intersection(exact_name(name).split()) for name in (one, other))
    if kinds and other_kinds and kinds.isdisjoint(other_kinds):
        return False
    return words_alike(name_words(one), name_words(other))
