"""Admin of sparks: funds and rounds are kept here too; money and decisions are read only, because actions guard them."""

from django.contrib import admin

from communities.admin import ReadOnlyTeamAdmin, TeamScopedImportExportAdmin, TeamScopedInline
from sparks.models import Application, Decision, Fund, LedgerEntry, Report, Round
from sparks.resources import ApplicationResource, FundResource


@admin.register(Fund)
class FundAdmin(TeamScopedImportExportAdmin):
    """Funds."""

    resource_classes = (FundResource,)
    list_display = ("name", "kind", "funder", "team")
    list_filter = ("kind", "team")
    search_fields = ("name", "purpose")
    autocomplete_fields = ("team", "funder")
    date_hierarchy = "created_at"


@admin.register(Round)
class RoundAdmin(ReadOnlyTeamAdmin):
    """Rounds, to look up; budgets change on their own page, which holds the pot while it does."""

    list_display = ("name", "fund", "budget_gbp", "committed_gbp", "paid_gbp", "opens_at", "closes_at", "team")
    list_filter = ("fund__kind", "team")
    search_fields = ("name", "fund__name")
    date_hierarchy = "closes_at"


class DecisionInline(TeamScopedInline, admin.TabularInline):
    """Decisions on a spark."""

    model = Decision
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        """Refuse: decisions are taken on the spark's page, which checks who may."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Refuse: a decision stands."""
        return False


@admin.register(Application)
class ApplicationAdmin(ReadOnlyTeamAdmin, TeamScopedImportExportAdmin):
    """Sparks, to look up and to take away as a spreadsheet."""

    resource_classes = (ApplicationResource,)
    list_display = ("title", "group_name", "status", "amount_gbp", "award_gbp", "round", "neighbourhood", "team")
    list_filter = ("status", "held_by", "round__fund__kind", "team")
    search_fields = ("title", "group_name", "what")
    date_hierarchy = "created_at"
    inlines = (DecisionInline,)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyTeamAdmin):
    """The ledger, append-only."""

    team_path = "round__team_id"
    list_display = ("at", "kind", "amount_gbp", "application", "payee", "reference", "by")
    list_filter = ("kind", "round")
    search_fields = ("application__title", "payee", "reference", "note")
    date_hierarchy = "at"


@admin.register(Report)
class ReportAdmin(ReadOnlyTeamAdmin):
    """What came of sparks."""

    team_path = "application__team_id"
    list_display = ("application", "people_count", "spent_gbp", "created_by", "created_at")
    list_filter = ("application__team",)
    search_fields = ("application__title", "what_happened")
    date_hierarchy = "created_at"
