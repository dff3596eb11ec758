"""Who may see the web of connections, with or without names, and which figures are hidden from users who only count."""

from communities.models import Role, Team, User
from connectors.web.network import Count


def can_name_web(user: User, team: Team | int | None) -> bool:
    """Return whether a user may see who is tied to whom: the team's builders and managers; others see counts."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_ask_for_count(user: User, team: Team | int | None) -> bool:
    """Return whether a user may have the web counted now: users who may see names."""
    return can_name_web(user, team)


def is_small(people: int, threshold: int) -> bool:
    """Return whether a count of people is too small to show: above 0 and below the team's threshold."""
    return 0 < people < threshold


def hides_all(counted: Count, threshold: int) -> bool:
    """Return whether the whole web has too few residents to show anything to a user who may only count."""
    return is_small(counted.with_us.people, threshold)


def hides_isolates(counted: Count, threshold: int) -> bool:
    """Return whether so few residents have no tie that their count is hidden, with every figure that reveals it.

    That is so with us or without us. What reveals it: the parts, the share of the largest, and a picture in which those
    without a tie could be counted. A large count whose remainder is small reveals it too.
    """
    return any(
        is_small(figures.isolates, threshold) or is_small(figures.people - figures.isolates, threshold)
        for figures in (counted.with_us, counted.without_us)
    )


def hides_groups(sizes: dict[int, int], people: int, threshold: int) -> bool:
    """Return whether a picture by group is hidden: a group, or the remainder in none, is small enough to identify."""
    return any(is_small(size, threshold) for size in sizes.values()) or is_small(
        people - sum(sizes.values()), threshold
    )
