"""Facets of the indicator table and of the list of stories."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.facets import FoldingFilterSet
from communities.models import Neighbourhood, Team, User
from communities.periods import TREND, Grain, Period, last, parse, period_name, quarter_of
from communities.searching import Search, fits, matching
from evaluation.finders import PARTS, STORIES, stories_of_people_named
from evaluation.models import Indicator, Story, StoryStatus
from evaluation.queries import TEAM
from evaluation.reports import Place
from evaluation.rules import can_read_people_in_stories

#: How many of the latest periods of a trend stand as columns of the table.
COLUMNS_SHOWN = 4
#: Quarters to choose from: five years.
CHOICES = 20


class IndicatorFilter(forms.Form):
    """Where, until when, and by quarter or year. Unknown answers are refused beside the field; blanks mean the latest."""

    place = forms.ChoiceField(label=_("Neighbourhood"), required=False)
    until = forms.ChoiceField(label=_("Up to"), required=False)
    by = forms.ChoiceField(
        label=_("By"), required=False, choices=((Grain.QUARTER, _("Quarter")), (Grain.YEAR, _("Year from April")))
    )
    untold = forms.BooleanField(label=_("Only numbers without a story"), required=False)

    def __init__(self, data: QueryDict, places: tuple[Place, ...]) -> None:
        super().__init__(data)
        team, *rest = (places[-1], *places[:-1])
        quarters = last(CHOICES, until=timezone.localdate())[::-1]
        self.fields["place"].choices = [("", team.label), *((place.key, place.label) for place in rest)]
        self.fields["until"].choices = [("", _("Now")), *((period.key, period_name(period)) for period in quarters)]
        self.labels = {place.key: place.label for place in places}
        self.is_valid()

    @property
    def place_key(self) -> str:
        """Return the place's key; the whole team's when none, or an unknown one, was asked for."""
        return self._answer("place") or TEAM

    @property
    def place_label(self) -> str:
        """Return the place in words."""
        return str(self.labels[self.place_key])

    @property
    def is_untold(self) -> bool:
        """Return whether only indicators are shown that no published story explains."""
        return bool(self.cleaned_data.get("untold"))

    @property
    def grain(self) -> Grain:
        """Return quarters or years."""
        return Grain(self._answer("by") or Grain.QUARTER)

    @property
    def periods(self) -> list[Period]:
        """Return the periods of the trend, oldest first."""
        chosen = parse(self._answer("until")) or quarter_of(timezone.localdate())
        return last(TREND[self.grain], until=chosen.end, grain=self.grain)

    def _answer(self, name: str) -> str:
        return self.cleaned_data.get(name, "")


class StoryFilter(FoldingFilterSet):
    """Narrow a team's stories by words, where they stand, where they happened and the number they explain."""

    q = django_filters.CharFilter(
        label=_("Keywords"), method="with_text", widget=forms.TextInput(attrs={"type": "search"})
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=StoryStatus.choices, empty_label=_("Any"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=Neighbourhood.objects.none(), empty_label=_("Anywhere")
    )
    indicators = django_filters.ModelChoiceFilter(
        label=_("Number it explains"), queryset=Indicator.objects.none(), empty_label=_("Any")
    )

    class Meta:
        model = Story
        fields = ("q", "status", "neighbourhood", "indicators")

    def __init__(self, *args: object, team: Team, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.user = team, user
        self.filters["neighbourhood"].queryset = Neighbourhood.objects.filter(team=team)
        self.filters["indicators"].queryset = Indicator.objects.of_team(team)

    def with_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return stories with the words in their texts, and those that residents with the name are in.

        For readers who do not see who is in a story, the words of one that is not published must be in its title.
        """
        search = Search(self.user, self.team, value)
        reads = can_read_people_in_stories(self.user, self.team)
        parts = PARTS if reads else ()
        found = matching(STORIES, search, queryset, also=stories_of_people_named(search), parts=parts)
        if found is None:
            return queryset.none()
        rows = queryset.filter(found)
        if reads:
            return rows
        others = rows.exclude(status=StoryStatus.PUBLISHED).values_list("pk", "title")
        return rows.published() | rows.filter(pk__in=[pk for pk, title in others if fits(title, search)])
