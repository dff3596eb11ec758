"""The content of the whole database, to compare before and after."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from communities.free_text import APPS
from communities.models import AuditEntry, CountMark, Undoable, UndoableLink
from communities.undo import as_kept

#: What undoing adds, and what says which rows were written.
APART = (Undoable, UndoableLink, AuditEntry, CountMark)
type Stored = dict[str, dict[object, dict[str, object]]]


def _tables() -> Iterator[type[Model]]:
    for label in APPS:
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def everything_stored(*, ignore: tuple[str, ...] = ()) -> Stored:
    """Return every row of every table of Kith by primary key, links between rows included."""
    return {
        model._meta.label: {
            str(row.pk): {name: value for name, value in as_kept(row).items() if name not in ignore}
            for row in model._base_manager.order_by("pk")
        }
        for model in _tables()
        if model not in APART
    }


def rows_gone(before: Stored, after: Stored) -> list[tuple[str, object]]:
    """Return the table and primary key of every row that is there no more."""
    return [(table, pk) for table, rows in before.items() for pk in rows if pk not in after[table]]
