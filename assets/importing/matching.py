"""Find the asset that a row of a file is about, without comparing every row with every asset.

The same asset: the same name, and the same postcode or a place within SAME_KM, or neither says where it is.
A similar one: `names.names_alike`, and within SIMILAR_KM. It is only pointed out: two clubs may share a name and a
street.

Every asset stands under a few keys: its name, the words that tell it from others, and those words with one or two left
out. Vowels and doubled letters do not count in keys, so that "Hillfields" meets "Hillifields". What stands under a key is
split by place into squares of about a kilometre, so the work grows with the number of rows even when thousands share one
name.
"""

import math
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from assets.importing.names import KIND_WORDS, exact_name, name_words, names_alike, words_alike
from assets.models import Asset, Status
from communities.geometry import distance_km
from communities.models import Team

__all__ = [
    "KIND_WORDS",
    "SIMILAR_KM",
    "Known",
    "Match",
    "Roll",
    "bare_postcode",
    "exact_name",
    "name_words",
    "names_alike",
    "words_alike",
]

SAME_KM = 0.15
#: Source: tried on six districts' libraries; within 100 m many real pairs are missed, because lists place by postcode.
SIMILAR_KM = 1.0
#: The most assets of one name and place that one row is held against: beyond it lies a file of one name repeated.
MOST_CANDIDATES = 200

_SQUARE_DEGREES = 0.0091  # more than a kilometre of latitude, wherever on Earth
_Cell = tuple[int, int] | None


@dataclass(slots=True)
class Known:
    """An asset that a row may be about: one of the team's (`pk`), or an earlier row of the file (`row`)."""

    name: str
    postcode: str
    latitude: float | None
    longitude: float | None
    pk: int | None = None
    row: int | None = None
    is_retired: bool = False
    claimed_by: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a row is about: `known`, and whether it is the same asset or only a similar one."""

    known: Known
    is_same: bool


class Roll:
    """The assets of a team and the rows of a file seen so far."""

    def __init__(self) -> None:
        self._by_uuid: dict[uuid.UUID, Known] = {}
        self._by_postcode: dict[tuple[str, str], list[Known]] = {}
        self._by_key: dict[str, dict[_Cell, list[Known]]] = {}

    @classmethod
    def of_team(cls, team: Team) -> "Roll":
        """Return the roll of everything the team has listed, suggested or retired; one query."""
        roll = cls()
        fields = ("pk", "uuid", "name", "postcode", "latitude", "longitude", "status")
        for pk, mark, name, postcode, latitude, longitude, status in (
            Asset.objects.filter(team=team).order_by("pk").values_list(*fields).iterator(chunk_size=2000)
        ):
            known = Known(name, bare_postcode(postcode), latitude, longitude, pk, is_retired=status == Status.RETIRED)
            roll._by_uuid[mark] = known
            roll.add(known)
        return roll

    def add(self, known: Known) -> None:
        """Let later rows find this one."""
        same = exact_name(known.name)
        if known.postcode:
            self._by_postcode.setdefault((same, known.postcode), []).append(known)
        cell = cell_of(known.latitude, known.longitude)
        whole, parts = _keys(known.name)
        for key in (f"={same}", *([whole] if whole else ()), *(f"-{part}" for part in parts)):
            self._by_key.setdefault(key, {}).setdefault(cell, []).append(known)

    def find(self, seen: Known, mark: uuid.UUID | None = None) -> Match | None:
        """Return what a row is about; None for something new.

        An asset that an earlier row was about is only found again when nothing else fits. A retired one is never the
        same as a row that does not bear its mark (uuid): it may have come back, or moved.
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
        """Yield what is near; without a place to compare, what shares the postcode or may do so."""
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
    """Return a postcode as it compares: capitals, no blanks."""
    return "".join(postcode.upper().split())


def cell_of(latitude: float | None, longitude: float | None) -> _Cell:
    """Return the square of about a kilometre that holds a place; None without one."""
    if latitude is None or longitude is None:
        return None
    row = math.floor(latitude / _SQUARE_DEGREES)
    return row, math.floor(longitude / _width(row))


def _width(row: int) -> float:
    """Return the width in degrees of the squares of a row: a kilometre at least, wherever on Earth."""
    latitude = min(max(abs(row), abs(row + 1)) * _SQUARE_DEGREES, 89.0)
    return _SQUARE_DEGREES / math.cos(math.radians(latitude))


def _near(cells: dict[_Cell, list[Known]], seen: Known, within_km: float) -> Iterator[Known]:
    """Yield what stands within a distance (a kilometre at most) of a row that has a place."""
    middle = math.floor(seen.latitude / _SQUARE_DEGREES)
    for row in (middle - 1, middle, middle + 1):
        column = math.floor(seen.longitude / _width(row))
        for near in ((row, column - 1), (row, column), (row, column + 1)):
            for known in cells.get(near, ()):
                if distance_km(seen.latitude, seen.longitude, known.latitude, known.longitude) <= within_km:
                    yield known


def _keys(name: str) -> tuple[str, list[str]]:
    """Return the key of all the telling words of a name, and those with one or two of them left out, two words at least.

    The second find "Matson Library" from "Matson Community Library and Hub": what one name has more than the other.
    """
    telling = sorted(name_words(name))
    most_left_out = 2 if len(telling) <= 5 else 1
    sizes = range(max(2, len(telling) - most_left_out), len(telling))
    return " ".join(telling), [" ".join(part) for size in sizes for part in combinations(telling, size)]


def _rank(seen: Known, known: Known) -> tuple[bool, float, int]:
    """Order candidates: those no row was about yet, the nearest first, then the oldest."""
    distance = 0.0
    if seen.latitude is not None and known.latitude is not None:
        distance = distance_km(seen.latitude, seen.longitude, known.latitude, known.longitude)
    return known.claimed_by is not None, distance, known.pk or 2**62 + (known.row or 0)
