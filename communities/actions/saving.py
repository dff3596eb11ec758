"""Helpers for actions: lock the current row, compare values, and save with validation."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _


def locked[Row: Model](rows: QuerySet[Row], pk: int) -> Row:
    """Return the current row, locked until the transaction ends.

    Raises: ValidationError with the code "gone" if it was deleted meanwhile.
    """
    try:
        return rows.select_for_update(of=("self",)).get(pk=pk)
    except ObjectDoesNotExist:
        raise ValidationError(_("Somebody has deleted this, so nothing was changed."), code="gone") from None


def changed_names(row: Model, values: Mapping[str, object]) -> list[str]:
    """Return the names of the values that differ from the row's; many-to-many relations are compared as sets."""
    return [name for name, value in values.items() if not _is_same(getattr(row, name), value)]


def _is_same(now: object, given: Any) -> bool:
    if isinstance(now, Manager):
        return set(now.values_list("pk", flat=True)) == {each.pk for each in given}
    return now == given


def save_checked(row: Model, **options: Any) -> None:
    """Validate a row and save it; `options` are passed to `save`.

    If a concurrent request makes the save fail, the row is validated again, so that the error has the constraint's
    message. Raises: ValidationError by field.
    """
    row.full_clean(exclude=("uuid",))
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        row.full_clean(exclude=("uuid",))
        raise
