"""Rehearsing and applying imports of assets. A rehearsal writes nothing but itself; applying writes all of it or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.importing.columns import check_columns
from assets.importing.judging import CHUNK, Judge, Verdict
from assets.models import Asset, ImportBatch, ImportRow
from communities.audit import record, record_many
from communities.geometry import quadkeys
from communities.models import Team, User

type Rows = Iterable[tuple[int, Mapping[str, str]]]


@transaction.atomic
def rehearse_import(
    *, team: Team, by: User, file_name: str, headings: list[str], rows: Rows, columns: dict[str, str], kind: str
) -> ImportBatch:
    """Keep the rows of a file with what would become of each; no asset is touched.

    Raises: ValidationError for columns that the file does not have, and what reading on raises.
    """
    check_columns(columns, headings)
    batch = ImportBatch.objects.create(
        team=team, file_name=file_name[-200:], headings=headings, columns=columns, kind=kind, created_by=by
    )
    kept = [ImportRow(batch=batch, number=number, values=row, fate=ImportRow.Fate.PROBLEM) for number, row in rows]
    if not kept:
        raise ValidationError(_("This file has headings and no rows. Nothing was read."), code="no_rows")
    ImportRow.objects.bulk_create(kept, batch_size=CHUNK)
    record(by=by, verb="rehearse", obj=batch, fields=("columns", "kind"))
    return _judge_again(batch)


@transaction.atomic
def change_import(
    *, batch: ImportBatch, by: User, columns: dict[str, str], kind: str, adds_duplicates: bool
) -> ImportBatch:
    """Read a rehearsed file with other columns, another kind, or other wishes about duplicates.

    Raises: ValidationError for columns that the file does not have, and once it was applied.
    """
    batch = _locked(batch)
    if batch.status != ImportBatch.Status.REHEARSED:
        raise ValidationError(_("This import was applied already. Nothing was changed."), code="applied")
    check_columns(columns, batch.headings)
    batch.columns, batch.kind, batch.adds_duplicates = columns, kind, adds_duplicates
    batch.save(update_fields=("columns", "kind", "adds_duplicates"))
    record(by=by, verb="update", obj=batch, fields=("columns", "kind", "adds_duplicates"))
    return _judge_again(batch)


@transaction.atomic
def apply_import(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Write what a rehearsal showed, judged again against the map as it is now.

    A second call, a double click for one, returns the batch and writes nothing. Imports of one team wait for each other,
    so that two of them cannot add the same asset.
    """
    _one_at_a_time(batch.team_id)
    batch = _locked(batch)
    if batch.status == ImportBatch.Status.APPLIED:
        return batch
    judge = _judge_of(batch, locks=True)
    counts: Counter[str] = Counter()
    rows = list(batch.rows.order_by("number"))
    by_number = {row.number: row for row in rows}
    for verdicts in judge.judge((row.number, row.values) for row in rows):
        written = _write(verdicts, batch=batch, by=by)
        _keep_verdicts(verdicts, by_number, written)
        counts.update(count_fates(verdicts))
    return _finish(batch, counts, by)


@transaction.atomic
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
    """Judge and write a file of any length in one go, CHUNK rows at a time; all of it or nothing.

    `tell` is given the verdicts of each chunk. Raises: ValidationError for columns that the file does not have, and what
    reading on raises.
    """
    check_columns(columns, headings)
    _one_at_a_time(team.pk)
    batch = ImportBatch.objects.create(
        team=team,
        file_name=file_name[-200:],
        headings=headings,
        columns=columns,
        kind=kind,
        adds_duplicates=adds_duplicates,
        created_by=by,
    )
    judge = _judge_of(batch, locks=True)
    counts: Counter[str] = Counter()
    for verdicts in judge.judge(rows):
        _write(verdicts, batch=batch, by=by)
        counts.update(count_fates(verdicts))
        tell(verdicts)
    return _finish(batch, counts, by)


