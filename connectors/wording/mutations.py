"""How the first sound of a Welsh word changes after other words, by the rules that grammars agree on.

A mutated form is another spelling of the same word, so the list contains each of them: `defnyddiwr`, `ddefnyddiwr`
(soft), `nefnyddiwr` (nasal). Source: the table of initial mutations in any Welsh grammar, for example Gareth King,
Modern Welsh.
"""

from collections.abc import Callable

SOFT = {"ll": "l", "rh": "r", "p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f"}
NASAL = {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"}
ASPIRATE = {"p": "ph", "t": "th", "c": "ch"}
#: Two letters that are one sound; none of them changes, except `ll` and `rh`, which SOFT names itself.
PAIRS = ("ch", "dd", "ff", "ng", "ll", "ph", "rh", "th")
VOWELS = "aeiouwyâêîôûŵŷ"

type Mutation = Callable[[str], str]


def radical(words: str) -> str:
    """Return the words in their dictionary form."""
    return words


def soft(words: str) -> str:
    """Return the words after `i`, `o`, `dau`, `ei` (his): defnyddiwr, ddefnyddiwr."""
    return _mutated(words, SOFT)


def nasal(words: str) -> str:
    """Return the words after `fy` or `yn` (in): defnyddiwr, nefnyddiwr."""
    return _mutated(words, NASAL)


def aspirate(words: str) -> str:
    """Return the words after `a` (and), `â`, `tri`, `ei` (her): cleient, chleient."""
    return _mutated(words, ASPIRATE)


def aitched(words: str) -> str:
    """Return the words after `ei` (her), `ein` or `eu`, which put an h before a vowel: anghenion, hanghenion."""
    return f"h{words}" if words[0] in VOWELS and not _is_glide(words) else words


#: In the order of the forms of an entry.
MUTATIONS: tuple[Mutation, ...] = (radical, soft, nasal, aspirate, aitched)


def _mutated(words: str, changes: dict[str, str]) -> str:
    begins = words[:2] if words[:2] in PAIRS else words[:1]
    return changes[begins] + words[len(begins) :] if begins in changes else words


def _is_glide(words: str) -> bool:
    """Return whether an i before a vowel is a consonant, as in `iaith`."""
    return words[0] == "i" and words[1:2] in tuple("aeouwyâêôûŵŷ")
