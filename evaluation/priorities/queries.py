"""Reads of priorities: how much work serves each."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from evaluation.models import Priority
from evaluation.priorities.rules import TAGGED


def tagged(priorities: Iterable[Priority]) -> dict[int, Counter[str]]:
    """Return how many rows of each kind serve each priority, by primary key and kind; one query for each kind."""
    found: dict[int, Counter[str]] = {each.pk: Counter() for each in priorities}
    for key, kind in TAGGED.items():
        links = getattr(Priority, kind.field).through.objects.filter(priority__in=list(found)).order_by()
        for pk, number in links.values_list("priority").annotate(number=Count("pk")):
            found[pk][key] = number
    return found
