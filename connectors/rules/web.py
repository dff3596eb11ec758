"""Who may see the web of connections, with names or without, and which numbers stay closed to those who only count."""

from communities.models import Role, Team, User
from connectors.network import Count


def can_name_web(user: User, team: Team | int | None) -> bool:
    """Return whether a person may see who is tied to whom: the team's builders and managers may; others count."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_ask_for_count(user: User, team: Team | int | None) -> bool:
    """Return whether a person may have the web counted now: those who may see names may."""
    return can_name_web(user, team)


def is_small(people: int, threshold: int) -> bool:
    """Return whether a count of people is too small to show: above 0 and below the team's threshold."""
    return 0 < people < threshold


def hides_all(counted: Count, threshold: int) -> bool:
    """Return whether the whole web holds too few residents to say anything of it to somebody who may only count."""
    return is_small(counted.with_us.people, threshold)


def hides_isolates(counted: Count, threshold: int) -> bool:
    """Return whether so few residents have no tie that the number stays closed, and all that would give it away.

    That is so with us or without us. What gives it away: the parts, the share of the largest, and a picture in which
    those without a tie could be counted. A number too large to hide whose rest is small gives it away too.
    """
    return any(
        is_small(figures.isolates, threshold) or is_small(figures.people - figures.isolates, threshold)
        for figures in (counted.with_us, counted.without_us)
    )


def hides_groups(sizes: dict[int, int], people: int, threshold: int) -> bool:
    """Return whether a picture by group stays closed: a group is small, or so few are in none that they could be told."""
    return any(is_small(size, threshold) for size in sizes.values()) or is_small(
        people - sum(sizes.values()), threshold
    )
