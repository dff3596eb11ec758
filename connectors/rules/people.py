"""Who may read and write about residents and introductions. No writes."""

from communities.models import Role, Team, User


def can_write_person(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add and change residents, their gifts and introductions: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def phone_key(phone: str) -> str:
    """Return the last nine digits of a telephone number as typed: +44 117 496 0123 and 0117 496-0123 are one."""
    return "".join(mark for mark in phone if mark.isdecimal())[-9:]
