"""Admin of conversations and what people care about."""

from collections.abc import Iterable

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from communities.admin import TeamScopedImportExportAdmin
from connectors.actions.conversations import delete_conversation
from connectors.admin.checked import ConversationForm
from connectors.models import Conversation, Theme
from connectors.resources import ConversationResource, ThemeResource


@admin.register(Theme)
class ThemeAdmin(TeamScopedImportExportAdmin):
    """What people care about."""

    resource_classes = (ThemeResource,)
    list_display = ("name", "team", "created_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("name",)
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"


@admin.register(Conversation)
class ConversationAdmin(TeamScopedImportExportAdmin):
    """Conversations; photos are changed on their own page, where their places are taken out."""

    resource_classes = (ConversationResource,)
    form = ConversationForm
    fields = (
        "team", "held_on", "neighbourhood", "place", "place_name", "builder", "summary", "people", "themes", "idea", "next_step",
        "next_step_on",
    )  # fmt: skip
    list_display = ("held_on", "where", "neighbourhood", "builder", "next_step_on", "team")
    list_filter = ("neighbourhood", "builder", "themes", "team")
    list_select_related = ("neighbourhood", "builder", "place", "team")
    search_fields = ("summary", "idea", "place_name")
    autocomplete_fields = ("team", "neighbourhood", "place", "people", "themes")
    date_hierarchy = "held_on"

    def delete_model(self, request: HttpRequest, obj: Conversation) -> None:
        """Take one away through its action, which takes the photo from the disk and audits."""
        delete_conversation(conversation=obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Conversation]) -> None:
        """Take several away, all or none."""
        with transaction.atomic():
            for talk in queryset:
                self.delete_model(request, talk)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Conversation]) -> None:
        """Leave the audit to the action."""
