"""The content of the whole database, to compare before and after."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model

from communities.free_text import APPS
from communities.models import AuditEntry, CountMark, Undoable, UndoableLink
from communities.undo import as_kept
from tests.emptying import filled

#: What undoing adds, and what says which rows were written.
APART = (Undoable, UndoableLink, AuditEntry, CountMark)
#: What a request stores about itself.
OF_REQUESTS = {"Draft", "DraftPhoto", "IdempotencyKey", "SignInAttempt"}
type Stored = dict[str, dict[object, dict[str, object]]]


def _tables() -> Iterator[type[Model]]:
    for label in APPS:
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def with_rows(models: Iterable[type[Model]]) -> set[type[Model]]:
    """Return the models that have rows: one query finds them, where asking each of a hundred takes longer than the test."""
    models = set(models)
    there = filled({model._meta.db_table for model in models})
    return {model for model in models if model._meta.db_table in there}


def every_row() -> dict[str, list[dict]]:
    """Return the columns of every row by model, except sessions, drafts and what a request stores about itself."""
    models = [model for model in _tables() if model.__name__ not in OF_REQUESTS]
    there = with_rows(models)
    return {
        model._meta.label: [row | {"has_drafts": None} for row in model._base_manager.order_by("pk").values()]
        if model in there
        else []
        for model in models
    }


def everything_stored(*, ignore: tuple[str, ...] = ()) -> Stored:
    """Return every row of every table of Kith by primary key, links between rows included."""
    models = [model for model in _tables() if model not in APART]
    there = with_rows(models)
    return {
        model._meta.label: {
            str(row.pk): {name: value for name, value in as_kept(row).items() if name not in ignore}
            for row in (model._base_manager.order_by("pk") if model in there else ())
        }
        for model in models
    }


def rows_gone(before: Stored, after: Stored) -> list[tuple[str, object]]:
    """Return the table and primary key of every row that is there no more."""
    return [(table, pk) for table, rows in before.items() for pk in rows if pk not in after[table]]
