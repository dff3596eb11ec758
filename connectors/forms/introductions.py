"""Forms of introductions: two ends, the reason, and the outcome."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.days import TodayField
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.widgets import WordsLine
from connectors.forms.introduction_ends import EndField, LookingForm
from connectors.models import IntroductionOutcome, IntroductionSource
from connectors.queries.introductions import KINDS


class IntroductionForm(KeyMixin, LookingForm):
    """Who, to whom, the reason, and the route."""

    SIDES = {
        "from": (KINDS, _("Search for someone and choose them.")),
        "to": (KINDS, _("Search for who they should meet and choose them.")),
    }

    ADDS = ("from", "to")
    UNMARKED = ("from_words", "from_end", "to_words", "to_end")

    conversation = forms.UUIDField(widget=forms.HiddenInput, required=False)
    from_words = forms.CharField(label=_("Search for who you are introducing"), required=False, max_length=80)
    from_end = EndField(label=_("Who"), required=False)
    to_words = forms.CharField(label=_("Search for who they should meet"), required=False, max_length=80)
    to_end = EndField(label=_("To"), required=False)
    reason = forms.CharField(label=_("Why these two?"), required=False, max_length=250, widget=WordsLine)
    source = forms.ChoiceField(label=_("How it came about"), choices=IntroductionSource)
    introduced_on = TodayField(label=_("Day"))


class CorrectionForm(SeenMixin, IntroductionForm):
    """Correct an introduction; what it was heard in stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.drop_key()
        del self.fields["conversation"]


class OutcomeForm(SeenMixin, forms.Form):
    """The outcome."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=IntroductionOutcome, widget=forms.RadioSelect)
    note = forms.CharField(label=_("In a few words"), required=False, max_length=250, widget=WordsLine)
    outcome_on = TodayField(label=_("Since when?"), required=False)
