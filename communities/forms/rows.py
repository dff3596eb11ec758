"""Fields that choose rows."""

from django import forms
from django.core.exceptions import ValidationError


class RowsField(forms.ModelMultipleChoiceField):
    """A field for several rows. A primary key too large for SQLite is refused like an unknown one."""

    def clean(self, value: object) -> object:
        """Return the chosen rows. Raises: ValidationError for rows that are not offered."""
        try:
            return super().clean(value)
        except OverflowError as error:
            words = self.error_messages["invalid_choice"]
            value = max(map(str, value), key=len)
            raise ValidationError(words, code="invalid_choice", params={"value": value}) from error
