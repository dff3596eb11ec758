"""Admin of journeys and light touches, read-only."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import Journey, JourneyChange, LightTouch


@admin.register(LightTouch)
class LightTouchAdmin(ReadOnlyTeamAdmin):
    """Light touches."""

    list_display = ("gave", "belongs_more", "neighbourhood", "held_on", "builder", "team")
    list_filter = ("gave", "belongs_more", "team")
    list_select_related = ("neighbourhood", "builder", "team")
    search_fields = ("neighbourhood__name",)
    date_hierarchy = "held_on"


@admin.register(Journey)
class JourneyAdmin(ReadOnlyTeamAdmin):
    """Journeys."""

    page = ("connectors:journey-detail", "uuid")
    list_display = ("person", "began_on", "ended_on", "ending", "builder", "team")
    list_filter = ("source", "ending", "team")
    list_select_related = ("person", "builder", "team")
    search_fields = ("person__known_as",)
    date_hierarchy = "began_on"


@admin.register(JourneyChange)
class JourneyChangeAdmin(ReadOnlyTeamAdmin):
    """Changes on journeys."""

    team_path = "journey__team_id"
    page_through = "journey"
    list_display = ("journey", "outcome", "judged_by", "noticed_on")
    list_filter = ("outcome", "judged_by")
    search_fields = ("journey__person__known_as",)
    list_select_related = ("journey__person",)
