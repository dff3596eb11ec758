"""Numbers of rows, as pages send them."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

#: The longest number that fits into every database's columns of numbers, in digits.
_MOST_DIGITS = 18


def numbers_of(sent: Iterable[object]) -> list[int]:
    """Return what can be the number of a row; words, and numbers that no column holds, are left out."""
    texts = [str(each) for each in sent]
    return [int(text) for text in texts if text.isdecimal() and len(text) <= _MOST_DIGITS]


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A number too big for SQLite is refused as one that is not offered is."""

    def clean(self, value: object) -> object:
        """Return the rows chosen. Raises: ValidationError for what is not offered."""
        try:
            return super().clean(value)
        except OverflowError as error:
            words = self.error_messages["invalid_choice"]
            value = max(map(str, value), key=len)
            raise ValidationError(words, code="invalid_choice", params={"value": value}) from error
