"""Primary keys as pages submit them."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

#: The most digits of a primary key that fits into the integer columns of every database.
_MOST_DIGITS = 18


def numbers_of(sent: Iterable[object]) -> list[int]:
    """Return the values that can be primary keys, without non-numbers and numbers that are too large."""
    texts = [str(each) for each in sent]
    return [int(text) for text in texts if text.isdecimal() and len(text) <= _MOST_DIGITS]


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
