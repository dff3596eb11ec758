"""Who writes value maps, and who signs what they rest on."""

from communities.models import Role, Team, User
from evaluation.models import ValueAssumption, ValueInput


def can_write_value(user: User, team: Team | int | None) -> bool:
    """Return whether a person may write and download the team's value maps: its evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


def has_entered(user: User, row: ValueAssumption | ValueInput) -> bool:
    """Return whether a person entered an assumption or an input as it stands, and so cannot sign it."""
    return row.entered_by_id == user.pk
