"""Store what an action takes away, changes or adds, so that it can be undone for 30 days (ADR 26).

An action that deletes calls `delete_undoably(row, by=by)` instead of `row.delete()`; one that closes, ends or withdraws
calls `keep_change(row, by=by, verb=…, before={…})`; one that does several of these fills an `Undo` and calls `keep`.
One that calls other actions does so within `gathering`, so that what it does is one row and is undone as a whole.
`communities.actions.undo.undo` undoes it.

The rows are gone from their tables, so no list, search, count, export or trigger needs to know about them. They are stored
as JSON: `deleted`, `{model: [{field: value}]}` with parents first; `emptied` and `changed`, lists of
`[model, primary key, {field: [before, after]}]`; `added`, `{model: [primary key]}`. Files of photos stay until it is too late to undo.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Field, Model
from django.db.models.deletion import Collector
from django.utils import timezone

from communities.columns import column, longest
from communities.models import AuditEntry, Team, Undoable, UndoableLink, User
from communities.queries.scope import team_id_of
from communities.verbs import Verb

#: Rows that everything points to, and that hold nothing about residents.
_NOT_LINKED = (User, Team)
_CHUNK = 500
#: How long ago something was done that a message on the next page can undo.
JUST_NOW = timedelta(minutes=1)
type Changes = dict[str, list[Any]]


class Undo:
    """What one action does to rows, collected while it does it."""

    def __init__(
        self,
        row: Model,
        *,
        by: User | None,
        verb: Verb = Verb.DELETE,
        team: Team | int | None = None,
        managers_only: bool = False,
    ) -> None:
        """row: what the page of deleted things names; team: its team, if it cannot tell by itself."""
        self.label, self.pk, self.title = row._meta.label_lower, row.pk, str(row) if row.pk is not None else ""
        self.team_id = (
            team.pk if isinstance(team, Team) else team if team is not None or row.pk is None else team_id_of(row)
        )
        self.by, self.verb, self.managers_only = by, verb, managers_only
        self._kept: Undoable | None = None
        self._rows: dict[str, Any] = {}
        self._noted: dict[tuple[str, str, object], Changes] = {}
        self._links: set[tuple[str, str]] = set()

    @classmethod
    def of_import(
        cls, model: type[Model], *, by: User | None, team: Team | int | None, managers_only: bool = False
    ) -> "Undo":
        """Return one for an import of rows of a model, which is about no single row; set its `title` before `keep`."""
        undo = cls(model(), by=by, team=team, managers_only=managers_only)
        undo.verb = Verb.APPLY
        return undo

    def delete(self, rows: Iterable[Model]) -> int:
        """Delete rows of one model with everything that is deleted with them; return how many of them there were.

        Raises: ProtectedError, as `Model.delete` does.
        """
        given = list(rows)
        if not given:
            return 0
        collector = Collector(using=DEFAULT_DB_ALIAS, force_collection=True)
        collector.collect(given)
        updates: Any = collector.field_updates
        for (field, value), batches in list(updates.items()):
            for each in (each for batch in batches for each in batch):
                before = getattr(field.model._base_manager.get(pk=each.pk), field.attname)
                self._note("emptied", field.model._meta.label_lower, each.pk, {field.name: [before, value]})
        collector.sort()
        found = {model: [each.pk for each in instances] for model, instances in collector.data.items()}
        for model, pks in reversed(found.items()):
            kept = self._rows.setdefault("deleted", {}).setdefault(model._meta.label_lower, [])
            for row in _fetch(model, pks):
                kept.append(as_kept(row))
                self._link(row)
        collector.delete()
        return len(given)

    def changed(self, row: Model, before: Mapping[str, object]) -> None:
        """Note the values that some fields of a row had `before`; those that are the same now are left out."""
        changes: Changes = {}
        for name, value in before.items():
            field = column(type(row), name)
            old, new = plain(field, value), plain(field, getattr(row, field.attname))
            if old != new:
                changes[name] = [old, new]
        if changes:
            self._note("changed", row._meta.label_lower, row.pk, changes)
            self._link(row)
            for link in row._meta.many_to_many:
                pks = getattr(row, link.name).values_list("pk", flat=True)
                if not issubclass(link.related_model, _NOT_LINKED):
                    self._links |= {(link.related_model._meta.label_lower, str(pk)) for pk in pks}

    def changed_since(self, before: Mapping[int, Model], *, unless: Iterable[str] = ()) -> None:
        """Note what differs now in rows of one model that were read `before`, by primary key; only their own fields.

        unless: fields that also must still be as they are now when this is undone; otherwise the row stays as it is.
        """
        for row in _fetch(type(next(iter(before.values()))), list(before)) if before else ():
            old = before[row.pk]
            changes: Changes = {}
            for field in columns_of(type(row)):
                was, now = plain(field, field.value_from_object(old)), plain(field, field.value_from_object(row))
                if was != now and field.name != "updated_at":
                    changes[field.name] = [was, now]
            if changes:
                for name in unless:
                    now = plain(column(type(row), name), getattr(row, column(type(row), name).attname))
                    changes.setdefault(name, [now, now])
                self._note("changed", row._meta.label_lower, row.pk, changes)

    def added(self, model: type[Model], pks: Iterable[int]) -> None:
        """Note rows that were added, which are deleted when this is undone."""
        if given := list(pks):
            self._rows.setdefault("added", {}).setdefault(model._meta.label_lower, []).extend(given)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Take over whatever the actions called inside would store, so that one act is one row in the list of what was deleted."""
        token = _GATHERER.set(self)
        try:
            yield
        finally:
            _GATHERER.reset(token)

    def take(self, other: "Undo") -> None:
        """Take over what another one noted."""
        for kind in ("deleted", "added"):
            for label, rows in other._rows.get(kind, {}).items():
                self._rows.setdefault(kind, {}).setdefault(label, []).extend(rows)
        for kind in ("emptied", "changed"):
            for label, pk, changes in other._rows.get(kind, ()):
                self._note(kind, label, pk, changes)
        self._links |= other._links
        other._rows = {}

    def keep(self) -> Undoable | None:
        """Store everything noted, in the caller's transaction; None if nothing was. Call it after the audit was written.

        An import that commits in between calls it each time, for all so far. Within `gathering`, the outer one takes it over.
        """
        if not self._rows:
            return None
        if (outer := _GATHERER.get()) is not None and outer is not self:
            outer.take(self)
            return None
        newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        if self._kept is not None:
            self._kept.title, self._kept.rows = self.title, {**self._rows, "audited": newest or 0}
            self._kept.save(update_fields=["title", "rows"])
            return self._kept
        kept = Undoable.objects.create(
            # A team that is deleted itself is restored by administrators.
            team_id=None if Team._meta.label_lower in self._rows.get("deleted", {}) else self.team_id,
            by=self.by,
            verb=self.verb,
            model=self.label,
            object_id="" if self.pk is None else str(self.pk),
            title=self.title[: longest(Undoable, "title")],
            rows={**self._rows, "audited": newest or 0},
            managers_only=self.managers_only,
        )
        links = [UndoableLink(undoable=kept, model=model, object_id=pk) for model, pk in sorted(self._links)]
        UndoableLink.objects.bulk_create(links, batch_size=_CHUNK)
        self._kept = kept
        return kept

    def _note(self, kind: str, label: str, pk: object, changes: Changes) -> None:
        """Note changes of a row; of one noted before, the first values before and the last ones after."""
        noted = self._noted.get((kind, label, pk))
        if noted is None:
            self._noted[kind, label, pk] = changes
            self._rows.setdefault(kind, []).append([label, pk, changes])
            return
        for name, (before, after) in changes.items():
            noted[name] = [noted[name][0] if name in noted else before, after]

    def _link(self, row: Model) -> None:
        """Link a row, and the rows that it points to."""
        self._links.add((row._meta.label_lower, str(row.pk)))
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.related_model and value is not None and not issubclass(field.related_model, _NOT_LINKED):
                self._links.add((field.related_model._meta.label_lower, str(value)))


