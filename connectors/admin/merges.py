"""Admin of merges and of possible duplicates that are two people, read-only."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import PersonMerge, TwoPeople


@admin.register(PersonMerge)
class PersonMergeAdmin(ReadOnlyTeamAdmin):
    """Merges; they are undone on the resident's page."""

    page_through = "kept"
    list_display = ("__str__", "merged_at", "merged_by", "undone_at", "team")
    list_filter = ("team",)
    list_select_related = ("kept", "absorbed", "merged_by", "team")
    search_fields = ("kept__known_as", "absorbed__known_as")
    date_hierarchy = "merged_at"


@admin.register(TwoPeople)
class TwoPeopleAdmin(ReadOnlyTeamAdmin):
    """Residents who look like one and are two."""

    page_through = "person"
    list_display = ("__str__", "said_at", "said_by", "team")
    list_filter = ("team",)
    list_select_related = ("person", "other", "said_by", "team")
    search_fields = ("person__known_as", "other__known_as")
