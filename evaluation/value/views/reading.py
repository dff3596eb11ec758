"""The list of value maps, one map, one outcome, its files, and the ratios that others have printed."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from communities.paging import keyset_page, numbered_page
from communities.spreadsheets import CSV_TYPE
from communities.views import require_team
from communities.views.downloads import send_export
from evaluation.models import ValueLine, ValueMap
from evaluation.value.exports import COLUMNS, value_csv
from evaluation.value.pages import shown_line, shown_map
from evaluation.value.pictures import not_comparable, picture_of_tornado
from evaluation.value.printed import PRINTED
from evaluation.value.queries import WholeMap, whole_map
from evaluation.value.rules import can_write_value
from evaluation.value.wording import millions, ratio_words
from evaluation.views.pictures import SVG_TYPE, svg_of

#: Outcomes on a page of a map.
OUTCOMES = 10


@require_safe
@require_team
def value_list(request: HttpRequest) -> HttpResponse:
    """Show the team's value maps, the latest activity first, without what they come to."""
    rows = ValueMap.objects.visible_to(request.user).filter(team=request.team)
    page = keyset_page(request, rows.order_by("-starts_on", "-id"))
    context = {"page": page, "can_write": can_write_value(request.user, request.team)}
    return render(request, "evaluation/value_list.html", context)


@require_safe
def value_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a map: what it rests on, where it breaks even, how far each assumption moves it, and only then its result."""
    whole = whole_of(request, uuid)
    shown = shown_map(whole)
    parts = shown.parts if shown else [""] * len(whole.lines)
    context = {
        "map": whole.value_map,
        "whole": whole,
        "shown": shown,
        "page": numbered_page(request, list(zip(whole.lines, parts, strict=True)), size=OUTCOMES),
        "can_write": can_write_value(request.user, whole.value_map.team_id),
        "why_not_compared": not_comparable(),
    }
    return render(request, "evaluation/value_detail.html", context)


@require_safe
def value_line_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an outcome: each of its assumptions with its source, and who entered and signed it."""
    line = line_of(request, uuid)
    whole = whole_map(line.value_map)
    here = next(each for each in whole.lines if each.line.pk == line.pk)
    context = {
        "map": line.value_map,
        "line": line,
        "assumptions": shown_line(whole, here),
        "missing": here.missing,
        "can_write": can_write_value(request.user, line.value_map.team_id),
        "can_break_even": whole.value_map.has_money and bool(whole.inputs),
    }
    return render(request, "evaluation/value_line.html", context)


@require_safe
def value_export(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """Send a map as CSV, with every assumption, its source and its break-even, and no ratio."""
    whole = _to_download(request, uuid)
    return send_export(
        request,
        value_csv(whole),
        name=f"value-map-{whole.value_map.starts_on:%Y-%m-%d}.csv",
        content_type=CSV_TYPE,
        team=whole.value_map.team,
        model=ValueMap,
        rows=len(whole.lines) + len(whole.inputs),
        fields=COLUMNS,
        what=whole.value_map.pk,
    )


@require_safe
def value_picture(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """Send the tornado of a map as an SVG."""
    whole = _to_download(request, uuid)
    shown = shown_map(whole)
    if shown is None:
        raise Http404
    picture = picture_of_tornado(whole, shown.tornado)
    return send_export(
        request,
        iter([svg_of(picture)]),
        name=f"tornado-{whole.value_map.starts_on:%Y-%m-%d}.svg",
        content_type=SVG_TYPE,
        team=whole.value_map.team,
        model=ValueMap,
        rows=picture.figures,
        fields=["value"],
        what=whole.value_map.pk,
    )


@require_safe
def value_elsewhere(request: HttpRequest) -> HttpResponse:
    """Show ratios that others have printed, as far as their rounded totals say, and why they are not compared."""
    rows = [(each, millions(each.value), millions(each.cost), ratio_words(*each.ratio)) for each in PRINTED]
    context = {"rows": rows, "why_not_compared": not_comparable()}
    return render(request, "evaluation/value_elsewhere.html", context)


def whole_of(request: HttpRequest, uuid: UUID) -> WholeMap:
    """Return all of a map that this person reads. Raises: Http404."""
    rows = ValueMap.objects.visible_to(request.user).select_related("team", "created_by")
    return whole_map(get_object_or_404(rows, uuid=uuid))


def line_of(request: HttpRequest, uuid: UUID) -> ValueLine:
    """Return an outcome that this person reads. Raises: Http404."""
    rows = ValueLine.objects.visible_to(request.user).select_related("value_map__team")
    return get_object_or_404(rows, uuid=uuid)


def _to_download(request: HttpRequest, uuid: UUID) -> WholeMap:
    whole = whole_of(request, uuid)
    if not can_write_value(request.user, whole.value_map.team_id):
        raise PermissionDenied
    return whole
