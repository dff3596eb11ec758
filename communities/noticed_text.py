"""What a request writes about people, field by field.

The widgets of such fields put their words down here (communities/widgets.py), so that whoever looks at words afterwards
need not know which forms there are, and no view has to pass them on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_texts: ContextVar[dict[str, str] | None] = ContextVar("kith_written", default=None)


@contextmanager
def gathering() -> Iterator[dict[str, str]]:
    """Give the words that are put down while this lasts, by the name of their field; empty to begin with."""
    texts: dict[str, str] = {}
    token = _texts.set(texts)
    try:
        yield texts
    finally:
        _texts.reset(token)


def put_down(name: str, text: object) -> None:
    """Keep a field's words for whoever is gathering; nothing happens when nobody is."""
    texts = _texts.get()
    if texts is not None and isinstance(text, str) and text.strip():
        texts[name] = text
