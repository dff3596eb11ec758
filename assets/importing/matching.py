"""Find the asset that a row of a file is about, without comparing every row with every asset.

The same asset has the same name, and the same postcode or a position within SAME_KM, or neither has a location.
A similar asset has a similar name (`names.names_alike`) within SIMILAR_KM. It is only reported: two clubs may share a name and a
street.

Every asset is indexed under a few keys: its name, its distinctive words, and those words with one or two left
out. Keys ignore vowels and doubled letters, so that "Hillfields" matches "Hillifields". The assets under a key are
split into squares of about a kilometre, so the work grows only linearly with the rows even if thousands share one
name.
"""

import math
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from assets.importing.names import KIND_WORDS, exact_name, name_words, names_alike, words_alike
from assets.models import Status
from communities.geometry import distance_km

__all__ = [
    "KIND_WORDS",
    "SIMILAR_KM",
    "Known",
    "Match",
    "AssetIndex",
    "bare_postcode",
    "exact_name",
    "name_words",
    "names_alike",
    "words_alike",
]

SAME_KM = 0.15
#: Source: tried on the libraries of six districts; 100 m misses many real pairs, because lists use the postcode's position.
SIMILAR_KM = 1.0
#: The most assets with one name and place that a row is compared with: more means a file that repeats one name.
MOST_CANDIDATES = 200

_SQUARE_DEGREES = 0.0091  # more than a kilometre of latitude, wherever on Earth
_Cell = tuple[int, int] | None


@dataclass(slots=True)
class Known:
    """An asset that a row may be about: an existing one (`pk`), or an earlier row of the file (`row`)."""

    name: str
    postcode: str
    latitude: float | None
    longitude: float | None
    pk: int | None = None
    row: int | None = None
    is_retired: bool = False
    claimed_by: int | None = None

    def km_to(self, other: "Known") -> float | None:
        """Return the distance between two positions in kilometres; None if either has none."""
        if self.latitude is None or self.longitude is None or other.latitude is None or other.longitude is None:
            return None
        return distance_km(self.latitude, self.longitude, other.latitude, other.longitude)


@dataclass(frozen=True, slots=True)
class Match:
    """The asset that a row matches, and whether it is the same or only similar."""

    known: Known
    is_same: bool


