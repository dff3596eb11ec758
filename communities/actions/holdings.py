"""Personal data in the communities app: texts about places and partners that may name residents."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from communities.drafts import erase_in_drafts
from communities.free_text import Found
from communities.holdings import Erasing, Holdings, Page


class CommunitiesHoldings(Holdings):
    """Personal data in teams, neighbourhoods, partners and the audit."""

    apart_from = (
        "communities.team.slug",
        "communities.invitation.roles",
        "communities.neighbourhood.code",
        "communities.neighbourhood.boundary",
        "communities.auditentry",
        "communities.draft",
        "communities.draftphoto",
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
        "communities.partner": Page("communities:partner-update", "communities:partner-update", key="pk"),
    }

    def erase(self, erasing: Erasing) -> list[Found]:
        """Remove the resident from texts that somebody in the team has typed and not saved yet."""
        records = type(erasing.person)._base_manager.filter(pk__in=erasing.records)
        uuids = {str(uuid) for uuid in records.values_list("uuid", flat=True)}
        erase_in_drafts(team_id=erasing.team_id, people=uuids, mentions=erasing.mentions, name=erasing.name)
        return []
