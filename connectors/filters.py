"""Filters of the lists in connectors."""

from collections.abc import Sequence

import django_filters
import django_filters.fields
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.facets import FoldingFilterSet
from communities.full_text import FullText
from communities.models import Membership, Neighbourhood, User
from communities.searching import Part, Search, matching
from communities.widgets import DayInput
from connectors.finders import (
    PARTS_OF_ASKS,
    PARTS_OF_GIFTS,
    PARTS_OF_INTRODUCTIONS,
    PARTS_OF_TALKS,
    of_ends_named,
)
from connectors.models import (
    Ask,
    Conversation,
    Gift,
    GiftKind,
    Introduction,
    IntroductionOutcome,
    IntroductionSource,
    NextStep,
    Person,
    Theme,
)
from connectors.queries.consent import not_told
from connectors.queries.named import of_people_named, people_joined
from connectors.queries.names import matching_people_ids
from connectors.queries.search import ASKS, GIFTS, INTRODUCTIONS, with_words


def with_text(rows: QuerySet, index: FullText, search: Search, *, also: Q | None, parts: Sequence[Part]) -> QuerySet:
    """Return the rows that the search on every page finds: with the words, or of a resident with the name."""
    found = matching(index, search, rows, also=also, parts=parts)
    return rows.none() if found is None else rows.filter(found)


def _neighbourhoods(request) -> QuerySet:
    return Neighbourhood.objects.visible_to(request.user).filter(team=request.team)


def _themes(request) -> QuerySet:
    return Theme.objects.visible_to(request.user).filter(team=request.team)


def _builders(request) -> QuerySet:
    """Return the members, and those who left with a conversation of theirs in the team."""
    members = Membership.objects.filter(team=request.team, user=OuterRef("pk"))
    held = Conversation.objects.filter(team=request.team, builder=OuterRef("pk"))
    rows = User.objects.filter(Exists(members) | Exists(held)).annotate(has_left=~Exists(members))
    return rows.order_by("has_left", "name", "pk")


class BuilderField(django_filters.fields.ModelChoiceField):
    """A builder; those who left are marked."""

    def label_from_instance(self, obj: User) -> str:
        """Return the name."""
        return gettext("%(name)s (left)") % {"name": obj} if getattr(obj, "has_left", False) else str(obj)


class BuilderFilter(django_filters.ModelChoiceFilter):
    """By builder, also one who has left."""

    field_class = BuilderField


