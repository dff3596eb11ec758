"""A column for texts that are searched by their beginning."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class FoldedField(models.CharField):
    """A folded text (see `communities.folding`) that both databases compare letter by letter.

    PostgreSQL otherwise sorts by the rules of a language, in which the texts with a common beginning are not a range of
    the index. SQLite compares letter by letter by itself.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        """Add the collation "C" on PostgreSQL."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}
