"""Factories for assets, their photos and files of assets."""

from datetime import date

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from assets.models import Asset, AssetPhoto, ImportBatch, ImportRow, Kind, Status, Visibility
from communities.geometry import quadkey
from tests.factories.communities import SQUARE, TeamFactory
from tests.photos import photo_bytes

#: Inside and outside the SQUARE that `NeighbourhoodFactory(outlined=True)` creates.
INSIDE = ((SQUARE[1] + SQUARE[3]) / 2, (SQUARE[0] + SQUARE[2]) / 2)
OUTSIDE = (51.9, -2.1)


class AssetFactory(factory.django.DjangoModelFactory):
    """A listed place of the team, without a position and never checked."""

    class Meta:
        model = Asset

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Asset {n:03}")
    kind = Kind.PLACE

    class Params:
        placed = factory.Trait(latitude=INSIDE[0], longitude=INSIDE[1])
        outside = factory.Trait(latitude=OUTSIDE[0], longitude=OUTSIDE[1])
        association = factory.Trait(kind=Kind.ASSOCIATION)
        public = factory.Trait(visibility=Visibility.PUBLIC)
        fresh = factory.Trait(last_confirmed_on=factory.LazyFunction(timezone.localdate))
        stale = factory.Trait(last_confirmed_on=date(2020, 1, 1))
        retired = factory.Trait(
            status=Status.RETIRED, retired_at=factory.LazyFunction(timezone.now), retired_reason="It closed."
        )

    quadkey = factory.LazyAttribute(
        lambda asset: "" if asset.latitude is None else quadkey(asset.latitude, asset.longitude)
    )
    latitude = None
    longitude = None


class AssetPhotoFactory(factory.django.DjangoModelFactory):
    """A small photo of an asset."""

    class Meta:
        model = AssetPhoto

    asset = factory.SubFactory(AssetFactory)
    image = factory.LazyFunction(lambda: ContentFile(photo_bytes(), name="photo.jpg"))
    alt = "A green door"


class ImportBatchFactory(factory.django.DjangoModelFactory):
    """A previewed file of assets."""

    class Meta:
        model = ImportBatch

    team = factory.SubFactory(TeamFactory)
    file_name = "assets.csv"


class ImportRowFactory(factory.django.DjangoModelFactory):
    """A row that will be added."""

    class Meta:
        model = ImportRow

    batch = factory.SubFactory(ImportBatchFactory)
    number = factory.Sequence(lambda n: n + 2)
    fate = ImportRow.Fate.ADD
