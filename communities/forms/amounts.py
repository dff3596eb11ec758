"""Amounts of money as people type them."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.widgets import MoneyInput

_MINUS = "[-\u2212\u2013]?"
_POUNDS = re.compile(rf"({_MINUS})\s*£?\s*({_MINUS})\s*([0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)")
_TOO_MUCH = _("This amount is too large. Enter an amount in pounds.")


class MoneyField(forms.DecimalField):
    """Pounds and pence, such as 120, £120, 1,250.00 and £ 95.50. The input survives an error unchanged."""

    widget = MoneyInput

    def __init__(self, **options: object) -> None:
        super().__init__(
            **{"max_digits": 12, "decimal_places": 2, "min_value": Decimal(0), **options},
            error_messages={
                "invalid": _("Enter an amount in pounds, for example 120, £120 or 1,250.50."),
                "min_value": _("The amount cannot be less than £0."),
                "max_decimal_places": _("Use no more than two decimal places."),
                "max_digits": _TOO_MUCH,
                "max_whole_digits": _TOO_MUCH,
                "required": _("Enter an amount in pounds, for example 250."),
            },
        )

    def to_python(self, value: object) -> Decimal | None:
        """Return the amount. Raises: ValidationError for minus signs, exponents and misplaced commas."""
        if not isinstance(value, str):
            return super().to_python(value)
        typed = value.strip()
        if not typed:
            return None
        found = _POUNDS.fullmatch(typed)
        if not found:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        before, after, figures = found.groups()
        if before or after:
            raise ValidationError(self.error_messages["min_value"], code="min_value")
        return super().to_python(figures.replace(",", ""))


def is_money(field: models.Field) -> bool:
    """Return whether a field of a model holds pounds: its name says so."""
    return isinstance(field, models.DecimalField) and field.name.endswith("_gbp")
