"""The query of a list of residents."""

from collections.abc import Sequence

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from connectors.models import Conversation, Gift, Person, Theme

#: Columns that the list shows of a resident.
LISTED = (
    "uuid",
    "known_as",
    "told_on",
    "created_by",
    "keeper",
    "team",
    "first_met_on",
    "connector_since",
    "neighbourhood__name",
)


#: How many residents are listed whom nobody has met for the longest time.
MOST_UNSEEN = 100


def listed_people(people: QuerySet[Person], *, order: Sequence[str] = ("known_as", "pk")) -> QuerySet[Person]:
    """Return a narrowed queryset of residents, by name unless asked otherwise, reading only what a list shows of them, gifts and themes.

    `last_met_on` is the date of the last conversation with them, or of the first meeting without one; `their_gifts` and
    `their_themes` are lists.
    """
    # As plain lists: a manager for each row and relation takes longer than the rows themselves.
    gifts = Prefetch("gifts", Gift.objects.only("name", "person").order_by("name", "pk"), to_attr="their_gifts")
    themes = Prefetch("themes", Theme.objects.only("name"), to_attr="their_themes")
    talks = Conversation.people.through.objects.filter(person=OuterRef("pk")).order_by("-conversation__held_on")
    last = Coalesce(Subquery(talks.values("conversation__held_on")[:1]), F("first_met_on"))
    rows = people.select_related("neighbourhood").only(*LISTED).annotate(last_met_on=last)
    return rows.prefetch_related(gifts, themes).order_by(*order)


def unseen_longest(people: QuerySet[Person]) -> list[Person]:
    """Return the residents of a narrowed queryset whom nobody has met for the longest time, at most MOST_UNSEEN."""
    return list(listed_people(people, order=("last_met_on", "known_as", "pk"))[:MOST_UNSEEN])
