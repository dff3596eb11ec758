"""The query of a list of residents."""

from django.db.models import Prefetch, QuerySet

from connectors.models import Gift, Person, Theme

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


def listed_people(people: QuerySet[Person]) -> QuerySet[Person]:
    """Return a narrowed queryset of residents, by name, reading only what a list shows of them, gifts and themes."""
    gifts = Prefetch("gifts", Gift.objects.only("name", "person").order_by("name", "pk"))
    themes = Prefetch("themes", Theme.objects.only("name"))
    rows = people.select_related("neighbourhood").only(*LISTED)
    return rows.prefetch_related(gifts, themes).order_by("known_as", "pk")
