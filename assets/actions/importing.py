"""Preview and apply imports of assets. A preview writes nothing but itself; applying writes all rows or none.

SQLite has one writer, which holds the lock for its whole transaction. So files are read and rows are
judged before the transaction: inside it, only the data behind the verdicts is compared, and the rows are written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import batched
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.importing.columns import check_columns
from assets.importing.judging import CHUNK, Ground, Judge, Verdict
from assets.models import Asset, ImportBatch, ImportRow
from assets.rules import can_write_asset
from communities.audit import batch as audit_batch
from communities.audit import record, record_many
from communities.bulk_writes import PreparedWrite, prepare_insert, update_each
from communities.geometry import quadkeys
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb

type Row = tuple[int, Mapping[str, str]]
type Rows = Iterable[Row]

Fate = ImportRow.Fate
#: How many days the rows of a file are stored, so that people can look up the result of each.
KEPT_DAYS = 30
#: How often to judge a file without the lock, if somebody changes the map meanwhile, before judging it under the lock.
TRIES = 3


def rehearse_import(
    *,
    team: Team,
    by: User,
    file_name: str,
    headings: list[str],
    rows: Rows,
    columns: dict[str, str],
    kind: str,
    uuid: UUID | None = None,
) -> ImportBatch:
    """Store the rows of a file with the result that each would have; write no asset. Idempotent by `uuid`.

    Raises: PermissionDenied; ValidationError for columns that the file does not have, and whatever reading the rows raises.
    """
    require(can_write_asset, by, team)
    check_columns(columns, headings)
    said = {"file_name": file_name[-200:], "headings": headings, "columns": columns, "kind": kind}
    read = list(rows)
    if not read:
        raise ValidationError(_("This file has headings and no rows. Nothing was read."), code="no_rows")
    verdicts = _plan(ImportBatch(team=team, created_by=by, **said), read).verdicts

    @idempotent(ImportBatch)
    @transaction.atomic
    def keep(*, team: Team, by: User, uuid: UUID | None, rows: list[Row], **said: object) -> ImportBatch:
        batch = ImportBatch(team=team, created_by=by, uuid=uuid or uuid4(), counts=dict(count_fates(verdicts)), **said)
        batch.save()
        _keep_verdicts(batch, rows, verdicts)
        record(by=by, verb=Verb.REHEARSE, obj=batch, fields=("columns", "kind"))
        return batch

    return keep(team=team, by=by, uuid=uuid, rows=read, **said)


def change_import(
    *, batch: ImportBatch, by: User, columns: dict[str, str], kind: str, adds_duplicates: bool
) -> ImportBatch:
    """Read a previewed file again with other columns, another default kind, or another choice about duplicates.

    Raises: PermissionDenied; ValidationError for columns that the file does not have, or if it has been applied.
    """
    require(can_write_asset, by, batch.team_id)
    check_columns(columns, batch.headings)
    batch = _fresh(batch)
    new = {"columns": columns, "kind": kind, "adds_duplicates": adds_duplicates}
    changed = [name for name, value in new.items() if getattr(batch, name) != value]
    batch.columns, batch.kind, batch.adds_duplicates = columns, kind, adds_duplicates
    read = _kept_rows(batch)
    verdicts = _plan(batch, read).verdicts
    batch.counts = dict(count_fates(verdicts))
    with transaction.atomic():
        if _locked(batch).status != ImportBatch.Status.REHEARSED:
            raise ValidationError(_("This import has already been applied. Nothing was changed."), code="applied")
        batch.save(update_fields=("columns", "kind", "adds_duplicates", "counts"))
        _keep_verdicts(batch, read, verdicts)
        if changed:
            record(by=by, verb=Verb.UPDATE, obj=batch, fields=changed)
    return batch


def apply_import(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Write the rows of a preview, judged again against the current map.

    A second call (a double click) returns the batch and writes nothing. Imports into one team wait for each other,
    so that two of them cannot add the same asset. Raises: PermissionDenied.
    """
    require(can_write_asset, by, batch.team_id)
    batch = _fresh(batch)
    if batch.status == ImportBatch.Status.APPLIED:
        return batch
    batch, _plan_written = _judge_and_write(batch, partial(_kept_rows, batch), by)
    return batch


