"""Which name of a resident a user is shown: the only place that decides it. No writes, no queries but the user's roles."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from communities.models import Role, Team, User
from connectors.models import Introduction, Person
from connectors.models.initials import shown_name
from connectors.rules.name_keys import keys_of
from connectors.rules.typed_names import apart_from_reach

#: Titles, which are not first names.
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "revd", "rev", "sir", "lady"})


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


def names_seen(user: User, team: Team, path: str = "") -> Q:
    """Return the condition that a user is shown the full name of a resident of a team: `can_see_name` for queries.

    path: the lookup that leads to the resident, such as "person__".
    """
    is_manager, is_builder = (user.has_role(team.pk, role) for role in (Role.MANAGER, Role.BUILDER))
    return names_seen_as(user, is_manager=is_manager, is_builder=is_builder, path=path)


def names_seen_as(user: User, *, is_manager: bool, is_builder: bool, path: str = "") -> Q:
    """Return the same for somebody's roles in the team, for a query that is compiled once for each."""
    if is_manager:
        return Q()
    told = Q(**{f"{path}told_on__isnull": False})
    if not is_builder:
        return told
    return told | Q(**{f"{path}created_by": user}) | Q(**{f"{path}keeper": user})


def sees_untold_name(user: User | AnonymousUser | None, person: Person) -> bool:
    """Return whether a user is shown the full name of a resident who was not told yet; pages say so beside it."""
    return person.told_on is None and can_see_name(user, person)


def name_for(user: User | AnonymousUser | None, person: Person) -> str:
    """Return the name that a user is shown of a resident: in full, or the initials."""
    return shown_name(person.known_as, in_full=can_see_name(user, person))


def whole_name_typed(user: User | AnonymousUser | None, person: Person, typed: str) -> str:
    """Return what a user typed if it is a whole name of a resident whom they are shown as initials; "" otherwise.

    Beside the initials it says whom they can choose. Whoever types all of a name knows it already: nothing is shown that they
    did not type, and a part of the name is not confirmed.
    """
    name = apart_from_reach(typed).name
    is_whole = not keys_of(name).isdisjoint({person.name_key, person.other_name_key})
    return name if is_whole and not can_see_name(user, person) else ""


def name_to_call_on(user: User | AnonymousUser | None, person: Person, *, refuses: bool) -> str:
    """Return what those who may call on a street champion are shown: at least the first name, and initials after a refusal.

    Champions let themselves be recorded so that neighbours and the team can call on them; the builders and managers of
    their team may. refuses: whether they said no to contact since.
    """
    first = person.known_as.split()[0]
    may_call = user is not None and user.is_authenticated and user.has_role(person.team_id, Role.BUILDER, Role.MANAGER)
    if can_see_name(user, person) or refuses or not may_call or first.rstrip(".").lower() in TITLES:
        return name_for(user, person)
    return first


def end_for(user: User | AnonymousUser | None, end: object) -> str:
    """Return the name that a user is shown of an end of an introduction: a resident, an asset or a partner."""
    return name_for(user, end) if isinstance(end, Person) else str(end)


def between(user: User | AnonymousUser | None, introduction: Introduction) -> str:
    """Return the names of both ends of an introduction, as a user is shown them."""
    return f"{end_for(user, introduction.from_end)} – {end_for(user, introduction.to_end)}"
