"""The admin of neighbourhoods and partners."""

from django.contrib import admin

from communities.admin.transfer import Spreadsheets
from communities.doors import NeighbourhoodDoor, PartnerDoor
from communities.models import Neighbourhood, Partner
from communities.resources import NeighbourhoodResource, PartnerResource
from communities.rules import can_manage_partners


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(Spreadsheets):
    """Neighbourhoods. Their outlines are drawn or uploaded on their own pages."""

    resource_class = NeighbourhoodResource
    door = NeighbourhoodDoor()
    page = ("communities:neighbourhood-detail", "pk")
    fields = ("team", "name", "code", "population", "boundary_story")
    list_display = ("name", "team", "code", "population", "updated_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("name", "code")
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"


@admin.register(Partner)
class PartnerAdmin(Spreadsheets):
    """Partners."""

    resource_class = PartnerResource
    door = PartnerDoor()
    writers = can_manage_partners
    page = ("communities:partner-update", "pk")
    list_display = ("name", "team", "kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host")
    list_filter = ("kind", "is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member", "team")
    list_select_related = ("team",)
    search_fields = ("name",)
    autocomplete_fields = ("team", "signatories")
    date_hierarchy = "created_at"
