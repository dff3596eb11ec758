"""The form of a measurement."""

import re
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.periods import Grain, Period, last, parse, period_name
from communities.widgets import WordsArea
from evaluation.framework import IndicatorSpec
from evaluation.models import Measurement

QUARTERS, YEARS = 12, 4


_NUMBER = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")


class NumberField(forms.DecimalField):
    """A number as people type it: 1,204 and 12 are accepted, 1e3 is not."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: object) -> Decimal | None:
        """Return the number without thousands separators. Raises: ValidationError for text that is not a number."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        if not _NUMBER.fullmatch(value.strip()):
            raise ValidationError(_("Enter the number in figures, for example 12 or 1,204."), code="invalid")
        return super().to_python(value.replace(",", ""))


class MeasurementForm(KeyMixin, SeenMixin, forms.Form):
    """A value, its time and place, and how the team knows."""

    period = forms.ChoiceField(label=gettext_lazy("For which period?"))
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(),
        label=gettext_lazy("Neighbourhood"),
        required=False,
        empty_label=gettext_lazy("All neighbourhoods"),
        help_text=gettext_lazy(
            "Add the number for all neighbourhoods separately; Kith does not add up neighbourhoods."
        ),
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
        # A new one can start with a period and a place from the query string: no stored values were shown.
        self.measurement = measurement
        self.is_change = measurement is not None
        if self.is_change:
            self.drop_key()
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["period"].choices = _choices(timezone.localdate(), self.initial.get("period", ""))
        self.fields["value"].label = (
            _("What percentage?") if spec.unit == _("per cent") else _("How many %(unit)s?") % {"unit": spec.unit}
        )

    def cleaned_values(self) -> dict[str, object]:
        """Return what the actions take."""
        values = dict(self.cleaned_data)
        period = parse(values.pop("period"))
        return {**values, "period_start": period.start, "period_end": period.end}


def _choices(today: date, chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return quarters and years to choose from, latest first, including the one chosen already."""
    quarters = last(QUARTERS, until=today)[::-1]
    years = last(YEARS, until=today, grain=Grain.YEAR)[::-1]
    older = parse(chosen)
    if older and older not in (*quarters, *years):
        (quarters if older.grain == Grain.QUARTER else years).append(older)
    return [
        (_("Quarters"), [(period.key, period_name(period)) for period in quarters]),
        (_("Years"), [(period.key, period_name(period)) for period in years]),
    ]
