"""Find the residents that typed names refer to, without ever guessing between two."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Lower

from communities.models import Neighbourhood, Team, User
from connectors.models import Conversation, Person, PersonQuerySet
from connectors.rules.names import NameMatch

#: How many suggestions fit on a phone above its keyboard.
SUGGESTIONS = 8


def match_names(
    *, user: User, team: Team, neighbourhood: Neighbourhood | None, names: Iterable[str]
) -> dict[str, NameMatch]:
    """Return the match of each name in a neighbourhood, by the name as typed.

    A match is certain if only one resident has this name, ignoring case, and belongs to this neighbourhood. A resident
    whose neighbourhood is unknown, or any of that name when no neighbourhood was given, is a candidate: that is
    unclear. Residents of other neighbourhoods are other people.
    """
    names = list(names)
    people = (
        Person.objects.visible_to(user)
        .filter(team=team)
        .alias(typed=Lower("known_as"))
        .filter(typed__in={name.lower() for name in names})
        .remembered()
        .select_related("neighbourhood")
        .order_by("known_as", "pk")
    )
    if neighbourhood:
        people = people.filter(Q(neighbourhood=neighbourhood) | Q(neighbourhood__isnull=True))
    found: dict[str, list[Person]] = {}
    for person in people if names else ():
        found.setdefault(person.known_as.lower(), []).append(person)
    return {name: _match(name, found.get(name.lower(), []), neighbourhood) for name in names}


def _match(name: str, people: list[Person], neighbourhood: Neighbourhood | None) -> NameMatch:
    if len(people) == 1 and neighbourhood and people[0].neighbourhood_id == neighbourhood.pk:
        return NameMatch(name, person=people[0])
    return NameMatch(name, candidates=tuple(people))


def unclear_names(*, user: User, conversation: Conversation) -> list[NameMatch]:
    """Return the names in a conversation that were unclear on arrival, each with its current candidates.

    A candidate who has become certain meanwhile is still only offered, because nobody has confirmed it.
    """
    if not conversation.unsorted_names:
        return []
    matches = match_names(
        user=user, team=conversation.team, neighbourhood=conversation.neighbourhood, names=conversation.unsorted_names
    )
    return [
        NameMatch(name, candidates=(match.person,) if match.person else match.candidates)
        for name, match in matches.items()
    ]


def beginning(people: QuerySet[Person], field: str, typed: str) -> QuerySet[Person]:
    """Return residents whose `field` (one with an index on its lower case) starts with the typed text, in its order.

    Neither database uses an index for LIKE, but both do for a range; on PostgreSQL only in the collation "C", because
    in a language's order the values with a common start are not a range.
    """
    lower = typed.lower()
    letters = Lower(field) if connection.vendor == "sqlite" else Collate(Lower(field), "C")
    people = people.alias(lower=letters).filter(lower__startswith=lower).exclude(**{field: ""})
    return people.filter(lower__gte=lower, lower__lt=f"{lower}\U0010ffff").order_by("lower")


def people_like(*, user: User, team: Team, typed: str, neighbourhood: Neighbourhood | None = None) -> PersonQuerySet:
    """Return up to eight residents whose name or other name starts with the typed text, the neighbourhood's first.

    One query that reads eight of each from an index, however many there are. Letters other than ASCII are compared
    without case on PostgreSQL only. A single letter of an alphabet finds only residents with exactly that name: it
    would otherwise reveal eight full names, of residents who were never told.
    """
    typed = typed.strip()
    # PostgreSQL rejects text with NUL; nobody's name contains it.
    if not typed or "\0" in typed:
        return Person.objects.none()
    people = Person.objects.visible_to(user).filter(team=team).remembered()
    if len(typed) == 1 and typed.lower() != typed.upper():
        people = people.filter(Q(known_as__iexact=typed) | Q(also_known_as__iexact=typed))
    named, nicked = beginning(people, "known_as", typed), beginning(people, "also_known_as", typed)
    ways = [named, nicked] if neighbourhood is None else [named, nicked, named.filter(neighbourhood=neighbourhood)]
    numbers = [way.values("pk")[:SUGGESTIONS] for way in ways]
    # With OR between them PostgreSQL scans every resident of the team; SQLite allows no limits within a union.
    if connection.features.supports_slicing_ordering_in_compound:
        found = Q(pk__in=numbers[0].union(*numbers[1:]))
    else:
        found = Q()
        for some in numbers:
            found |= Q(pk__in=some)
    here = neighbourhood.pk if neighbourhood else 0
    people = people.filter(found).select_related("neighbourhood").annotate(is_here=Q(neighbourhood=here))
    return people.order_by("-is_here", "known_as", "pk")[:SUGGESTIONS]


def matching_people_ids(people: QuerySet[Person], typed: str) -> QuerySet:
    """Return the primary keys of residents whose name or other name starts with the text, or whose street contains it.

    Each way uses an index of its own. The text can be anywhere in a street, above all after a house number, so all
    streets of the team are read, but from an index alone and not from the rows.
    """
    typed = " ".join(typed.split())
    ways = [beginning(people, name, typed).order_by().values("pk") for name in ("known_as", "also_known_as")]
    return ways[0].union(*ways[1:], people.filter(street__icontains=typed).order_by().values("pk"), all=True)
