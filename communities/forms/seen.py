"""Edit conflicts: if two people change the same row, the second is told, keeps their input, and decides."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class SeenMixin(forms.Form):
    """Carry a digest of the values that were shown, and refuse once if the row has changed since.

    Mix in before the form class. Submissions without `as_shown` are not compared; a new row has nothing to
    compare with.
    """

    as_shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        self.is_change = instance.pk is not None if instance is not None else bool(self.initial)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return the digest of the stored values for `as_shown`; other fields are unaffected."""
        if field_name == "as_shown":
            # A form that is rendered again before it is saved, to search for a person, keeps its first digest.
            return self.initial.get("as_shown", self.digest() if self.is_change else "")
        return super().get_initial_for_field(field, field_name)

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the changed fields, without the form's hidden bookkeeping fields."""
        return [name for name in super().changed_data if name != "as_shown"]

    def digest(self) -> str:
        """Return a digest of all values that this form shows."""
        kept = [(name, _plain(self.initial[name])) for name in sorted(self.initial) if name in self.fields]
        return hashlib.sha256(repr(kept).encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        """Detect a conflict, and put the current digest into the redisplayed form, so that saving again overwrites."""
        cleaned = super().clean() or self.cleaned_data
        seen = cleaned.pop("as_shown", "")
        if self.is_change and seen and seen != self.digest() and self._has_different_text():
            self.data = self.data.copy()
            self.data[self.add_prefix("as_shown")] = self.digest()
            # A form whose key was used is older than the row it added; the action compares the values.
            if not getattr(self, "was_saved", False):
                self._show_stored_beside()
                raise ValidationError(
                    _(
                        "Somebody changed this while you were writing. Your changes are below. Save again to replace "
                        "theirs."
                    ),
                    code="changed",
                )
        return cleaned

    def _show_stored_beside(self) -> None:
        """Add what is stored now to each field with another answer."""
        for name in self.changed_data:
            if name in self.fields and not self.fields[name].widget.is_hidden:
                words = _in_words(self.fields[name], self.get_initial_for_field(self.fields[name], name))
                if words is not None:
                    self.add_error(name, _("Saved by somebody else: %(words)s") % {"words": words or _("nothing")})

    def _has_different_text(self) -> bool:
        """Return whether the input differs from the stored values: a form submitted twice differs only the first time."""
        return bool(self.changed_data)


def _in_words(form_field: forms.Field, value: object) -> str | None:
    """Return a stored value as people read it, "" for an empty one; None for a file and the like."""
    if isinstance(value, list | tuple | set | QuerySet):
        parts = [_in_words(form_field, each) for each in value]
        return None if None in parts else ", ".join(sorted(filter(None, parts)))
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value == "":
        return ""
    if isinstance(form_field, forms.ModelChoiceField):
        row = form_field.queryset.filter(pk=value).first()
        return None if row is None else form_field.label_from_instance(row)
    for key, label in getattr(form_field, "choices", None) or ():
        if str(key) == str(value):
            return str(label)
    if isinstance(value, date):
        return date_format(value, "j F Y, H:i" if isinstance(value, datetime) else "j F Y")
    return str(value) if isinstance(value, str | int | Decimal) else None


def _plain(value: object) -> object:
    """Return an initial value with a stable text form: rows by primary key, lists sorted."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(str(_plain(each)) for each in value)
    return "" if value is None else str(value)
