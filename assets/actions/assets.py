"""Write assets: add, change, retire, restore and confirm them, and work out their neighbourhood."""

import uuid as uuids
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.actions.photos import add_asset_photo
from assets.models import Asset, Status
from assets.queries import neighbourhood_at
from assets.rules import EDITABLE, can_write_asset, check_position
from communities.actions.saving import check_row
from communities.audit import record, record_many
from communities.folding import readable
from communities.geometry import quadkey
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.queries import boundary_index
from communities.rules import require
from communities.undo import keep_change
from communities.verbs import Verb


@idempotent(Asset)
@transaction.atomic
def create_asset(
    *,
    team: Team,
    by: User | None,
    uuid: uuids.UUID | None = None,
    photo: ContentFile | None = None,
    photo_alt: str = "",
    **values: object,
) -> Asset:
    """Add an asset to the map, in the neighbourhood whose outline contains it unless one is given.

    Idempotent by `uuid`. Somebody who adds an asset knows it, so `last_confirmed_on` is today unless given. `photo`
    comes from `clean_photo`.
    Raises: PermissionDenied; ValidationError keyed by field; TypeError for a field that a person cannot set.
    """
    require(can_write_asset, by, team)
    _known(values)
    asset = Asset(team=team, created_by=by, uuid=uuid or uuids.uuid4())
    asset.last_confirmed_on = timezone.localdate()
    for name, value in values.items():
        setattr(asset, name, value)
    asset.is_neighbourhood_chosen = asset.neighbourhood_id is not None
    _place(asset)
    check_row(asset, exclude=("team", "created_by", "uuid"))
    asset.save(force_insert=True)
    record(by=by, verb=Verb.CREATE, obj=asset, fields=values)
    if photo:
        add_asset_photo(asset=asset, by=by, photo=photo, alt=photo_alt)
    return asset


@transaction.atomic
def update_asset(*, asset: Asset, by: User | None, **values: object) -> Asset:
    """Change the given fields of an asset; two people who change different fields both keep their change.

    A given neighbourhood is the person's choice and stays; None lets the outlines decide again. A new position moves the
    asset to the neighbourhood that contains it unless a person chose one.
    Raises: PermissionDenied; ValidationError keyed by field; TypeError for a field that a person cannot set.
    """
    require(can_write_asset, by, asset.team_id)
    _known(values)
    asset = _locked(asset)
    changed = [name for name, value in values.items() if getattr(asset, name) != value]
    if not changed:
        return asset
    for name in changed:
        setattr(asset, name, values[name])
    if "neighbourhood" in changed:
        asset.is_neighbourhood_chosen = asset.neighbourhood_id is not None
    if {"neighbourhood", "latitude", "longitude"} & set(changed):
        _place(asset)
    check_row(asset, exclude=("team", "created_by", "retired_by", "import_batch"))
    asset.save()
    record(by=by, verb=Verb.UPDATE, obj=asset, fields=changed)
    return asset


@transaction.atomic
def confirm_asset(*, asset: Asset, by: User, on: date | None = None) -> Asset:
    """Record that the asset is still as described, today unless a date is given.

    Raises: PermissionDenied; ValidationError if it has been retired.
    """
    require(can_write_asset, by, asset.team_id)
    asset = _locked(asset)
    day = on or timezone.localdate()
    if asset.status == Status.RETIRED:
        raise ValidationError(_("This asset has been taken off the map. Put it back first."))
    if asset.last_confirmed_on == day:
        return asset
    asset.last_confirmed_on = day
    asset.save(update_fields=("last_confirmed_on", "updated_at"))
    record(by=by, verb=Verb.CONFIRM, obj=asset, fields=("last_confirmed_on",))
    return asset


