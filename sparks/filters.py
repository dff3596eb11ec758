"""Filters of the list of sparks."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood
from sparks.models import Round, Spark, Status


class SparkFilter(django_filters.FilterSet):
    """Text, round, neighbourhood and status."""

    status = django_filters.MultipleChoiceFilter(
        label=_("Status"),
        choices=Status,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
    )
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=Round.objects.none(), empty_label=_("Any"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=Neighbourhood.objects.none(), empty_label=_("Everywhere")
    )
    q = django_filters.CharFilter(label=_("Search"), method="with_text")

    class Meta:
        model = Spark
        fields = ("q", "round", "neighbourhood", "status")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["round"].queryset = (
            Round.objects.visible_to(self.request.user).filter(team=self.request.team).select_related("fund")
        )
        self.filters["neighbourhood"].queryset = Neighbourhood.objects.visible_to(self.request.user).filter(
            team=self.request.team
        )

    def with_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return sparks with this text in the title, the group name or the idea."""
        return queryset.filter(Q(title__icontains=value) | Q(group_name__icontains=value) | Q(what__icontains=value))
