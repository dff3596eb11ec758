"""Every write of assets, by subject."""

from assets.actions.assets import (
    confirm_asset,
    create_asset,
    relocate_assets,
    restore_asset,
    retire_asset,
    update_asset,
)
from assets.actions.photos import MOST_PHOTOS, add_asset_photo, describe_asset_photo, remove_asset_photo

__all__ = [
    "MOST_PHOTOS",
    "add_asset_photo",
    "confirm_asset",
    "create_asset",
    "describe_asset_photo",
    "relocate_assets",
    "remove_asset_photo",
    "restore_asset",
    "retire_asset",
    "update_asset",
]
