"""Spreadsheets: funds are exported and imported; rounds, sparks, decisions, ledger and reports are only exported.

Handing in, deciding and paying have pages of their own. Names of residents are left out.
"""

from communities.resources.base import Resource
from communities.resources.columns import Shown
from sparks.doors import FundDoor
from sparks.models import Decision, Fund, FundEntry, FundKind, FundProposal, LedgerEntry, Report, Round, Spark
from sparks.proposals import sentence


class FundResource(Resource):
    """Funds, with the funder by name."""

    model = Fund
    door = FundDoor()
    fields = ("team", "name", "kind", "purpose", "funder")
    natural = ("team", "name")
    defaults = {"kind": FundKind.SPARK.value}  # noqa: RUF012 - read only


class RoundResource(Resource):
    """Rounds, with their totals and the amount left."""

    model = Round
    fields = (
        "team", "fund", "name", "budget_gbp", "committed_gbp", "paid_gbp", "left_gbp", "max_award_gbp", "opens_at", "closes_at",
    )  # fmt: skip
    columns_by_name = {"left_gbp": Shown("left_gbp")}  # noqa: RUF012 - read only


class SparkResource(Resource):
    """Sparks, with their current status."""

    model = Spark
    fields = (
        "uuid", "team", "fund", "round", "neighbourhood", "title", "group_name", "what", "who_with", "costs", "amount_gbp",
        "held_by", "host", "status", "award_gbp", "submitted_at", "decided_at", "paid_at",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "fund": Shown("fund", lambda spark: spark.round.fund.name),
        "round": Shown("round", lambda spark: spark.round.name),
        "status": Shown("status", lambda spark: spark.get_status_display()),
        "held_by": Shown("held_by", lambda spark: spark.get_held_by_display()),
    }
    related = ("round__fund",)


def _of_spark(name: str = "spark") -> dict[str, Shown]:
    return {
        name: Shown(name, lambda row: row.spark.title),
        f"{name}_uuid": Shown(f"{name}_uuid", lambda row: str(row.spark.uuid)),
        "team": Shown("team", lambda row: row.spark.team.slug),
    }


class DecisionResource(Resource):
    """Decisions, and who made them."""

    model = Decision
    fields = (
        "team",
        "spark",
        "spark_uuid",
        "by",
        "verdict",
        "amount_gbp",
        "limit_gbp",
        "reason",
        "declaration",
        "decided_at",
    )
    columns_by_name = {  # noqa: RUF012 - read only
        **_of_spark(),
        "verdict": Shown("verdict", lambda row: row.get_verdict_display()),
        "declaration": Shown("declaration", lambda row: row.declared),
    }
    related = ("spark__team",)


class LedgerEntryResource(Resource):
    """The ledger, line by line."""

    model = LedgerEntry
    fields = (
        "team",
        "at",
        "fund",
        "round",
        "spark",
        "spark_uuid",
        "kind",
        "amount_gbp",
        "payee",
        "reference",
        "note",
        "by",
    )
    columns_by_name = {  # noqa: RUF012 - read only
        **_of_spark(),
        "fund": Shown("fund", lambda row: row.round.fund.name),
        "round": Shown("round", lambda row: row.round.name),
        "kind": Shown("kind", lambda row: row.get_kind_display()),
    }
    related = ("spark__team", "round__fund")


class FundEntryResource(Resource):
    """The ledgers of funds, line by line."""

    model = FundEntry
    fields = (
        "team", "fund", "number", "day", "kind", "amount_gbp", "round", "other_fund", "reference", "reason", "by", "confirmed_by",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "team": Shown("team", lambda row: row.fund.team.slug),
        "fund": Shown("fund", lambda row: row.fund.name),
        "kind": Shown("kind", lambda row: row.get_kind_display()),
        "round": Shown("round", lambda row: row.round.name if row.round else ""),
        "other_fund": Shown("other_fund", lambda row: row.other_fund.name if row.other_fund else ""),
    }
    related = ("fund__team", "round", "other_fund")


class FundProposalResource(Resource):
    """Proposals about funds and rounds, with what came of them."""

    model = FundProposal
    fields = (
        "team", "fund", "round", "kind", "amount_gbp", "from_fund", "day", "reference", "rules", "reason", "proposed_by", "proposed_at",
        "outcome", "settled_by", "settled_at",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "fund": Shown("fund", lambda row: row.fund.name),
        "round": Shown("round", lambda row: row.round.name if row.round else ""),
        "kind": Shown("kind", lambda row: row.get_kind_display()),
        "from_fund": Shown("from_fund", lambda row: row.from_fund.name if row.from_fund else ""),
        "rules": Shown("rules", lambda row: sentence(row) if row.round else ""),
        "outcome": Shown("outcome", lambda row: row.get_outcome_display()),
    }
    related = ("fund", "round", "from_fund")


class ReportResource(Resource):
    """Reports on sparks."""

    model = Report
    fields = ("team", "spark", "spark_uuid", "people_count", "spent_gbp", "what_happened", "created_by", "created_at")
    columns_by_name = _of_spark()
    related = ("spark__team",)
