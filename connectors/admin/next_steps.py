"""Admin of next steps."""

from django.contrib import admin

from communities.admin import Spreadsheets
from connectors.doors import NextStepDoor
from connectors.models import NextStep
from connectors.resources import NextStepResource


@admin.register(NextStep)
class NextStepAdmin(Spreadsheets):
    """Next steps; they are marked as done on Today and on the pages of their records."""

    resource_class = NextStepResource
    door = NextStepDoor()
    page = ("connectors:step-update", "uuid")
    fields = (
        "team",
        "words",
        "due_on",
        "owner",
        "person",
        "asset",
        "conversation",
        "closed_at",
        "closed_by",
        "closed_reason",
    )
    readonly_fields = ("conversation", "closed_at", "closed_by", "closed_reason")
    list_display = ("words", "due_on", "owner", "closed_at", "team")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "owner", "team")
    list_select_related = ("owner", "team")
    search_fields = ("words",)
    autocomplete_fields = ("team", "person", "asset")
    date_hierarchy = "due_on"
