"""Writing down a recorded indicator."""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea
from evaluation.framework import IndicatorSpec
from evaluation.models import Measurement
from evaluation.periods import Grain, Period, last, parse
from evaluation.wording import period_name

QUARTERS, YEARS = 12, 4


class NumberField(forms.DecimalField):
    """A number as people type it: 1,204 and 12 are numbers."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: object) -> Decimal | None:
        """Return the number, thousands separators taken out."""
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


class MeasurementForm(SeenMixin, forms.Form):
    """A value, its time and place, and how the team knows."""

    period = forms.ChoiceField(label=gettext_lazy("For which time?"))
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(),
        label=gettext_lazy("Neighbourhood"),
        required=False,
        empty_label=gettext_lazy("All neighbourhoods"),
        help_text=gettext_lazy("A number for all neighbourhoods is written down by itself, not added up."),
    )
    value = NumberField(label=gettext_lazy("How many?"), min_value=0, max_digits=14, decimal_places=2)
    note = forms.CharField(
        label=gettext_lazy("How do we know?"),
        widget=WordsArea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who was asked, when, and by whom. No names of residents."),
    )

    def __init__(
        self, *args, team: Team, user: User, spec: IndicatorSpec, measurement: Measurement | None = None, **kwargs
    ) -> None:
        if measurement is not None:
            kwargs["initial"] = {
                "period": Period(measurement.period_start, measurement.period_end).key,
                "neighbourhood": measurement.neighbourhood_id,
                "value": measurement.value.normalize().to_eng_string()
                if measurement.value % 1
                else int(measurement.value),
                "note": measurement.note,
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)
        # A new one may begin with a time and a place that the address names: nobody was shown what is kept.
        self.is_change = measurement is not None
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["period"].choices = _choices(timezone.localdate(), self.initial.get("period", ""))
        self.fields["value"].label = _("How many %(unit)s?") % {"unit": spec.unit}

    def cleaned_values(self) -> dict[str, object]:
        """Return what the actions take."""
        values = dict(self.cleaned_data)
        period = parse(values.pop("period"))
        return {**values, "period_start": period.start, "period_end": period.end}


def _choices(today: date, chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return quarters and years to choose from, latest first, and whatever is chosen already."""
    quarters = last(QUARTERS, until=today)[::-1]
    years = last(YEARS, until=today, grain=Grain.YEAR)[::-1]
    older = parse(chosen)
    if older and older not in (*quarters, *years):
        (quarters if older.grain == Grain.QUARTER else years).append(older)
    return [
        (_("Quarters"), [(period.key, period_name(period)) for period in quarters]),
        (_("Years"), [(period.key, period_name(period)) for period in years]),
    ]
