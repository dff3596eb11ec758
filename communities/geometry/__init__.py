"""Geography without Django: outlines from GeoJSON, places, distances, areas and tiles.

Pure functions on text and numbers, importable without settings. Degrees are WGS 84; latitude comes before longitude in
every call, longitude before latitude inside GeoJSON. Unusable input raises GeometryError with a sentence for people.
"""

from communities.geometry.files import (
    MAX_FILE_BYTES,
    BoundaryFeature,
    Collection,
    parse_boundaries,
    parse_collection,
    read_features,
)
from communities.geometry.index import BoundaryIndex
from communities.geometry.measures import (
    Bbox,
    check_point,
    distance_km,
    looks_swapped_in_uk,
    parse_bbox,
    quadkey,
    quadkeys,
)
from communities.geometry.messages import GeometryError, Message
from communities.geometry.outlines import (
    Outline,
    area_km2,
    clean_drawing,
    clean_geometry,
    contains,
    corners_text,
    representative_point,
    simplify_many,
)

__all__ = [
    "MAX_FILE_BYTES",
    "Bbox",
    "BoundaryFeature",
    "BoundaryIndex",
    "Collection",
    "GeometryError",
    "Message",
    "Outline",
    "area_km2",
    "check_point",
    "clean_drawing",
    "clean_geometry",
    "contains",
    "corners_text",
    "distance_km",
    "looks_swapped_in_uk",
    "parse_bbox",
    "parse_boundaries",
    "parse_collection",
    "quadkey",
    "quadkeys",
    "read_features",
    "representative_point",
    "simplify_many",
]
