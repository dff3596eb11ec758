"""Admin of the words a team notices. Words that users ignore for themselves are private and not listed."""

from django.contrib import admin

from communities.admin import ActionAdmin
from connectors.doors import TeamWordDoor
from connectors.models import TeamWord


@admin.register(TeamWord)
class TeamWordAdmin(ActionAdmin):
    """The team's own words."""

    door = TeamWordDoor()
    fields = ("team", "phrase", "alternatives", "reason", "language", "is_silent")
    list_display = ("phrase", "alternatives", "language", "is_silent", "team")
    list_filter = ("language", "is_silent", "team")
    list_select_related = ("team",)
    search_fields = ("phrase", "alternatives", "reason")
    autocomplete_fields = ("team",)
