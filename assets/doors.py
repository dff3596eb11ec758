"""The doors for assets and their photos: how the admin and imports write them."""

from collections.abc import Mapping
from uuid import UUID

from assets.actions.assets import create_asset, update_asset
from assets.actions.photos import describe_asset_photo, remove_asset_photo
from assets.models import Asset, AssetPhoto
from assets.rules import EDITABLE, check_position
from communities.doors import Door, by_field
from communities.models import User


class AssetDoor(Door[Asset]):
    """Assets. They are never deleted but retired, on their own page, with a reason, and can be restored."""

    model = Asset

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Asset:
        """Add an asset."""
        return create_asset(team=values["team"], by=by, uuid=uuid, **_typed(values))

    def update(self, *, row: Asset, by: User, values: dict) -> Asset:
        """Change an asset."""
        return update_asset(asset=row, by=by, **_typed(values))

    def refusals(self, *, row: Asset | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse an incomplete or impossible position."""
        here = [values.get(name, getattr(row, name, None)) for name in ("latitude", "longitude")]
        return by_field(lambda: check_position(*here))


def _typed(values: Mapping) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in EDITABLE}


class AssetPhotoDoor(Door[AssetPhoto]):
    """Photos of an asset. They are added on the asset's page, which cleans them."""

    model = AssetPhoto
    field_of = {"photo_alt": "alt"}  # noqa: RUF012 - read only

    def update(self, *, row: AssetPhoto, by: User, values: dict) -> AssetPhoto:
        """Change the text description of the photo."""
        return describe_asset_photo(photo=row, by=by, alt=values["alt"])

    def delete(self, *, row: AssetPhoto, by: User) -> None:
        """Remove a photo."""
        remove_asset_photo(photo=row, by=by)
