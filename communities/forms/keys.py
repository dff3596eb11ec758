"""Forms that add a row once, however often they are submitted: see `communities.idempotency`."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django import forms

from communities.idempotency import is_claimed


class KeyMixin(forms.Form):
    """Carry an idempotency key in a hidden field. Mix in before the form class.

    A form that also changes rows calls `drop_key` for them: edit conflicts are detected instead
    (`communities.forms.seen`). If the key was already used, uniqueness is not validated: the form itself added the
    existing row.
    """

    uuid = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False, initial=uuid4)

    def drop_key(self) -> None:
        """Remove the key from a form that changes a row."""
        del self.fields["uuid"]

    @property
    def was_saved(self) -> bool:
        """Return whether the key was used before; the action decides whether the values are the same."""
        if "uuid" not in self.fields:
            return False
        try:
            return is_claimed(UUID(self.data.get(self.add_prefix("uuid"), "")))
        except ValueError:
            return False

    def validate_unique(self) -> None:
        """Skip the check if the key was used before: the action compares the values."""
        if not self.was_saved:
            super().validate_unique()

    def validate_constraints(self) -> None:
        """Skip the check if the key was used before: the action compares the values."""
        if not self.was_saved:
            super().validate_constraints()


class PressForm(KeyMixin, forms.Form):
    """A button that makes something once, such as a link, however often it is pressed on one page."""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id=False)

    @property
    def key(self) -> UUID | None:
        """Return the key that was sent; None without one, or if it is not a UUID."""
        return self.cleaned_data.get("uuid") if self.is_valid() else None