class AssetIndex:
    """The assets of a team, and the rows of a file read so far."""

    #: The fields read of each asset.
    FIELDS = ("pk", "uuid", "name", "postcode", "latitude", "longitude", "status")

    def __init__(self) -> None:
        self._by_uuid: dict[uuid.UUID, Known] = {}
        self._by_postcode: dict[tuple[str, str], list[Known]] = {}
        self._by_key: dict[str, dict[_Cell, list[Known]]] = {}

    @classmethod
    def of_assets(cls, assets: Iterable[tuple]) -> "AssetIndex":
        """Return an index of assets given as tuples of FIELDS, whether listed, suggested or retired."""
        index = cls()
        for pk, mark, name, postcode, latitude, longitude, status in assets:
            known = Known(name, bare_postcode(postcode), latitude, longitude, pk, is_retired=status == Status.RETIRED)
            index._by_uuid[mark] = known
            index.add(known)
        return index

    def add(self, known: Known) -> None:
        """Add a row, so that later rows can match it."""
        same = exact_name(known.name)
        if known.postcode:
            self._by_postcode.setdefault((same, known.postcode), []).append(known)
        cell = cell_of(known.latitude, known.longitude)
        whole, parts = _keys(known.name)
        for key in (f"={same}", *([whole] if whole else ()), *(f"-{part}" for part in parts)):
            self._by_key.setdefault(key, {}).setdefault(cell, []).append(known)

    def find(self, seen: Known, mark: uuid.UUID | None = None) -> Match | None:
        """Return the match of a row; None for something new.

        An asset that an earlier row matched is only matched again if nothing else fits. A retired asset is never the
        same as a row without its UUID: it may have reopened or moved.
        """
        if mark is not None and (known := self._by_uuid.get(mark)) is not None and known.claimed_by is None:
            return Match(known, is_same=True)
        same = exact_name(seen.name)
        candidates = list(islice((known for known in self._same(seen, same) if not known.is_retired), MOST_CANDIDATES))
        if candidates:
            return Match(min(candidates, key=lambda known: _rank(seen, known)), is_same=True)
        similar = next(self._similar(seen, same), None)
        return None if similar is None else Match(similar, is_same=False)

    def _same(self, seen: Known, same: str) -> Iterator[Known]:
        if seen.postcode:
            yield from self._by_postcode.get((same, seen.postcode), ())
        cells = self._by_key.get(f"={same}")
        if cells is None:
            return
        if seen.latitude is not None:
            yield from _near(cells, seen, SAME_KM)
        elif not seen.postcode:
            yield from (known for known in cells.get(None, ()) if not known.postcode)

    def _similar(self, seen: Known, same: str) -> Iterator[Known]:
        whole, parts = _keys(seen.name)
        for key in (f"={same}", *((whole, f"-{whole}") if whole else ()), *parts):
            cells = self._by_key.get(key)
            if cells is not None:
                candidates = islice(self._at_similar_place(cells, seen), MOST_CANDIDATES)
                yield from (known for known in candidates if names_alike(seen.name, known.name))

    def _at_similar_place(self, cells: dict[_Cell, list[Known]], seen: Known) -> Iterator[Known]:
        """Yield assets nearby; without positions to compare, those with the same postcode or none."""
        if seen.latitude is not None:
            yield from _near(cells, seen, SIMILAR_KM)
            others: Iterable[Known] = cells.get(None, ())
        else:
            others = (known for cell in cells.values() for known in cell)
        yield from (
            known
            for known in islice(others, MOST_CANDIDATES)
            if not known.postcode or not seen.postcode or known.postcode == seen.postcode
        )


def bare_postcode(postcode: str) -> str:
    """Return a postcode for comparison: in capitals, without spaces."""
    return "".join(postcode.upper().split())


def cell_of(latitude: float | None, longitude: float | None) -> _Cell:
    """Return the square of about a kilometre that contains a position; None without one."""
    if latitude is None or longitude is None:
        return None
    row = math.floor(latitude / _SQUARE_DEGREES)
    return row, math.floor(longitude / _width(row))


def _width(row: int) -> float:
    """Return the width in degrees of the squares of a row: at least a kilometre at any latitude."""
    latitude = min(max(abs(row), abs(row + 1)) * _SQUARE_DEGREES, 89.0)
    return _SQUARE_DEGREES / math.cos(math.radians(latitude))


def _near(cells: dict[_Cell, list[Known]], seen: Known, within_km: float) -> Iterator[Known]:
    """Yield the assets within a distance (at most a kilometre) of a row with a position."""
    if seen.latitude is None or seen.longitude is None:
        return
    middle = math.floor(seen.latitude / _SQUARE_DEGREES)
    for row in (middle - 1, middle, middle + 1):
        column = math.floor(seen.longitude / _width(row))
        for near in ((row, column - 1), (row, column), (row, column + 1)):
            for known in cells.get(near, ()):
                km = seen.km_to(known)
                if km is not None and km <= within_km:
                    yield known


def _keys(name: str) -> tuple[str, list[str]]:
    """Return the key of all distinctive words of a name, and the keys without one or two of them (at least two words).

    The shorter keys match "Matson Library" with "Matson Community Library and Hub".
    """
    telling = sorted(name_words(name))
    most_left_out = 2 if len(telling) <= 5 else 1
    sizes = range(max(2, len(telling) - most_left_out), len(telling))
    return " ".join(telling), [" ".join(part) for size in sizes for part in combinations(telling, size)]


def _rank(seen: Known, known: Known) -> tuple[bool, float, int]:
    """Return the sort key of a candidate: unmatched before matched, then the nearest, then the oldest."""
    return known.claimed_by is not None, seen.km_to(known) or 0.0, known.pk or 2**62 + (known.row or 0)