def count_fates(verdicts: Iterable[Verdict]) -> Counter[str]:
    """Return the number of rows of each fate, and under "outside" those written that lie outside every outline."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        counts[str(verdict.fate)] += 1
        counts["outside"] += verdict.is_outside and verdict.is_written
    return counts


def _one_at_a_time(team_id: int) -> None:
    Team.objects.select_for_update().get(pk=team_id)


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("team").get(pk=batch.pk)


def _judge_of(batch: ImportBatch, *, locks: bool) -> Judge:
    return Judge(
        team=batch.team,
        columns=batch.columns,
        kind=batch.kind,
        adds_duplicates=batch.adds_duplicates,
        locks=locks,
    )


def _judge_again(batch: ImportBatch) -> ImportBatch:
    """Write each row's verdict beside it, and the counts on the batch."""
    rows = list(batch.rows.order_by("number"))
    by_number = {row.number: row for row in rows}
    counts: Counter[str] = Counter()
    for verdicts in _judge_of(batch, locks=False).judge((row.number, row.values) for row in rows):
        _keep_verdicts(verdicts, by_number, {})
        counts.update(count_fates(verdicts))
    batch.counts = dict(counts)
    batch.save(update_fields=("counts",))
    return batch


def _keep_verdicts(verdicts: list[Verdict], rows: Mapping[int, ImportRow], written: Mapping[int, int]) -> None:
    """Keep what became of each row; `written` is {row: id of the asset added}."""
    kept = []
    for verdict in verdicts:
        row = rows[verdict.number]
        row.fate, row.messages = verdict.fate, verdict.messages
        row.asset_id = written.get(verdict.number) or (verdict.asset.pk if verdict.asset is not None else None)
        kept.append(row)
    ImportRow.objects.bulk_create(
        kept,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=("id",),
        update_fields=("fate", "messages", "asset"),
    )


def _write(verdicts: list[Verdict], *, batch: ImportBatch, by: User | None) -> dict[int, int]:
    """Write a chunk and its audit; return {row: id of the asset added}."""
    new = [verdict for verdict in verdicts if verdict.is_written and verdict.fate != ImportRow.Fate.UPDATE]
    changed = [verdict for verdict in verdicts if verdict.is_written and verdict.fate == ImportRow.Fate.UPDATE]
    now = timezone.now()
    assets = [
        Asset(team_id=batch.team_id, import_batch=batch, created_by=by, created_at=now, **verdict.values)
        for verdict in new
    ]
    _set_tiles(assets)
    Asset.objects.bulk_create(assets, batch_size=CHUNK)
    record_many(
        by=by,
        verb="create",
        team=batch.team_id,
        model=Asset,
        ids=[asset.pk for asset in assets],
        fields=[*batch.columns, "import_batch"],
    )
    _update(changed, batch=batch, by=by)
    return {verdict.number: asset.pk for verdict, asset in zip(new, assets, strict=True)}


def _update(changed: list[Verdict], *, batch: ImportBatch, by: User | None) -> None:
    """Bring assets up to date, together those of which the same fields change: nobody else's change is written over."""
    groups: dict[tuple[str, ...], list[Asset]] = {}
    for verdict in changed:
        for name, value in verdict.values.items():
            setattr(verdict.asset, name, value)
        groups.setdefault(tuple(sorted(verdict.values)), []).append(verdict.asset)
    for names, assets in groups.items():
        fields = [name.removesuffix("_id") for name in names]
        _set_tiles(assets)
        Asset.objects.bulk_create(
            assets,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=("id",),
            update_fields=[*fields, "quadkey", "updated_at"],
        )
        ids = [asset.pk for asset in assets]
        record_many(by=by, verb="update", team=batch.team_id, model=Asset, ids=ids, fields=fields)


def _set_tiles(assets: list[Asset]) -> None:
    placed = [asset for asset in assets if asset.has_position]
    tiles = quadkeys([asset.latitude for asset in placed], [asset.longitude for asset in placed])
    for asset, tile in zip(placed, tiles, strict=True):
        asset.quadkey = tile


def _finish(batch: ImportBatch, counts: Mapping[str, int], by: User | None) -> ImportBatch:
    """Mark the batch applied, with what became of its rows.

    Raises: ValidationError when somebody else applied it meanwhile, which takes everything back.
    """
    batch.status, batch.applied_at, batch.counts = ImportBatch.Status.APPLIED, timezone.now(), dict(counts)
    won = ImportBatch.objects.filter(pk=batch.pk, status=ImportBatch.Status.REHEARSED).update(
        status=batch.status, applied_at=batch.applied_at, counts=batch.counts
    )
    if not won:
        raise ValidationError(_("This import was applied already. Nothing was written twice."), code="applied")
    record(by=by, verb="apply", obj=batch, fields=("status",))
    return batch
