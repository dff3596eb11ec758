"""Write teams."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.managers import tell_managers
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.lists import listed
from communities.models import AuditEntry, Invitation, Membership, Message, Team, Undoable, User
from communities.outbox.messages import MANAGERS_TOLD
from communities.queries.scope import kinds_belonging_to
from communities.rules import LIMIT, SETTINGS, SHORT_NAME, can_change_team, can_manage_teams, can_set_limit, require
from communities.undo import delete_undoably
from communities.verbs import Verb

#: The limit up to which one manager approves alone; only administrators change it.


@idempotent(Team)
@transaction.atomic
def create_team(*, by: User | None, uuid: UUID | None = None, **values: object) -> Team:
    """Add a team; `values` are its short name and some of SETTINGS. Idempotent by `uuid`.

    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_manage_teams, by)
    _known(values)
    team = Team(**values)
    check_row(team)
    team.save()
    audit.record(by=by, verb=Verb.CREATE, obj=team, fields=values)
    return team


@transaction.atomic
def update_team(*, team: Team, by: User | None, **values: object) -> Team:
    """Change a team's settings; refuse fields other than its short name and those in SETTINGS.

    Raises: PermissionDenied, also if a manager changes their own limit or the short name; ValidationError keyed by
    field.
    """
    require(can_change_team, by, team)
    _known(values)
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    changed = [name for name, value in values.items() if getattr(team, name) != value]
    if by is not None and LIMIT in changed and not can_set_limit(by):
        raise PermissionDenied(_("Only an administrator can change the limit."))
    if by is not None and SHORT_NAME in changed and not can_manage_teams(by):
        raise PermissionDenied(_("Only an administrator can change the short name."))
    before, called = team.approval_limit_gbp, team.name
    for name in changed:
        setattr(team, name, values[name])
    check_row(team)
    if changed:
        team.save(update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=team, fields=changed)
    if LIMIT in changed:
        said = {"before": before, "after": team.approval_limit_gbp}
        tell_managers(team=team, event="limit", about=team, by=by, occasion=timezone.now().isoformat(), **said)
    if "name" in changed:
        said = {"before": called, "after": team.name}
        tell_managers(team=team, event="renamed", about=team, by=by, occasion=timezone.now().isoformat(), **said)
    return team


@transaction.atomic
def delete_team(*, team: Team, by: User | None) -> None:
    """Delete a team that has only members and invitations; accounts and the audit stay.

    Raises: PermissionDenied; ValidationError that says what belongs to it.
    """
    require(can_manage_teams, by)
    team = locked(Team.objects.all(), team.pk)
    # Kith wrote them to the members, whose memberships go too.
    Message.objects.filter(team=team, kind=MANAGERS_TOLD).delete()
    besides = {str(model._meta.verbose_name_plural) for model in (Membership, Invitation, AuditEntry, Undoable)}
    held = [kind for kind in kinds_belonging_to(team) if kind not in besides]
    if held:
        words = _("%(name)s cannot be deleted, because these belong to it: %(held)s.")
        raise ValidationError(words % {"name": team.name, "held": listed(held)}, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=team)
    delete_undoably(team, by=by, managers_only=True)


def _known(values: dict[str, object]) -> None:
    if unknown := set(values) - {*SETTINGS, SHORT_NAME}:
        raise TypeError(f"Not settings of a team: {sorted(unknown)}")
