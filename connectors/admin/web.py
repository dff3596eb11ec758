"""Admin of the counted web, to see whether counting works."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import WebCount


@admin.register(WebCount)
class WebCountAdmin(ReadOnlyTeamAdmin):
    """Counts of large webs; they are made by `db_worker` or `manage.py count_web`."""

    list_display = ("team", "counted_at", "asked_at", "failed_at")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("team__name",)
    date_hierarchy = "counted_at"
