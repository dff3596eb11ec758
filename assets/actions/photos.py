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
    _refuse_wordless(alt)
    if asset.photos.count() >= MOST_PHOTOS:
        raise ValidationError({"photo": _("There are 12 photos already. Remove one first.")})
    made = AssetPhoto.objects.create(asset=asset, image=photo, alt=alt[:250], created_by=by)
    record(by=by, verb="create", obj=made, fields=("image", "alt"), team=asset.team_id)
    return made


@transaction.atomic
def describe_asset_photo(*, photo: AssetPhoto, by: User, alt: str) -> AssetPhoto:
    """Change the words for those who cannot see the photo. Raises: ValidationError keyed by `photo_alt` without any."""
    alt = alt.strip()
    _refuse_wordless(alt)
    photo.alt = alt[:250]
    photo.save(update_fields=("alt",))
    record(by=by, verb="update", obj=photo, fields=("alt",), team=photo.asset.team_id)
    return photo


@transaction.atomic
def remove_asset_photo(*, photo: AssetPhoto, by: User) -> AssetPhoto:
    """Remove a photo for good, its file too once the database agrees; the object returned keeps no id."""
    record(by=by, verb="remove", obj=photo, fields=("image", "alt"), team=photo.asset.team_id)
    stored, name = photo.image.storage, photo.image.name
    photo.delete()
    transaction.on_commit(lambda: stored.delete(name))
    return photo


def _refuse_wordless(alt: str) -> None:
    if not alt:
        raise ValidationError(
            {"photo_alt": _("Say in a few words what the photo shows, for people who cannot see it.")}
        )
