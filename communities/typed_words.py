"""The words of a search as they are typed: single words, and phrases in quotation marks. Pure functions."""

import re

from communities.folding import folded

#: How many words of a query count; the others are ignored.
MOST_WORDS = 12

_PHRASE = re.compile(r'["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]?')
_WORD = re.compile(r"[^\W_]+")
# The first character of the scripts that write a word with one: every character before it is a letter of an alphabet.
_FIRST_WHOLE_SIGN = "\u2e80"


def is_whole(word: str) -> bool:
    """Return whether a word matches only itself, and no word that starts with it."""
    return len(word) == 1 and word < _FIRST_WHOLE_SIGN


def phrases(text: str) -> list[list[str]]:
    """Return the words of a query, folded, a list for each single word and each quoted phrase.

    `Mae's "fish supper"` gives [["fish", "supper"], ["maes"]].
    """
    found = [words for quoted in _PHRASE.findall(text) if (words := _words(quoted))]
    found += [[word] for word in _words(_PHRASE.sub(" ", text))]
    kept, room = [], MOST_WORDS
    for phrase in found:
        kept.append(phrase[:room])
        room -= len(kept[-1])
        if room <= 0:
            break
    return kept


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))
