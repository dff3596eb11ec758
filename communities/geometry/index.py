"""Find the outline that contains a point: an index over a team's outlines, for one point or fifty thousand."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from communities.geometry.measures import area_of_shape_km2
from communities.geometry.outlines import to_shape


class BoundaryIndex:
    """A spatial index that finds the outline containing a point.

    Built from (key, GeoJSON text) pairs; pairs without a text are left out. If outlines overlap, the smallest wins,
    because a patch that residents drew inside a ward is the more exact answer; equal ones keep the given order. An
    edge counts as inside. Source of the tree: S. Leutenegger and others, "STR: A Simple and Efficient Algorithm for
    R-Tree Packing", ICDE 1997, as implemented by GEOS.
    """

    def __init__(self, boundaries: Iterable[tuple[Hashable, str]]) -> None:
        found = [(key, to_shape(text)) for key, text in boundaries if text]
        found.sort(key=lambda pair: area_of_shape_km2(pair[1]))
        self._keys = [key for key, _ in found]
        self._shapes = [shape for _, shape in found]
        self._tree = shapely.STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self._keys)

    def locate(self, lat: float | None, lng: float | None) -> Any | None:
        """Return the key of the outline that contains a point, or None (also if a coordinate is None)."""
        if lat is None or lng is None:
            return None
        hits = self._tree.query(shapely.points(lng, lat), predicate="intersects")
        return self._keys[hits.min()] if len(hits) else None

    def locate_many(self, lats: Sequence[float | None], lngs: Sequence[float | None]) -> list[Any | None]:
        """Return one key (or None) per pair of latitude and longitude, in order."""
        lat, lng = (np.array(values, dtype=float) for values in (lats, lngs))
        if lat.shape != lng.shape:
            raise ValueError("There must be as many latitudes as longitudes.")
        chosen = np.full(len(lat), len(self), dtype=int)
        placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lng))
        if len(placed) and len(self):
            points = shapely.STRtree(shapely.points(lng[placed], lat[placed]))
            outlines, hits = points.query(self._shapes, predicate="intersects")
            np.minimum.at(chosen, placed[hits], outlines)
        keys = [*self._keys, None]
        return [keys[position] for position in chosen]
