"""The form of an observation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.days import TodayField
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea
from connectors.models import Theme
from evaluation.models import LearnedFrom, Observation, Went


class ObservationForm(KeyMixin, SeenMixin, forms.ModelForm):
    """How it went, what was learned, and where from. How it went is one press, whichever it was."""

    went = forms.ChoiceField(
        label=_("How did it go?"),
        choices=Went,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
        help_text=_("What went wrong teaches as much as what went well."),
    )
    source = forms.ChoiceField(
        label=_("Where did you learn it?"),
        choices=LearnedFrom,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
    )
    observed_on = TodayField(label=_("Day"))

    class Meta:
        model = Observation
        fields = ("went", "text", "source", "theme", "neighbourhood", "observed_on")
        widgets = {"text": WordsArea(attrs={"rows": 5})}  # noqa: RUF012 - Django's own form
        labels = {"text": _("What did you learn?"), "theme": _("What is it about?")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "text": _("A few sentences are enough. No names of residents: this can be in a report."),
            "theme": _("Something people care about, if it fits."),
        }

    def __init__(self, *args: object, team: Team, user: User, **kwargs: object) -> None:
        """Offer the team's themes and neighbourhoods."""
        super().__init__(*args, **kwargs)
        self.instance.team = team
        if self.is_change:
            self.drop_key()
        self.fields["theme"].queryset = Theme.objects.visible_to(user).filter(team=team)
        self.fields["theme"].empty_label = _("None of these")
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["neighbourhood"].empty_label = _("Everywhere, or somewhere else")

    def cleaned_values(self) -> dict[str, object]:
        """Return what the actions take, without the key."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
