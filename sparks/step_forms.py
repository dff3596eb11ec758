"""Forms of steps with a place of their own on the page of a spark."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.widgets import WordsArea


class AppealForm(forms.Form):
    """What was misunderstood."""

    reason = forms.CharField(
        label=_("What should the next manager know?"),
        widget=WordsArea(attrs={"rows": 3}),
        error_messages={"required": _("Say what the next manager should know.")},
    )


class AmendForm(forms.Form):
    """Another award, and why."""

    amount_gbp = MoneyField(label=_("New award"))
    reason = forms.CharField(
        label=_("Why?"),
        widget=WordsArea(attrs={"rows": 2}),
        help_text=_("The people behind the spark will read this."),
        error_messages={"required": _("Say why the award should change.")},
    )
