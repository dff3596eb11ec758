"""Who may change a team's conversation starters. No writes."""

from communities.models import Role, Team, User


def can_change_prompts(user: User, team: Team | int | None) -> bool:
    """Return whether a user may add, change, switch and delete a team's sets of questions: its managers."""
    return user.has_role(team, Role.MANAGER)
