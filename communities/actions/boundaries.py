"""Write neighbourhoods and their outlines."""

from collections.abc import Iterable
from copy import copy
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext, ngettext

from communities import audit
from communities.actions.outlines import outlines_changed
from communities.actions.saving import check_row, locked
from communities.geometry import BoundaryFeature, GeometryError, Outline, clean_drawing
from communities.idempotency import idempotent
from communities.lists import listed
from communities.models import Neighbourhood, Team, User
from communities.queries.boundaries import BoundaryImport, Fate, plan_boundary_import
from communities.queries.scope import kinds_belonging_to
from communities.rules import can_write_neighbourhood, require
from communities.undo import Undo, delete_undoably
from communities.verbs import Verb

BOX = ("min_lat", "min_lng", "max_lat", "max_lng")
#: The fields that a person sets; the bounding box is derived from the outline.
NEIGHBOURHOOD_FIELDS = ("name", "code", "population", "boundary", "boundary_story")


@idempotent(Neighbourhood)
@transaction.atomic
def create_neighbourhood(*, team: Team, by: User | None, uuid: UUID | None = None, **values: object) -> Neighbourhood:
    """Add a neighbourhood, with or without an outline; `values` are some of NEIGHBOURHOOD_FIELDS. Idempotent by `uuid`.

    Raises: PermissionDenied; ValidationError keyed by field for a name that the team already has or an unusable outline.
    """
    require(can_write_neighbourhood, by, team)
    place = Neighbourhood(team=team)
    _write(place, values)
    place.save()
    audit.record(by=by, verb=Verb.CREATE, obj=place, fields=values)
    if place.boundary:
        outlines_changed(team, by)
    return place


@transaction.atomic
def update_neighbourhood(*, neighbourhood: Neighbourhood, by: User | None, **values: object) -> Neighbourhood:
    """Change the given fields of a neighbourhood; an empty outline removes the outline.

    `values` are some of NEIGHBOURHOOD_FIELDS. Raises: as `create_neighbourhood`.
    """
    require(can_write_neighbourhood, by, neighbourhood.team_id)
    place = Neighbourhood.objects.select_for_update(of=("self",)).select_related("team").get(pk=neighbourhood.pk)
    before = {name: getattr(place, name) for name in values}
    _write(place, values)
    changed = [field for field, value in before.items() if getattr(place, field) != value]
    if changed:
        place.save()
        audit.record(by=by, verb=Verb.UPDATE, obj=place, fields=changed)
    if "boundary" in changed:
        outlines_changed(place.team, by)
    return place


def refusal_of_deletion(neighbourhood: Neighbourhood) -> str:
    """Return the sentence that says which rows belong to a neighbourhood, so that it stays; "" if none do."""
    if held := kinds_belonging_to(neighbourhood):
        words = gettext("%(name)s cannot be deleted, because these belong to it: %(held)s. Move them first.")
        return words % {"name": neighbourhood.name, "held": listed(held)}
    return ""


@transaction.atomic
def delete_neighbourhood(*, neighbourhood: Neighbourhood, by: User | None) -> Neighbourhood:
    """Delete a neighbourhood that no row of any app belongs to.

    Raises: PermissionDenied; ValidationError that says what belongs to it, including rows whose field would only be set
    to null, and if it was deleted meanwhile.
    """
    require(can_write_neighbourhood, by, neighbourhood.team_id)
    neighbourhood = locked(Neighbourhood.objects.select_related("team"), neighbourhood.pk)
    if refusal := refusal_of_deletion(neighbourhood):
        raise ValidationError(refusal)
    audit.record(by=by, verb=Verb.DELETE, obj=neighbourhood)
    delete_undoably(neighbourhood, by=by, managers_only=True)
    return neighbourhood


@transaction.atomic
def import_boundaries(*, team: Team, features: Iterable[BoundaryFeature], by: User | None) -> BoundaryImport:
    """Add a neighbourhood for each usable new feature, and update the outlines of existing ones.

    Importing the same file again changes nothing. Returns the result of every feature; refused ones are left out and the
    rest are written. `by` is None for a command. See `plan_boundary_import` for how features are matched.
    Raises: PermissionDenied.
    """
    require(can_write_neighbourhood, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    plan = plan_boundary_import(team=team, features=features)
    added, updated, before = [], [], {}
    for row in plan.fates:
        if row.fate is Fate.ADDED:
            place = Neighbourhood(team=team, name=row.feature.name, code=row.feature.code)
            _put(place, row.feature.outline)
            added.append(place)
        elif row.fate is Fate.UPDATED and (known := row.neighbourhood):
            before[known.pk] = copy(known)
            known.code = known.code or row.feature.code
            _put(known, row.feature.outline)
            known.save()
            updated.append(known.pk)
    created = Neighbourhood.objects.bulk_create(added, batch_size=500)
    for verb, ids in ((Verb.CREATE, [place.pk for place in created]), (Verb.UPDATE, updated)):
        audit.record_many(
            by=by, verb=verb, team=team, model=Neighbourhood, ids=ids, fields=["boundary", "code", "name"]
        )
    undo = Undo.of_import(Neighbourhood, by=by, team=team, managers_only=True)
    count = len(added) + len(updated)
    undo.title = ngettext("%(n)s outline from a file", "%(n)s outlines from a file", count) % {"n": count}
    undo.added(Neighbourhood, [place.pk for place in created])
    undo.changed_since(before)
    undo.keep()
    if added or updated:
        outlines_changed(team, by)
    return plan


def _write(place: Neighbourhood, values: dict[str, object]) -> None:
    """Set the given values and validate the row. Raises: ValidationError keyed by field; TypeError for other fields."""
    if unknown := set(values) - set(NEIGHBOURHOOD_FIELDS):
        raise TypeError(f"Not fields of a neighbourhood that are typed: {sorted(unknown)}")
    for name, value in values.items():
        if name == "boundary":
            _set_outline(place, str(value))
        else:
            setattr(place, name, value)
    check_row(place)


def _set_outline(place: Neighbourhood, text: str) -> None:
    """Set the outline from a text, or clear it. Raises: ValidationError keyed by `boundary`."""
    if not text.strip():
        _put(place, None)
        return
    try:
        _put(place, clean_drawing(text))
    except GeometryError as error:
        raise ValidationError({"boundary": error.translated(gettext)}) from error


def _put(place: Neighbourhood, outline: Outline | None) -> None:
    """Set the outline and its bounding box together; a constraint refuses one without the other."""
    place.boundary = outline.geometry if outline else ""
    for name in BOX:
        setattr(place, name, getattr(outline.bbox, name) if outline else None)
