"""Read assets: the neighbourhood at a point, similar assets, and the pins of a map window."""

from django.db.models import Avg, Count, Max, Min
from django.db.models.functions import Substr
from django.urls import reverse

from assets.importing.matching import SIMILAR_KM
from assets.importing.names import KIND_WORDS, name_words, names_alike
from assets.models import Asset, AssetQuerySet, Status
from communities.geometry import Bbox, BoundaryIndex, distance_km
from communities.models import Neighbourhood, Team
from communities.paging import capped_count

#: Above this many pins in view, the server groups them: at most 110 kB for a phone. Source: tried in Chromium, where the
#: pins of a map are drawn again at each zoom.
MOST_PINS = 500
#: Degrees of latitude per kilometre, and the most candidates that are compared by name.
_DEGREES_PER_KM = 1 / 110.5
_MOST_CANDIDATES = 2000
#: The most single assets among groups that get a name; the others are groups of one.
_MOST_ALONE = 500


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
    if bbox is None:
        return assets.placed()
    return assets.filter(
        latitude__gte=bbox.min_lat, latitude__lte=bbox.max_lat, longitude__gte=bbox.min_lng, longitude__lte=bbox.max_lng
    )


def pins(assets: AssetQuerySet, *, bbox: Bbox | None, zoom: int) -> dict:
    """Return a GeoJSON FeatureCollection of the assets in the window: one point per asset, or groups above MOST_PINS.

    `grouped` says which. A pin has an `id`, and the properties `name`, `url`, `kind`, `note` and, if it is one, `bumping` or `touching`; a
    group has a `bbox`, and the property `count`. A group of one is a pin. The counts add up to the number of assets in
    the window. Runs two or three queries.
    """
    shown = in_window(assets, bbox)
    many = capped_count(shown, MOST_PINS) > MOST_PINS
    base = reverse("assets:asset-detail", kwargs={"pk": 0})
    kinds = dict(Asset._meta.get_field("kind").flatchoices)
    if many:
        features = _groups(shown, zoom, base, kinds)
    else:
        features = [_pin(row, base, kinds) for row in shown.order_by("pk").values_list(*_PIN_FIELDS)]
    return {"type": "FeatureCollection", "grouped": many, "features": features}


def places_in(assets: AssetQuerySet, bbox: Bbox) -> list[dict]:
    """Return `uuid`, `name`, `latitude` and `longitude` of the assets in a window, at most MOST_PINS; one query."""
    return list(in_window(assets, bbox).order_by("pk").values("uuid", "name", "latitude", "longitude")[:MOST_PINS])


_PIN_FIELDS = ("pk", "name", "kind", "is_bumping_place", "is_touch_point", "latitude", "longitude")


def _groups(shown: AssetQuerySet, zoom: int, base: str, kinds: dict) -> list[dict]:
    """Return one feature per map tile two levels below the window's zoom: the count, centre and extent of its assets.

    The grouping reads only the index. An asset that is alone in its tile gets its name by a second query, which finds it by
    its place: the extent of such a tile is one point. The tile is selected too, so that PostgreSQL groups and orders by the
    column: it treats each expression with parameters as a different one.
    """
    tiles = list(
        shown.order_by()
        .annotate(tile=Substr("quadkey", 1, min(max(zoom, 1), 16) + 2))
        .values("tile")
        .annotate(
            count=Count("*"),
            y=Avg("latitude"),
            x=Avg("longitude"),
            west=Min("longitude"),
            south=Min("latitude"),
            east=Max("longitude"),
            north=Max("latitude"),
        )
        .order_by("tile")
        .values_list("tile", "count", "y", "x", "west", "south", "east", "north")
    )
    alone = [(south, west) for _tile, count, _y, _x, west, south, *_edges in tiles if count == 1][:_MOST_ALONE]
    at = shown.filter(latitude__in=[place[0] for place in alone], longitude__in=[place[1] for place in alone])
    named = {row[-2:]: row for row in at.values_list(*_PIN_FIELDS)} if alone else {}
    features = []
    for _tile, count, latitude, longitude, *edges in tiles:
        west, south = edges[:2]
        if count == 1 and (south, west) in named:
            features.append(_pin(named[south, west], base, kinds))
        else:
            bbox = [round(edge, 6) for edge in edges]
            features.append({**_point(latitude, longitude), "bbox": bbox, "properties": {"count": count}})
    return features


def _point(latitude: float, longitude: float) -> dict:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}}


def _pin(row: tuple, base: str, kinds: dict) -> dict:
    pk, name, kind, is_bumping_place, is_touch_point, latitude, longitude = row
    properties = {"name": name, "kind": kind, "note": str(kinds.get(kind, "")), "url": base.replace("/0/", f"/{pk}/")}
    if is_bumping_place:
        properties["bumping"] = True
    if is_touch_point:
        properties["touching"] = True
    return {**_point(latitude, longitude), "id": pk, "properties": properties}
