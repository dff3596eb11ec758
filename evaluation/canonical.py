"""The canonical form of a document, in which the same content is always the same bytes.

Pure: no model and no query. A document consists of texts, whole numbers and lists; decimals are texts, so no database can write them in
another way.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a document: JSON with sorted keys, no white space, in UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()
