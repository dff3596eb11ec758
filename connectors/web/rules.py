"""Who may see the web of connections, and have it counted."""

from communities.models import Role, Team, User


def can_name_web(user: User, team: Team | int | None) -> bool:
    """Return whether a user may see who is tied to whom: the team's builders and managers. Others see nothing of it."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_ask_for_count(user: User, team: Team | int | None) -> bool:
    """Return whether a user may have the web counted now: users who may see names."""
    return can_name_web(user, team)
