"""Which part of the web to look at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, User
from communities.widgets import DayInput
from connectors.models import Theme
from connectors.queries.web import Choice

WITH, WITHOUT = "with", "without"


class WebForm(forms.Form):
    """Where people live, what they care about, and between which days their ties were recorded."""

    neighbourhood = forms.ModelChoiceField(
        label=_("Neighbourhood"), queryset=None, required=False, empty_label=_("Everywhere")
    )
    theme = forms.ModelChoiceField(
        label=_("What they care about"), queryset=None, required=False, empty_label=_("Everything")
    )
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    us = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: object, *, team: Team, user: User) -> None:
        super().__init__(data)
        for name, model in (("neighbourhood", Neighbourhood), ("theme", Theme)):
            self.fields[name].queryset = model.objects.visible_to(user).filter(team=team)

    @property
    def filters(self) -> list[str]:
        """Return the names of the facets, as a FilterSet does, for `communities.facets`."""
        return [field.name for field in self.visible_fields()]

    def choice(self) -> Choice:
        """Return what was chosen; what makes no sense is left out, and the form says so."""
        if not self.is_bound:
            return Choice()
        self.is_valid()
        return Choice(**{name: self.cleaned_data.get(name) for name in self.filters})

    def clean(self) -> dict:
        """Refuse a last day before the first."""
        values = super().clean()
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("That is before the first day."))
        return values
