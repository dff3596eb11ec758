"""Finding the residents that typed names mean, without ever guessing between two."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Lower

from communities.models import Neighbourhood, Team, User
from connectors.models import Conversation, Person, PersonQuerySet

#: How many suggestions fit on a phone above its keyboard.
SUGGESTIONS = 8


@dataclass(frozen=True)
class NameMatch:
    """What a typed name means: one certain resident, several who might be meant, or (neither) somebody new."""

    name: str
    person: Person | None = None
    candidates: tuple[Person, ...] = field(default=())

    @property
    def is_unclear(self) -> bool:
        """Return whether somebody must choose."""
        return bool(self.candidates)


def match_names(
    *, user: User, team: Team, neighbourhood: Neighbourhood | None, names: Iterable[str]
) -> dict[str, NameMatch]:
    """Return what each name means in a neighbourhood, by the name as typed.

    Certain is one resident known by exactly that name, whatever its capitals, in this very neighbourhood. A resident
    whose neighbourhood is not known, or any of that name when no neighbourhood was given, might be meant: that is
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
        # Put in order below: asked for in order of name, SQLite walks through every resident of the team.
        .order_by()
    )
    if neighbourhood:
        people = people.filter(Q(neighbourhood=neighbourhood) | Q(neighbourhood__isnull=True))
    found: dict[str, list[Person]] = {}
    for person in sorted(people, key=lambda each: (each.known_as, each.pk)) if names else ():
        found.setdefault(person.known_as.lower(), []).append(person)
    return {name: _match(name, found.get(name.lower(), []), neighbourhood) for name in names}


def _match(name: str, people: list[Person], neighbourhood: Neighbourhood | None) -> NameMatch:
    if len(people) == 1 and neighbourhood and people[0].neighbourhood_id == neighbourhood.pk:
        return NameMatch(name, person=people[0])
    return NameMatch(name, candidates=tuple(people))


def names_to_sort(*, user: User, conversation: Conversation) -> list[NameMatch]:
    """Return the names in a conversation that were unclear when it arrived, each with the residents who might be meant now.

    One who became certain meanwhile is offered all the same: nobody said so yet.
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
    """Keep residents whose `field` (of those with an index on its small letters) begins with what was typed, in its order.

    Neither database finds a LIKE in its index, but a range; PostgreSQL's in the order of bare letters alone, since the order
    of a language is no range of beginnings.
    """
    lower = typed.lower()
    letters = Lower(field) if connection.vendor == "sqlite" else Collate(Lower(field), "C")
    people = people.alias(lower=letters).filter(lower__startswith=lower).exclude(**{field: ""})
    return people.filter(lower__gte=lower, lower__lt=f"{lower}\U0010ffff").order_by("lower")


def people_like(*, user: User, team: Team, typed: str, neighbourhood: Neighbourhood | None = None) -> PersonQuerySet:
    """Return up to eight residents whose name or other name begins with what was typed, those of the neighbourhood first.

    One query that reads eight of each from an index, however many there are. Letters outside English compare without their
    capitals on PostgreSQL only.
    """
    typed = typed.strip()
    # PostgreSQL takes no text with NUL; nobody's name has one.
    if not typed or "\0" in typed:
        return Person.objects.none()
    people = Person.objects.visible_to(user).filter(team=team).remembered()
    named, nicked = beginning(people, "known_as", typed), beginning(people, "also_known_as", typed)
    ways = [named, nicked] if neighbourhood is None else [named, nicked, named.filter(neighbourhood=neighbourhood)]
    numbers = [way.values("pk")[:SUGGESTIONS] for way in ways]
    # With OR between them PostgreSQL walks through every resident of the team; SQLite has no limits within a union.
    if connection.features.supports_slicing_ordering_in_compound:
        found = Q(pk__in=numbers[0].union(*numbers[1:]))
    else:
        found = Q()
        for some in numbers:
            found |= Q(pk__in=some)
    here = neighbourhood.pk if neighbourhood else 0
    people = people.filter(found).select_related("neighbourhood").annotate(is_here=Q(neighbourhood=here))
    return people.order_by("-is_here", "known_as", "pk")[:SUGGESTIONS]


def named_or_in(people: QuerySet[Person], typed: str) -> QuerySet:
    """Return the numbers of residents whose name or other name begins with what was typed, or whose street holds it.

    Each way by an index of its own. A street holds the words anywhere, after a house number above all, so of streets all the
    team's are read, but from an index alone and not from the rows.
    """
    typed = " ".join(typed.split())
    ways = [beginning(people, name, typed).order_by().values("pk") for name in ("known_as", "also_known_as")]
    return ways[0].union(*ways[1:], people.filter(street__icontains=typed).order_by().values("pk"), all=True)
