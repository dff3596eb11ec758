"""Undo what an action deleted, changed or added, and delete for good what nobody undid in time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import audit
from communities.actions.outlines import give_outlines, take_outlines
from communities.audit_log.subjects import subjects
from communities.columns import column
from communities.holdings import all_holdings
from communities.lists import listed
from communities.models import Absence, AuditEntry, Membership, Neighbourhood, Team, Undoable, UndoableLink, User
from communities.rules import can_undo, require
from communities.undo import Undo, columns_of, files_of, model_of, plain, value_of
from communities.verbs import Verb

#: The error code of a name that something else has taken meanwhile.
TAKEN = "taken"
CHUNK = 500
#: What hands work over.
HANDED = (Verb.HAND_OVER, Verb.REMOVE_MEMBER)
#: How many names a sentence has.
NAMED = 5
#: Rows that only record that somebody belongs: if they already belong again, a restore skips them.
_SAYS_ITSELF = (Membership, Absence)
_NOT_LOCKED = (User, Team)
type Refs = dict[str, set[int]]


@dataclass
class Undone:
    """What undoing did.

    was_undone: somebody had undone it before; left: names of rows that changed since and stay; given_back: how many rows have their
    values again, or are gone because they were only added.
    """

    undoable: Undoable
    was_undone: bool = False
    left: list[str] = field(default_factory=list)
    given_back: int = 0


@transaction.atomic
def undo(*, undoable: Undoable, by: User | None, name: str = "") -> Undone:
    """Undo something: deleted rows come back, changed values are restored, and added rows are deleted.

    Rows that changed since are left as they are, and listed; if that is all there is, it is refused. A deleted row points to
    nothing where what it pointed to is gone and it can do without. name: the name that a deleted row gets instead of its
    own. A second call changes nothing.
    Raises: PermissionDenied; ValidationError if it is too late, if what a row belongs to is gone, or, with the code TAKEN, if
    something else has its name.
    """
    require(can_undo, by, undoable)
    _hold_member(undoable)
    refs = _refs_of(undoable)
    instead: dict[str, Mapping[int, int]] = {}
    for held in all_holdings():
        instead |= held.before_undo(refs)
    current = Undoable.objects.select_for_update(of=("self",)).filter(pk=undoable.pk).first()
    if current is None or (not current.is_open and current.undone_at is None):
        raise ValidationError(_("It is too late to undo this. It has been deleted for good."), code="gone")
    if current.undone_at is not None:
        return Undone(current, was_undone=True)
    work = _Work(current, by, _existing(refs, instead), instead)
    with audit.batch():
        rows = work.restore_deleted(name.strip())
        restored = work.done
        work.restore_changed()
        work.delete_added()
    if work.left and not work.done:
        words = _("Somebody has changed this since, so nothing was undone: %(names)s.")
        raise ValidationError(words % {"names": some_of(work.left)}, code="changed")
    if not work.done:
        raise ValidationError(_("Somebody has already changed it back, so nothing was undone."), code="changed")
    for held in all_holdings():
        held.after_undo(undoable=current, refs=_renamed(refs, instead), rows=rows, by=by)
    current.undone_at, current.undone_by, current.rows = timezone.now(), by, {}
    current.save(update_fields=["undone_at", "undone_by", "rows"])
    UndoableLink.objects.filter(undoable=current).delete()
    _audit(current, by)
    return Undone(current, left=work.left, given_back=work.done - restored)


def some_of(names: list[str]) -> str:
    """Return the first names of many, and how many more there are."""
    more = len(names) - NAMED
    if more <= 0:
        return listed(names)
    words = ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more)
    return words % {"names": ", ".join(names[:NAMED]), "n": more}


def _hold_member(undoable: Undoable) -> None:
    """Hold the team and the memberships of somebody who gets something back, so that nobody leaves meanwhile."""
    if undoable.model == User._meta.label_lower and undoable.team_id:
        Team.objects.select_for_update(no_key=True).get(pk=undoable.team_id)
        held = Membership.objects.select_for_update(of=("self",)).filter(
            team=undoable.team_id, user=int(undoable.object_id)
        )
        list(held.order_by("pk").values_list("pk", flat=True))


def delete_expired_undoables(*, now: datetime | None = None) -> int:
    """Delete for good what can no longer be undone, with its photos; return how many. Each has its own transaction."""
    now = now or timezone.now()
    gone = 0
    for pk in list(Undoable.objects.filter(expires_at__lte=now).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            kept = Undoable.objects.select_for_update(of=("self",)).filter(pk=pk, expires_at__lte=now).first()
            if kept is not None:
                gone += kept.undone_at is None
                delete_for_good(kept)
    return gone


def delete_for_good(undoable: Undoable) -> None:
    """Delete what can be undone, and its photos after the transaction commits. The caller holds its lock."""
    for kept, name in files_of(undoable):
        transaction.on_commit(_deletion_of(kept, name))
    undoable.delete()


def _deletion_of(kept: models.FileField, name: str) -> Callable[[], None]:
    return lambda: kept.storage.delete(name)


def _audit(undoable: Undoable, by: User | None) -> None:
    """Say in the audit what came back, in the words of the row that was deleted or changed."""
    model = model_of(undoable.model)
    if model is not None and undoable.object_id:
        verb = Verb.RESTORE if undoable.verb == Verb.DELETE else Verb.UNDO
        audit.record_many(by=by, verb=verb, team=undoable.team_id, model=model, ids=[undoable.object_id])


@dataclass
class _Work:
    """Undoing one thing, in the caller's transaction. existing: the rows pointed to that there are, by label."""

    undoable: Undoable
    by: User | None
    existing: Refs
    instead: Mapping[str, Mapping[int, int]]
    left: list[str] = field(default_factory=list)
    done: int = 0

    def restore_deleted(self, name: str) -> list[Model]:
        """Insert the deleted rows, with their primary keys, and point to them again; return them."""
        restored: list[Model] = []
        deleted = self.undoable.rows.get("deleted", {})
        # A row can come before one that it points to: the database checks that when the transaction ends.
        for label, rows in deleted.items():
            if (model := model_of(label)) is not None:
                key = model._meta.pk
                self.existing.setdefault(label, set()).update(value_of(key, kept[key.name]) for kept in rows)
        for label, rows in deleted.items():
            model = model_of(label)
            if model is None:
                raise ValidationError(_("Kith has been updated since and can no longer restore this."), code="gone")
            made = [row for kept in rows if (row := self._row(model, kept)) is not None]
            restored += self._insert(made, name)
        for label, pk, changes in self.undoable.rows.get("emptied", ()):
            if (model := model_of(label)) is not None:
                for field_name, (before, after) in changes.items():
                    model._base_manager.filter(pk=pk, **{field_name: after}).update(**{field_name: before})
        self.done += len(restored)
        return restored

    def restore_changed(self) -> None:
        """Restore the values that fields had; a row of which one has changed since is left as it is."""
        restored: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for label, pk, changes in self.undoable.rows.get("changed", ()):
            model = model_of(label)
            row = model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first() if model else None
            if row is None or not self._restore_values(row, changes):
                self.left.append(str(row) if row is not None else self.undoable.title)
                continue
            self.done += 1
            if (label, str(pk)) != (self.undoable.model, self.undoable.object_id):
                fields = tuple(name for name, (before, after) in changes.items() if before != after)
                restored.setdefault((label, fields), []).append(pk)
        for (label, fields), pks in restored.items():
            if label in subjects() and (model := model_of(label)) is not None:
                audit.record_many(
                    by=self.by, verb=Verb.UNDO, team=self.undoable.team_id, model=model, ids=pks, fields=fields
                )

    def delete_added(self) -> None:
        """Delete the rows that were added, except those that were changed or used since."""
        for label, pks in self.undoable.rows.get("added", {}).items():
            if (model := model_of(label)) is None:
                continue
            outlines = take_outlines(pks, by=self.by) if model is Neighbourhood else {}
            used = _used(model, pks) | _audited_since(label, pks, self.undoable.rows["audited"])
            give_outlines({pk: place for pk, place in outlines.items() if pk in used}, by=self.by)
            rows = [row for chunk in batched(pks, CHUNK) for row in _locked_rows(model, chunk)]
            self.left += [str(row) for row in rows if row.pk in used]
            unused = [row for row in rows if row.pk not in used]
            self._delete(model, unused)

    def _delete(self, model: type[Model], rows: list[Model]) -> None:
        ids = [row.pk for row in rows]
        if not rows:
            return
        if model._meta.label_lower in subjects():
            audit.record_many(by=self.by, verb=Verb.DELETE, team=self.undoable.team_id, model=model, ids=ids)
        gone = Undo(rows[0], by=self.by, team=self.undoable.team_id, managers_only=self.undoable.managers_only)
        gone.title = self.undoable.title
        self.done += gone.delete(rows)
        # What an import added can be had again; a message or a next step that only came with something else goes for good.
        if model._meta.label_lower in subjects() and self.undoable.verb == Verb.APPLY:
            gone.keep()

    def _row(self, model: type[Model], kept: Mapping[str, Any]) -> Model | None:
        """Return a row to insert; None for a link to something that is gone.

        Raises: ValidationError if it belongs to something that is gone.
        """
        values: dict[str, Any] = {}
        for each in columns_of(model):
            if each.name not in kept:
                continue
            value = value_of(each, kept[each.name])
            if each.related_model and value is not None:
                value, is_gone = self._standing(each, value)
                if is_gone and model._meta.auto_created:
                    return None
                if is_gone and not each.null:
                    kind = str(each.related_model._meta.verbose_name)
                    words = _("The %(kind)s that this belongs to has been deleted. Restore that first, if you can.")
                    raise ValidationError(words % {"kind": kind}, code="gone")
            values[each.attname] = value
        return model(**values)

    def _standing(self, each: Field, value: Any) -> tuple[Any, bool]:
        """Return the primary key to point to, and whether the row it pointed to is missing."""
        related: Any = each.related_model
        label = related._meta.label_lower
        value = self.instead.get(label, {}).get(value, value)
        if issubclass(related, _NOT_LOCKED) or value in self.existing.get(label, ()):
            return value, False
        return None, True

    def _insert(self, rows: list[Model], name: str) -> list[Model]:
        """Insert rows with all their values. Raises: ValidationError with the code TAKEN."""
        inserted = []
        for row in rows:
            if name and row._meta.label_lower == self.undoable.model and (named := name_field(type(row))):
                setattr(row, named, name)
                row.clean_fields(exclude=[each.name for each in row._meta.fields if each.name != named])
            try:
                with transaction.atomic():
                    row.save_base(raw=True, force_insert=True)
            except IntegrityError:
                if not row._meta.auto_created and not isinstance(row, _SAYS_ITSELF):
                    # Another name helps only the row that is named.
                    is_named = row._meta.label_lower == self.undoable.model
                    raise _taken(row, TAKEN if is_named else "changed") from None
            else:
                inserted.append(row)
        return inserted

    def _restore_values(self, row: Model, changes: Mapping[str, list[Any]]) -> bool:
        fields = {name: column(type(row), name) for name in changes}
        if any(
            plain(fields[name], getattr(row, fields[name].attname)) != after for name, (_b, after) in changes.items()
        ):
            return False
        for name, (before, _after) in changes.items():
            value, is_gone = value_of(fields[name], before), False
            if fields[name].related_model and value is not None:
                value, is_gone = self._standing(fields[name], value)
            if is_gone and not fields[name].null:
                return False
            setattr(row, fields[name].attname, value)
        names = list(changes)
        if any(each.name == "updated_at" for each in row._meta.concrete_fields):
            names.append("updated_at")
        row.validate_constraints()
        row.save(update_fields=names)
        return True


