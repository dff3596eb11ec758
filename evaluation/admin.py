"""The admin of evaluation: outcomes and indicators (read-only), measurements, and stories (read-only, with downloads)."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from communities.admin import Downloads, NamedListAdmin, ReadOnlyTeamAdmin, Spreadsheets
from communities.models import Role
from evaluation.doors import MeasurementDoor
from evaluation.models import (
    Indicator,
    Measurement,
    Observation,
    Outcome,
    Pack,
    Priority,
    Profile,
    ProfileCategory,
    Story,
)
from evaluation.resources import MeasurementResource, ObservationResource, StoryResource


class CatalogueAdmin(NamedListAdmin):
    """Rows that ship with Kith, and a team's own. Managers of any team can read them, and nobody can change them here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether this person manages some team."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether this person manages some team."""
        user = request.user
        return user.is_active and (user.is_superuser or bool(user.team_ids(Role.MANAGER)))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return what ships with Kith, and what the user's own teams have added."""
        return super().get_queryset(request).managed_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: these rows ship with Kith, or are added on their own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Outcome)
class OutcomeAdmin(CatalogueAdmin):
    """Outcomes."""

    list_display = ("name", "framework", "key", "team")
    search_fields = ("name", "description")


@admin.register(Indicator)
class IndicatorAdmin(CatalogueAdmin):
    """Indicators and their definitions."""

    list_display = ("name", "unit", "kind", "version", "counts_people", "source", "team")
    list_filter = ("kind", "counts_people", "outcomes")
    search_fields = ("name", "definition", "key")


@admin.register(Measurement)
class MeasurementAdmin(Spreadsheets):
    """Recorded indicators."""

    resource_class = MeasurementResource
    door = MeasurementDoor()
    page = ("evaluation:measurement-update", "pk")
    fields = ("team", "indicator", "neighbourhood", "period_start", "period_end", "value", "note")
    list_display = ("indicator", "neighbourhood", "period_start", "period_end", "value", "team")
    list_filter = ("indicator", "neighbourhood", "team")
    list_select_related = ("indicator", "neighbourhood", "team")
    search_fields = ("indicator__name", "note")
    autocomplete_fields = ("team", "neighbourhood")
    date_hierarchy = "period_end"


@admin.register(Observation)
class ObservationAdmin(Downloads, ReadOnlyTeamAdmin):
    """What teams learned; it is written down on pages of its own."""

    resource_class = ObservationResource
    page = ("evaluation:observation-update", "uuid")
    list_display = ("observed_on", "went", "source", "theme", "neighbourhood", "team")
    list_filter = ("went", "source", "neighbourhood", "team")
    list_select_related = ("theme", "neighbourhood", "team")
    search_fields = ("text",)
    date_hierarchy = "observed_on"


@admin.register(Pack)
class PackAdmin(ReadOnlyTeamAdmin):
    """Packs; they are prepared, published and shared on their own pages."""

    page = ("evaluation:pack-detail", "uuid")
    list_display = ("title", "release", "created_at", "team")
    list_filter = ("team",)
    list_select_related = ("release", "team")
    search_fields = ("title",)
    date_hierarchy = "created_at"


@admin.register(Priority)
class PriorityAdmin(ReadOnlyTeamAdmin):
    """Priorities; they are written down and used on their own pages."""

    page = ("evaluation:priority-update", "uuid")
    fields = ("team", "plan", "reference", "title", "starts_on", "ends_on")
    list_display = ("title", "plan", "reference", "starts_on", "ends_on", "team")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("title", "plan")


@admin.register(Profile)
class ProfileAdmin(ReadOnlyTeamAdmin):
    """What residents answered about themselves; it is noted and deleted on pages of its own."""

    page_through = "person"
    fields = ("person", "age_band", "category", "route", "answered_on", "recorded_by")
    list_display = ("person", "age_band", "category", "route", "answered_on")
    list_filter = ("age_band", "route")
    list_select_related = ("person", "category")
    search_fields = ("person__known_as",)
    date_hierarchy = "answered_on"


@admin.register(ProfileCategory)
class ProfileCategoryAdmin(ReadOnlyTeamAdmin):
    """Categories that residents are asked about; managers choose them on their own page."""

    fields = ("team", "name", "is_special", "basis", "ended_on")
    list_display = ("name", "is_special", "ended_on", "team")
    list_filter = ("is_special", "team")
    list_select_related = ("team",)
    search_fields = ("name",)


@admin.register(Story)
class StoryAdmin(Downloads, ReadOnlyTeamAdmin):
    """Stories; they are written, approved and withdrawn on their own pages."""

    resource_class = StoryResource
    page = ("evaluation:story-detail", "uuid")
    list_display = ("title", "happened_on", "neighbourhood", "status", "consent_scope", "team")
    list_filter = ("status", "consent_scope", "anyway", "neighbourhood", "team")
    list_select_related = ("neighbourhood", "team")
    search_fields = ("title", "us_text", "now_text")
    date_hierarchy = "happened_on"
