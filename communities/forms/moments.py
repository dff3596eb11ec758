"""Form fields for a date and time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import plausible_day

#: Django's error code for times that the clock change skips or repeats.
UNCLEAR = "ambiguous_timezone"


class MomentField(forms.DateTimeField):
    """A date and time, with an explanation for times that the clock change skips or repeats."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_validators = (plausible_day,)

    def to_python(self, value: object) -> datetime | None:
        """Return the time. Raises: ValidationError for a time that does not exist or occurs twice."""
        with _explained():
            return super().to_python(value)


class SplitMomentField(forms.SplitDateTimeField):
    """The same in two fields, as the admin has it."""

    default_validators = (plausible_day,)

    def compress(self, data_list: list) -> datetime | None:
        """Return the time. Raises: ValidationError for a time that does not exist or occurs twice."""
        with _explained():
            return super().compress(data_list)


@contextmanager
def _explained() -> Iterator[None]:
    """Replace Django's words for a time that the clock change skips or repeats."""
    try:
        yield
    except ValidationError as error:
        if error.code != UNCLEAR:
            raise
        raise ValidationError(_in_words(error.params["datetime"]), code=UNCLEAR) from error


def _in_words(moment: datetime) -> str:
    """Return why a time is ambiguous or does not exist, and what to choose instead."""
    zone = timezone.get_current_timezone()
    there_and_back = moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    words = (
        _("The clocks go back on %(day)s, so %(hour)s happens twice that night. Choose an hour earlier or later.")
        if there_and_back == moment
        else _(
            "The clocks go forward on %(day)s, so %(hour)s does not exist that night. Choose an hour earlier or later."
        )
    )
    return words % {"day": date_format(moment, "j F Y"), "hour": date_format(moment, "H:i")}
