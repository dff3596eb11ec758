"""The facets that the list and the map share."""

from functools import reduce
from operator import and_

import django_filters
from django import forms
from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, AssetQuerySet, Freshness, Kind, Status
from communities.models import Neighbourhood, Team

OUTSIDE, UNPLACED = "outside", "unplaced"
#: Words of a search that are looked for; further ones would only slow it.
MOST_WORDS = 6


class AssetFilter(django_filters.FilterSet):
    """Narrow a team's assets by words, kind, neighbourhood, freshness and whether they are still there.

    Without a `status` only what is on the map is kept. Neighbourhoods of other teams are no choice.
    """

    q = django_filters.CharFilter(
        label=_("Words"),
        method="with_words",
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("Name, street, postcode")}
        ),
    )
    neighbourhood = django_filters.ChoiceFilter(
        label=_("Neighbourhood"), method="in_neighbourhood", empty_label=_("Anywhere")
    )
    freshness = django_filters.ChoiceFilter(
        label=_("Last checked"), choices=Freshness, method="of_freshness", empty_label=_("Any time")
    )
    status = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[(Status.RETIRED, Status.RETIRED.label), (Status.SUGGESTED, Status.SUGGESTED.label)],
        method="of_status",
        empty_label=Status.LISTED.label,
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=Kind, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"})
    )

    class Meta:
        model = Asset
        fields = ("q", "neighbourhood", "freshness", "status", "kind")

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        places = Neighbourhood.objects.filter(team=team).order_by("name", "pk").values_list("pk", "name")
        self.filters["neighbourhood"].extra["choices"] = [
            *((str(pk), name) for pk, name in places),
            (OUTSIDE, _("Outside every outline")),
            (UNPLACED, _("Without a position")),
        ]

    def filter_queryset(self, queryset: AssetQuerySet) -> AssetQuerySet:
        """Keep what every facet keeps; without a status, what is on the map."""
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.listed()
        return super().filter_queryset(queryset)

    def with_words(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Keep assets that have every word somewhere; a postcode is found with and without its blank."""
        bare = Replace("postcode", Value(" "), Value(""))
        queryset = queryset.alias(bare_postcode=bare)
        words = value.split()[:MOST_WORDS]
        match = reduce(and_, (self._having(word) for word in words), Q())
        return queryset.filter(match | Q(bare_postcode__icontains="".join(words)))

    @staticmethod
    def _having(word: str) -> Q:
        names = ("name", "description", "address", "postcode")
        return Q(*((f"{name}__icontains", word) for name in names), _connector=Q.OR)

    def in_neighbourhood(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Keep what lies in a neighbourhood, outside every one, or nowhere yet."""
        if value == OUTSIDE:
            return queryset.outside_every_outline()
        if value == UNPLACED:
            return queryset.filter(latitude__isnull=True)
        return queryset.filter(neighbourhood_id=int(value))

    def of_freshness(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Keep what was checked lately, long ago or never."""
        return queryset.of_freshness(value, on=timezone.localdate())

    def of_status(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Keep what is no longer there, or only suggested."""
        return queryset.filter(status=value)
