"""Write the append-only audit: actor, verb, object and names of fields, never their values."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

from communities.models import AuditEntry, Team, User
from communities.verbs import Verb

_BATCH: ContextVar[uuid.UUID | None] = ContextVar("audit batch", default=None)


@contextmanager
def batch() -> Iterator[None]:
    """Group the entries recorded inside: those with the same actor, verb and model are one line in the list.

    A nested batch is part of the outer one. A batch can span several transactions.
    """
    token = _BATCH.set(_BATCH.get() or uuid.uuid4())
    try:
        yield
    finally:
        _BATCH.reset(token)


_GATHERED: ContextVar[list[AuditEntry] | None] = ContextVar("audit entries to write", default=None)


@contextmanager
def at_once() -> Iterator[None]:
    """Write the entries recorded inside with one query, after everything else; for an action that records several kinds.

    Entries of an outer batch are written straight away, because the next asks the database what leads it.
    """
    if _GATHERED.get() is not None:
        yield
        return
    entries: list[AuditEntry] = []
    token = _GATHERED.set(entries)
    try:
        yield
    finally:
        _GATHERED.reset(token)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)


def record(
    *, by: User | None, verb: Verb, obj: models.Model, fields: Iterable[str] = (), team: Team | int | None = None
) -> AuditEntry:
    """Add an audit entry in the caller's transaction.

    The team is the object's (`obj.team_id`, or the object itself if it is a team) unless one is given.
    """
    entry = AuditEntry(
        team_id=_team_id(obj, team),
        actor=by,
        verb=verb,
        model=obj._meta.label_lower,
        object_id=str(obj.pk or ""),
        field_names=sorted(set(fields)),
        batch=_BATCH.get(),
    )
    entry.leads = not _is_led(entry)
    gathered = _GATHERED.get()
    if gathered is None or entry.batch is not None:
        entry.save()
    else:
        gathered.append(entry)
    return entry


def record_export(
    *,
    by: User | None,
    team: Team | int | None,
    model: type[models.Model],
    rows: int,
    fields: Iterable[str] = (),
    what: object = "",
) -> AuditEntry:
    """Add the audit entry of a downloaded file, from a page, the admin or a command.

    Call it before the first byte is sent, because an aborted download has still revealed some rows. The rows are therefore
    counted by a separate query, not while they are written. `model` is the model of the file's rows; `fields` are its
    columns. If the whole file is about one row, such as the round of a ledger, `what` is that row's primary key and
    `model` its model.
    """
    return AuditEntry.objects.create(
        team_id=_id_of(team),
        actor=by,
        verb=Verb.EXPORT,
        model=model._meta.label_lower,
        object_id=str(what or ""),
        field_names=sorted(set(fields)),
        rows=rows,
    )


def record_many(
    *,
    by: User | None,
    verb: Verb,
    team: Team | int | None,
    model: type[models.Model],
    ids: Iterable[object],
    fields: Iterable[str] = (),
) -> int:
    """Add an audit entry for each object of a bulk write, grouped as a batch; return how many."""
    within = _BATCH.get()
    said = {
        "team_id": _id_of(team),
        "actor": by,
        "verb": verb,
        "model": model._meta.label_lower,
        "field_names": sorted(set(fields)),
        "batch": within or uuid.uuid4(),
    }
    entries = [AuditEntry(**said, object_id=str(pk), leads=False) for pk in ids]
    if entries:
        entries[0].leads = within is None or not _is_led(entries[0])
    gathered = _GATHERED.get()
    if gathered is None or within is not None:
        AuditEntry.objects.bulk_create(entries, batch_size=2000)
    else:
        gathered.extend(entries)
    return len(entries)


def _is_led(entry: AuditEntry) -> bool:
    """Return whether another entry of the batch already represents this one in the list.

    Queries the database each time, because the other entry may have been rolled back.
    """
    if entry.batch is None:
        return False
    alike = {name: getattr(entry, name) for name in ("batch", "verb", "model", "team_id", "actor_id")}
    return AuditEntry.objects.filter(**alike, leads=True).exists()


def _team_id(obj: models.Model, team: Team | int | None) -> int | None:
    if team is not None:
        return _id_of(team)
    if isinstance(obj, Team):
        return obj.pk
    return getattr(obj, "team_id", None)


def _id_of(team: Team | int | None) -> int | None:
    return team.pk if isinstance(team, Team) else team
