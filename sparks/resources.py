"""Sparks as spreadsheets: funds in and out, applications out only, because handing in and deciding go through actions."""

from communities.resources import TeamScopedResource
from sparks.models import Application, Fund


class FundResource(TeamScopedResource):
    """Funds; the funder is the number of a partner."""

    class Meta(TeamScopedResource.Meta):
        model = Fund
        fields = ("id", "team", "name", "kind", "purpose", "funder")


class ApplicationResource(TeamScopedResource):
    """Sparks as they stand; residents' names are left out."""

    class Meta(TeamScopedResource.Meta):
        model = Application
        fields = (
            "uuid", "team", "round", "neighbourhood", "title", "group_name", "what", "who_with", "costs", "amount_gbp", "held_by",
            "host", "status", "award_gbp", "submitted_at", "decided_at", "paid_at",
        )  # fmt: skip
        import_id_fields = ("uuid",)
