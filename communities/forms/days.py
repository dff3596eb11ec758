"""Days that begin as today: the day on which somebody writes, not the day on which the page was opened."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import not_too_early
from communities.widgets import DayInput, DefaultDay


def default_day() -> DefaultDay:
    """Return today as the initial value of a field: the page notes that nobody chose it (static/js/today.js)."""
    today = timezone.localdate()
    return DefaultDay(today.year, today.month, today.day)


def refuse_earlier_page(widget: forms.Widget) -> None:
    """Refuse a day that an earlier day's page filled in and nobody changed. The page is shown again, and saves then.

    Raises: ValidationError.
    """
    served = getattr(widget, "served", None)
    today = timezone.localdate()
    if served is not None and served < today:
        raise ValidationError(
            _("This page was opened on %(day)s, and today is %(today)s. Check the day, then save again.")
            % {"day": date_format(served, "j F Y"), "today": date_format(today, "j F Y")},
            code="earlier_page",
        )


class TodayField(forms.DateField):
    """A day that begins as today."""

    widget = DayInput
    default_validators = (not_too_early,)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"initial": default_day, **kwargs})

    def clean(self, value: object) -> date | None:
        """Return the day. Raises: ValidationError also for the day of an earlier page."""
        day = super().clean(value)
        refuse_earlier_page(self.widget)
        return day
