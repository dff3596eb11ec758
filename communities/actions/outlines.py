"""Outlines of neighbourhoods that an import added and somebody undoes: what lies in them goes back to its own."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from communities.models import Neighbourhood, Team, User

OUTLINE = ("boundary", "min_lat", "min_lng", "max_lat", "max_lng")
#: An outline in the open sea, so that nothing remains inside a neighbourhood whose outline was deleted.
_NOWHERE: dict[str, object] = {
    "boundary": '{"type": "Polygon", "coordinates": [[[0, 0], [0.00001, 0], [0.00001, 0.00001], [0, 0]]]}',
    **{"min_lat": 0.0, "min_lng": 0.0, "max_lat": 0.00001, "max_lng": 0.00001},
}


def outlines_changed(team: Team, by: User | None) -> None:
    """Call the functions in settings that reassign rows to neighbourhoods, in this transaction."""
    for path in settings.AFTER_OUTLINES_CHANGED:
        import_string(path)(team=team, by=by)


def take_outlines(pks: Iterable[int], *, by: User | None) -> dict[int, Neighbourhood]:
    """Move the outlines of neighbourhoods away, so that no row belongs to them by its position; return them as they were."""
    rows = Neighbourhood.objects.select_related("team").filter(pk__in=list(pks)).exclude(boundary="")
    before = {place.pk: place for place in rows}
    Neighbourhood.objects.filter(pk__in=list(before)).update(**_NOWHERE)
    for team in {place.team for place in before.values()}:
        outlines_changed(team, by)
    return before


def give_outlines(before: Mapping[int, Neighbourhood], *, by: User | None) -> None:
    """Give outlines back to the neighbourhoods that stay."""
    for pk, place in before.items():
        Neighbourhood.objects.filter(pk=pk).update(**{name: getattr(place, name) for name in OUTLINE})
    for team in {place.team for place in before.values()}:
        outlines_changed(team, by)
