"""Access to the URLs of assets."""

from types import SimpleNamespace

from tests.factories.assets import AssetFactory, AssetPhotoFactory, ImportBatchFactory, ImportRowFactory
from tests.url_table import BUILDERS, EVERY_ROLE, POST_ONLY, AdminRow, Page


def asset(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an asset's pages."""
    return {"pk": world.asset.pk}


def photo(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of a photo's pages."""
    return {"pk": world.asset_photo.pk}


def batch(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an import's pages."""
    return {"uuid": world.import_batch.uuid}


PAGES = {
    "assets:asset-list": Page(EVERY_ROLE, methods=("GET",)),
    "assets:asset-pins": Page(EVERY_ROLE, methods=("GET",), visit=False),
    "assets:asset-print": Page(EVERY_ROLE, methods=("GET",)),
    "assets:asset-near": Page(EVERY_ROLE, methods=("GET",), visit=False, query="bbox=-3,51,-2,52"),
    "assets:asset-create": Page(BUILDERS),
    "assets:asset-export": Page(EVERY_ROLE, methods=("GET",), visit=False),
    "assets:import-create": Page(BUILDERS),
    "assets:import-rehearsal": Page(BUILDERS, batch, methods=("GET",)),
    "assets:import-columns": POST_ONLY(BUILDERS, batch),
    "assets:import-apply": POST_ONLY(BUILDERS, batch),
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
    """Add an asset with a position and a photo, and a previewed import."""
    world.asset = AssetFactory(team=world.team, placed=True, name="The Old Post Office")
    world.asset_photo = AssetPhotoFactory(asset=world.asset)
    world.import_batch = ImportBatchFactory(
        team=world.team, headings=["Name"], columns={"name": "Name"}, counts={"add": 1, "outside": 0}
    )
    ImportRowFactory(batch=world.import_batch, number=2, values={"Name": "The New Bakery"})


ADMIN = {
    "assets.Asset": AdminRow(managers="read add change", administrators="read add change"),
}
