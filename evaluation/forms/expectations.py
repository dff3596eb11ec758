"""The form of what a team expects."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.widgets import WordsArea
from evaluation.models import Span


class ExpectationForm(KeyMixin, forms.Form):
    """What a team expects of a stretch of months."""

    span = forms.ChoiceField(label=_("For which months?"), choices=Span)
    words = forms.CharField(
        label=_("What do we expect?"),
        max_length=2000,
        widget=WordsArea(attrs={"rows": 5}),
        help_text=_("In the first months: listening, and being seen. No names of residents."),
    )
