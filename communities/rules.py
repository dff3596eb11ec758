"""Permissions in communities, as pure functions of a user and an object."""

from collections.abc import Callable, Collection

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from communities.models import Role, Team, Undoable, User
from communities.verbs import Verb

#: The settings of a team that its managers change, and of these the one that only administrators change.
LIMIT = "approval_limit_gbp"
SETTINGS = ("name", "authority", "host_organisation", "language", LIMIT, "small_number_threshold")
#: What changes who is in a team and with which roles.
ABOUT_ROLES = (Verb.CHANGE_ROLES, Verb.REMOVE_MEMBER, Verb.WITHDRAW_INVITATION)
#: The short name in URLs and commands; only administrators change it.
SHORT_NAME = "slug"


def require(may: Callable[..., bool], by: User | None, *about: object) -> None:
    """Raise PermissionDenied unless a rule allows the user something. Every action calls it before it writes.

    `may` is one of the `can_…` rules, called with `by` and what it is `about`. `by` is None for commands, because anybody
    who runs commands on the server has full access, and for residents on their own sheets, whose link is the permission.
    Raises: PermissionDenied.
    """
    if by is not None and not may(by, *about):
        raise PermissionDenied(_("Your role in this team does not allow this. Nothing was changed."))


def can_write_neighbourhood(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, draw, change or remove a team's neighbourhoods: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_change_team(user: User, team: Team | int | None) -> bool:
    """Return whether a person may change the team's names, threshold and language: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_set_limit(user: User) -> bool:
    """Return whether a person may change the limit for one manager's approval: administrators may."""
    return user.is_active and user.is_superuser


def can_manage_users(user: User) -> bool:
    """Return whether a person may add, change and close accounts, and name administrators: administrators may."""
    return user.is_active and user.is_superuser


def can_manage_teams(user: User) -> bool:
    """Return whether a person may add and delete teams and change their short names: administrators may."""
    return user.is_active and user.is_superuser


def can_add_member(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add somebody to a team without an invitation: administrators may."""
    return user.is_active and user.is_superuser and team is not None


def removes_self(own: Collection[int], *, signing: Collection[int], wanted: Collection[int]) -> bool:
    """Return whether a signatory would remove themselves from a partner. own: every account of their mailbox.

    Signatories never decide on money that the partner would hold; nobody can lift that rule from themselves.
    """
    return not {*own}.isdisjoint({*signing} - {*wanted})


def can_invite_member(user: User, team: Team | int | None) -> bool:
    """Return whether a person may invite somebody, send an invitation again or withdraw it: confirmed managers may."""
    return user.is_confirmed_manager(team)


def can_change_member(user: User, team: Team | int | None) -> bool:
    """Return whether a person may change a member's roles or end a membership: confirmed managers may.

    With unconfirmed ones, somebody with several mailboxes could bring in, or drive out, whom they like.
    """
    return user.is_confirmed_manager(team)


def can_confirm_manager(user: User, team: Team | int | None) -> bool:
    """Return whether a person may confirm a new manager: the team's confirmed managers and administrators may."""
    return user.is_confirmed_manager(team)


def can_hand_over(user: User, team: Team | int | None, member: User) -> bool:
    """Return whether a person may hand on what a member looks after: they themselves, and the team's managers."""
    return can_change_member(user, team) or (user.pk == member.pk and user.has_role(team, Role.BUILDER, Role.MANAGER))


def can_be_away(user: User, team: Team | int | None, member: User) -> bool:
    """Return whether a person may say that a member is away: they themselves, and the team's managers."""
    return can_hand_over(user, team, member)


def can_manage_partners(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, change or remove the team's partners: its confirmed managers may.

    A partner's address says who answers for it, and who signs for its moneys money does not decide.
    """
    return user.is_confirmed_manager(team)


def can_read_audit(user: User, team: Team | int | None) -> bool:
    """Return whether a person may read the team's audit: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_undo(user: User, undoable: Undoable) -> bool:
    """Return whether a person may undo something: its author, while in the team, and the team's managers may.

    Of who is in the team and with which roles, and of its organisations, only confirmed managers.
    """
    if undoable.verb in ABOUT_ROLES:
        return can_change_member(user, undoable.team_id) or (user.is_active and user.is_superuser)
    if undoable.model == "communities.partner":
        return can_manage_partners(user, undoable.team_id)
    if user.has_role(undoable.team_id, Role.MANAGER) or (user.is_active and user.is_superuser):
        return True
    return undoable.by_id == user.pk and not undoable.managers_only and user.has_role(undoable.team_id, *Role.values)
