"""Forms of introductions: two ends, why, and what came of it."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.widgets import DayInput, WordsLine
from connectors.forms.ends import EndField, LookingForm
from connectors.models import IntroductionOutcome, IntroductionSource
from connectors.queries.introductions import KINDS


class IntroductionForm(LookingForm):
    """Who, to whom, why, and how it came about."""

    SIDES = {
        "from": (KINDS, _("Look for somebody and choose them.")),
        "to": (KINDS, _("Look for whom they should meet and choose.")),
    }

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    conversation = forms.UUIDField(widget=forms.HiddenInput, required=False)
    from_words = forms.CharField(label=_("Look for who"), required=False, max_length=80)
    from_end = EndField(label=_("Who"), required=False)
    to_words = forms.CharField(label=_("Look for whom"), required=False, max_length=80)
    to_end = EndField(label=_("To whom"), required=False)
    reason = forms.CharField(label=_("Why these two?"), required=False, max_length=250, widget=WordsLine)
    source = forms.ChoiceField(label=_("How it came about"), choices=IntroductionSource)
    introduced_on = forms.DateField(label=_("Day"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uuid"].initial = uuid.uuid4


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=IntroductionOutcome, widget=forms.RadioSelect)
    note = forms.CharField(label=_("In a few words"), required=False, max_length=250, widget=WordsLine)
    outcome_on = forms.DateField(label=_("Since when?"), widget=DayInput, required=False)
