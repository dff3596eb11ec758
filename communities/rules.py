"""Who may do what in communities: pure functions of a person and a thing."""

from communities.models import Role, Team, User


def can_write_neighbourhood(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, draw, change or remove a team's neighbourhoods: its managers may."""
    return user.has_role(team, Role.MANAGER)
