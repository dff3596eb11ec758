"""Admin of conversations and themes."""

from django.contrib import admin

from communities.admin import ActionInline, Spreadsheets
from connectors.doors import ConversationDoor, HeardThemeDoor, ThemeDoor
from connectors.models import Conversation, HeardTheme, Theme
from connectors.resources import ConversationResource, ThemeResource


@admin.register(Theme)
class ThemeAdmin(Spreadsheets):
    """Themes."""

    resource_class = ThemeResource
    door = ThemeDoor()
    list_display = ("name", "team", "created_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("name",)
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"


class HeardThemeInline(ActionInline, admin.TabularInline):
    """Who cares about what in a conversation."""

    model = HeardTheme
    door = HeardThemeDoor()
    fields = ("person", "theme")
    autocomplete_fields = ("person", "theme")


@admin.register(Conversation)
class ConversationAdmin(Spreadsheets):
    """Conversations; photos are changed on the conversation's page, which removes their metadata."""

    resource_class = ConversationResource
    door = ConversationDoor()
    inlines = (HeardThemeInline,)
    page = ("connectors:conversation-detail", "uuid")
    fields = (
        "team", "held_on", "neighbourhood", "place", "place_name", "builder", "summary", "people", "themes", "idea",
    )  # fmt: skip
    list_display = ("held_on", "where", "neighbourhood", "builder", "team")
    list_filter = ("neighbourhood", "builder", "themes", "team")
    list_select_related = ("neighbourhood", "builder", "place", "team")
    search_fields = ("summary", "idea", "place_name")
    autocomplete_fields = ("team", "neighbourhood", "place", "people", "themes")
    date_hierarchy = "held_on"
