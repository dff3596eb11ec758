"""Who may review possible duplicates of residents."""

from communities.models import Role, Team, User


def can_review_duplicates(user: User, team: Team | int | None) -> bool:
    """Return whether a user may review all possible duplicates of residents: the team's managers."""
    return user.has_role(team, Role.MANAGER)
