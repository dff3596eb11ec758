"""Who may look through residents who may be noted down twice."""

from communities.models import Role, Team, User


def can_look_through_doubles(user: User, team: Team | int | None) -> bool:
    """Return whether a person may look through all residents who may be noted down twice: the team's managers."""
    return user.has_role(team, Role.MANAGER)
