"""One way to compare names and search words, whatever accents, case, apostrophes, dashes and invisible characters they have.

Pure functions. `static/js/folding.js` folds in the same way on a phone; the tests hold both to the same list of names.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

#: Letters that Unicode does not decompose, and what people type who do not have them on their keyboard.
LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss", "ħ": "h", "ŋ": "ng", "ŧ": "t",
    "ς": "σ",
}  # fmt: skip
#: Accents above and below letters: the blocks of combining marks, Hebrew points and Arabic vowel signs. The vowel signs of
#: other scripts, such as Devanagari, are not in them: they tell one name from another.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
#: Characters that nobody sees: soft hyphens, zero-width spaces and joiners, directions, byte order marks, variation
#: selectors and control characters.
UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
#: What stands for an apostrophe in a name: O'Neill, O’Neill, Oʼneill, O`Neill.
APOSTROPHES = "'\u2018\u2019\u201b\u02bb\u02bc\u02b9\u0060\u00b4\u2032\uff07\ua78c"

_LETTERS = str.maketrans(LETTERS)
_MARKS = re.compile(f"[{MARKS}]+")
_UNSEEN = re.compile(f"[{UNSEEN}]+")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
# Signs that fonts draw as nothing: an empty Braille cell, a note without a head.
_BLANK = "\u2800\U0001d159"
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Mc", "Me"})
# Joiners within an emoji of several, and within words of scripts that join their letters, change what is seen.
_JOINERS = "\u200c\u200d"
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_FIRST_JOINED_LETTER = "\u0600"


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return a text without accents, case, punctuation and invisible characters, its words separated by one space.

    "  Siân O’Neill" gives "sian oneill". An emoji alone gives "": compare such names with `compared`.
    """
    plain = _APOSTROPHES.sub("", _UNSEEN.sub("", text)).lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).lower().translate(_LETTERS)
    # A compatibility form can hold further ones: "ẚ" gives an apostrophe of its own.
    plain = unicodedata.normalize("NFC", _APOSTROPHES.sub("", plain))
    if plain.isascii() and plain.isalnum():
        return plain
    return " ".join("".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain).split())


def begins_words(wanted: Collection[str], name: str) -> bool:
    """Return whether each of these folded words begins a word of a name."""
    parts = folded(name).split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)


@lru_cache(maxsize=8192)
def compared(text: str) -> str:
    """Return what two names must have in common to be the same: their letters alone; for a name without any, its signs.

    "José-Luis", "jose luis" and "JoséLuis" give the same. Empty for a text of punctuation or invisible characters alone.
    """
    signs = _UNSEEN.sub("", text)
    return folded(text).replace(" ", "") or "".join(
        sign for sign in signs if unicodedata.category(sign)[0] not in "PZC"
    )


def visible(text: str) -> str:
    """Return a text of one line as people see it: without invisible characters, with single spaces, none around it.

    Empty if nothing of it can be seen. Joiners and variants stay within emoji and in scripts that need them: without them
    another sign would appear.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = [
        sign if not _UNSEEN.match(sign) or _changes_its_neighbours(text, at) else " " if sign.isspace() else ""
        for at, sign in enumerate(text)
    ]
    return readable(" ".join("".join(kept).split()))


def readable(text: str) -> str:
    """Return a text of several lines without space around it; empty if nothing of it can be seen.

    Actions use it for what is required, so that nobody gives a zero-width space as a reason.
    """
    return text.strip() if is_seen(text) else ""


def is_seen(text: str) -> bool:
    """Return whether people see anything of a text: marks, spaces and control characters alone do not count."""
    return any(
        unicodedata.category(sign) not in _UNSEEN_CATEGORIES and sign not in _BLANK for sign in _UNSEEN.sub("", text)
    )


def _changes_its_neighbours(text: str, at: int) -> bool:
    """Return whether an invisible character joins its neighbours, or chooses the variant of an emoji."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if _SELECTORS.match(text[at]):
        return unicodedata.category(before or " ") in {"So", "Sm", "Po", "Nd"}
    is_between = bool(before and after) and not after.isspace() and not before.isspace()
    return text[at] in _JOINERS and is_between and before >= _FIRST_JOINED_LETTER and after >= _FIRST_JOINED_LETTER


#: The two names of Gmail.
GMAIL = ("gmail.com", "googlemail.com")


def is_same_mailbox(one: str, other: str) -> bool:
    """Return whether what is sent to two email addresses reaches one person. An empty address is nobody's.

    Everything that compares people by email address calls this, or compares `folded_email` of both.
    """
    return bool(one and other) and folded_email(one) == folded_email(other)


@lru_cache(maxsize=4096)
def folded_email(address: str) -> str:
    """Return what two email addresses of one mailbox have in common: no case, no invisible characters, no “+tag”.

    At Gmail also no dots, and one name of its two.
    Sources: RFC 5233 for the tag after “+”, which most providers deliver to the mailbox before it; Gmail Help, “Dots don’t matter
    in Gmail addresses”.
    """
    name, at, place = visible(address).strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if place in GMAIL:
        name, place = name.replace(".", ""), GMAIL[0]
    return f"{name}{at}{place}"
