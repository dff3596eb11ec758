"""The chain of a ledger: each line holds the hash of its own fields and of the line before it.

Whoever changes, removes, inserts or reorders a line has to work out every later hash again, and then the last one differs
from any that was printed, exported or backed up before. The canonical form of a line is JSON in UTF-8: one object of
texts, its keys sorted, without spaces between them. It contains the hash of the line before, so one SHA-256 covers both.

Source: RFC 8785 for the idea of a canonical JSON; texts only, so that its rules for numbers are not needed.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

#: The hash "before" the first line of a chain.
START = "0" * 64
#: Part of every canonical form; a change of the form gets another.
FORM = "1"


def digest(previous: str, fields: Mapping[str, object]) -> str:
    """Return the SHA-256 of a line as 64 hexadecimal digits. `previous` is the hash of the line before, or `START`."""
    return hashlib.sha256(canonical(previous, fields)).hexdigest()


def canonical(previous: str, fields: Mapping[str, object]) -> bytes:
    """Return the bytes that are hashed."""
    texts = {"form": FORM, "previous": previous, **{name: _text(value) for name, value in fields.items()}}
    return json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _text(value: object) -> str:
    """Return a value as both databases return it: pence to two places, moments in UTC to the microsecond."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return str(value)
