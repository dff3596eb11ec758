"""Filters of the list of sparks."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.facets import FoldingFilterSet
from communities.models import Neighbourhood
from communities.searching import Search, fits, matching
from sparks import turns
from sparks.finders import PARTS, SPARKS, sparks_of_people_named
from sparks.models import Round, Spark, Status
from sparks.queries import sparks_to_decide
from sparks.rules import can_read_texts

#: What Today counts, as choices; each leads to the same sparks.
WAITS = (
    ("decide", _("To decide")),
    ("agree", _("To agree to another award")),
    ("pay", _("To pay")),
    ("answer", _("Question to answer")),
    ("accept", _("Not accepted yet")),
    ("overdue", _("Report overdue")),
)
READS = {
    "decide": sparks_to_decide,
    "agree": turns.sparks_to_agree,
    "pay": turns.sparks_to_pay,
    "answer": turns.sparks_to_answer,
    "accept": turns.sparks_to_accept,
    "overdue": turns.reports_overdue,
}


def _rounds(request: HttpRequest) -> QuerySet[Round]:
    return Round.objects.visible_to(request.user).filter(team=request.team).select_related("fund")


def _neighbourhoods(request: HttpRequest) -> QuerySet[Neighbourhood]:
    return Neighbourhood.objects.visible_to(request.user).filter(team=request.team)


class SparkFilter(FoldingFilterSet):
    """Text, round, neighbourhood, status, and what waits for the user."""

    status = django_filters.MultipleChoiceFilter(
        label=_("Status"),
        choices=Status,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
    )
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=_rounds, empty_label=_("Any"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    waits = django_filters.ChoiceFilter(
        label=_("Waits for you"), choices=WAITS, method="that_wait", empty_label=_("All")
    )
    q = django_filters.CharFilter(
        label=_("Search"), method="with_text", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Spark
        fields = ("q", "round", "neighbourhood", "status", "waits")

    def that_wait(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the sparks that Today counts for the user."""
        rows = READS[value](self.request.user, self.request.team)
        return queryset.filter(pk__in=rows.order_by().values("pk"))

    def with_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return sparks with the words in their texts, and those of residents with the name.

        For readers who see titles only, the words must be in the title.
        """
        search = Search(self.request.user, self.request.team, value)
        reads = can_read_texts(search.user, search.team)
        parts = PARTS if reads else ()
        found = matching(SPARKS, search, queryset, also=sparks_of_people_named(search), parts=parts)
        if found is None:
            return queryset.none()
        if reads:
            return queryset.filter(found)
        titles = queryset.filter(found).values_list("pk", "title", "group_name")
        return queryset.filter(pk__in=[pk for pk, *title in titles if fits(" ".join(title), search)])
