"""Photos of assets: cleaned before they come here, removed from the disk once the removal is sure."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Asset, AssetPhoto
from communities.audit import record
from communities.models import User

#: Photos an asset carries at most: enough to show it, few enough to look at.
MOST_PHOTOS = 12


@transaction.atomic
def add_asset_photo(*, asset: Asset, by: User | None, photo: ContentFile, alt: str) -> AssetPhoto:
    """Add a photo that `clean_photo` made, with words for those who cannot see it.

    Raises: ValidationError keyed by `photo_alt` without words, by `photo` above MOST_PHOTOS.
    """
    alt = alt.strip()
    if not alt:
        raise ValidationError(
            {"photo_alt": _("Say in a few words what the photo shows, for people who cannot see it.")}
        )
    if asset.photos.count() >= MOST_PHOTOS:
        raise ValidationError({"photo": _("There are 12 photos already. Remove one first.")})
    made = AssetPhoto.objects.create(asset=asset, image=photo, alt=alt[:250], created_by=by)
    record(by=by, verb="created", obj=made, fields=("image", "alt"), team=asset.team_id)
    return made


@transaction.atomic
def remove_asset_photo(*, photo: AssetPhoto, by: User) -> AssetPhoto:
    """Remove a photo for good, its file too once the database agrees; the object returned keeps no id."""
    record(by=by, verb="removed", obj=photo, fields=("image", "alt"), team=photo.asset.team_id)
    stored, name = photo.image.storage, photo.image.name
    photo.delete()
    transaction.on_commit(lambda: stored.delete(name))
    return photo
