"""Admin of asks and of dismissed suggestions."""

from django.contrib import admin
from django.http import HttpRequest

from communities.admin import ActionAdmin, Spreadsheets
from connectors.doors import AskDoor, DismissalDoor
from connectors.models import Ask, Dismissal
from connectors.resources import AskResource


@admin.register(Ask)
class AskAdmin(Spreadsheets):
    """Asks, and who met them."""

    resource_class = AskResource
    door = AskDoor()
    page = ("connectors:ask-detail", "uuid")
    readonly_fields = ("created_by",)
    fields = (
        "team", "person", "words", "theme", "neighbourhood", "asked_on", "met_by", "met_on", "met_by_person", "met_by_asset",
        "met_by_partner", "closed_on", "created_by",
    )  # fmt: skip
    list_display = ("words", "person", "theme", "asked_on", "met_by", "met_on", "closed_on", "team")
    list_filter = ("met_by", ("met_on", admin.EmptyFieldListFilter), "theme", "neighbourhood", "team")
    list_select_related = ("person", "theme", "team")
    search_fields = ("words", "person__known_as")
    autocomplete_fields = (
        "team",
        "person",
        "theme",
        "neighbourhood",
        "met_by_person",
        "met_by_asset",
        "met_by_partner",
    )
    date_hierarchy = "asked_on"


@admin.register(Dismissal)
class DismissalAdmin(ActionAdmin):
    """Dismissed suggestions: to read, and to restore by deleting."""

    door = DismissalDoor()
    list_display = ("__str__", "until", "dismissed_by", "dismissed_at", "team")
    list_filter = (("until", admin.EmptyFieldListFilter), "team")
    list_select_related = ("person", "other", "dismissed_by", "team")
    search_fields = ("person__known_as", "other__known_as")
    date_hierarchy = "dismissed_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a suggestion is dismissed on the page that shows it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Dismissal | None = None) -> bool:
        """Refuse: dismiss it again instead."""
        return False
