"""The query of a list of residents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communities.addresses import path_of
from communities.compiled import compiled_once, padded
from connectors.models import Conversation, Gift, Person

#: Columns that the list shows of a resident.
LISTED = ("uuid", "known_as", "told_on", "created_by", "keeper", "team", "first_met_on", "connector_since")
LISTED += ("sign", "neighbourhood")
#: How many residents are listed whom nobody has met for the longest time.
MOST_UNSEEN = 100


def listed_people(people: QuerySet[Person], *, order: Sequence[str] = ("known_as", "pk")) -> QuerySet[Person]:
    """Return a narrowed queryset of residents, by name unless asked otherwise, reading only what a list shows of them.

    `last_met_on` is the date of the last conversation with them, or of the first meeting without one; `area` is the name
    of their neighbourhood or None. `with_shared` adds their gifts and themes.
    """
    talks = Conversation.people.through.objects.filter(person=OuterRef("pk")).order_by("-conversation__held_on")
    last = Coalesce(Subquery(talks.values("conversation__held_on")[:1]), F("first_met_on"))
    return people.only(*LISTED).annotate(last_met_on=last, area=F("neighbourhood__name")).order_by(*order)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A resident of `listed_people`, with their page and the names of their gifts and themes as text."""

    person: Person
    url: str
    gifts: str
    themes: str


def with_shared(people: Iterable[Person]) -> list[ListedPerson]:
    """Return listed residents with what they share; two queries, none without residents.

    In plain values: 25 rows with the model instances of a prefetch, and a manager for each, take twice as long.
    """
    people = list(people)
    numbers = padded(person.pk for person in people)
    gifts, themes = defaultdict(list), defaultdict(list)
    for number, name in _gifts(people=numbers):
        gifts[number].append(name)
    for number, name in _themes(people=numbers):
        themes[number].append(name)
    return [
        ListedPerson(
            person=person,
            url=path_of("connectors:person-detail", person.uuid),
            gifts=", ".join(gifts[person.pk]),
            themes=", ".join(themes[person.pk]),
        )
        for person in people
    ]


@compiled_once
def _gifts(*, people: Sequence[int]) -> QuerySet:
    return Gift.objects.filter(person__in=people).order_by("name", "pk").values_list("person", "name")


@compiled_once
def _themes(*, people: Sequence[int]) -> QuerySet:
    about = Person.themes.through.objects.filter(person__in=people).order_by("theme__name", "theme")
    return about.values_list("person", "theme__name")


def unseen_longest(people: QuerySet[Person]) -> list[Person]:
    """Return the residents of a narrowed queryset whom nobody has met for the longest time, at most MOST_UNSEEN."""
    return list(listed_people(people, order=("last_met_on", "known_as", "pk"))[:MOST_UNSEEN])
