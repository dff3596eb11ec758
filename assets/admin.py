"""Admin of assets: everything a manager may put right at a desk, through the same actions as the pages."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assets import actions
from assets.models import Asset, AssetPhoto, Status
from assets.resources import AssetResource
from assets.rules import check_position
from communities.admin import TeamScopedImportExportAdmin, TeamScopedInline
from communities.admin.scoping import OneTeamForm


class AssetAdminForm(OneTeamForm):
    """An asset in the admin, with a position that can be one."""

    def clean(self) -> dict:
        """Judge the two numbers of the position together."""
        cleaned = super().clean()
        if "latitude" in cleaned and "longitude" in cleaned:
            try:
                check_position(cleaned["latitude"], cleaned["longitude"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


class AssetPhotoInline(TeamScopedInline, admin.TabularInline):
    """Photos of an asset; they are added on its page, where they are cleaned."""

    model = AssetPhoto
    fields = ("picture", "alt")
    readonly_fields = ("picture",)

    def has_add_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:
        """Refuse."""
        return False

    @admin.display(description=_("photo"))
    def picture(self, photo: AssetPhoto) -> str:
        """Return a link to the photo, which only the team may follow."""
        return format_html('<a href="{}">{}</a>', reverse("assets:photo", args=[photo.pk]), _("Look at it"))


@admin.register(Asset)
class AssetAdmin(TeamScopedImportExportAdmin):
    """Assets. None is deleted: what is gone is retired on its page, with the reason, and can come back."""

    form = AssetAdminForm
    resource_classes = (AssetResource,)
    inlines = (AssetPhotoInline,)
    actions = ("confirm_still_true",)
    list_display = ("name", "kind", "neighbourhood", "status", "last_confirmed_on", "visibility", "is_bumping_place")
    list_filter = ("kind", "status", "visibility", "is_bumping_place", "led_by", "neighbourhood", "team")
    list_select_related = ("neighbourhood",)
    search_fields = ("name", "address", "postcode", "description")
    autocomplete_fields = ("team", "neighbourhood")
    date_hierarchy = "created_at"
    readonly_fields = ("status", "retired_reason", "retired_at", "retired_by", "created_at", "created_by", "updated_at")
    fieldsets = (
        (None, {"fields": ("team", "name", "kind", "description", "visibility", "last_confirmed_on")}),
        (_("Where it is"), {"fields": ("latitude", "longitude", "address", "postcode", "neighbourhood")}),
        (_("Going there"), {"fields": ("opening", "access", "is_bumping_place")}),
        (_("Who runs it"), {"fields": ("led_by", "formed_on", "phone", "email", "website")}),
        (_("What became of it"), {"fields": readonly_fields}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Asset | None = None) -> tuple[str, ...]:
        """Return what nobody types; an asset stays with its team."""
        return (*self.readonly_fields, "team") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:
        """Refuse."""
        return False

    def save_model(self, request: HttpRequest, obj: Asset, form: ModelForm, change: bool) -> None:
        """Add or change through the actions, which place, check and audit."""
        values = {name: form.cleaned_data[name] for name in form.changed_data if name in actions.EDITABLE}
        if change:
            saved = actions.update_asset(asset=obj, by=request.user, **values)
        else:
            saved = actions.create_asset(team=obj.team, by=request.user, uuid=obj.uuid, **values)
        obj.__dict__.update(saved.__dict__)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """Change and remove photos through their actions."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for row in formset.initial_forms:
            if row in formset.deleted_forms:
                actions.remove_asset_photo(photo=row.instance, by=request.user)
            elif row.has_changed():
                actions.describe_asset_photo(photo=row.instance, by=request.user, alt=row.cleaned_data["alt"])

    def log_addition(self, request: HttpRequest, obj: Asset, message: list) -> None:
        """Leave the audit to the action."""

    def log_change(self, request: HttpRequest, obj: Asset, message: list) -> None:
        """Leave the audit to the actions."""

    @admin.action(description=_("Still true today"), permissions=["change"])
    def confirm_still_true(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        """Note that the chosen assets are still as described; those no longer there are left out."""
        there = [asset for asset in queryset if asset.status != Status.RETIRED]
        for asset in there:
            actions.confirm_asset(asset=asset, by=request.user)
        words = ngettext("%(count)d asset is still true today.", "%(count)d assets are still true today.", len(there))
        messages.success(request, words % {"count": len(there)})
