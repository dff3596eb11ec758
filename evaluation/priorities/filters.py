"""The filter by priority, which every list of what can be tagged has."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from evaluation.models import Priority


def _priorities(request: HttpRequest | None) -> QuerySet[Priority]:
    if request is None:
        return Priority.objects.none()
    return Priority.objects.visible_to(request.user).filter(team=request.team)


def by_priority() -> django_filters.Filter:
    """Return a new filter by priority."""
    return django_filters.ModelChoiceFilter(
        label=_("Priority"), field_name="priorities", queryset=_priorities, empty_label=_("Any")
    )
