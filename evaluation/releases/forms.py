"""Which place of a release to look at, and an address of it to make."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from evaluation.models import Program, Release
from evaluation.queries import TEAM
from evaluation.releases.rules import DAYS


class ReleaseFilter(forms.Form):
    """A place of the release, as it was called then. An unknown one is refused beside the field; none is the team."""

    place = forms.ChoiceField(label=_("Neighbourhood"), required=False)

    def __init__(self, data: QueryDict, release: Release) -> None:
        super().__init__(data)
        *rest, team = release.document["places"]
        self.labels = {place["key"]: place["name"] for place in (*rest, team)}
        self.fields["place"].choices = [("", team["name"]), *((place["key"], place["name"]) for place in rest)]
        self.is_valid()

    @property
    def place_key(self) -> str:
        """Return the place's key; the whole team's when none, or an unknown one, was asked for."""
        return self.cleaned_data.get("place") or TEAM

    @property
    def place_label(self) -> str:
        """Return what the place was called."""
        return self.labels[self.place_key]


class AddressForm(KeyMixin, forms.Form):
    """A new address: what reads it, and for how long it works. Sent twice, it makes one."""

    program = forms.ChoiceField(
        label=_("Read by"),
        choices=Program,
        help_text=_("If this program already has an address, the old one stops working."),
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=list(zip(DAYS, (_("Three months"), _("Half a year"), _("A year")), strict=True)),
        coerce=int,
    )
