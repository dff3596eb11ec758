"""Personal data in the communities app: texts about places and partners that may name residents."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from communities.actions.outlines import outlines_changed
from communities.drafts import erase_in_drafts
from communities.free_text import Found
from communities.handover import OWNERS
from communities.holdings import Erasing, Holdings, Page
from communities.models import Membership, Neighbourhood, Role, Undoable, User
from communities.verbs import Verb


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

    def erase(self, erasing: Erasing) -> list[Found]:
        """Remove the resident from texts that somebody in the team has typed and not saved yet."""
        records = type(erasing.person)._base_manager.filter(pk__in=erasing.records)
        uuids = {str(uuid) for uuid in records.values_list("uuid", flat=True)}
        erase_in_drafts(team_id=erasing.team_id, people=uuids, mentions=erasing.mentions, name=erasing.name)
        return []

    def after_undo(
        self, *, undoable: Undoable, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None
    ) -> None:
        """Reassign rows to the neighbourhoods whose outlines came back; never leave a team without a manager, or give work to
        somebody who has left.

        Raises: ValidationError.
        """
        if undoable.verb == Verb.HAND_OVER:
            held = Membership.objects.filter(team=undoable.team_id, user=int(undoable.object_id), role__in=OWNERS)
            if not held.exists():
                words = _("%(name)s no longer adds records for this team, so nothing was given back.")
                raise ValidationError(words % {"name": undoable.title})
        if undoable.model == "communities.user" and undoable.team_id:
            managers = Membership.objects.filter(team=undoable.team_id, role=Role.MANAGER, user__is_active=True)
            if not managers.exists():
                raise ValidationError(_("The team would be left without a manager, so nothing was undone."))
        if undoable.model == Neighbourhood._meta.label_lower and undoable.team:
            outlines_changed(undoable.team, by)
