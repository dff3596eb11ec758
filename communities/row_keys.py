"""Keys of rows, from the text that pages, URLs and files contain. A text that cannot be a key gives None, not an error."""

from collections.abc import Iterable
from uuid import UUID

#: The most digits of a primary key that fits into the integer columns of every database.
_MOST_DIGITS = 18


def pk_of(text: object) -> int | None:
    """Return a primary key; None for what is not a number, and for a number that is too large."""
    digits = str(text)
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def pks_of(texts: Iterable[object]) -> list[int]:
    """Return the texts that can be primary keys, in their order."""
    return [pk for text in texts if (pk := pk_of(text)) is not None]


def uuid_of(text: str | None) -> UUID | None:
    """Return a UUID; None for any other text and for none at all."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