def import_rows(
    *,
    team: Team,
    by: User | None,
    file_name: str,
    headings: list[str],
    rows: Rows,
    columns: dict[str, str],
    kind: str,
    adds_duplicates: bool = False,
    tell: Callable[[list[Verdict]], None] = lambda verdicts: None,
) -> ImportBatch:
    """Judge and write a file in one go, all of it or nothing. Its rows are not stored.

    Calls `tell` with the verdicts, CHUNK at a time, after they are written. `by` is None for a command.
    Raises: PermissionDenied; ValidationError for columns that the file does not have, and whatever reading the rows raises.
    """
    require(can_write_asset, by, team)
    check_columns(columns, headings)
    read = list(rows)
    batch = ImportBatch(
        team=team,
        file_name=file_name[-200:],
        headings=headings,
        columns=columns,
        kind=kind,
        adds_duplicates=adds_duplicates,
        created_by=by,
    )
    batch.save()
    try:
        batch, plan = _judge_and_write(batch, lambda: read, by)
    except BaseException:
        batch.delete()
        raise
    for verdicts in batched(plan.verdicts if plan else (), CHUNK):
        tell(list(verdicts))
    return batch


@transaction.atomic
def delete_expired_import_rows() -> int:
    """Delete the rows of imports older than `KEPT_DAYS`; return how many.

    The imported assets stay, and so do the counts. An import that was never applied is deleted with its rows.
    """
    since = timezone.now() - timedelta(days=KEPT_DAYS)
    rows = ImportRow.objects.filter(batch__created_at__lt=since)
    for batch in ImportBatch.objects.filter(pk__in=rows.values("batch")).order_by("pk"):
        record(by=None, verb=Verb.DISCARD, obj=batch, fields=("rows",))
    gone, _by_model = rows.delete()
    ImportBatch.objects.filter(created_at__lt=since, status=ImportBatch.Status.REHEARSED).delete()
    return gone


def count_fates(verdicts: Iterable[Verdict]) -> Counter[str]:
    """Return the number of rows by fate, and under "outside" the written rows that lie outside every outline."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        counts[str(verdict.fate)] += 1
        counts["outside"] += verdict.is_outside and verdict.is_written
    return counts


@dataclass(frozen=True, slots=True)
class Plan:
    """The verdict on each row of a file, and the data that the verdicts depend on."""

    ground: Ground
    verdicts: list[Verdict]


def _plan(batch: ImportBatch, rows: Iterable[Row]) -> Plan:
    """Judge the rows of a batch with the batch's columns, default kind and choice about duplicates. Write nothing."""
    judge = Judge(team=batch.team, columns=batch.columns, kind=batch.kind, adds_duplicates=batch.adds_duplicates)
    return Plan(judge.ground, [verdict for verdicts in judge.judge(rows) for verdict in verdicts])


def _judge_and_write(
    batch: ImportBatch, rows: Callable[[], list[Row]], by: User | None
) -> tuple[ImportBatch, Plan | None]:
    """Judge the rows, then lock and write them if the map has not changed; otherwise judge them again.

    If people keep changing the map, the rows are finally judged under the lock. Returns the batch and its writes;
    None for a batch that another request applied meanwhile. A batch whose columns changed meanwhile, or whose rows were
    emptied because a resident was erased, is judged in its new state.
    """
    for _try in range(TRIES):
        writes = _prepare(batch, _plan(batch, rows()), by)
        with transaction.atomic():
            held = _hold(batch)
            if held.status == ImportBatch.Status.APPLIED:
                return held, None
            if _still_holds(writes.plan, batch, held):
                return _write(writes, batch, by), writes.plan
        _take_wishes(batch, held)
    with transaction.atomic():
        held = _hold(batch)
        if held.status == ImportBatch.Status.APPLIED:
            return held, None
        _take_wishes(batch, held)
        writes = _prepare(batch, _plan(batch, rows()), by)
        return _write(writes, batch, by), writes.plan


def _hold(batch: ImportBatch) -> ImportBatch:
    """Lock the team's imports and return the current batch."""
    Team.objects.select_for_update(no_key=True).get(pk=batch.team_id)
    return _locked(batch)


def _still_holds(plan: Plan, batch: ImportBatch, held: ImportBatch) -> bool:
    """Lock the assets that the plan changes, and return whether the data it depends on is unchanged."""
    updates = (each for each in plan.verdicts if each.is_written and each.fate == Fate.UPDATE)
    ids = sorted(each.asset.pk for each in updates if each.asset is not None)
    for chunk in batched(ids, CHUNK):
        list(Asset.objects.select_for_update().filter(pk__in=chunk).order_by("pk").values_list("pk"))
    return _wishes(batch) == _wishes(held) and batch.counts == held.counts and plan.ground == Ground.of_team(batch.team)


def _wishes(batch: ImportBatch) -> tuple[dict, str, bool]:
    return batch.columns, batch.kind, batch.adds_duplicates


def _take_wishes(batch: ImportBatch, held: ImportBatch) -> None:
    batch.columns, batch.kind, batch.adds_duplicates = _wishes(held)
    batch.counts = held.counts


def _fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_related("team").get(pk=batch.pk)


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("team").get(pk=batch.pk)