@transaction.atomic
def retire_asset(*, asset: Asset, by: User, reason: str) -> Asset:
    """Take an asset off the map and record why; `restore_asset` puts it back.

    Returns an asset that is already retired unchanged.
    Raises: PermissionDenied; ValidationError keyed by `reason` when it is empty or too long.
    """
    require(can_write_asset, by, asset.team_id)
    asset = _locked(asset)
    if asset.status == Status.RETIRED:
        return asset
    reason = readable(reason)
    if not reason:
        raise ValidationError({"reason": _("Say briefly what happened to it.")})
    if len(reason) > 250:
        raise ValidationError({"reason": _("Use 250 characters or fewer.")})
    before = {name: getattr(asset, name) for name in ("status", "retired_reason", "retired_at", "retired_by")}
    asset.status, asset.retired_reason = Status.RETIRED, reason
    asset.retired_at, asset.retired_by = timezone.now(), by
    asset.save(update_fields=("status", "retired_reason", "retired_at", "retired_by", "updated_at"))
    record(by=by, verb=Verb.RETIRE, obj=asset, fields=("status", "retired_reason"))
    keep_change(asset, by=by, verb=Verb.RETIRE, before=before)
    return asset


@transaction.atomic
def restore_asset(*, asset: Asset, by: User) -> Asset:
    """Put a retired asset back on the map; return any other asset unchanged. Raises: PermissionDenied."""
    require(can_write_asset, by, asset.team_id)
    asset = _locked(asset)
    if asset.status != Status.RETIRED:
        return asset
    asset.status, asset.retired_reason = Status.LISTED, ""
    asset.retired_at = asset.retired_by = None
    asset.save(update_fields=("status", "retired_reason", "retired_at", "retired_by", "updated_at"))
    record(by=by, verb=Verb.RESTORE, obj=asset, fields=("status", "retired_reason"))
    return asset


@transaction.atomic
def relocate_assets(*, team: Team, by: User | None) -> int:
    """Recalculate the neighbourhood of every asset with a position, after outlines changed; return how many moved.

    A neighbourhood that a person chose stays. An asset that no outline contains stays in a neighbourhood without one. `by` is
    None for a command. Raises: PermissionDenied.
    """
    require(can_write_asset, by, team)
    index = boundary_index(team)
    undrawn = set(Neighbourhood.objects.filter(team=team, boundary="").values_list("pk", flat=True))
    rows = list(
        Asset.objects.filter(team=team, is_neighbourhood_chosen=False)
        .placed()
        .order_by("pk")
        .values_list("pk", "latitude", "longitude", "neighbourhood_id")
    )
    located = index.locate_many([row[1] for row in rows], [row[2] for row in rows])
    moves: dict[int | None, list[int]] = {}
    for (pk, _latitude, _longitude, before), after in zip(rows, located, strict=True):
        if after != before and not (after is None and before in undrawn):
            moves.setdefault(after, []).append(pk)
    for neighbourhood_id, ids in moves.items():
        _move(ids, neighbourhood_id)
    moved = [pk for ids in moves.values() for pk in ids]
    return record_many(by=by, verb=Verb.UPDATE, team=team, model=Asset, ids=moved, fields=("neighbourhood",))


def _move(ids: list[int], neighbourhood_id: int | None) -> None:
    """Set the neighbourhood of many assets, 500 per statement because SQLite limits the number of parameters."""
    for start in range(0, len(ids), 500):
        Asset.objects.filter(pk__in=ids[start : start + 500]).update(
            neighbourhood_id=neighbourhood_id, updated_at=timezone.now()
        )


def _known(values: dict[str, object]) -> None:
    if unknown := set(values) - EDITABLE:
        raise TypeError(f"Assets do not take {', '.join(sorted(unknown))}.")


def _locked(asset: Asset) -> Asset:
    """Return the current row, locked until the end of the transaction."""
    return Asset.objects.select_for_update().get(pk=asset.pk)


def _place(asset: Asset) -> None:
    """Set the fields derived from the position: the tile, and the neighbourhood unless a person chose it."""
    check_position(asset.latitude, asset.longitude)
    latitude, longitude = asset.latitude, asset.longitude
    asset.quadkey = "" if latitude is None or longitude is None else quadkey(latitude, longitude)
    if asset.is_neighbourhood_chosen and asset.neighbourhood is not None:
        if asset.neighbourhood.team_id != asset.team_id:
            raise ValidationError({"neighbourhood": _("Choose one of your team’s neighbourhoods.")})
        return
    asset.neighbourhood = neighbourhood_at(asset.team_id, asset.latitude, asset.longitude)
