"""Choose a whole quarter or year, or all time."""

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.periods import Grain, Period, last, parse

#: How many quarters and years are offered.
QUARTERS, YEARS = 8, 3


def period_words(period: Period) -> str:
    """Return a period as text: April to June 2026; April 2026 to March 2027."""
    first = date_format(period.start, "F" if period.grain == Grain.QUARTER else "F Y")
    return _("%(first)s to %(final)s") % {"first": first, "final": date_format(period.end, "F Y")}


class PeriodForm(forms.Form):
    """Whole quarters and years only, so that the difference of two answers reveals nothing about one introduction."""

    period = forms.ChoiceField(label=_("When"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        offered = [*last(QUARTERS, until=today)[::-1], *last(YEARS, until=today, grain=Grain.YEAR)[::-1]]
        self.fields["period"].choices = [("", _("All time")), *((each.key, period_words(each)) for each in offered)]

    @property
    def chosen(self) -> Period | None:
        """Return the period, None for all time and for a value that is not offered."""
        return parse(self.cleaned_data.get("period", "")) if self.is_valid() else None
