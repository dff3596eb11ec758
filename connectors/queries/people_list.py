"""The query of a list of residents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from connectors.models import Conversation, Gift, Person

#: Columns that the list shows of a resident.
LISTED = ("uuid", "known_as", "told_on", "created_by", "keeper", "team", "first_met_on", "connector_since")
#: Stands in a URL for a resident's own UUID.
_ANY = UUID(int=0)
#: How many residents are listed whom nobody has met for the longest time.
MOST_UNSEEN = 100


def listed_people(people: QuerySet[Person], *, order: Sequence[str] = ("known_as", "pk")) -> QuerySet[Person]:
    """Return a narrowed queryset of residents, by name unless asked otherwise, reading only what a list shows of them.

    `last_met_on` is the date of the last conversation with them, or of the first meeting without one; `area` is the name
    of their neighbourhood or None. `attach_shared` adds their gifts and themes.
    """
    talks = Conversation.people.through.objects.filter(person=OuterRef("pk")).order_by("-conversation__held_on")
    last = Coalesce(Subquery(talks.values("conversation__held_on")[:1]), F("first_met_on"))
    return people.only(*LISTED).annotate(last_met_on=last, area=F("neighbourhood__name")).order_by(*order)


def attach_shared(people: Iterable[Person]) -> list[Person]:
    """Attach to listed residents the names of their gifts and themes as text, and their URL; two queries.

    In plain values: 25 rows with the model instances of a prefetch, and a manager for each, take twice as long.
    """
    people = list(people)
    numbers = [person.pk for person in people]
    gifts, themes = defaultdict(list), defaultdict(list)
    if people:
        for number, name in (
            Gift.objects.filter(person__in=numbers).order_by("name", "pk").values_list("person", "name")
        ):
            gifts[number].append(name)
        about = Person.themes.through.objects.filter(person__in=numbers).order_by("theme__name", "theme")
        for number, name in about.values_list("person", "theme__name"):
            themes[number].append(name)
    address = reverse("connectors:person-detail", kwargs={"uuid": _ANY})
    for person in people:
        person.gift_names, person.theme_names = ", ".join(gifts[person.pk]), ", ".join(themes[person.pk])
        person.url = address.replace(str(_ANY), str(person.uuid))
    return people


def unseen_longest(people: QuerySet[Person]) -> list[Person]:
    """Return the residents of a narrowed queryset whom nobody has met for the longest time, at most MOST_UNSEEN."""
    return list(listed_people(people, order=("last_met_on", "known_as", "pk"))[:MOST_UNSEEN])
