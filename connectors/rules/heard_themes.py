"""Whether a text says of somebody that they care about a theme: name and theme in one sentence. Only proposed, never saved."""

import re
from collections.abc import Iterable, Iterator

from communities.folding import folded

_SENTENCES = re.compile(r"[.!?;:\n]+")
#: Words of a theme's name that say nothing on their own.
_SMALL = frozenset(
    ["a", "an", "the", "and", "or", "of", "for", "with", "to", "in", "on", "at", "by", "our", "my", "their"]
)
#: How many letters of a word are compared, so that "grow", "grows" and "growing" are the same.
_STEM = 4


def said_in_one_sentence(text: str, *, names: Iterable[str], themes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each (name, theme) that stand in one sentence of a text: the first name, and every word of the theme."""
    names, themes = list(names), [(theme, _stems(theme)) for theme in themes]
    found: set[tuple[str, str]] = set()
    for sentence in _SENTENCES.split(text):
        words = folded(sentence).split()
        stems = {word[:_STEM] for word in words}
        there = [name for name in names if (first := folded(name).split()[:1]) and first[0] in words]
        found |= {(name, theme) for name in there for theme, wanted in themes if wanted and wanted <= stems}
    yield from sorted(found)


def _stems(theme: str) -> set[str]:
    return {word[:_STEM] for word in folded(theme).split() if word not in _SMALL}
