"""What a help topic is."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Topic:
    """Help on some pages. `pages` are names of URLs; `sentences` are at most five."""

    title: str | Promise
    pages: tuple[str, ...]
    sentences: tuple[str | Promise, ...]
