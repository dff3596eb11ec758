"""Read assets: the neighbourhood at a point, similar assets, and the pins of a map window."""

from django.db.models import Avg, Count, Min
from django.db.models.functions import Substr
from django.urls import reverse

from assets.importing.matching import SIMILAR_KM
from assets.importing.names import KIND_WORDS, name_words, names_alike
from assets.models import Asset, AssetQuerySet, Status
from communities.geometry import Bbox, BoundaryIndex, distance_km
from communities.models import Neighbourhood, Team
from communities.paging import capped_count

#: Above this many pins in view, the server groups them. Source: tried in Chromium: 10,000 pins took 0.26 s, 100,000
#: took five seconds and eight megabytes.
MOST_PINS = 2000
#: Degrees of latitude per kilometre, and the most candidates that are compared by name.
_DEGREES_PER_KM = 1 / 110.5
_MOST_CANDIDATES = 2000


def neighbourhood_at(team: Team | int, latitude: float | None, longitude: float | None) -> Neighbourhood | None:
    """Return the team's neighbourhood whose outline contains the point, the smallest if they overlap, or None."""
    if latitude is None or longitude is None:
        return None
    near = Neighbourhood.objects.filter(
        team=team, min_lat__lte=latitude, max_lat__gte=latitude, min_lng__lte=longitude, max_lng__gte=longitude
    ).order_by("pk")
    return BoundaryIndex((place, place.boundary) for place in near).locate(latitude, longitude)


def has_outlines(team: Team | int) -> bool:
    """Return whether the team has any outline."""
    return Neighbourhood.objects.filter(team=team).exclude(boundary="").exists()


def similar_assets(
    team: Team | int, *, name: str, latitude: float | None = None, longitude: float | None = None, limit: int = 3
) -> list[Asset]:
    """Return listed assets that may be this one: with a similar name and, if both have a position, at most 1 km away.

    Ordered by distance; those without a position follow, by name.
    """
    found = []
    for asset in _candidates(team, name, latitude, longitude):
        km = _km_to(asset, latitude, longitude)
        if names_alike(name, asset.name) and (km is None or km <= SIMILAR_KM):
            found.append((km is None, km or 0.0, asset.name, asset.pk, asset))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[:limit]]


def _km_to(asset: Asset, latitude: float | None, longitude: float | None) -> float | None:
    """Return how far an asset is from here, in kilometres; None if either has no position."""
    if latitude is None or longitude is None or asset.latitude is None or asset.longitude is None:
        return None
    return distance_km(latitude, longitude, asset.latitude, asset.longitude)


def _candidates(team: Team | int, name: str, latitude: float | None, longitude: float | None) -> AssetQuerySet:
    """Return the assets to compare: inside a box if there is a position, otherwise with the start of a word in common."""
    assets = Asset.objects.filter(team=team).exclude(status=Status.RETIRED).order_by("name", "pk")
    words = name_words(name)
    telling = max((word for word in words.values() if word not in KIND_WORDS), key=len, default=name)
    alike = assets.filter(name__icontains=telling[:4])
    if latitude is None or longitude is None:
        return alike[:_MOST_CANDIDATES]
    span = SIMILAR_KM * _DEGREES_PER_KM
    # A box three times as wide as high covers a kilometre up to 70 degrees north.
    box = assets.filter(
        latitude__range=(latitude - span, latitude + span),
        longitude__range=(longitude - 3 * span, longitude + 3 * span),
    )
    return (box | alike.filter(latitude__isnull=True))[:_MOST_CANDIDATES]


def in_window(assets: AssetQuerySet, bbox: Bbox | None) -> AssetQuerySet:
    """Return assets with a position, and inside the window if one is given."""
    placed = assets.placed()
    if bbox is None:
        return placed
    return placed.filter(
        latitude__gte=bbox.min_lat, latitude__lte=bbox.max_lat, longitude__gte=bbox.min_lng, longitude__lte=bbox.max_lng
    )


def pins(assets: AssetQuerySet, *, bbox: Bbox | None, zoom: int) -> dict:
    """Return a GeoJSON FeatureCollection of the assets in the window: one point per asset, or groups above MOST_PINS.

    The properties of a pin are `name`, `url`, `kind` and `note`; of a group, `count`. A group of one is a pin. The counts
    add up to the number of assets in the window. Runs two or three queries.
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
    """Return one row per map tile two levels below the window's zoom: the count and centre of its assets.

    A tile with one asset gets its name by a second query; the grouping reads only the index. The tile is selected
    too, so that PostgreSQL groups and orders by the column: it treats each expression with parameters as a different one.
    """
    tiles = list(
        shown.order_by()
        .annotate(tile=Substr("quadkey", 1, min(max(zoom, 1), 16) + 2))
        .values("tile")
        .annotate(count=Count("pk"), one=Min("pk"), y=Avg("latitude"), x=Avg("longitude"))
        .order_by("tile")
        .values_list("tile", "count", "one", "y", "x")
    )
    alone = [one for _tile, count, one, _y, _x in tiles if count == 1][:MOST_PINS]
    names = {pk: (name, kind) for pk, name, kind in shown.filter(pk__in=alone).values_list("pk", "name", "kind")}
    return [(count, one, *names.get(one, ("", "")), y, x) for _tile, count, one, y, x in tiles]


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
