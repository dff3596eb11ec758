"""Forms of asks: what somebody asked for, and who met it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.days import TodayField
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood
from communities.widgets import WordsLine
from connectors.forms.introduction_ends import EndField, LookingForm
from connectors.models import Ask, Theme, WhoMet
from connectors.queries.introductions import KINDS, end_key


class AskForm(KeyMixin, LookingForm):
    """What was asked for, in their own words; everything else is optional."""

    SIDES = {"who": (("person",), "")}
    ADDS = ("who",)

    conversation = forms.UUIDField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=_("What was asked for?"),
        max_length=250,
        widget=WordsLine,
        help_text=_("In their own words: someone to walk the dog with."),
    )
    theme = forms.CharField(
        label=_("What does it go with?"),
        required=False,
        max_length=Theme._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"list": "themes", "autocomplete": "off"}),
        help_text=_("A theme, such as growing food. Kith suggests neighbours who offer it."),
    )
    who_words = forms.CharField(label=_("Search for who asked"), required=False, max_length=80)
    who_end = EndField(label=_("Who asked"), required=False)
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Where they live")
    )
    asked_on = TodayField(label=_("Asked on"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(self.user).filter(team=self.team)

    @property
    def values(self) -> dict:
        """Return the values for the actions."""
        data = self.cleaned_data
        names = ("words", "theme", "neighbourhood", "asked_on")
        return {name: data[name] for name in names} | {"person": data["who_end"]}

    @staticmethod
    def initial_of(ask: Ask) -> dict:
        """Return the form's initial values for an ask."""
        return {
            "uuid": ask.uuid,
            "words": ask.words,
            "theme": ask.theme.name if ask.theme else "",
            "who_end": end_key(ask.person) if ask.person else "",
            "neighbourhood": ask.neighbourhood_id,
            "asked_on": ask.asked_on,
        }


class AskUpdateForm(SeenMixin, AskForm):
    """The form of an existing ask."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = True


class MetForm(SeenMixin, LookingForm):
    """Who met an ask: the kind is enough, a name is better."""

    SIDES = {"by": (KINDS, "")}
    UNMARKED = ("met_by",)

    met_by = forms.ChoiceField(
        label=_("Who met it?"),
        choices=WhoMet,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("You can choose someone by name below instead."),
    )
    by_words = forms.CharField(label=_("Search by name"), required=False, max_length=80)
    by_end = EndField(label=_("By name"), required=False)
    met_on = TodayField(label=_("When?"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = True
