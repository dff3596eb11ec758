"""Who may do what in communities: pure functions of a person and a thing."""

from collections.abc import Collection

from communities.models import Role, Team, User


def can_write_neighbourhood(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, draw, change or remove a team's neighbourhoods: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_change_team(user: User, team: Team | int | None) -> bool:
    """Return whether a person may change the team's names, threshold and language: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_set_limit(user: User) -> bool:
    """Return whether a person may change what one manager approves alone: administrators, because managers are under it."""
    return user.is_active and user.is_superuser


def takes_self_off(person_id: int, *, signing: Collection[int], wanted: Collection[int]) -> bool:
    """Return whether a person who signs for a partner would no longer, by their own hand.

    Those who sign never decide on what the partner would hold; nobody lifts that from themselves.
    """
    return person_id in signing and person_id not in wanted


def can_invite_member(user: User, team: Team | int | None) -> bool:
    """Return whether a person may invite somebody, send an invitation again or withdraw it: the team's managers may."""
    return user.has_role(team, Role.MANAGER)


def can_change_member(user: User, team: Team | int | None) -> bool:
    """Return whether a person may change a member's roles or end a membership: the team's managers may."""
    return user.has_role(team, Role.MANAGER)


def can_manage_partners(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, change or remove the team's partners: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_read_audit(user: User, team: Team | int | None) -> bool:
    """Return whether a person may read who did what in the team: its managers may."""
    return user.has_role(team, Role.MANAGER)
