"""Two people who change the same thing: the second is told, keeps what they typed, and decides."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _


class SeenMixin(forms.Form):
    """Carry what the person was shown, as a digest, and refuse once when it was changed since.

    Mix in before the form class. Pages sent without `as_shown` are not compared, and adding something new has nothing to
    compare with.
    """

    as_shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        self.is_change = instance.pk is not None if instance is not None else bool(self.initial)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return the digest of what is kept now for `as_shown`, and everything else as it was."""
        if field_name == "as_shown":
            return self.digest() if self.is_change else ""
        return super().get_initial_for_field(field, field_name)

    def digest(self) -> str:
        """Return a mark that changes whenever anything that this form shows does."""
        kept = [(name, _plain(self.initial[name])) for name in sorted(self.initial) if name in self.fields]
        return hashlib.sha256(repr(kept).encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        """Compare, and let the page that comes back carry what is kept now: saved again, it goes in its place."""
        cleaned = super().clean() or self.cleaned_data
        seen = cleaned.pop("as_shown", "")
        if self.is_change and seen and seen != self.digest():
            self.data = self.data.copy()
            self.data[self.add_prefix("as_shown")] = self.digest()
            raise ValidationError(
                _(
                    "Somebody changed this while you were writing. What you typed is kept below; save again to put it in "
                    "place of theirs."
                ),
                code="changed",
            )
        return cleaned


def _plain(value: object) -> object:
    """Return a first value as something that prints the same each time: rows by number, lists in order."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(str(_plain(each)) for each in value)
    return "" if value is None else str(value)
