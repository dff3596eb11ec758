"""Write value maps: the map, its outcomes, what they rest on, and what is put in; and sign what somebody else entered."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation.models import AssumptionKind, ValueAssumption, ValueInput, ValueLine, ValueMap
from evaluation.value.rules import can_write_value, has_entered

#: What cannot change on a map that has outcomes or inputs, because these were entered for it.
_FIXED = ("years", "measure", "price_year")


@idempotent(ValueMap)
@transaction.atomic
def create_value_map(
    *,
    by: User,
    team: Team,
    title: str,
    activity: str,
    starts_on: date,
    years: int,
    measure: str,
    price_year: int,
    uuid: UUID | None = None,
) -> ValueMap:
    """Begin a value map of an activity of some years. Raises: PermissionDenied; ValidationError by field."""
    require(can_write_value, by, team)
    values = {
        "title": title,
        "activity": activity,
        "starts_on": starts_on,
        "years": years,
        "measure": measure,
        "price_year": price_year,
    }
    value_map = ValueMap(uuid=uuid or uuid4(), team=team, created_by=by, **values)
    save_checked(value_map)
    audit.record(by=by, verb=Verb.CREATE, obj=value_map, fields=list(values))
    return value_map


@transaction.atomic
def update_value_map(
    *,
    by: User,
    value_map: ValueMap,
    title: str,
    activity: str,
    starts_on: date,
    years: int,
    measure: str,
    price_year: int,
) -> ValueMap:
    """Change what a map is about.

    Raises: PermissionDenied; ValidationError by field, for years, prices or a measure that its outcomes and inputs were not entered for,
    and when it was deleted meanwhile.
    """
    require(can_write_value, by, value_map.team_id)
    value_map = _locked_map(value_map)
    values = {
        "title": title,
        "activity": activity,
        "starts_on": starts_on,
        "years": years,
        "measure": measure,
        "price_year": price_year,
    }
    changed = changed_names(value_map, values)
    fixed = [name for name in _FIXED if name in changed]
    if fixed and (value_map.lines.exists() or value_map.inputs.exists()):
        words = _("Its outcomes and inputs were entered for this. Delete them first, or begin another map.")
        raise ValidationError(dict.fromkeys(fixed, words))
    _change(value_map, values, changed, by)
    return value_map


@transaction.atomic
def delete_value_map(*, by: User, value_map: ValueMap) -> None:
    """Delete a map with all it consists of, which can be undone. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_write_value, by, value_map.team_id)
    _delete(_locked_map(value_map), by)


@idempotent(ValueLine)
@transaction.atomic
def add_value_line(
    *,
    by: User,
    value_map: ValueMap,
    stakeholder: str,
    change: str,
    is_negative: bool,
    starts: str,
    uuid: UUID | None = None,
) -> ValueLine:
    """Add an outcome, which has no assumptions yet.

    Raises: PermissionDenied; ValidationError by field, for one that the map has already, and when the map was deleted meanwhile.
    """
    require(can_write_value, by, value_map.team_id)
    values = {"stakeholder": stakeholder, "change": change, "is_negative": is_negative, "starts": starts}
    line = ValueLine(uuid=uuid or uuid4(), value_map=_locked_map(value_map), **values)
    save_checked(line)
    audit.record(by=by, verb=Verb.CREATE, obj=line, fields=list(values))
    return line


@transaction.atomic
def change_value_line(
    *, by: User, line: ValueLine, stakeholder: str, change: str, is_negative: bool, starts: str
) -> ValueLine:
    """Change an outcome. Whether it is subtracted and when it starts was part of what was signed, so its signatures end with either.

    Raises: PermissionDenied; ValidationError as for a new one, and when it was deleted meanwhile.
    """
    require(can_write_value, by, line.value_map.team_id)
    line = locked(ValueLine.objects.select_related("value_map__team"), line.pk)
    values = {"stakeholder": stakeholder, "change": change, "is_negative": is_negative, "starts": starts}
    changed = changed_names(line, values)
    _change(line, values, changed, by)
    if {"is_negative", "starts"} & set(changed):
        for each in line.assumptions.select_for_update(of=("self",)).filter(signed_by__isnull=False):
            each.line = line
            _enter(each, by)
            each.save(update_fields=_SIGNATURE)
            audit.record(by=by, verb=Verb.UPDATE, obj=each, fields=["signed_by"])
    return line


