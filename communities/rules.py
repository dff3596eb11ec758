"""Who may do what in communities: pure functions of a person and a thing."""

from communities.models import Role, Team, User


def can_write_neighbourhood(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, draw, change or remove a team's neighbourhoods: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_change_team(user: User, team: Team | int | None) -> bool:
    """Return whether a person may change the team's names, limit, threshold and language: its managers may."""
    return user.has_role(team, Role.MANAGER)


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
