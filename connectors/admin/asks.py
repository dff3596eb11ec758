"""Admin of asks and of suggestions put aside."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from communities.admin import TeamScopedAdmin, TeamScopedImportExportAdmin
from connectors.admin.checked import CheckedForm
from connectors.models import Ask, Dismissal
from connectors.resources import AskResource
from connectors.rules import records
from connectors.rules.asks import refusals_of_ask


class AskForm(CheckedForm):
    """An ask."""

    def refusals(self, values: dict) -> records.Refusals:
        """Refuse days to come, an ask met before it was asked, and a meeter of another kind than was said."""
        return refusals_of_ask(values, today=timezone.localdate())


@admin.register(Ask)
class AskAdmin(TeamScopedImportExportAdmin):
    """Asks, and who met them."""

    resource_classes = (AskResource,)
    form = AskForm
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
class DismissalAdmin(TeamScopedAdmin):
    """Suggestions put aside: to look at, and to bring back by deleting."""

    list_display = ("__str__", "until", "dismissed_by", "dismissed_at", "team")
    list_filter = (("until", admin.EmptyFieldListFilter), "team")
    list_select_related = ("person", "other", "dismissed_by", "team")
    search_fields = ("person__known_as", "other__known_as")
    date_hierarchy = "dismissed_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Put nothing aside here: that is done under the suggestion."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Dismissal | None = None) -> bool:
        """Change nothing: put it aside again instead."""
        return False
