"""New managers: until a second person confirms them they neither decide on money nor pay. And what all managers are told."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import save_checked
from communities.models import MONEY_ROLES, Membership, Role, Team, User
from communities.outbox.actions import write_message
from communities.outbox.messages import MANAGERS_TOLD
from communities.outbox.recipients import Recipient
from communities.queries.mailboxes import accounts_of, second_account_of
from communities.rules import can_confirm_manager, require
from communities.verbs import Verb


def grant_roles(*, team: Team, user: User, roles: Iterable[str], by: User | None) -> list[int]:
    """Give somebody roles that they lack, and return the primary keys of the memberships. The caller locks the team and audits.

    A manager whom a command names holds from the start, and so does one whom an administrator names while nobody else in
    the team could confirm them.
    """
    made = []
    for role in roles:
        is_held = role in MONEY_ROLES and (
            by is None or (by.is_superuser and by != user and not _others(team, by, user))
        )
        given, is_new = Membership.objects.get_or_create(
            user=user,
            team=team,
            role=role,
            defaults={"granted_by": by, "confirmed_at": timezone.now() if is_held else None},
        )
        if is_new:
            made.append(given.pk)
    return made


def _others(team: Team, *apart_from: User) -> bool:
    """Return whether anybody else could confirm a new manager."""
    rows = Membership.objects.filter(team=team, role=Role.MANAGER, confirmed_at__isnull=False, user__is_active=True)
    return rows.exclude(user__in=apart_from).exists()


@transaction.atomic
def confirm_manager(*, team: Team, user: User, by: User | None) -> Membership:
    """Confirm a new manager, who can then decide on money and pay. Does nothing the second time.

    Not they themselves and not who invited them, so that nobody opens a second mailbox and is two people.
    Raises: PermissionDenied; ValidationError if they manage the team no longer, for the inviter (code "second"), and for a second
    account of one mailbox (code "mailbox").
    """
    require(can_confirm_manager, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    # With the roles that they have now, so that losing one takes effect at once.
    require(can_confirm_manager, by and User.objects.get(pk=by.pk), team)
    held = Membership.objects.select_for_update(of=("self",)).filter(team=team, user=user, role__in=MONEY_ROLES)
    rows = list(held.order_by("pk"))
    found = next((each for each in rows if each.confirmed_at is None), rows[0] if rows else None)
    if found is None:
        raise ValidationError(_("This person does not manage the team any more, so nothing was changed."), code="gone")
    if found.confirmed_at:
        return found
    waiting = [each for each in rows if each.confirmed_at is None]
    if by is not None and accounts_of(by) & {found.user_id, *(each.granted_by_id for each in waiting)}:
        raise ValidationError(
            _("Somebody else has to confirm this manager: not themselves, and not who invited them."), code="second"
        )
    if twin := second_account_of(user, team=team):
        raise ValidationError(
            _("This account has the same mailbox as %(name)s, so it cannot be a second person. Remove one of the two.")
            % {"name": twin.name},
            code="mailbox",
        )
    for each in waiting:
        each.confirmed_at, each.confirmed_by = timezone.now(), by
        save_checked(each, update_fields=["confirmed_at", "confirmed_by"])
    audit.record(by=by, verb=Verb.CONFIRM_MANAGER, obj=user, fields=["roles"], team=team)
    tell_managers(team=team, event="confirmed", about=user, by=by, occasion=str(found.pk), name=str(user))
    return found


def tell_managers(*, team: Team, event: str, about: Model, by: User | None, occasion: str, **values: object) -> None:
    """Write to every manager of a team what changed about who decides; who did it and whom it is about need none.

    event: a part of `communities/told/managers.txt`, which names the values.
    """
    managers = User.objects.filter(memberships__team=team, memberships__role=Role.MANAGER, is_active=True).order_by(
        "pk"
    )
    context = {"event": event, "by": by, "team": team, **values}
    for manager in managers:
        if manager not in (by, about):
            write_message(
                kind=MANAGERS_TOLD,
                team=team,
                about=about,
                to=Recipient(user=manager),
                by=by,
                occasion=f"{event} {occasion}",
                context=context,
            )
