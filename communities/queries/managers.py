"""New managers whom a second person has to confirm, and who that can be."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities.models import MONEY_ROLES, Invitation, Membership, Role, Team, User
from communities.queries.mailboxes import accounts_of
from communities.rules import can_confirm_manager


def managers_to_confirm(user: User, team: Team) -> QuerySet[Membership]:
    """Return the new managers of a team to whom this user did not give the role, for whom to look for a second person.

    The menu counts them in one query, and `count_to_confirm` only if there are any.
    """
    if not can_confirm_manager(user, team):
        return Membership.objects.none()
    rows = Membership.objects.filter(team=team, role__in=MONEY_ROLES, confirmed_at__isnull=True, user__is_active=True)
    return rows.exclude(user=user).exclude(granted_by=user)


def count_to_confirm(user: User, team: Team) -> int:
    """Return how many new managers of a team this user can confirm: of whom they are a second person."""
    rows = managers_to_confirm(user, team).select_related("user")
    return sum(is_second_person(user, row.user, team) for row in rows)


def is_second_person(by: User, user: User, team: Team) -> bool:
    """Return whether one person is far enough from a manager of a team to vouch for them, whatever their own role.

    Not with an account of the same mailbox, nor if one of the two stands in the other's line of invitations: with a mailbox for
    each step, one person could stand behind all of it. An administrator only may not be who gave the role, because the line of a
    whole team can begin with them.
    """
    own = accounts_of(by)
    if own & {user.pk, *_givers(team, [user.pk], waiting=True)}:
        return False
    if by.is_superuser:
        return True
    return not own & _line_of(user, team) and not accounts_of(user) & _line_of(by, team)


def confirmed_managers(team: Team) -> QuerySet[Membership]:
    """Return the managers of a team, with an open account, who decide on money: every such role of theirs is confirmed."""
    rows = Membership.objects.filter(team=team, role=Role.MANAGER, user__is_active=True)
    waiting = Membership.objects.filter(team=team, role__in=MONEY_ROLES, confirmed_at__isnull=True)
    return rows.exclude(user__in=waiting.values("user"))


def why_to_stay(team: Team, leaving: User) -> str:
    """Return why a manager cannot leave: nobody else manages the team, or nobody else who is confirmed; "" if they can."""
    managers = Membership.objects.filter(team=team, role=Role.MANAGER)
    if not managers.filter(user=leaving).exists():
        return ""
    if not managers.filter(user__is_active=True).exclude(user=leaving).exists():
        words = _("This is the last manager of %(team)s. Make somebody else a manager first.")
    elif {row.user_id for row in confirmed_managers(team)} == {leaving.pk}:
        words = _("This is the last manager of %(team)s who is confirmed. Somebody has to confirm another one first.")
    else:
        return ""
    return words % {"team": team}


def _line_of(user: User, team: Team) -> set[int]:
    """Return who gave somebody their role in a team, who gave it to that person, and so on."""
    line: set[int] = set()
    above = _givers(team, accounts_of(user))
    while above := above - line:
        line |= above
        above = _givers(team, above)
    return line


def _givers(team: Team, users: Iterable[int], *, waiting: bool = False) -> set[int]:
    """Return who gave users a role that decides or pays, or invited them to one: the invitation outlasts the role.

    waiting: only the roles that nobody has confirmed yet.
    """
    held = Membership.objects.filter(team=team, user__in=users, role__in=MONEY_ROLES, granted_by__isnull=False)
    if waiting:
        return set(held.filter(confirmed_at__isnull=True).values_list("granted_by", flat=True))
    invited = Invitation.objects.filter(team=team, accepted_by__in=users).values_list("invited_by", "roles")
    return {*held.values_list("granted_by", flat=True), *(by for by, roles in invited if {*roles} & {*MONEY_ROLES})}
