"""How the admin and imports write: a door per model, which calls the same actions as the pages.

A door turns the values of a form or a spreadsheet row into calls of actions, so that the rules, the refusals and the
audit are those of the pages. It never writes by itself. Subclasses choose the actions; operations without an action are
refused.
"""

import copy
from collections.abc import Callable, Collection, Mapping
from typing import ClassVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import User

MOVED = _("This cannot be moved to another team.")
FIXED = _("This cannot be changed later.")


class Door[Row: Model]:
    """The actions that create, change and delete the rows of one model."""

    model: ClassVar[type[Model]]
    #: Fields that cannot be changed after creation.
    fixed: ClassVar[Collection[str]] = ("team",)
    #: The keys of the actions' errors, by the form field or column that they belong to.
    field_of: ClassVar[Mapping[str, str]] = {}
    #: Fields that the actions compute.
    worked_out: ClassVar[Collection[str]] = ()

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Row:
        """Create a row, idempotent by `uuid`. Raises: ValidationError by field; PermissionDenied."""
        raise PermissionDenied

    def update(self, *, row: Row, by: User, values: dict) -> Row:
        """Change the given values of a row. Raises: ValidationError by field; PermissionDenied."""
        raise PermissionDenied

    def delete(self, *, row: Row, by: User) -> None:
        """Delete a row. Raises: ValidationError; PermissionDenied."""
        raise PermissionDenied

    def refusals(self, *, row: Row | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Return the errors that the actions would raise, by field, without writing; used by previews."""
        return {}

    def judge(self, *, row: Row | None, values: Mapping, by: User) -> None:
        """Raise the errors that writing the values would raise: from fields, constraints or actions.

        Writes nothing and takes no lock; the action checks again when it writes. Raises: ValidationError by field.
        """
        errors = dict(self._moves(row, values))
        draft = copy.copy(row) if row is not None else self.model()
        given = {field.name for field in self.model._meta.concrete_fields} & set(values)
        for name in given:
            setattr(draft, name, values[name])
        errors |= by_field(lambda: draft.clean_fields(exclude=self._unjudged(row, given)))
        if not errors and (row is None or given):
            errors |= by_field(lambda: self._unique(draft))
        for name, words in self.refusals(row=row, values=values, by=by).items():
            errors.setdefault(name, words)
        if errors:
            raise ValidationError(errors)

    def renamed(self, error: ValidationError) -> ValidationError:
        """Return an action's error keyed by the form's fields or the file's columns."""
        if not hasattr(error, "error_dict"):
            return error
        return ValidationError({self.field_of.get(name, name): words for name, words in error.error_dict.items()})

    def _moves(self, row: Row | None, values: Mapping) -> dict[str, object]:
        if row is None:
            return {}
        moved = [name for name in self.fixed if name in values and values[name] != getattr(row, name)]
        return {name: MOVED if name == "team" else FIXED for name in moved}

    def _unjudged(self, row: Row | None, given: Collection[str]) -> set[str]:
        """Return the fields to skip: relations, whose choices are already limited, and fields that are not given."""
        fields = self.model._meta.concrete_fields
        return {
            field.name
            for field in fields
            if field.is_relation or (field.name not in given and self._may_miss(row, field))
        }

    def _may_miss(self, row: Row | None, field: object) -> bool:
        return (
            row is not None or field.name in self.worked_out or field.has_default() or field.blank or not field.editable
        )

    def _unique(self, draft: Row) -> None:
        """Check only unique constraints; the others repeat checks of fields and actions, and each costs a query."""
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                constraint.validate(self.model, draft)


def by_field(check: Callable[[], object]) -> dict[str, object]:
    """Return the errors of a check by field."""
    try:
        check()
    except ValidationError as error:
        return error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return {}
