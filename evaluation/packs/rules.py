"""Who prepares packs, who publishes them, and for how long a link works."""

from communities.models import Role, Team, User

#: For how many days a link may work: a month, three months, half a year.
DAYS = (31, 91, 183)


def can_prepare_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may choose what is in the team's packs, and read them: its managers and evaluators may."""
    return user.has_role(team, Role.MANAGER, Role.EVALUATOR)


def can_publish_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may publish a pack: the team's managers may.

    The check of names says which words are names of residents. Evaluators, who are shown no names, could type names to find out.
    """
    return user.has_role(team, Role.MANAGER)


def can_link_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may make and withdraw links to what was published: the team's managers and evaluators may."""
    return can_prepare_pack(user, team)
