"""Personal data in the communities app: texts about places and partners that may name residents."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from communities.actions.managers import settle_restored
from communities.actions.outlines import outlines_changed
from communities.drafts import erase_in_drafts
from communities.free_text import Found
from communities.handover import OWNERS
from communities.holdings import Erasing, Holdings, Page
from communities.models import MONEY_ROLES, Membership, Neighbourhood, Role, Undoable, User
from communities.queries.mailboxes import second_account_of
from communities.queries.managers import confirmed_managers
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
            _settle_roles(undoable, rows, by)
        if undoable.verb == Verb.CLOSE_ACCOUNT:
            _refuse_second_account(User.objects.get(pk=undoable.object_id))
        if undoable.model == Neighbourhood._meta.label_lower and undoable.team:
            outlines_changed(undoable.team, by)


def _settle_roles(undoable: Undoable, rows: Collection[Model], by: User | None) -> None:
    """Restore the roles that the user who undoes could give, and leave the team a manager: a confirmed one where a role is taken away.

    Raises: ValidationError.
    """
    team = undoable.team
    if team is None:
        return
    takes_away = Membership._meta.label_lower in undoable.rows.get("added", {})
    if undoable.verb in (Verb.CHANGE_ROLES, Verb.REMOVE_MEMBER):
        settle_restored(team=team, user=User.objects.get(pk=undoable.object_id), rows=rows, by=by)
    managers = Membership.objects.filter(team=team, role=Role.MANAGER, user__is_active=True)
    if not (confirmed_managers(team) if takes_away else managers).exists():
        raise ValidationError(_("The team would be left without a manager, so nothing was undone."))


def _refuse_second_account(user: User) -> None:
    """Raise ValidationError if an account that is open again would be the second one of somebody who decides or pays."""
    decides = user.is_superuser or Membership.objects.filter(user=user, role__in=MONEY_ROLES).exists()
    if decides and (twin := second_account_of(user)):
        words = _("This account has the same mailbox as %(name)s, so it stays closed and nothing was undone.")
        raise ValidationError(words % {"name": twin.name}, code="mailbox")
