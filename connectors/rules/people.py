"""Who may write about residents. No writes."""

from communities.models import Role, Team, User


def can_write_person(user: User, team: Team | int | None) -> bool:
    """Return whether a user may add and change residents, their gifts, consents and wishes: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_name_theme(user: User, team: Team | int | None) -> bool:
    """Return whether a user may add a theme while writing: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_manage_themes(user: User, team: Team | int | None) -> bool:
    """Return whether a user may rename and delete themes, for the whole team: its managers."""
    return user.has_role(team, Role.MANAGER)


def phone_key(phone: str) -> str:
    """Return the last nine digits of a phone number as typed: +44 117 496 0123 and 0117 496-0123 give the same."""
    return "".join(mark for mark in phone if mark.isdecimal())[-9:]