class ConversationFilter(FoldingFilterSet):
    """By neighbourhood, theme, builder, dates, keywords and open next steps."""

    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("What they care about"), field_name="themes", queryset=_themes, empty_label=_("Everything")
    )
    builder = BuilderFilter(label=_("Builder"), queryset=_builders, empty_label=_("Everyone"))
    since = django_filters.DateFilter(label=_("From"), field_name="held_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("To"), field_name="held_on", lookup_expr="lte", widget=DayInput)
    q = django_filters.CharFilter(
        label=_("Keywords"), method="filter_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    open_step = django_filters.BooleanFilter(
        label=_("To come back to"), method="filter_open_step", widget=forms.CheckboxInput
    )

    class Meta:
        model = Conversation
        fields = ()

    def filter_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the conversations that contain every keyword: in their texts, a next step, or the names of who was there."""
        others = any(self.form.cleaned_data.get(other) for other in self.filters if other != name)
        search = Search(self.request.user, self.request.team, value)
        return with_words(rows, search, is_narrowed=others, parts=PARTS_OF_TALKS)

    def filter_open_step(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        """Return the conversations with an open next step, dated or not."""
        if not value:
            return rows
        return rows.filter(Exists(NextStep.objects.open().filter(conversation=OuterRef("pk"))))


#: The order of the list of people that begins with whom nobody has met for the longest time.
UNSEEN = "unseen"


class PersonFilter(FoldingFilterSet):
    """By name or street, gift, theme, neighbourhood, and connectors only."""

    q = django_filters.CharFilter(label=_("Name or street"), method="named")
    gift = django_filters.CharFilter(label=_("A gift they offer"), method="offering")
    theme = django_filters.ModelChoiceFilter(
        label=_("What they care about"), field_name="themes", queryset=_themes, empty_label=_("Everything")
    )
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    connectors = django_filters.BooleanFilter(
        label=_("Connectors only"), method="connecting", widget=forms.CheckboxInput
    )
    untold = django_filters.BooleanFilter(
        label=_("Not told yet about our records"), method="not_told_yet", widget=forms.CheckboxInput
    )

    order = django_filters.ChoiceFilter(
        label=_("Order"),
        choices=[(UNSEEN, _("Not seen for the longest time"))],
        empty_label=_("By name"),
        method="as_it_is",
    )

    class Meta:
        model = Person
        fields = ("q", "gift", "theme", "neighbourhood", "connectors", "untold", "order")

    def as_it_is(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return every resident: the view puts them in order."""
        return queryset

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the residents whose name has each word, or whose street contains the value, or of whom words say more.

        Such as "sian baking": `queries.named.people_joined`.
        """
        user, team = self.request.user, self.request.team
        others = people_joined(Search(user, team, value))
        found = matching_people_ids(user=user, team=team, typed=value, also=others)
        return Person.everyone.filter(Exists(queryset.order_by().filter(pk=OuterRef("pk"))), pk__in=found)

    def offering(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the residents who offer a gift whose name contains the value; private gifts are not searched."""
        return queryset.filter(
            pk__in=Gift.objects.filter(is_offered=True, name__icontains=value.strip()).values("person")
        )

    def connecting(self, queryset: QuerySet, name: str, value: bool | None) -> QuerySet:
        """Return only connectors when the box is ticked."""
        return queryset.connectors() if value else queryset

    def not_told_yet(self, queryset: QuerySet, name: str, value: bool | None) -> QuerySet:
        """Return only residents who were not told about their record yet, when the box is ticked."""
        return not_told(queryset) if value else queryset


class IntroductionFilter(FoldingFilterSet):
    """By who and why, outcome, route, neighbourhood and dates."""

    q = django_filters.CharFilter(
        label=_("Who or why"), method="worded", widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    outcome = django_filters.ChoiceFilter(
        label=_("What came of it"), choices=IntroductionOutcome, empty_label=_("Anything")
    )
    source = django_filters.ChoiceFilter(
        label=_("How it came about"), choices=IntroductionSource, empty_label=_("Any way")
    )
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    since = django_filters.DateFilter(label=_("From"), field_name="introduced_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("To"), field_name="introduced_on", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Introduction
        fields = ("q", "outcome", "source", "neighbourhood", "since", "until")

    def worded(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the introductions that contain every keyword, in the names of both ends too."""
        search = Search(self.request.user, self.request.team, value)
        return with_text(rows, INTRODUCTIONS, search, also=of_ends_named(search), parts=PARTS_OF_INTRODUCTIONS)


class AskFilter(FoldingFilterSet):
    """By keywords or who asked, theme, neighbourhood and dates."""

    q = django_filters.CharFilter(
        label=_("Keywords"), method="worded", widget=forms.TextInput(attrs={"type": "search"})
    )
    theme = django_filters.ModelChoiceFilter(label=_("About"), queryset=_themes, empty_label=_("Everything"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"), queryset=_neighbourhoods, empty_label=_("Everywhere")
    )
    since = django_filters.DateFilter(label=_("From"), field_name="asked_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("To"), field_name="asked_on", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Ask
        fields = ("q", "theme", "neighbourhood", "since", "until")

    def worded(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the asks that contain every keyword, and those of residents with the name."""
        search = Search(self.request.user, self.request.team, value)
        return with_text(rows, ASKS, search, also=of_people_named(search), parts=PARTS_OF_ASKS)


class GiftFilter(FoldingFilterSet):
    """Offered gifts: by keywords, kind, theme and neighbourhood."""

    q = django_filters.CharFilter(
        label=_("A gift"), method="worded", widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    kind = django_filters.ChoiceFilter(label=_("A gift of"), choices=GiftKind, empty_label=_("Anything"))
    theme = django_filters.ModelChoiceFilter(label=_("About"), queryset=_themes, empty_label=_("Everything"))
    neighbourhood = django_filters.ModelChoiceFilter(
        label=_("Neighbourhood"),
        field_name="person__neighbourhood",
        queryset=_neighbourhoods,
        empty_label=_("Everywhere"),
    )

    class Meta:
        model = Gift
        fields = ()

    def worded(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return the gifts in whose name each keyword is the start of a word, and those of residents with the name."""
        search = Search(self.request.user, self.request.team, value)
        return with_text(rows, GIFTS, search, also=of_people_named(search), parts=PARTS_OF_GIFTS)
