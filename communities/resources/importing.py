"""Write previewed rows in short transactions, so that other people can save in between."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import ngettext

from communities import audit
from communities.models import User
from communities.queries.scope import team_id_of
from communities.resources.base import Resource
from communities.resources.rehearsal import Fate, Judged, Rehearsal
from communities.undo import Undo

#: Seconds per batch. SQLite has one writer, and others wait for it.
HELD = 0.4
#: Seconds between batches, longer than SQLite sleeps between retries (0.1 s).
PAUSE = 0.2
#: Seconds of writing per request. A larger file continues in the next request.
PATIENCE = 20.0


@dataclass(slots=True)
class ImportResult:
    """The result of an import: the rows added, changed and refused, and how many are left."""

    added: int = 0
    changed: int = 0
    refused: list[Judged] = field(default_factory=list)
    left: int = 0

    @property
    def done(self) -> int:
        """Return how many rows were written."""
        return self.added + self.changed


def write_rows(
    resource: Resource, rehearsal: Rehearsal, *, held: float = HELD, pause: float = PAUSE, patience: float = PATIENCE
) -> ImportResult:
    """Write the rows of a preview without refusals, each through the door's actions, completely or not at all.

    Each batch is committed. After an interruption, import the file again: existing rows are not written twice. A row
    that is refused because something has changed since the preview is left out and listed.
    """
    waiting, brought = list(rehearsal.to_write), ImportResult()
    until = time.monotonic() + patience
    undo: Undo | None = None
    with audit.batch():
        while waiting:
            undo = undo or Undo.of_import(
                resource.door.model, by=resource.user, team=_team_of(waiting), managers_only=True
            )
            taken = _batch(resource, waiting, brought, held, undo)
            del waiting[:taken]
            if waiting and time.monotonic() > until:
                break
            if waiting:
                time.sleep(pause)
    brought.left = len(waiting)
    return brought


@transaction.atomic
def _batch(resource: Resource, waiting: Iterable[Judged], brought: ImportResult, held: float, undo: Undo) -> int:
    """Write rows until the time is up, with what can be undone; return how many were processed."""
    until, taken = time.monotonic() + held, 0
    for row in waiting:
        _write(resource, resource.user, row, brought, undo)
        taken += 1
        if time.monotonic() > until:
            break
    words = ngettext("%(n)s row of a spreadsheet", "%(n)s rows of a spreadsheet", brought.done)
    undo.title = words % {"n": brought.done}
    undo.keep()
    return taken


def _team_of(waiting: Iterable[Judged]) -> int | None:
    """Return the team of the rows; None for rows of several teams, whose import only administrators undo."""
    teams = {
        each.values["team"].pk if "team" in each.values else team_id_of(each.row)
        for each in waiting
        if each.row or "team" in each.values
    }
    return teams.pop() if len(teams) == 1 else None


def _write(resource: Resource, by: User, judged: Judged, brought: ImportResult, undo: Undo) -> None:
    door = resource.door
    try:
        with transaction.atomic():
            if judged.row is None:
                made = door.create(by=by, values=judged.values, uuid=judged.uuid)
                undo.added(type(made), [made.pk])
                brought.added += 1
            else:
                before = type(judged.row)._base_manager.get(pk=judged.row.pk)
                door.update(row=judged.row, by=by, values=judged.values)
                undo.changed_since({before.pk: before})
                brought.changed += 1
    except ValidationError as error:
        judged.refuse_by_field(door.renamed(error))
        brought.refused.append(judged)
    except PermissionDenied as error:
        judged.refuse_by_field(error)
        brought.refused.append(judged)


__all__ = ["ImportResult", "Fate", "write_rows"]
