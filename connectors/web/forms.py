"""The form that selects a part of the web."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, User
from communities.widgets import DayInput
from connectors.models import Theme
from connectors.web.queries.ties import Choice

WITH, WITHOUT = "with", "without"


class WebForm(forms.Form):
    """Neighbourhood, theme, and the dates between which ties were recorded."""

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
        """Return the names of the filters, as a FilterSet does, for `communities.facets`."""
        return [field.name for field in self.visible_fields()]

    def choice(self) -> Choice:
        """Return the choice; invalid values are left out, and the form shows why."""
        if not self.is_bound:
            return Choice()
        self.is_valid()
        return Choice(**{name: self.cleaned_data.get(name) for name in self.filters})

    def clean(self) -> dict:
        """Refuse a last date before the first."""
        values = super().clean()
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("That is before the first day."))
        return values
