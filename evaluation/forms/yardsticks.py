"""The form of a baseline, a target or a comparator."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.models import Neighbourhood, Team, User
from communities.periods import Grain
from communities.widgets import DayInput, WordsLine
from evaluation.forms.measurements import NumberField
from evaluation.framework import IndicatorSpec
from evaluation.models import YardstickKind


class YardstickForm(KeyMixin, forms.Form):
    """What an indicator is compared with: a value for a quarter or a year, of a day, with its source."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=YardstickKind, widget=forms.RadioSelect)
    value = NumberField(label=_("The number"), min_value=0, max_digits=14, decimal_places=2)
    grain = forms.ChoiceField(
        label=_("Is it for a quarter or a year?"),
        choices=((Grain.QUARTER, _("A quarter")), (Grain.YEAR, _("A year from April"))),
        help_text=_("It is only drawn beside periods of that length."),
    )
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(),
        label=_("Neighbourhood"),
        required=False,
        empty_label=_("All neighbourhoods"),
    )
    on = forms.DateField(
        label=_("For which day?"),
        widget=DayInput,
        help_text=_("The day it describes. For a target, the day by which you hope for it."),
    )
    source = forms.CharField(
        label=_("Where is it from?"),
        widget=WordsLine,
        max_length=200,
        help_text=_("Who said so, and where. No names of residents."),
    )

    def __init__(self, *args, team: Team, user: User, spec: IndicatorSpec, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["value"].label = (
            _("The percentage") if spec.unit == _("per cent") else _("The number of %(unit)s") % {"unit": spec.unit}
        )