@transaction.atomic
def delete_value_line(*, by: User, line: ValueLine) -> None:
    """Delete an outcome with its assumptions, which can be undone. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_write_value, by, line.value_map.team_id)
    _delete(locked(ValueLine.objects.select_related("value_map__team"), line.pk), by)


@transaction.atomic
def write_assumption(
    *,
    by: User,
    line: ValueLine,
    kind: str,
    value: Decimal,
    low: Decimal,
    high: Decimal,
    source: str,
    price_year: int | None = None,
) -> ValueAssumption:
    """Enter an assumption of an outcome, or change it; a change ends its signature, and nothing happens if all is the same.

    price_year: of what something is worth in pounds only. Raises: PermissionDenied; ValidationError by field for numbers that cannot be,
    prices of another year than the map's, a missing source, and when the outcome was deleted meanwhile.
    """
    require(can_write_value, by, line.value_map.team_id)
    line = locked(ValueLine.objects.select_related("value_map__team"), line.pk)
    values = {"value": value, "low": low, "high": high, "source": source, "price_year": price_year}
    if refused := _why_not_priced(line, kind, price_year):
        raise ValidationError({"price_year": refused})
    kept = line.assumptions.filter(kind=kind).first()
    row = kept or ValueAssumption(line=line, kind=kind)
    row.line = line
    changed = [name for name, each in values.items() if kept is None or getattr(row, name) != each]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        _enter(row, by)
        save_checked(row)
        audit.record(by=by, verb=Verb.UPDATE if kept else Verb.CREATE, obj=row, fields=changed)
    return row


@transaction.atomic
def sign_assumption(*, by: User, assumption: ValueAssumption, seen: str) -> ValueAssumption:
    """Sign what somebody else entered. seen: `entered_at` in ISO 8601, of what the person read.

    Raises: PermissionDenied; ValidationError for whoever entered it, and when it was changed or deleted meanwhile.
    """
    require(can_write_value, by, assumption.line.value_map.team_id)
    row = locked(ValueAssumption.objects.select_related("line__value_map__team"), assumption.pk)
    return _sign(row, by, seen)


@idempotent(ValueInput)
@transaction.atomic
def add_value_input(
    *,
    by: User,
    value_map: ValueMap,
    who: str,
    what: str,
    year: int,
    low_gbp: Decimal,
    high_gbp: Decimal,
    source: str,
    uuid: UUID | None = None,
) -> ValueInput:
    """Add what somebody puts in during a year of the activity. Raises: PermissionDenied; ValidationError by field."""
    require(can_write_value, by, value_map.team_id)
    values = {"who": who, "what": what, "year": year, "low_gbp": low_gbp, "high_gbp": high_gbp, "source": source}
    row = ValueInput(uuid=uuid or uuid4(), value_map=_locked_map(value_map), entered_by=by, **values)
    _refuse_year(row)
    save_checked(row)
    audit.record(by=by, verb=Verb.CREATE, obj=row, fields=list(values))
    return row


@transaction.atomic
def change_value_input(
    *,
    by: User,
    value_input: ValueInput,
    who: str,
    what: str,
    year: int,
    low_gbp: Decimal,
    high_gbp: Decimal,
    source: str,
) -> ValueInput:
    """Change an input, which ends its signature. Raises: PermissionDenied; ValidationError by field, and when it was deleted meanwhile."""
    require(can_write_value, by, value_input.value_map.team_id)
    row = locked(ValueInput.objects.select_related("value_map__team"), value_input.pk)
    values = {"who": who, "what": what, "year": year, "low_gbp": low_gbp, "high_gbp": high_gbp, "source": source}
    changed = changed_names(row, values)
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        _enter(row, by)
        _refuse_year(row)
        save_checked(row)
        audit.record(by=by, verb=Verb.UPDATE, obj=row, fields=changed)
    return row


@transaction.atomic
def delete_value_input(*, by: User, value_input: ValueInput) -> None:
    """Delete an input, which can be undone. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_write_value, by, value_input.value_map.team_id)
    _delete(locked(ValueInput.objects.select_related("value_map__team"), value_input.pk), by)


@transaction.atomic
def sign_value_input(*, by: User, value_input: ValueInput, seen: str) -> ValueInput:
    """Sign an input that somebody else entered, as `sign_assumption` does an assumption."""
    require(can_write_value, by, value_input.value_map.team_id)
    row = locked(ValueInput.objects.select_related("value_map__team"), value_input.pk)
    return _sign(row, by, seen)


_SIGNATURE = ["entered_by", "entered_at", "signed_by", "signed_at"]


def _locked_map(value_map: ValueMap) -> ValueMap:
    """Return the map, locked, so that what its rows have in common cannot change meanwhile."""
    return locked(ValueMap.objects.select_related("team"), value_map.pk)


def _change(row: Any, values: dict[str, object], changed: list[str], by: User) -> None:  # noqa: ANN401 - a map or an outcome
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        save_checked(row, update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=row, fields=changed)


def _delete(row: ValueMap | ValueLine | ValueInput, by: User) -> None:
    audit.record(by=by, verb=Verb.DELETE, obj=row)
    delete_undoably(row, by=by)


def _enter(row: ValueAssumption | ValueInput, by: User) -> None:
    """Note who entered what a row says now, which nobody has signed."""
    row.entered_by, row.entered_at, row.signed_by, row.signed_at = by, timezone.now(), None, None


def _sign[Row: (ValueAssumption, ValueInput)](row: Row, by: User, seen: str) -> Row:
    if row.is_signed:
        return row
    if row.entered_at.isoformat() != seen:
        raise ValidationError(_("This was changed after you opened the page, so it is not signed. Read it again."))
    if has_entered(by, row):
        raise ValidationError(_("You entered this, so somebody else signs it. Ask a colleague."))
    row.signed_by, row.signed_at = by, timezone.now()
    row.save(update_fields=["signed_by", "signed_at"])
    audit.record(by=by, verb=Verb.UPDATE, obj=row, fields=["signed_by"])
    return row


def _why_not_priced(line: ValueLine, kind: str, price_year: int | None) -> str:
    """Return why an assumption cannot have prices of a year; "" if it can."""
    if kind != AssumptionKind.WORTH or not line.value_map.has_money:
        return "" if price_year is None else _("Only what something is worth in pounds has a price year.")
    if price_year == line.value_map.price_year:
        return ""
    return _("This map is in prices of %(year)s. Convert the amount first, and say in the source how.") % {
        "year": line.value_map.price_year
    }


def _refuse_year(row: ValueInput) -> None:
    """Raise a ValidationError for a year in which the activity does not run."""
    if row.year is not None and row.year > row.value_map.years:
        words = ngettext(
            "The activity runs for %(years)s year only.",
            "The activity runs for %(years)s years only.",
            row.value_map.years,
        )
        raise ValidationError({"year": words % {"years": row.value_map.years}})
