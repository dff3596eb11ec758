"""Recognise the name of an erased resident in a text by keyed digests alone. Pure functions on text.

Without the site's secret, nobody can find out what a digest was made from, even by trying names.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator

from django.utils.crypto import salted_hmac

from communities.mentions import Mentions, flat, mentions_of
from connectors.rules.name_keys import name_key
from connectors.rules.people import phone_key

#: What a digest was made from. A part is a first name or surname of a longer name.
NAME, STREET, PHONE, EMAIL, PART = "name", "street", "phone", "email", "part"
#: The most words of a name or a street address that are recognised.
MOST_WORDS = 8
#: And of a part of a name: "O’Brien" reads as two, "Jean-Luc" too.
WORDS_OF_A_PART = 3
#: The shortest part of a name that counts, and the fewest digits of a phone number, as in `Mentions`.
SHORTEST_PART, FEWEST_DIGITS = 3, 7

_WORD = re.compile(r"\w+")
_WITHIN = re.compile(r"[\s'’.\-]{1,3}")
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{5,}\d")
_EMAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;.]+")


def digest_of(kind: str, text: str, *, secret: str) -> str:
    """Return the keyed digest of a name or contact detail, as 64 hexadecimal digits; "" if nothing of it counts."""
    key = _key(kind, text)
    return (
        salted_hmac("connectors.erased_names", f"{kind}:{key}", secret=secret, algorithm="sha256").hexdigest()
        if key
        else ""
    )


def digests_of(mentions: Mentions, *, secret: str) -> set[str]:
    """Return the digests of everything that identifies a resident, and of the parts of their names."""
    parts = [part for name in mentions.names if len(name.split()) > 1 for part in name.split()]
    told = {NAME: mentions.names, STREET: mentions.streets, PHONE: mentions.phones, EMAIL: mentions.emails, PART: parts}
    return {digest_of(kind, text, secret=secret) for kind, texts in told.items() for text in texts} - {""}


def mentions_in(text: str, is_erased: Callable[[str, str], bool]) -> Mentions:
    """Return what a text contains of erased residents, as it is written there.

    is_erased: whether a text of a kind has the digest of something that was erased.
    """
    windows = list(_windows(unicodedata.normalize("NFC", text)))
    return mentions_of(
        names=[each for each in windows if is_erased(NAME, each)],
        streets=[each for each in windows if any(map(str.isdecimal, each)) and is_erased(STREET, each)],
        phones=[each[0] for each in _PHONE.finditer(text) if is_erased(PHONE, each[0])],
        emails=[each[0] for each in _EMAIL.finditer(text) if is_erased(EMAIL, each[0])],
    )


def parts_in(text: str, is_erased: Callable[[str, str], bool]) -> set[str]:
    """Return the words of a text with a capital that are part of the name of an erased resident."""
    words = _windows(unicodedata.normalize("NFC", text), most=WORDS_OF_A_PART)
    return {word for word in words if word != word.lower() and is_erased(PART, word)}


def together(found: Collection[Mentions]) -> Mentions:
    """Return several mentions as one."""
    return mentions_of(
        names=[each for one in found for each in one.names],
        streets=[each for one in found for each in one.streets],
        phones=[each for one in found for each in one.phones],
        emails=[each for one in found for each in one.emails],
    )


def _windows(text: str, most: int = MOST_WORDS) -> Iterator[str]:
    """Yield every run of up to so many words with only blanks, dashes, dots or apostrophes between them."""
    words = list(_WORD.finditer(text))
    for first, begin in enumerate(words):
        for at in range(first, min(first + most, len(words))):
            if at > first and not _WITHIN.fullmatch(text, words[at - 1].end(), words[at].start()):
                break
            yield text[begin.start() : words[at].end()]


def _key(kind: str, text: str) -> str:
    """Return what two ways of writing the same have in common."""
    if kind == PHONE:
        digits = phone_key(text)
        return digits[-9:] if len(digits) >= FEWEST_DIGITS else ""
    if kind == EMAIL:
        return text.strip().lower()
    key = name_key(flat(text))
    return key if kind != PART or len(key) >= SHORTEST_PART else ""
