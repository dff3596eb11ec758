"""Helpers for actions: lock the current row, compare values, and save with validation."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CharField, FileField, Manager, Model, QuerySet, TextField
from django.utils.translation import gettext as _

from communities.folding import is_seen


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


def check_row(row: Model, **options: Any) -> None:
    """Validate a row with `full_clean`, which gets the `options`. A text of invisible characters counts as none.

    Raises: ValidationError by field.
    """
    _drop_unseen(row)
    row.full_clean(**options)


def check_fields(row: Model, **options: Any) -> None:
    """Validate a row with `clean_fields`, as `check_row` does with `full_clean`. Raises: ValidationError by field."""
    _drop_unseen(row)
    row.clean_fields(**options)


def _drop_unseen(row: Model) -> None:
    for field in row._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and not field.choices and not isinstance(field, FileField):
            text = getattr(row, field.attname)
            if isinstance(text, str) and text and not is_seen(text):
                setattr(row, field.attname, "")


def save_checked(row: Model, **options: Any) -> None:
    """Validate a row and save it; `options` are passed to `save`.

    If a concurrent request makes the save fail, the row is validated again, so that the error has the constraint's
    message. Raises: ValidationError by field.
    """
    check_row(row, exclude=("uuid",))
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        row.full_clean(exclude=("uuid",))
        raise
