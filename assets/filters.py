"""The filters that the list and the map share."""

from functools import reduce
from operator import and_

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.finders import ASSETS, PARTS
from assets.models import Asset, AssetQuerySet, Freshness, Kind, Status
from assets.queries import in_window
from communities.compiled import compiled_once
from communities.facets import ExtendedFilterSet
from communities.full_text import MOST_FOUND
from communities.geometry import Bbox, GeometryError, parse_bbox
from communities.models import Neighbourhood, Team, User
from communities.searching import Search, joined

OUTSIDE, UNPLACED = "outside", "unplaced"
#: The most words of a search that are used; more would only slow it down.
MOST_WORDS = 6


class AreaField(forms.CharField):
    """A part of the map: "west,south,east,north" in degrees."""

    widget = forms.HiddenInput

    def clean(self, value: object) -> Bbox | None:
        """Return the box, or None for a blank. Raises: ValidationError for any other text."""
        text = super().clean(value)
        try:
            return parse_bbox(text) if text else None
        except GeometryError as error:
            raise ValidationError(error.translated(gettext)) from error


class AreaFilter(django_filters.Filter):
    """Assets in a part of the map."""

    field_class = AreaField

    def filter(self, qs: AssetQuerySet, value: Bbox | None) -> AssetQuerySet:
        """Return assets inside the box."""
        return in_window(qs, value) if value else qs


@compiled_once
def _neighbourhoods(*, team: Team) -> QuerySet[Neighbourhood]:
    return Neighbourhood.objects.filter(team=team).order_by("name", "pk").values_list("pk", "name")


class AssetFilter(ExtendedFilterSet):
    """Filter a team's assets by keyword, kind, neighbourhood, freshness and status.

    Without a `status`, return only assets on the map. Only the team's own neighbourhoods are offered.
    """

    q = django_filters.CharFilter(
        label=_("Keyword"),
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
        label=_("Status"),
        choices=[(Status.RETIRED, Status.RETIRED.label), (Status.SUGGESTED, Status.SUGGESTED.label)],
        method="of_status",
        empty_label=Status.LISTED.label,
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=Kind, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"})
    )
    area = AreaFilter(label=_("Only this part of the map"))

    #: Every look at the map draws all filters, so those of other apps are drawn once they are in use.
    draws_added = False

    class Meta:
        model = Asset
        fields = ("q", "neighbourhood", "freshness", "status", "kind", "area")

    def __init__(self, *args: object, team: Team, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.user = team, user
        self.filters["neighbourhood"].extra["choices"] = [
            *((str(pk), name) for pk, name in _neighbourhoods(team=team)),
            (OUTSIDE, _("Outside every neighbourhood outline")),
            (UNPLACED, _("Without a position")),
        ]

    def filter_queryset(self, queryset: AssetQuerySet) -> AssetQuerySet:
        """Apply every filter; without a status, return only assets on the map."""
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.listed()
        return super().filter_queryset(queryset)

    def with_words(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Return assets that contain every word, folded or anywhere in a text; a postcode with or without its space."""
        bare = Replace("postcode", Value(" "), Value(""))
        queryset = queryset.alias(bare_postcode=bare)
        words = value.split()[:MOST_WORDS]
        match = reduce(and_, (self._having(word) for word in words), Q())
        folded = ASSETS.latest(value, team_id=self.team.pk, most=MOST_FOUND)
        search = Search(self.user, self.team, value)
        folded += joined(ASSETS, search, queryset, PARTS, most=MOST_FOUND)
        return queryset.filter(match | Q(bare_postcode__icontains="".join(words)) | Q(pk__in=folded))

    @staticmethod
    def _having(word: str) -> Q:
        names = ("name", "description", "address", "postcode")
        return Q(*((f"{name}__icontains", word) for name in names), _connector=Q.OR)

    def in_neighbourhood(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Return assets in a neighbourhood, outside every outline, or without a position."""
        if value == OUTSIDE:
            return queryset.outside_every_outline()
        if value == UNPLACED:
            return queryset.filter(latitude__isnull=True)
        return queryset.filter(neighbourhood_id=int(value))

    def of_freshness(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Return assets checked recently, long ago or never."""
        return queryset.of_freshness(value, on=timezone.localdate())

    def of_status(self, queryset: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        """Return retired or suggested assets."""
        return queryset.filter(status=value)