#: The one that replaces what is stored.
_GATHERER: ContextVar[Undo | None] = ContextVar("gatherer", default=None)


def delete_undoably(row: Model, *, by: User | None, managers_only: bool = False) -> Undoable | None:
    """Delete a row so that it can be restored. managers_only: only managers may restore it."""
    undo = Undo(row, by=by, managers_only=managers_only)
    undo.delete([row])
    return undo.keep()


def keep_change(
    row: Model, *, by: User | None, verb: Verb, before: Mapping[str, object], managers_only: bool = False
) -> Undoable | None:
    """Store the values that some fields of a saved row had before; None if they are the same."""
    undo = Undo(row, by=by, verb=verb, managers_only=managers_only)
    undo.changed(row, before)
    return undo.keep()


def newest_undoable(row: Model, *, by: User) -> Undoable | None:
    """Return what a user has just done to a row, or imported if the row is new, if it can be undone."""
    pk = "" if row.pk is None else str(row.pk)
    rows = Undoable.objects.filter(model=row._meta.label_lower, object_id=pk, by=by, undone_at__isnull=True)
    return rows.filter(at__gte=timezone.now() - JUST_NOW).order_by("-pk").first()


def columns_of(model: type[Model]) -> list[Field]:
    """Return the fields of a model that are stored, without those that the database works out."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def as_kept(row: Model) -> dict[str, Any]:
    """Return a row as JSON: {field: value}."""
    return {field.name: _plain(field, field.value_from_object(row), row) for field in columns_of(type(row))}


def plain(field: Field, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return the value of a column as JSON; another row stands for its primary key."""
    if isinstance(value, Model):
        return value.pk
    holder = field.model()
    setattr(holder, field.attname, value)
    return _plain(field, value, holder)


def _plain(field: Field, value: Any, row: Model) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None or isinstance(value, bool | int | float) or isinstance(field, models.JSONField):
        return value
    return str(field.value_to_string(row))


def value_of(field: Field, kept: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return the value of a column from what `plain` made of it."""
    return kept if field.is_relation or isinstance(field, models.JSONField) else field.to_python(kept)


def files_of(undoable: Undoable) -> Iterator[tuple[models.FileField, str]]:
    """Yield the stored files of deleted rows: the field, and the file's name."""
    for label, rows in undoable.rows.get("deleted", {}).items():
        model = model_of(label)
        for field in columns_of(model) if model else ():
            if isinstance(field, models.FileField):
                yield from ((field, row[field.name]) for row in rows if row.get(field.name))


def model_of(label: str) -> type[Model] | None:
    """Return a model by its label; None if Kith does not have it any more."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _fetch(model: type[Model], pks: list[Any]) -> Iterator[Model]:
    for start in range(0, len(pks), _CHUNK):
        yield from model._base_manager.filter(pk__in=pks[start : start + _CHUNK]).order_by("pk")
