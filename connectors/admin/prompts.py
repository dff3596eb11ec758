"""Admin of conversation starters."""

from django.contrib import admin

from communities.admin import ActionAdmin
from connectors.doors import PromptSetDoor
from connectors.models import PromptSet


@admin.register(PromptSet)
class PromptSetAdmin(ActionAdmin):
    """Sets of questions."""

    door = PromptSetDoor()
    fields = ("team", "name", "prompts", "source", "neighbourhoods", "is_on")
    list_display = ("name", "is_on", "team", "updated_at")
    list_filter = ("is_on", "neighbourhoods", "team")
    list_select_related = ("team",)
    search_fields = ("name", "prompts")
    autocomplete_fields = ("team", "neighbourhoods")
