"""Admin of neighbourhoods and partners, which teams keep in spreadsheets too."""

from django.contrib import admin

from communities.admin.transfer import TeamScopedImportExportAdmin
from communities.models import Neighbourhood, Partner
from communities.resources import NeighbourhoodResource, PartnerResource


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(TeamScopedImportExportAdmin):
    """Neighbourhoods; their outlines are drawn or uploaded on their own pages."""

    resource_classes = (NeighbourhoodResource,)
    fields = ("team", "name", "code", "population", "boundary_story")
    list_display = ("name", "team", "code", "population", "updated_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("name", "code")
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"


@admin.register(Partner)
class PartnerAdmin(TeamScopedImportExportAdmin):
    """Partners."""

    resource_classes = (PartnerResource,)
    list_display = ("name", "team", "kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host")
    list_filter = ("kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member", "team")
    list_select_related = ("team",)
    search_fields = ("name",)
    autocomplete_fields = ("team", "signatories")
    date_hierarchy = "created_at"
