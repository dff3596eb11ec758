"""Who may change the questions that a team begins with. No writes."""

from communities.models import Role, Team, User


def can_change_prompts(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add, change, switch and remove a team's sets of questions: its managers may."""
    return user.has_role(team, Role.MANAGER)
