"""Personal data in the communities app: texts about places and partners that may name residents."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from communities.holdings import Holdings, Page


class CommunitiesHoldings(Holdings):
    """Personal data in teams, neighbourhoods, partners and the audit."""

    apart_from = (
        "communities.team.slug",
        "communities.invitation.roles",
        "communities.neighbourhood.code",
        "communities.neighbourhood.boundary",
        "communities.auditentry",
        "communities.message.kind",
        "communities.message.key",
        "communities.message.about_model",
        "communities.messagetry",
    )
    by_whole_name = ("communities.invitation",)
    kept: ClassVar = {
        "communities.invitation": _(
            "An invitation records who was asked to join the team. Withdraw it if it is still open."
        )
    }
    pages: ClassVar = {
        "communities.team": Page("communities:team-detail", "communities:team-update", key=""),
        "communities.invitation": Page("communities:team-detail", key=""),
        "communities.neighbourhood": Page(
            "communities:neighbourhood-detail", "communities:neighbourhood-update", key="pk"
        ),
        "communities.message": Page("communities:message-detail"),
        "communities.partner": Page("communities:partner-update", "communities:partner-update", key="pk"),
    }
