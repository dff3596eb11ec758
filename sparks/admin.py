"""Admin of sparks: funds can be edited; everything about money and decisions is read-only."""

from django.contrib import admin

from communities.admin import Downloads, ReadOnlyTeamAdmin, Spreadsheets, TeamScopedInline
from sparks.doors import FundDoor
from sparks.models import Decision, Fund, FundEntry, FundProposal, LedgerEntry, Report, Round, Spark
from sparks.resources import (
    DecisionResource,
    FundEntryResource,
    FundProposalResource,
    FundResource,
    LedgerEntryResource,
    ReportResource,
    RoundResource,
    SparkResource,
)


@admin.register(Fund)
class FundAdmin(Spreadsheets):
    """Funds."""

    resource_class = FundResource
    page = ("sparks:fund-update", "pk")
    door = FundDoor()
    list_display = ("name", "kind", "funder", "team")
    list_filter = ("kind", "team")
    search_fields = ("name", "purpose")
    autocomplete_fields = ("team", "funder")
    date_hierarchy = "created_at"


@admin.register(Round)
class RoundAdmin(Downloads, ReadOnlyTeamAdmin):
    """Rounds, read-only. Budgets are changed on the round's own page, which locks the round."""

    resource_class = RoundResource
    page = ("sparks:round-detail", "pk")
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
        """Return False: decisions are made on the spark's page."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Return False: a decision is never changed."""
        return False


@admin.register(Spark)
class SparkAdmin(Downloads, ReadOnlyTeamAdmin):
    """Sparks, read-only, with a download."""

    resource_class = SparkResource
    page = ("sparks:spark-detail", "uuid")
    list_display = ("title", "group_name", "status", "amount_gbp", "award_gbp", "round", "neighbourhood", "team")
    list_filter = ("status", "held_by", "round__fund__kind", "team")
    search_fields = ("title", "group_name", "what")
    date_hierarchy = "created_at"
    inlines = (DecisionInline,)


@admin.register(Decision)
class DecisionAdmin(Downloads, ReadOnlyTeamAdmin):
    """Decisions, read-only, with a download."""

    resource_class = DecisionResource
    page_through = "spark"
    list_display = ("spark", "verdict", "by", "amount_gbp", "decided_at")
    list_filter = ("verdict",)
    list_select_related = ("spark", "by")
    search_fields = ("spark__title", "reason")
    date_hierarchy = "decided_at"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(Downloads, ReadOnlyTeamAdmin):
    """Ledger lines, read-only, with a download."""

    resource_class = LedgerEntryResource
    page_through = "round"
    team_path = "round__team_id"
    list_display = ("at", "kind", "amount_gbp", "spark", "payee", "reference", "by")
    list_filter = ("kind", "round")
    search_fields = ("spark__title", "payee", "reference", "note")
    date_hierarchy = "at"


@admin.register(FundEntry)
class FundEntryAdmin(Downloads, ReadOnlyTeamAdmin):
    """Lines of funds, read-only, with a download."""

    resource_class = FundEntryResource
    page_through = "fund"
    team_path = "fund__team_id"
    list_display = ("day", "fund", "kind", "amount_gbp", "round", "reference", "by", "confirmed_by")
    list_filter = ("kind", "fund")
    list_select_related = ("fund", "round__fund", "by", "confirmed_by")
    search_fields = ("fund__name", "reference", "reason")
    date_hierarchy = "day"


@admin.register(FundProposal)
class FundProposalAdmin(Downloads, ReadOnlyTeamAdmin):
    """Proposals about funds and rounds, read-only, with a download. They are answered on the pages of funds and rounds."""

    resource_class = FundProposalResource
    page_through = "fund"
    list_display = ("proposed_at", "fund", "round", "kind", "amount_gbp", "outcome", "proposed_by", "settled_by")
    list_filter = ("outcome", "kind", "fund")
    list_select_related = ("fund", "round__fund", "proposed_by", "settled_by")
    search_fields = ("fund__name", "round__name", "reason")
    date_hierarchy = "proposed_at"


@admin.register(Report)
class ReportAdmin(Downloads, ReadOnlyTeamAdmin):
    """Reports on sparks, read-only, with a download."""

    resource_class = ReportResource
    page_through = "spark"
    team_path = "spark__team_id"
    list_display = ("spark", "people_count", "spent_gbp", "created_by", "created_at")
    list_filter = ("spark__team",)
    search_fields = ("spark__title", "what_happened")
    date_hierarchy = "created_at"
