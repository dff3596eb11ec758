"""Facets of the list of sparks."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood
from sparks.models import Application, Round, Status


class SparkFilter(django_filters.FilterSet):
    """Where they stand, which round, where, and words in them."""

    status = django_filters.MultipleChoiceFilter(
        label=_("Where they stand"),
        choices=Status,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
    )
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=Round.objects.none(), empty_label=_("Any"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=Neighbourhood.objects.none(), empty_label=_("Everywhere")
    )
    words = django_filters.CharFilter(label=_("Words"), method="with_words")

    class Meta:
        model = Application
        fields = ("words", "round", "neighbourhood", "status")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["round"].queryset = (
            Round.objects.visible_to(self.request.user).filter(team=self.request.team).select_related("fund")
        )
        self.filters["neighbourhood"].queryset = Neighbourhood.objects.visible_to(self.request.user).filter(
            team=self.request.team
        )

    def with_words(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep sparks whose title, group or idea holds the words."""
        return queryset.filter(Q(title__icontains=value) | Q(group_name__icontains=value) | Q(what__icontains=value))
