"""The admin of assets, which writes through the same actions as the pages."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assets import actions
from assets.doors import AssetDoor, AssetPhotoDoor
from assets.models import Asset, AssetPhoto, Status
from assets.resources import AssetResource
from communities.admin import ActionInline, Spreadsheets


class AssetPhotoInline(ActionInline, admin.TabularInline):
    """Photos of an asset. They are added on the asset's page, which cleans them."""

    model = AssetPhoto
    door = AssetPhotoDoor()
    fields = ("picture", "alt")
    readonly_fields = ("picture",)

    def has_add_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:
        """Refuse."""
        return False

    @admin.display(description=_("photo"))
    def picture(self, photo: AssetPhoto) -> str:
        """Return a link to the photo, which only the team can open."""
        return format_html('<a href="{}">{}</a>', reverse("assets:photo", args=[photo.pk]), _("View photo"))


@admin.register(Asset)
class AssetAdmin(Spreadsheets):
    """Assets. They are never deleted but retired, on their own page, with a reason, and can be restored."""

    door = AssetDoor()
    resource_class = AssetResource
    page = ("assets:asset-detail", "pk")
    inlines = (AssetPhotoInline,)
    actions = ("confirm_still_true", "download_chosen")
    list_display = ("name", "kind", "neighbourhood", "status", "last_confirmed_on", "visibility", "is_bumping_place")
    list_filter = (
        "kind",
        "status",
        "visibility",
        "is_bumping_place",
        "is_touch_point",
        "led_by",
        "neighbourhood",
        "team",
    )
    list_select_related = ("neighbourhood",)
    search_fields = ("name", "address", "postcode", "description")
    autocomplete_fields = ("team", "neighbourhood")
    date_hierarchy = "created_at"
    readonly_fields = ("status", "retired_reason", "retired_at", "retired_by", "created_at", "created_by", "updated_at")
    fieldsets = (
        (None, {"fields": ("team", "name", "kind", "description", "visibility", "last_confirmed_on")}),
        (_("Where it is"), {"fields": ("latitude", "longitude", "address", "postcode", "neighbourhood")}),
        (_("Visiting"), {"fields": ("opening", "access", "is_bumping_place", "is_touch_point")}),
        (_("Who runs it"), {"fields": ("led_by", "formed_on", "phone", "email", "website")}),
        (_("Status"), {"fields": readonly_fields}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:
        """Refuse."""
        return False

    @admin.action(description=_("Confirm as still correct today"), permissions=["change"])
    def confirm_still_true(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        """Record that the chosen assets are still as described; skip the retired ones."""
        there = [asset for asset in queryset if asset.status != Status.RETIRED]
        for asset in there:
            actions.confirm_asset(asset=asset, by=request.user)
        words = ngettext(
            "%(count)d asset was confirmed as still correct today.",
            "%(count)d assets were confirmed as still correct today.",
            len(there),
        )
        messages.success(request, words % {"count": len(there)})
