"""Who may open which address of assets."""

from types import SimpleNamespace

from tests.factories.assets import AssetFactory, AssetPhotoFactory
from tests.url_table import BUILDERS, EVERY_ROLE, POST_ONLY, Page


def asset(world: SimpleNamespace) -> dict[str, object]:
    """Return the arguments of an asset's pages."""
    return {"pk": world.asset.pk}


def photo(world: SimpleNamespace) -> dict[str, object]:
    """Return the arguments of a photo's pages."""
    return {"pk": world.asset_photo.pk}


PAGES = {
    "assets:asset-list": Page(EVERY_ROLE, methods=("GET",)),
    "assets:asset-pins": Page(EVERY_ROLE, methods=("GET",), visit=False),
    "assets:asset-create": Page(BUILDERS),
    "assets:asset-detail": Page(EVERY_ROLE, asset, methods=("GET",)),
    "assets:asset-pin": Page(EVERY_ROLE, asset, methods=("GET",), visit=False),
    "assets:asset-update": Page(BUILDERS, asset),
    "assets:asset-confirm": POST_ONLY(BUILDERS, asset),
    "assets:asset-retire": Page(BUILDERS, asset),
    "assets:asset-restore": POST_ONLY(BUILDERS, asset),
    "assets:photo-create": Page(BUILDERS, asset),
    "assets:photo": Page(EVERY_ROLE, photo, methods=("GET",), visit=False),
    "assets:photo-delete": Page(BUILDERS, photo),
}


def build(world: SimpleNamespace) -> None:
    """Add an asset with a position and a photo."""
    world.asset = AssetFactory(team=world.team, placed=True, name="The Old Post Office")
    world.asset_photo = AssetPhotoFactory(asset=world.asset)
