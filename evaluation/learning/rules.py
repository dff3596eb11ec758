"""Who writes down what the team learns, and who changes and downloads it."""

from collections.abc import Iterable

from communities.models import Membership, Role, Team, User
from evaluation.models import Observation
from evaluation.rules import NOTING, can_change_observation, can_note


def changeable(user: User, team: Team, observations: Iterable[Observation]) -> set[int]:
    """Return the primary keys of those observations of a team that a person may change: the same rule in one query."""
    rows = list(observations)
    if user.has_role(team, Role.MANAGER):
        return {each.pk for each in rows}
    if not can_note(user, team):
        return set()
    who = Membership.objects.filter(team=team, role__in=NOTING, user__is_active=True)
    here = set(who.filter(user__in={each.created_by_id for each in rows}).values_list("user", flat=True)) - {user.pk}
    return {each.pk for each in rows if each.created_by_id not in here}


def can_download_learning(user: User, team: Team | int | None) -> bool:
    """Return whether a person may download what the team learned: evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


__all__ = ["can_change_observation", "can_download_learning", "can_note", "changeable"]
