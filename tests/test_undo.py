"""Every action that deletes, closes, withdraws or imports can be undone, and undoing restores the whole database."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Model

from communities.actions.undo import undo
from communities.free_text import APPS
from communities.models import AuditEntry, CountMark, Undoable, UndoableLink
from communities.undo import as_kept
from tests.action_list import arguments, build, everything

pytestmark = pytest.mark.django_db
#: What undoing adds, and when a row was written last.
APART = (Undoable, UndoableLink, AuditEntry, CountMark)
ACTIONS = everything()
#: The actions that delete a row.
DELETING = sorted(name for name in ACTIONS if name.rpartition(".")[2].startswith(("delete_", "remove_")))


def tables() -> Iterator[type[Model]]:
    """Yield every model of Kith, links between rows included."""
    for label in APPS:
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def everything_stored(*, ignore: tuple[str, ...] = ()) -> dict[str, list[dict[str, object]]]:
    """Return the content of the whole database."""
    return {
        model._meta.label: [
            {name: value for name, value in as_kept(row).items() if name not in ignore}
            for row in model._base_manager.order_by("pk")
        ]
        for model in tables()
        if model not in APART
    }


@pytest.mark.parametrize("name", DELETING)
def test_what_is_deleted_is_restored_with_everything_on_it(name):
    world = build()
    values = arguments(name, ACTIONS[name], world)
    before = everything_stored()
    ACTIONS[name](**values)
    assert everything_stored() != before, "it deleted nothing"
    undoable = Undoable.objects.get()
    undo(undoable=undoable, by=values["by"])
    assert everything_stored() == before
