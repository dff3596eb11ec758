"""The names of asset records and fields in the audit."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from assets.models import Asset, AssetPhoto, ImportBatch
from communities.audit_log.subjects import Subject

SUBJECTS = (
    Subject(
        model=Asset,
        named=_("the asset %(title)s"),
        unnamed=_("an asset"),
        counted=ngettext_lazy("%(count)s asset", "%(count)s assets", "n"),
        address=lambda asset, reader: reverse("assets:asset-detail", args=[asset.pk]),
    ),
    Subject(
        model=AssetPhoto,
        named=_("a photo of %(title)s"),
        unnamed=_("a photo of an asset"),
        counted=ngettext_lazy("%(count)s photo of assets", "%(count)s photos of assets", "n"),
        title=lambda photo: photo.asset.name,
        related=("asset",),
        address=lambda photo, reader: reverse("assets:asset-detail", args=[photo.asset_id]),
    ),
    Subject(
        model=ImportBatch,
        named=_("the import of %(title)s"),
        unnamed=_("an import"),
        counted=ngettext_lazy("%(count)s import", "%(count)s imports", "n"),
        title=lambda batch: batch.file_name,
        address=lambda batch, reader: reverse("assets:import-rehearsal", args=[batch.uuid]),
        fields={"kind": _("the kind for rows without one")},
    ),
)

FIELDS = {
    "access": _("the access information"),
    "adds_duplicates": _("what happens to possible duplicates"),
    "alt": _("the photo description"),
    "columns": _("the column mapping"),
    "description": _("what makes it strong"),
    "file_name": _("the file"),
    "formed_on": _("the date it was formed"),
    "headings": _("the headings"),
    "image": _("the photo"),
    "import_batch": _("the import it came from"),
    "is_bumping_place": _("whether it is a bumping place"),
    "is_touch_point": _("whether it is a touch point"),
    "is_neighbourhood_chosen": _("whether the neighbourhood was chosen by hand"),
    "last_confirmed_on": _("the date it was last checked"),
    "latitude": _("the position"),
    "led_by": _("who leads it"),
    "longitude": _("the position"),
    "opening": _("the opening hours"),
    "postcode": _("the postcode"),
    "retired_reason": _("why it is no longer there"),
    "visibility": _("who can see it"),
}
