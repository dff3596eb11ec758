"""Filters of what the team learned, the same for the page and for files."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.facets import FoldingFilterSet
from communities.models import Neighbourhood
from communities.widgets import DayInput
from connectors.models import Theme
from evaluation.models import LearnedFrom, Observation, Went


def _themes(request) -> QuerySet[Theme]:
    return Theme.objects.visible_to(request.user).filter(team=request.team)


def _neighbourhoods(request) -> QuerySet[Neighbourhood]:
    return Neighbourhood.objects.visible_to(request.user).filter(team=request.team)


class ObservationFilter(FoldingFilterSet):
    """By how it went, source, theme, neighbourhood and days."""

    went = django_filters.ChoiceFilter(label=_("How it went"), choices=Went.choices, empty_label=_("Any"))
    source = django_filters.ChoiceFilter(label=_("Learned from"), choices=LearnedFrom.choices, empty_label=_("Any"))
    theme = django_filters.ModelChoiceFilter(label=_("Theme"), queryset=_themes, empty_label=_("Any"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    since = django_filters.DateFilter(label=_("From"), field_name="observed_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("To"), field_name="observed_on", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Observation
        fields = ()