def _kept_rows(batch: ImportBatch) -> list[Row]:
    return list(batch.rows.order_by("number").values_list("number", "values"))


def _keep_verdicts(batch: ImportBatch, rows: Iterable[Row], verdicts: Iterable[Verdict]) -> None:
    """Store the rows of a preview, each with its fate."""
    kept = [
        ImportRow(
            batch=batch,
            number=number,
            values=values,
            fate=verdict.fate,
            messages=verdict.messages,
            asset=verdict.asset,
        )
        for (number, values), verdict in zip(rows, verdicts, strict=True)
    ]
    ImportRow.objects.bulk_create(
        kept,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=("batch", "number"),
        update_fields=("fate", "messages", "asset"),
    )


@dataclass(frozen=True, slots=True)
class Writes:
    """The writes of a plan, complete except for the primary keys of new assets.

    `changes` groups the changed assets by the set of fields that changes: their ids, the fields, and the statements.
    """

    plan: Plan
    new: dict[int, Asset]
    insert: PreparedWrite
    changes: list[tuple[list[int], list[str], PreparedWrite]]


def _prepare(batch: ImportBatch, plan: Plan, by: User | None) -> Writes:
    """Return the writes of a plan. Assets are grouped by changed fields, so that nobody else's change is overwritten."""
    written = [verdict for verdict in plan.verdicts if verdict.is_written]
    now = timezone.now()
    new = {
        verdict.number: Asset(
            team_id=batch.team_id, import_batch_id=batch.pk, created_by=by, created_at=now, **verdict.values
        )
        for verdict in written
        if verdict.fate != Fate.UPDATE
    }
    groups: dict[tuple[str, ...], list[Asset]] = {}
    for verdict in written:
        if verdict.fate == Fate.UPDATE and verdict.asset is not None:
            for name, value in verdict.values.items():
                setattr(verdict.asset, name, value)
            groups.setdefault(tuple(sorted(verdict.values)), []).append(verdict.asset)
    _set_tiles([*new.values(), *(asset for assets in groups.values() for asset in assets)])
    changes = []
    for names, assets in groups.items():
        fields = [name.removesuffix("_id") for name in names]
        insert = prepare_insert(assets, update_fields=[*fields, "quadkey", "updated_at"])
        changes.append(([asset.pk for asset in assets], fields, insert))
    return Writes(plan, new, prepare_insert(list(new.values())), changes)


def _write(writes: Writes, batch: ImportBatch, by: User | None) -> ImportBatch:
    """Write the assets, the fate of each stored row and the audit; mark the batch as applied and return it."""
    writes.insert.run()
    ids = dict(Asset.objects.filter(import_batch=batch).order_by("pk").values_list("uuid", "pk"))
    added = {number: ids[asset.uuid] for number, asset in writes.new.items()}
    fields = [*batch.columns, "import_batch"]
    with audit_batch():
        record_many(by=by, verb=Verb.CREATE, team=batch.team_id, model=Asset, ids=added.values(), fields=fields)
        undo = Undo(batch, by=by, verb=Verb.APPLY)
        undo.added(Asset, added.values())
        for changed, names, insert in writes.changes:
            before = {
                asset.pk: asset for chunk in batched(changed, CHUNK) for asset in Asset.objects.filter(pk__in=chunk)
            }
            insert.run()
            undo.changed_since(before)
            record_many(by=by, verb=Verb.UPDATE, team=batch.team_id, model=Asset, ids=changed, fields=names)
    update_each(
        ImportRow,
        (
            (verdict.fate, verdict.messages, _asset_of(verdict, added), batch.pk, verdict.number)
            for verdict in writes.plan.verdicts
        ),
        fields=("fate", "messages", "asset"),
        keys=("batch", "number"),
    )
    said = {name: getattr(batch, name) for name in ("status", "applied_at", "counts")}
    batch.status, batch.applied_at = ImportBatch.Status.APPLIED, timezone.now()
    batch.counts = dict(count_fates(writes.plan.verdicts))
    batch.save(update_fields=("columns", "kind", "adds_duplicates", "status", "applied_at", "counts"))
    record(by=by, verb=Verb.APPLY, obj=batch, fields=("status",))
    undo.changed(batch, said)
    undo.keep()
    return batch


def _asset_of(verdict: Verdict, added: Mapping[int, int]) -> int | None:
    return added.get(verdict.number) or (verdict.asset.pk if verdict.asset is not None else None)


def _set_tiles(assets: list[Asset]) -> None:
    placed = [
        (asset, asset.latitude, asset.longitude)
        for asset in assets
        if asset.latitude is not None and asset.longitude is not None
    ]
    tiles = quadkeys([place[1] for place in placed], [place[2] for place in placed])
    for (asset, *_place), tile in zip(placed, tiles, strict=True):
        asset.quadkey = tile
