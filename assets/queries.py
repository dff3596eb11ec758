"""Reads of assets that need more than one filter: where a point lies, what looks the same, what a map window shows."""

from django.db.models import Avg, Count, Min
from django.db.models.functions import Substr
from django.urls import reverse

from assets.importing.matching import SIMILAR_KM
from assets.importing.names import KIND_WORDS, name_words, names_alike
from assets.models import Asset, AssetQuerySet, Status
from communities.geometry import Bbox, BoundaryIndex, distance_km
from communities.models import Neighbourhood, Team
from communities.paging import capped_count

#: Above this many in view the server groups them. Source: tried in Chromium: 10,000 pins took a browser 0.26 s, 100,000
#: five seconds and eight megabytes.
MOST_PINS = 2000
#: Degrees of latitude in a kilometre, and the candidates compared by name at most.
_DEGREES_PER_KM = 1 / 110.5
_MOST_CANDIDATES = 2000


def neighbourhood_at(team: Team | int, latitude: float | None, longitude: float | None) -> Neighbourhood | None:
    """Return the team's neighbourhood whose outline holds the point, the smallest where they overlap; None outside all."""
    if latitude is None or longitude is None:
        return None
    near = Neighbourhood.objects.filter(
        team=team, min_lat__lte=latitude, max_lat__gte=latitude, min_lng__lte=longitude, max_lng__gte=longitude
    ).order_by("pk")
    return BoundaryIndex((place, place.boundary) for place in near).locate(latitude, longitude)


def has_outlines(team: Team | int) -> bool:
    """Return whether the team has drawn any outline yet."""
    return Neighbourhood.objects.filter(team=team).exclude(boundary="").exists()


def similar_assets(
    team: Team | int, *, name: str, latitude: float | None = None, longitude: float | None = None, limit: int = 3
) -> list[Asset]:
    """Return assets still there that may be this one: a name much alike and, when both are placed, at most 1 km away.

    The nearest first, then those without a position, by name.
    """
    found = []
    for asset in _candidates(team, name, latitude, longitude):
        placed = latitude is not None and asset.has_position
        km = distance_km(latitude, longitude, asset.latitude, asset.longitude) if placed else None
        if names_alike(name, asset.name) and (km is None or km <= SIMILAR_KM):
            found.append((km is None, km or 0.0, asset.name, asset.pk, asset))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[:limit]]


def _candidates(team: Team | int, name: str, latitude: float | None, longitude: float | None) -> AssetQuerySet:
    """Return the few assets worth comparing: inside a box when placed, and otherwise with the start of a word in common."""
    assets = Asset.objects.filter(team=team).exclude(status=Status.RETIRED).order_by("name", "pk")
    words = name_words(name)
    telling = max((word for word in words.values() if word not in KIND_WORDS), key=len, default=name)
    alike = assets.filter(name__icontains=telling[:4])
    if latitude is None or longitude is None:
        return alike[:_MOST_CANDIDATES]
    span = SIMILAR_KM * _DEGREES_PER_KM
    # Three times as wide as high covers a kilometre as far north as 70 degrees.
    box = assets.filter(
        latitude__range=(latitude - span, latitude + span),
        longitude__range=(longitude - 3 * span, longitude + 3 * span),
    )
    return (box | alike.filter(latitude__isnull=True))[:_MOST_CANDIDATES]


def in_window(assets: AssetQuerySet, bbox: Bbox | None) -> AssetQuerySet:
    """Keep what has a position, and lies in the window when there is one."""
    placed = assets.placed()
    if bbox is None:
        return placed
    return placed.filter(
        latitude__gte=bbox.min_lat, latitude__lte=bbox.max_lat, longitude__gte=bbox.min_lng, longitude__lte=bbox.max_lng
    )


def pins(assets: AssetQuerySet, *, bbox: Bbox | None, zoom: int) -> dict:
    """Return a GeoJSON FeatureCollection of what lies in the window: one point an asset, or groups above MOST_PINS.

    A pin's properties: `name`, `url`, `kind`, `note` (what it is). A group's: `count`; a group of one is a pin. The counts
    add up to the number of assets in the window. Two or three queries, whatever there is.
    """
    shown = in_window(assets, bbox)
    many = capped_count(shown, MOST_PINS) > MOST_PINS
    rows = _groups(shown, zoom) if many else _single(shown)
    base = reverse("assets:asset-detail", kwargs={"pk": 0})
    kinds = dict(Asset._meta.get_field("kind").flatchoices)
    return {"type": "FeatureCollection", "features": [_feature(row, base, kinds) for row in rows]}


def _single(shown: AssetQuerySet) -> list[tuple]:
    rows = shown.order_by("pk").values_list("pk", "name", "kind", "latitude", "longitude")
    return [(1, *row) for row in rows]


def _groups(shown: AssetQuerySet, zoom: int) -> list[tuple]:
    """Return one row a map tile two levels below the window's: its assets' number and middle, named when it is one.

    The grouping reads nothing but the index; the few that stand alone are named by a second query.
    """
    tiles = list(
        shown.order_by()
        .annotate(tile=Substr("quadkey", 1, min(max(zoom, 1), 16) + 2))
        .values("tile")
        .annotate(count=Count("pk"), one=Min("pk"), y=Avg("latitude"), x=Avg("longitude"))
        .order_by("tile")
        .values_list("count", "one", "y", "x")
    )
    alone = [one for count, one, _y, _x in tiles if count == 1][:MOST_PINS]
    names = {pk: (name, kind) for pk, name, kind in shown.filter(pk__in=alone).values_list("pk", "name", "kind")}
    return [(count, one, *names.get(one, ("", "")), y, x) for count, one, y, x in tiles]


def _feature(row: tuple, base: str, kinds: dict) -> dict:
    count, pk, name, kind, latitude, longitude = row
    properties = (
        {"count": count}
        if count > 1
        else {"name": name, "kind": kind, "note": str(kinds.get(kind, "")), "url": base.replace("/0/", f"/{pk}/")}
    )
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
        "properties": properties,
    }
