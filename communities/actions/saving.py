"""Helpers for actions: lock the current row, compare values, and save with validation."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, router, transaction
from django.db.models import CharField, CheckConstraint, FileField, Manager, Model, Q, QuerySet, TextField
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


def check_row(
    row: Model, *, exclude: Iterable[str] = (), validate_unique: bool = True, validate_constraints: bool = True
) -> None:
    """Validate a row as `full_clean` does, with one query for all its check constraints instead of one for each.

    A text of invisible characters counts as none. Raises: ValidationError by field, with everything that is wrong.
    """
    _drop_unseen(row)
    excluded = set(exclude)
    try:
        row.full_clean(exclude=excluded, validate_unique=validate_unique, validate_constraints=False)
        if validate_constraints:
            _check_constraints(row, excluded)
    except ValidationError:
        row.full_clean(exclude=excluded, validate_unique=validate_unique, validate_constraints=validate_constraints)
        raise


def _check_constraints(row: Model, excluded: set[str]) -> None:
    """Raise the ValidationError of one of the constraints that a row breaks, if it breaks any."""
    using = router.db_for_write(type(row), instance=row)
    for model, constraints in row.get_constraints():
        for constraint in _checked_together(model, frozenset(excluded)):
            constraint.validate(model, row, exclude=excluded, using=using)
        for constraint in constraints:
            if not isinstance(constraint, CheckConstraint):
                constraint.validate(model, row, exclude=excluded, using=using)


@cache
def _checked_together(model: type[Model], excluded: frozenset[str]) -> list[CheckConstraint]:
    """Return the check constraints of a model as one that holds when all of them do; none if the model has none.

    AND keeps the rule that a check passes unless it is false: "unknown and true" is unknown, "unknown and false" is false. A
    check of an excluded field is left out, as Django leaves it out.
    """
    conditions = [
        constraint.condition
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
        and excluded.isdisjoint(Q(constraint.condition).referenced_base_fields)
    ]
    return [CheckConstraint(condition=Q(*conditions), name="all_checks")] if conditions else []


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
