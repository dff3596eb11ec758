"""The columns of models, by name."""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model


def column(model: type[Model], name: str) -> Field:
    """Return a field that the model's own table has, by name.

    Raises: FieldDoesNotExist for any other name, also for that of a relation from another table.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, Field) or not field.concrete:
        raise FieldDoesNotExist(f"{model._meta.label} has no column for {name!r}.")
    return field


def longest(model: type[Model], name: str) -> int:
    """Return how many characters a column of text holds at most.

    Raises: FieldDoesNotExist; TypeError for a column without a limit.
    """
    limit = column(model, name).max_length
    if limit is None:
        raise TypeError(f"{model._meta.label}.{name} has no limit.")
    return limit
