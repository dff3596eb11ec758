"""Rows that are written once. Triggers on both databases refuse the same (`communities.database_objects.AppendOnly`)."""

from typing import Never

from django.db import models


class AppendOnlyQuerySet(models.QuerySet):
    """Rows of an `AppendOnlyModel`."""

    def update(self, **kwargs: object) -> Never:
        """Refuse."""
        raise _refusal(self.model)

    def delete(self) -> Never:
        """Refuse."""
        raise _refusal(self.model)


class AppendOnlyModel(models.Model):
    """A row that is inserted and never changed or deleted; a mistake is corrected by another row."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Insert the row. Raises: TypeError if it exists already."""
        if not self._state.adding:
            raise _refusal(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> Never:
        """Refuse."""
        raise _refusal(type(self))


def _refusal(model: type[models.Model]) -> TypeError:
    return TypeError(f"{model._meta.label} is append-only.")
