"""Who may add, change, move and finish next steps, and who can be given one."""

from communities.handover import OWNERS
from communities.models import Team, User
from connectors.models import NextStep

#: What `change_next_step` writes.
EDITABLE = ("words", "due_on", "owner")


def can_add_step(user: User, team: Team | int | None) -> bool:
    """Return whether a user may add next steps for a team: its builders and managers."""
    return user.has_role(team, *OWNERS)


def can_change_step(user: User, step: NextStep) -> bool:
    """Return whether a user may change, move, finish or delete a next step: the builders and managers of its team.

    Also those of colleagues: whoever is there keeps a promise for somebody who is away.
    """
    return can_add_step(user, step.team_id)
