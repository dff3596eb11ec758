"""Who notes what residents answer about themselves, who chooses the categories, and who sees the figures."""

from communities.models import Role, Team, User
from connectors.rules.people import can_write_person

#: Categories that are asked about at one time: a list that is read out to somebody has no more.
MOST_CATEGORIES = 12


def can_note_profile(user: User, team: Team | int | None) -> bool:
    """Return whether a user may note a resident's profile: whoever may write about residents."""
    return can_write_person(user, team)


def can_choose_categories(user: User, team: Team | int | None) -> bool:
    """Return whether a user may choose the categories that a team asks about: its managers, who answer for its records."""
    return user.has_role(team, Role.MANAGER)


def can_see_running(user: User, team: Team | int | None) -> bool:
    """Return whether a user is shown years that are not closed: those who know the residents."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_download_profiles(user: User, team: Team | int | None) -> bool:
    """Return whether a user may download the figures: evaluators and managers."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)
