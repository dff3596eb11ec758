"""Admin of texts to review after somebody was erased, read-only."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin
from connectors.models import ReviewItem


@admin.register(ReviewItem)
class ReviewItemAdmin(ReadOnlyTeamAdmin):
    """Pointers to texts that might name an erased resident; they are reviewed on the team's own page."""

    list_display = ("__str__", "field_names", "is_likely", "found_at", "reviewed_at", "reviewed_by")
    list_filter = ("is_likely", ("reviewed_at", admin.EmptyFieldListFilter))
    list_select_related = ("reviewed_by",)
    search_fields = ("model",)
    date_hierarchy = "found_at"
