"""Initials of a name, in any script."""

import unicodedata

#: How many words of a name give an initial; more initials would reveal as much as the name.
MOST = 3
JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def initials_of(name: str) -> str:
    """Return the initials of a name: "Margaret Tate" gives "M. T."; never empty.

    A script without capitals and an emoji give their first character, without a full stop.
    """
    words = [_from_letter(word) for word in name.split()]
    lettered = [word for word in words if word]
    signs = [first_grapheme(word) for word in lettered[:MOST]] or [first_grapheme(name.strip())]
    return " ".join(_with_stop(sign) for sign in signs) or "?"


def shown_name(known_as: str, *, in_full: bool) -> str:
    """Return the name of a resident as pages show it: in full or as initials; `rules.shown_names` decides which."""
    return known_as if in_full else initials_of(known_as)


def first_grapheme(text: str) -> str:
    """Return the first grapheme: a letter with its accents, an emoji with its skin tone or family."""
    if not text:
        return ""
    end = 1
    if ord(text[0]) in FLAG_LETTERS and len(text) > 1 and ord(text[1]) in FLAG_LETTERS:
        end = 2
    while end < len(text) and (_continues(text[end]) or text[end - 1] == JOINER):
        end += 1
    return text[:end]


def _continues(sign: str) -> bool:
    return sign == JOINER or ord(sign) in SKIN_TONES or unicodedata.category(sign) in {"Mn", "Mc", "Me"}


def _from_letter(word: str) -> str:
    for place, sign in enumerate(word):
        if unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "So":
            return word[place:]
    return ""


def _with_stop(sign: str) -> str:
    if sign.lower() == sign.upper():
        return sign
    upper = unicodedata.normalize("NFC", sign).upper()
    return f"{upper if len(upper) == 1 else sign}."