def name_field(model: type[Model]) -> str:
    """Return the field that a row can be renamed by, or ""."""
    names = {each.name for each in model._meta.concrete_fields}
    return next((name for name in ("name", "phrase", "title") if name in names), "")


def _taken(row: Model, code: str) -> ValidationError:
    """Return the error of a row that a constraint refuses, in the constraint's own words."""
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        return ValidationError(" ".join(error.messages), code=code)
    return ValidationError(_("Something else is now in its place, so it was not restored."), code=code)


def _refs_of(undoable: Undoable) -> Refs:
    """Return the primary keys of the rows that an undoable change holds or points to, by label."""
    found: Refs = {}
    for label, pk in UndoableLink.objects.filter(undoable=undoable).values_list("model", "object_id"):
        if pk.isdecimal():
            found.setdefault(label, set()).add(int(pk))
    return found


def _renamed(refs: Refs, instead: Mapping[str, Mapping[int, int]]) -> Refs:
    return {label: {instead.get(label, {}).get(pk, pk) for pk in pks} for label, pks in refs.items()}


def _existing(refs: Refs, instead: Mapping[str, Mapping[int, int]]) -> Refs:
    """Lock the rows pointed to, so that none is deleted meanwhile, and return those that there are."""
    found: Refs = {}
    for label, pks in sorted(_renamed(refs, instead).items()):
        if (model := model_of(label)) is not None:
            rows = model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
            found[label] = set(rows.values_list("pk", flat=True))
    return found


def _locked_rows(model: type[Model], pks: Iterable[int]) -> list[Model]:
    return list(model._base_manager.select_for_update(of=("self",)).filter(pk__in=list(pks)).order_by("pk"))


def _used(model: type[Model], pks: Iterable[int]) -> set[int]:
    """Return those of the rows that rows of another, named kind point to."""
    wanted, found = list(pks), set()
    own = {each.remote_field.through for each in model._meta.many_to_many}
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in own:
            continue
        other, name = relation.related_model, relation.field.name
        if other._meta.auto_created or other._meta.label_lower in subjects():
            for chunk in batched(wanted, CHUNK):
                found |= set(other._base_manager.filter(**{f"{name}__in": chunk}).values_list(name, flat=True))
    return found


def _audited_since(label: str, pks: Iterable[int], entry: int) -> set[int]:
    """Return the rows, of those given, that the audit names after an entry."""
    found: set[int] = set()
    for chunk in batched(map(str, pks), CHUNK):
        later = AuditEntry.objects.filter(model=label, object_id__in=chunk, pk__gt=entry)
        found |= {int(pk) for pk in later.values_list("object_id", flat=True)}
    return found
