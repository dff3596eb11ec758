"""Which name of a resident a user is shown: the only place that decides it. No writes, no queries but the user's roles."""

from django.contrib.auth.models import AnonymousUser

from communities.models import Role, User
from connectors.models import Introduction, Person
from connectors.models.initials import shown_name


def can_see_name(user: User | AnonymousUser | None, person: Person) -> bool:
    """Return whether a user is shown the full name of a resident.

    Everybody is, once the resident was told about their record. Until then only the team's managers are, and the
    builder who wrote the name down, or took the resident on since: they know it or have to tell them, and hiding it from
    them would protect nobody.
    """
    if person.told_on is not None:
        return True
    if user is None or not user.is_authenticated:
        return False
    if user.has_role(person.team_id, Role.MANAGER):
        return True
    knows = user.pk in (person.created_by_id, person.keeper_id)
    return knows and user.has_role(person.team_id, Role.BUILDER)


def sees_untold_name(user: User | AnonymousUser | None, person: Person) -> bool:
    """Return whether a user is shown the full name of a resident who was not told yet; pages say so beside it."""
    return person.told_on is None and can_see_name(user, person)


def name_for(user: User | AnonymousUser | None, person: Person) -> str:
    """Return the name that a user is shown of a resident: in full, or the initials."""
    return shown_name(person.known_as, in_full=can_see_name(user, person))


def end_for(user: User | AnonymousUser | None, end: object) -> str:
    """Return the name that a user is shown of an end of an introduction: a resident, an asset or a partner."""
    return name_for(user, end) if isinstance(end, Person) else str(end)


def between(user: User | AnonymousUser | None, introduction: Introduction) -> str:
    """Return the names of both ends of an introduction, as a user is shown them."""
    return f"{end_for(user, introduction.from_end)} – {end_for(user, introduction.to_end)}"
