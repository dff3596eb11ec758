"""Paths of rows, without a search through all URLs for each.

`reverse` searches two hundred patterns and checks its result against a regular expression, for every row of a page. The path of a
name differs only in the primary key or UUID, so each name is searched for once.
"""

from functools import cache
from types import NoneType
from uuid import UUID

from django.urls import get_script_prefix, reverse

#: What a path is searched for with, by the type of its argument.
STAND_INS: dict[type, tuple[object, ...]] = {
    NoneType: (),
    int: (4_611_686_018_427_000_001,),
    UUID: (UUID("5f0c5c39-5b2e-4d0b-9b1c-6d7f0a8e2c41"),),
}


def path_of(name: str, key: int | UUID | None = None) -> str:
    """Return the path of a name whose only argument, if it has one, is a primary key or a UUID.

    Raises: NoReverseMatch; KeyError for an argument of another type.
    """
    kind: type = type(key)
    before, after = _around(name, kind, get_script_prefix())
    return before if key is None else f"{before}{key}{after}"


@cache
def _around(name: str, kind: type, prefix: str) -> tuple[str, str]:
    """Return the path of a name before and after its argument; `prefix` is where Kith is mounted, on which it depends."""
    path, stand_in = reverse(name, args=STAND_INS[kind]), "".join(map(str, STAND_INS[kind]))
    before, _stand_in, after = path.partition(stand_in) if stand_in else (path, "", "")
    return before, after
