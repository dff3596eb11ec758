"""Days that can be meant: what somebody types by mistake, such as the year 1 or 20226, is refused everywhere in one way."""

from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: No team wrote anything down before this day, and nothing that it plans is after the last one.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
#: How many years ahead somebody plans.
YEARS_AHEAD = 5


def not_too_early(value: date | datetime) -> None:
    """Refuse a day or a time before `FIRST_DAY`. Raises: ValidationError, code "too_early"."""
    if _day(value) < FIRST_DAY:
        raise ValidationError(
            _("Check the year: the day cannot be before %(day)s.") % {"day": date_format(FIRST_DAY, "j F Y")},
            code="too_early",
        )


def plausible_day(value: date | datetime) -> None:
    """Refuse a day or a time before `FIRST_DAY` or more than `YEARS_AHEAD` years ahead. Raises: ValidationError."""
    not_too_early(value)
    if _day(value).year > timezone.localdate().year + YEARS_AHEAD:
        raise ValidationError(
            _("Check the year: the day cannot be more than %(n)d years ahead.") % {"n": YEARS_AHEAD}, code="too_late"
        )


def _day(value: date | datetime) -> date:
    # Without a conversion of time zones, which fails in the year 1 and in 9999.
    return value.date() if isinstance(value, datetime) else value


def is_plausible(name: str, *, of_moments: bool = False) -> models.CheckConstraint:
    """Return a constraint that a column has only days that can be meant, or none; of_moments: it has times."""
    ends = [datetime(day.year, 1, 1, tzinfo=UTC) if of_moments else day for day in (FIRST_DAY, LAST_DAY)]
    return models.CheckConstraint(
        condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": ends[0], f"{name}__lt": ends[1]}),
        name=f"%(app_label)s_%(class)s_{name}_plausible",
        violation_error_message=gettext_lazy("Check the year of this day."),
    )
