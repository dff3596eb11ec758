"""Personal data in the communities app: texts about places and partners that may name residents."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from communities.holdings import Holdings, Page
from communities.models import Membership, Neighbourhood, Role, Undoable, User


class CommunitiesHoldings(Holdings):
    """Personal data in teams, neighbourhoods, partners and the audit."""

    apart_from = (
        "communities.team.slug",
        "communities.invitation.roles",
        "communities.neighbourhood.code",
        "communities.neighbourhood.boundary",
        "communities.auditentry",
        "communities.undoable",
        "communities.undoablelink",
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
        "communities.undoable": Page("communities:undo"),
        "communities.team": Page("communities:team-detail", "communities:team-update", key=""),
        "communities.invitation": Page("communities:team-detail", key=""),
        "communities.neighbourhood": Page(
            "communities:neighbourhood-detail", "communities:neighbourhood-update", key="pk"
        ),
        "communities.message": Page("communities:message-detail"),
        "communities.partner": Page("communities:partner-update", "communities:partner-update", key="pk"),
    }

    def after_undo(
        self, *, undoable: Undoable, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None
    ) -> None:
        """Reassign rows to the neighbourhoods whose outlines came back; never leave a team without a manager.

        Raises: ValidationError.
        """
        if undoable.model == "communities.user" and undoable.team_id:
            managers = Membership.objects.filter(team=undoable.team_id, role=Role.MANAGER, user__is_active=True)
            if not managers.exists():
                raise ValidationError(_("The team would be left without a manager, so nothing was undone."))
        for place in (row for row in rows if isinstance(row, Neighbourhood) and row.boundary):
            for path in settings.AFTER_OUTLINES_CHANGED:
                import_string(path)(team=place.team, by=by)
