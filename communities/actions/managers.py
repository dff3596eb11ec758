"""New managers: until a second person confirms them they neither decide on money nor pay. And what all managers are told."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import save_checked
from communities.lists import listed
from communities.models import MONEY_ROLES, Membership, Role, Team, User
from communities.outbox.actions import write_message
from communities.outbox.messages import MANAGERS_TOLD
from communities.outbox.recipients import Recipient
from communities.queries.mailboxes import second_account_of
from communities.queries.managers import confirmed_managers, is_second_person
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
    return confirmed_managers(team).exclude(user__in=apart_from).exists()


@transaction.atomic
def confirm_manager(*, team: Team, user: User, by: User | None) -> Membership:
    """Confirm a new manager, who can then decide on money and pay. Does nothing the second time.

    Not they themselves and nobody in their line of invitations, so that nobody opens a second mailbox and is two people.
    Raises: PermissionDenied; ValidationError if they manage the team no longer, for that line (code "second"), and for a second
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
        raise ValidationError(_("This person no longer manages the team, so nothing was changed."), code="gone")
    if found.confirmed_at:
        return found
    waiting = [each for each in rows if each.confirmed_at is None]
    if by is not None and not is_second_person(by, user, team):
        words = _(
            "Ask another manager to confirm this one: somebody who did not invite either of them and was not invited "
            "by them. Otherwise ask an administrator."
        )
        raise ValidationError(words, code="second")
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


def settle_restored(*, team: Team, user: User, rows: Iterable[Model], by: User | None) -> None:
    """Look again at the roles that undoing gave back to somebody, and tell the managers which roles they have now.

    A role that decides on money or pays stays confirmed only if whoever undoes could confirm it now: whoever took it away had a
    reason. Nor does it if another account of the mailbox has been confirmed meanwhile. The caller audits.
    """
    vouched = by is None or (can_confirm_manager(User.objects.get(pk=by.pk), team) and is_second_person(by, user, team))
    is_held = vouched and second_account_of(user, team=team) is None
    for row in rows:
        if isinstance(row, Membership) and row.role in MONEY_ROLES and row.confirmed_at and not is_held:
            row.confirmed_at = row.confirmed_by = None
            save_checked(row, update_fields=["confirmed_at", "confirmed_by"])
    tell_roles(team=team, user=user, by=by)


def tell_roles(*, team: Team, user: User, by: User | None) -> None:
    """Tell the other managers which roles somebody has now, and whether one is to be confirmed."""
    held = Membership.objects.filter(team=team, user=user)
    who = {"name": user.name, "roles": labels_of(held.values_list("role", flat=True)), "to_confirm": waits(team, user)}
    tell_managers(team=team, event="roles", about=user, by=by, occasion=timezone.now().isoformat(), **who)


def labels_of(roles: Iterable[str]) -> str:
    """Return the names of roles in their defined order, for a sentence."""
    given = set(roles)
    return listed(role.label for role in Role if role in given)


def waits(team: Team, user: User) -> bool:
    """Return whether somebody has a role that nobody has confirmed yet."""
    return Membership.objects.filter(team=team, user=user, role__in=MONEY_ROLES, confirmed_at__isnull=True).exists()


def tell_managers(*, team: Team, event: str, about: Model, by: User | None, occasion: str, **values: object) -> None:
    """Tell every manager of a team what changed about who decides, except who did it and whom it is about.

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
