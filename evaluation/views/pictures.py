"""Pictures of an indicator: its neighbourhoods beside each other, and each chart as a file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.paging import Page, numbered_page
from communities.periods import TREND, Grain, Period, last, parse, quarter_of
from communities.views import require_team
from communities.views.downloads import refuse_filter, send_export
from evaluation import reports, rules
from evaluation.filters import IndicatorFilter
from evaluation.framework import Catalogue, IndicatorSpec
from evaluation.framework.own import catalogue_of
from evaluation.models import Indicator
from evaluation.queries import TEAM, yardsticks_of
from evaluation.releases.rules import can_compare_people
from evaluation.reports.charts import chart, charts_of_places
from evaluation.reports.pictures import Picture, about_of, counted_of, picture_of_places, picture_of_trend
from evaluation.reports.wording import address, period_short

SVG_TYPE = "image/svg+xml"
#: Small charts on a page, and in a picture.
BESIDE = 12


def svg_of(picture: Picture) -> str:
    """Return a picture as the text of an SVG file."""
    return render_to_string("evaluation/picture.svg", {"picture": picture, "height": round(picture.height)})


def trend_of(period: Period) -> list[Period]:
    """Return the periods of the trend in which a period stands: the latest ones, or those up to an older one."""
    recent = last(TREND[period.grain], until=timezone.localdate(), grain=period.grain)
    return recent if period in recent else last(TREND[period.grain], until=period.end, grain=period.grain)


def spec_or_404(catalogue: Catalogue, key: str) -> IndicatorSpec:
    """Return an indicator of a team. Raises: Http404."""
    if key not in catalogue.by_key:
        raise Http404
    return catalogue.by_key[key]


@require_safe
@require_team
def indicator_places(request: HttpRequest, key: str) -> HttpResponse:
    """Show an indicator in every neighbourhood, drawn on one scale; people by whole year only, as everywhere."""
    spec = spec_or_404(catalogue_of(request.team), key)
    is_kept_back = spec.is_kept and request.GET.get("by") != Grain.YEAR
    grain = Grain.YEAR if spec.is_kept or request.GET.get("by") == Grain.YEAR else Grain.QUARTER
    report, page = _beside(request, spec, grain, only_closed=not can_compare_people(request.user, request.team))
    charts = charts_of_places(report, spec, page, yardsticks_of(request.team, key, grain))
    context = {
        "spec": spec,
        "charts": [(place.label, address(key, place.key), each) for place, each in charts],
        "has": set().union(*(each.has for _place, each in charts)),
        "page": page,
        "heads": [period_short(period) for period in report.periods],
        "grain": grain,
        "is_kept_back": is_kept_back,
        "up": address(key, TEAM),
        "can_export": rules.can_export_indicators(request.user, request.team),
    }
    return render(request, "evaluation/indicator_places.html", context)


@require_safe
@require_team
def indicator_picture(request: HttpRequest, key: str) -> HttpResponse | StreamingHttpResponse:
    """Send the chart of an indicator as an SVG; its small charts of neighbourhoods if `places` is asked for.

    Figures that count people are in it as they were released, as in every file.
    """
    spec = spec_or_404(catalogue_of(request.team), key)
    if not rules.can_export_indicators(request.user, request.team):
        raise PermissionDenied
    found = IndicatorFilter(request.GET, reports.places_of(request.team))
    if refused := refuse_filter(request, found):
        return refused
    period = parse(request.GET.get("period", quarter_of(timezone.localdate()).key))
    if period is None:
        raise Http404
    picture, name = (
        _of_places(request, spec, found.grain) if "places" in request.GET else _of_trend(request, spec, period, found)
    )
    indicators = Indicator.objects.visible_to(request.user).of_team(request.team).filter(key=key)
    return send_export(
        request,
        iter([svg_of(picture)]),
        name=f"{request.team.slug}-{key}-{name}.svg",
        content_type=SVG_TYPE,
        team=request.team,
        model=Indicator,
        rows=picture.figures,
        fields=["value"],
        what=indicators.values_list("pk", flat=True).first(),
    )


def _of_trend(request: HttpRequest, spec: IndicatorSpec, period: Period, found: IndicatorFilter) -> tuple[Picture, str]:
    report = reports.build(request.team, trend_of(period), only_closed=True)
    drawn = chart(report, spec, found.place_key, yardsticks_of(request.team, spec.key, period.grain))
    counted = counted_of(request.team, found.place_label, timezone.localdate())
    picture = picture_of_trend(about_of(spec), counted, drawn)
    return picture, f"{report.periods[0].start}-{report.periods[-1].end}"


def _of_places(request: HttpRequest, spec: IndicatorSpec, grain: Grain) -> tuple[Picture, str]:
    grain = Grain.YEAR if spec.is_kept else grain
    report, page = _beside(request, spec, grain, only_closed=True)
    charts = charts_of_places(report, spec, page, yardsticks_of(request.team, spec.key, grain))
    return picture_of_places(request.team, spec, charts, timezone.localdate()), "neighbourhoods"


def _beside(
    request: HttpRequest, spec: IndicatorSpec, grain: Grain, *, only_closed: bool
) -> tuple[reports.Report, Page]:
    """Return the report of the latest periods, and a page of the team's places."""
    periods = last(TREND[grain], until=timezone.localdate(), grain=grain)
    report = reports.build(request.team, periods, only_closed=only_closed)
    return report, numbered_page(request, [place for place in report.places if place.key != TEAM], size=BESIDE)
