"""Write photos of assets. They are cleaned beforehand."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Asset, AssetPhoto
from assets.rules import can_write_asset
from communities.actions.saving import locked
from communities.audit import record
from communities.idempotency import idempotent
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb

#: The most photos of one asset: enough to show it, few enough to look through.
MOST_PHOTOS = 12


@idempotent(AssetPhoto)
@transaction.atomic
def add_asset_photo(
    *, asset: Asset, by: User | None, photo: ContentFile, alt: str, uuid: UUID | None = None
) -> AssetPhoto:
    """Add a photo returned by `clean_photo`, with its text description. Idempotent by `uuid`.

    Raises: PermissionDenied; ValidationError keyed by `photo_alt` if it is blank, by `photo` above MOST_PHOTOS.
    """
    require(can_write_asset, by, asset.team_id)
    alt = alt.strip()
    _refuse_undescribed(alt)
    if asset.photos.count() >= MOST_PHOTOS:
        raise ValidationError(
            {"photo": _("This asset already has %(most)d photos. Remove one first.") % {"most": MOST_PHOTOS}}
        )
    made = AssetPhoto.objects.create(asset=asset, image=photo, alt=alt[:250], created_by=by)
    record(by=by, verb=Verb.CREATE, obj=made, fields=("image", "alt"), team=asset.team_id)
    return made


@transaction.atomic
def describe_asset_photo(*, photo: AssetPhoto, by: User, alt: str) -> AssetPhoto:
    """Change the text description of a photo.

    Raises: PermissionDenied; ValidationError keyed by `photo_alt` if it is blank.
    """
    require(can_write_asset, by, photo.asset.team_id)
    alt = alt.strip()
    _refuse_undescribed(alt)
    photo = locked(AssetPhoto.objects.select_related("asset"), photo.pk)
    if photo.alt != alt[:250]:
        photo.alt = alt[:250]
        photo.save(update_fields=("alt",))
        record(by=by, verb=Verb.UPDATE, obj=photo, fields=("alt",), team=photo.asset.team_id)
    return photo


@transaction.atomic
def remove_asset_photo(*, photo: AssetPhoto, by: User) -> AssetPhoto:
    """Delete a photo; its file is deleted when it is too late to undo. The returned object has no primary key.

    Raises: PermissionDenied; ValidationError if it was deleted meanwhile.
    """
    require(can_write_asset, by, photo.asset.team_id)
    photo = locked(AssetPhoto.objects.select_related("asset"), photo.pk)
    record(by=by, verb=Verb.DELETE, obj=photo, fields=("image", "alt"), team=photo.asset.team_id)
    delete_undoably(photo, by=by)
    return photo


def _refuse_undescribed(alt: str) -> None:
    if not alt:
        raise ValidationError({"photo_alt": _("Say briefly what the photo shows, for people who cannot see it.")})
