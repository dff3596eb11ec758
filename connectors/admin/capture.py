"""Admin of what phones send, read-only. The sealed contents and the private keys are shown to nobody."""

from django.contrib import admin
from django.http import HttpRequest

from communities.admin import NamedListAdmin, ReadOnlyTeamAdmin
from connectors.models import Device, Erased, ErasedName, SealedItem, SealingKey


@admin.register(Device)
class DeviceAdmin(ReadOnlyTeamAdmin):
    """Phones."""

    list_display = ("user", "saved", "created_at", "seen_at", "emptied_at", "reviewed_at", "team")
    list_filter = ("team",)
    list_select_related = ("user", "team")
    search_fields = ("user__name",)
    date_hierarchy = "seen_at"


@admin.register(SealedItem)
class SealedItemAdmin(ReadOnlyTeamAdmin):
    """Items that phones sent."""

    exclude = ("sealed",)
    list_display = ("kind", "state", "reason", "user", "sequence", "received_at", "settled_at", "team")
    list_filter = ("kind", "state", "reason", "team")
    list_select_related = ("user", "team")
    search_fields = ("user__name",)
    date_hierarchy = "received_at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest):
        """Defer the sealed contents."""
        return super().get_queryset(request).defer("sealed")


@admin.register(Erased)
class ErasedAdmin(ReadOnlyTeamAdmin):
    """UUIDs of deleted conversations and photos."""

    list_display = ("uuid", "erased_at", "team")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("uuid",)
    date_hierarchy = "erased_at"


@admin.register(ErasedName)
class ErasedNameAdmin(ReadOnlyTeamAdmin):
    """Digests of erased names: who was called that is not to be read from them."""

    fields = list_display = ("erased_at", "team")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("digest",)
    date_hierarchy = "erased_at"


@admin.register(SealingKey)
class SealingKeyAdmin(NamedListAdmin):
    """Keys, for administrators: when each was made and replaced. Only `manage.py rotate_sealing_key` changes them."""

    fields = ("kid", "public_spki", "created_at", "retired_at")
    list_display = ("kid", "created_at", "retired_at")
    search_fields = ("kid",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to administrators."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: SealingKey | None = None) -> bool:
        """Let administrators read."""
        return request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SealingKey | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SealingKey | None = None) -> bool:
        """Refuse."""
        return False
