"""Writes to neighbourhoods and their outlines."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities import audit
from communities.geometry import BoundaryFeature, GeometryError, Outline, clean_drawing
from communities.models import Neighbourhood, Team, User
from communities.queries.boundaries import BoundaryImport, Fate, plan_boundary_import
from communities.queries.scope import kinds_belonging_to

BOX = ("min_lat", "min_lng", "max_lat", "max_lng")


@transaction.atomic
def create_neighbourhood(
    *, team: Team, by: User, name: str, population: int | None = None, boundary: str = "", boundary_story: str = ""
) -> Neighbourhood:
    """Add a neighbourhood, with or without an outline.

    Raises: ValidationError for a name the team has already or an outline that cannot be used, keyed by field.
    """
    place = Neighbourhood(team=team, name=name, population=population, boundary_story=boundary_story)
    _set_outline(place, boundary)
    place.full_clean()
    place.save()
    audit.record(by=by, verb="added", obj=place, fields=["name", "population", "boundary", "boundary_story"])
    if place.boundary:
        _outlines_changed(team, by)
    return place


@transaction.atomic
def update_neighbourhood(
    *, neighbourhood: Neighbourhood, by: User, name: str, population: int | None, boundary: str, boundary_story: str
) -> Neighbourhood:
    """Change what is known of a neighbourhood; an empty outline takes the outline away.

    Raises: ValidationError as `create_neighbourhood`.
    """
    place = Neighbourhood.objects.select_for_update().get(pk=neighbourhood.pk)
    before = {name: getattr(place, name) for name in ("name", "population", "boundary", "boundary_story")}
    place.name, place.population, place.boundary_story = name, population, boundary_story
    _set_outline(place, boundary)
    place.full_clean()
    changed = [field for field, value in before.items() if getattr(place, field) != value]
    if changed:
        place.save()
        audit.record(by=by, verb="changed", obj=place, fields=changed)
    if "boundary" in changed:
        _outlines_changed(place.team, by)
    return place


@transaction.atomic
def draw_boundary(*, neighbourhood: Neighbourhood, geometry_text: str, story: str, by: User) -> Neighbourhood:
    """Keep the outline that residents drew, and how they drew it.

    `geometry_text` is GeoJSON or corners typed one a line. Raises: ValidationError under `boundary`.
    """
    place = Neighbourhood.objects.select_for_update().get(pk=neighbourhood.pk)
    if not geometry_text.strip():
        raise ValidationError({"boundary": _("There is no outline yet: draw at least three corners.")})
    _set_outline(place, geometry_text)
    place.boundary_story = story
    place.save()
    audit.record(by=by, verb="changed", obj=place, fields=["boundary", "boundary_story"])
    _outlines_changed(place.team, by)
    return place


@transaction.atomic
def delete_neighbourhood(*, neighbourhood: Neighbourhood, by: User) -> Neighbourhood:
    """Remove a neighbourhood that nothing belongs to, in any app.

    Raises: ValidationError that says what belongs to it, also where a deletion would only have emptied the field.
    """
    held = kinds_belonging_to(neighbourhood)
    if held:
        raise ValidationError(
            gettext("%(name)s stays: these belong to it: %(held)s. Move them first.")
            % {"name": neighbourhood.name, "held": ", ".join(held)}
        )
    audit.record(by=by, verb="removed", obj=neighbourhood)
    neighbourhood.delete()
    return neighbourhood


@transaction.atomic
def import_boundaries(*, team: Team, features: Iterable[BoundaryFeature], by: User | None) -> BoundaryImport:
    """Add a neighbourhood for each usable feature the team does not know, and update the outline of those it does.

    The same file again adds and changes nothing. Returns the fate of every feature; refused ones are left out and the
    rest are written. `by` is None for a command. See `plan_boundary_import` for how features are matched.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    plan = plan_boundary_import(team=team, features=features)
    added, updated = [], []
    for row in plan.fates:
        if row.fate is Fate.ADDED:
            place = Neighbourhood(team=team, name=row.feature.name, code=row.feature.code)
            _put(place, row.feature.outline)
            added.append(place)
        elif row.fate is Fate.UPDATED:
            row.neighbourhood.code = row.neighbourhood.code or row.feature.code
            _put(row.neighbourhood, row.feature.outline)
            row.neighbourhood.save()
            updated.append(row.neighbourhood.pk)
    created = Neighbourhood.objects.bulk_create(added, batch_size=500)
    for verb, ids in (("added", [place.pk for place in created]), ("changed", updated)):
        audit.record_many(
            by=by, verb=verb, team=team, model=Neighbourhood, ids=ids, fields=["boundary", "code", "name"]
        )
    if added or updated:
        _outlines_changed(team, by)
    return plan


def _outlines_changed(team: Team, by: User | None) -> None:
    """Let the apps above place again, in this transaction, what lies inside outlines; settings name who wants to know."""
    for path in settings.AFTER_OUTLINES_CHANGED:
        import_string(path)(team=team, by=by)


def _set_outline(place: Neighbourhood, text: str) -> None:
    """Give a neighbourhood the outline in a text, or none. Raises: ValidationError under `boundary`."""
    if not text.strip():
        _put(place, None)
        return
    try:
        _put(place, clean_drawing(text))
    except GeometryError as error:
        raise ValidationError({"boundary": error.translated(gettext)}) from error


def _put(place: Neighbourhood, outline: Outline | None) -> None:
    """Set the outline and the box around it together; the database refuses one without the other."""
    place.boundary = outline.geometry if outline else ""
    for name in BOX:
        setattr(place, name, getattr(outline.bbox, name) if outline else None)
