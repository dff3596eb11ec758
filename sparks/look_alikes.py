"""What two names look like, so that a letter of another script or a digit makes no other name of one. Pure.

Source: Unicode Technical Standard 39, confusables.txt, as the package confusable-homoglyphs ships it.
"""

import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

from communities.folding import folded

#: What looks like one letter in names that are already folded. UTS 39 has 0 and O, 1, I, l and |, rn and m, vv and w; small i is
#: there because folding makes it of a capital I.
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l"})
_PAIRS = (("rn", "m"), ("vv", "w"))


@lru_cache(maxsize=16384)
def appearance(name: str) -> str:
    """Return what names that look alike have in common: folded, in Latin letters, a letter for a digit that looks like it.

    For comparing only: nobody reads “mlll row cholr”.
    """
    apart = unicodedata.normalize("NFD", name.replace("|", "l"))
    plain = folded(apart.translate(_in_latin())).translate(_ALIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


@cache
def _in_latin() -> dict[int, str]:
    """Return the letters of all scripts that look like a Latin one, with that letter.

    A small one that looks like none by itself counts by its capital: н by Н, which looks like an H.
    """
    letters = {sign: latin for sign in confusables_data if (latin := _latin(sign))}
    by_capital = {sign.lower(): latin for sign, latin in letters.items() if sign != sign.lower()}
    found = {**by_capital, **letters}
    return {ord(sign): latin for sign, latin in found.items() if len(sign) == 1 and not sign.isascii()}


def _latin(sign: str) -> str:
    """Return the Latin letter that a letter of another script looks like, folded; "" if it looks like none."""
    if len(sign) != 1 or sign.isascii() or not sign.isalpha():
        return ""
    for other in confusables_data[sign]:
        letter = folded(other["c"])
        if letter.isascii() and letter.isalpha() and len(letter) == 1:
            return letter
    return ""
