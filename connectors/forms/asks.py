"""Forms of asks: what somebody asked for, and who met it."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood
from communities.widgets import DayInput, WordsLine
from connectors.forms.ends import EndField, LookingForm
from connectors.models import Ask, Meeter, Theme
from connectors.queries.introductions import KINDS, end_key


class AskForm(LookingForm):
    """What was asked for, in their own words; the rest is for when it helps."""

    SIDES = {"who": (("person",), "")}

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    conversation = forms.UUIDField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=_("What was asked for?"),
        max_length=250,
        widget=WordsLine,
        help_text=_("In their own words: somebody to walk the dog with."),
    )
    theme = forms.CharField(
        label=_("What does it go with?"),
        required=False,
        max_length=Theme._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"list": "themes", "autocomplete": "off"}),
        help_text=_(
            "Something people care about, as on their pages: growing food. Neighbours who offer it are suggested."
        ),
    )
    who_words = forms.CharField(label=_("Look for who asked"), required=False, max_length=80)
    who_end = EndField(label=_("Who asked"), required=False)
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Where they live")
    )
    asked_on = forms.DateField(label=_("Asked on"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uuid"].initial = uuid.uuid4
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(self.user).filter(team=self.team)

    @property
    def values(self) -> dict:
        """Return what the actions take."""
        data = self.cleaned_data
        names = ("words", "theme", "neighbourhood", "asked_on")
        return {name: data[name] for name in names} | {"person": data["who_end"]}

    @staticmethod
    def initial_of(ask: Ask) -> dict:
        """Return an ask as the form shows it."""
        return {
            "uuid": ask.uuid,
            "words": ask.words,
            "theme": ask.theme.name if ask.theme else "",
            "who_end": end_key(ask.person) if ask.person else "",
            "neighbourhood": ask.neighbourhood_id,
            "asked_on": ask.asked_on,
        }


class MetForm(LookingForm):
    """Who met an ask: which kind is enough, by name is better."""

    SIDES = {"by": (KINDS, "")}

    met_by = forms.ChoiceField(
        label=_("Who met it?"),
        choices=Meeter,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Choosing somebody by name below says it too."),
    )
    by_words = forms.CharField(label=_("Look for them by name"), required=False, max_length=80)
    by_end = EndField(label=_("By name"), required=False)
    met_on = forms.DateField(label=_("When?"), widget=DayInput, initial=timezone.localdate)
