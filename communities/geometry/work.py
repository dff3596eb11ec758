"""Limit the work of checking and repairing outlines, estimated before calling GEOS.

GEOS compares every segment with every other whose box meets its own, and repairing makes two corners of every crossing.
Both grow with the square of the corners: 50,000 of them fit into one megabyte and take minutes and gigabytes. The outline of
a real place has a handful of neighbours per segment and hardly a crossing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from communities.geometry.messages import GeometryError, gettext_noop

MAX_PAIRS = 500_000
"""The most pairs of segments whose boxes meet, in one outline: ten per allowed corner."""
MAX_CROSSINGS = 1_000
"""The most crossings that are repaired in one outline: more than any real outline has."""
MAX_RINGS = 5_000
"""The most parts and holes of one outline: more islands than any ward has."""
FILE_PAIRS = 5 * MAX_PAIRS
FILE_CROSSINGS = 5 * MAX_CROSSINGS
FILE_RINGS = 4 * MAX_RINGS
RING_WEIGHT = 4
"""How many pairs of segments a pair of rings counts for if their boxes meet, because one may be inside the other."""
_STEP = 16
_SLICE = 100_000


@dataclass
class Allowance:
    """The work that the outlines of one file can still cost; each outline has its own limit too."""

    pairs: int = FILE_PAIRS
    crossings: int = FILE_CROSSINGS
    rings: int = FILE_RINGS

    def spend_on_rings(self, count: int) -> None:
        """Subtract the rings of an outline before building it. Raises GeometryError if there are too many."""
        most = min(MAX_RINGS, self.rings)
        self.rings -= min(count, self.rings)
        if count > most:
            raise GeometryError(_TOO_MANY if most == MAX_RINGS else _FILE, count=f"{count:,}", limit=f"{MAX_RINGS:,}")

    def spend_on_lines(self, rings: Sequence[np.ndarray]) -> None:
        """Estimate the cost of checking and repairing these rings, and subtract it.

        Each ring is a closed array of corners. Raises GeometryError if the cost is more than one outline, or the rest of
        the file, is allowed; then do nothing else with the rings.
        """
        starts = np.concatenate([ring[:-1] for ring in rings])
        ends = np.concatenate([ring[1:] for ring in rings])
        most = min(MAX_PAIRS, self.pairs)
        met, pairs = _pairs(np.hstack([np.minimum(starts, ends), np.maximum(starts, ends)]), most)
        if met <= most and len(rings) > 1:
            around = np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
            met += RING_WEIGHT * _pairs(around, (most - met) // RING_WEIGHT)[0]
        self.pairs -= min(met, self.pairs)
        if met > most:
            raise GeometryError(_TOO_CLOSE if most == MAX_PAIRS else _FILE)
        most = min(MAX_CROSSINGS, self.crossings)
        crossings = _crossings(starts, ends, pairs, most)
        self.crossings -= min(crossings, self.crossings)
        if crossings > most:
            raise GeometryError(_TOO_TANGLED if most == MAX_CROSSINGS else _FILE, limit=f"{MAX_CROSSINGS:,}")


_TOO_CLOSE = gettext_noop(
    "Its lines are too dense for the outline of a place. Use a generalised boundary, or draw it again."
)
_TOO_TANGLED = gettext_noop(
    "Its line crosses itself more than %(limit)s times. Repair it in a map program, use a generalised boundary, or "
    "draw it again."
)
_TOO_MANY = gettext_noop(
    "The outline has %(count)s parts and holes, more than the %(limit)s that Kith can save. Use a generalised boundary."
)
_FILE = gettext_noop(
    "The outlines before it in this file are so intricate or tangled that Kith stopped here. Split the file, or use "
    "generalised boundaries."
)


def _pairs(boxes: np.ndarray, most: int) -> tuple[int, np.ndarray]:
    """Return how many pairs of boxes meet, each counted once, and the pairs; stop soon after `most`."""
    shapes = shapely.box(*boxes.T)
    tree = shapely.STRtree(shapes)
    found, count, start, step = [], 0, 0, _STEP
    while start < len(shapes) and count <= most:
        one, other = tree.query(shapes[start : start + step])
        one = one + start
        later = one < other
        found.append(np.stack([one[later], other[later]]))
        count += int(later.sum())
        start += step
        # As many at a time as keeps the answer small.
        step = min(4_096, step * 2) if len(one) < 50_000 else max(_STEP, step // 2)
    return count, np.concatenate(found, axis=1) if found else np.empty((2, 0), dtype=int)


def _crossings(starts: np.ndarray, ends: np.ndarray, pairs: np.ndarray, most: int) -> int:
    """Return how many pairs of segments meet other than at a shared corner; stop soon after `most`."""
    count = 0
    for at in range(0, pairs.shape[1], _SLICE):
        one, other = pairs[:, at : at + _SLICE]
        a, b, c, d = starts[one], ends[one], starts[other], ends[other]
        shares = (a == c).all(axis=1) | (a == d).all(axis=1) | (b == c).all(axis=1) | (b == d).all(axis=1)
        apart = (_side(a, b, c) * _side(a, b, d) > 0) | (_side(c, d, a) * _side(c, d, b) > 0)
        count += int((~shares & ~apart).sum())
        if count > most:
            break
    return count


def _side(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return on which side of a line a point lies: 1 left, -1 right, 0 on it."""
    along, to = end - start, point - start
    return np.sign(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0])
