"""What a list of residents is read with."""

from django.db.models import Prefetch, QuerySet

from connectors.models import Gift, Person, Theme

#: What the list shows of a resident.
LISTED = ("uuid", "known_as", "told_on", "first_met_on", "connector_since", "neighbourhood__name")


def listed_people(people: QuerySet[Person]) -> QuerySet[Person]:
    """Return residents already narrowed, by name, with no more of them, their gifts and themes than a list shows."""
    gifts = Prefetch("gifts", Gift.objects.only("name", "person").order_by("name", "pk"))
    themes = Prefetch("themes", Theme.objects.only("name"))
    rows = people.select_related("neighbourhood").only(*LISTED)
    return rows.prefetch_related(gifts, themes).order_by("known_as", "pk")
