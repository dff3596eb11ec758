"""The indicator table, one indicator with its rows and stories, the files, and the data dictionary."""

import tempfile
from typing import BinaryIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.facets import partial_for
from communities.paging import keyset_page, numbered_page
from communities.periods import Period, parse, period_name, quarter_of, year_of
from communities.spreadsheets import CSV, CSV_TYPE, XLSX, XLSX_TYPE, csv_lines
from communities.views import require_team
from communities.views.downloads import refuse_filter, send_export, send_file
from evaluation import reports, rules
from evaluation.filters import COLUMNS_SHOWN, IndicatorFilter
from evaluation.framework import IndicatorSpec
from evaluation.framework.own import catalogue_of, conditions_gone
from evaluation.models import OWN, Indicator, Measurement
from evaluation.queries import TEAM, keys_told, measurements_behind, rows_behind, stories_behind, yardsticks_of
from evaluation.releases.queries import rows_released
from evaluation.releases.rules import can_compare_people
from evaluation.reports import pages, row_descriptions
from evaluation.reports.charts import chart
from evaluation.reports.files import DICTIONARY_COLUMNS, column_meanings, contribution
from evaluation.reports.kept import FOR_ALL, FOR_BUILDERS
from evaluation.reports.wording import address, format_figure, is_unfinished, period_short
from evaluation.views.pictures import trend_of

#: Definitions on a page of the data dictionary.
DEFINED = 10
TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE}


@require_safe
@require_team
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Show every indicator of the team by period, with its trend."""
    places = reports.places_of(request.team)
    found = IndicatorFilter(request.GET, places)
    report = reports.build(request.team, found.periods, places, only_closed=_only_closed(request))
    told = keys_told(request.team) if found.is_untold else ()
    context = {
        "filter": found,
        "today": timezone.localdate(),
        "is_only_closed": report.only_closed,
        "released": pages.releases_shown(report, COLUMNS_SHOWN),
        "sections": pages.sections(report, found.place_key, COLUMNS_SHOWN, without=told),
        "heads": [period_short(period) for period in report.periods[-COLUMNS_SHOWN:]],
        "trend_start": report.periods[0].start,
        "is_quiet": pages.is_quiet(report, found.place_key),
        "query": request.GET.urlencode(),
        "threshold": request.team.small_number_threshold,
        "can_export": rules.can_export_indicators(request.user, request.team),
    }
    return render(request, f"evaluation/indicator_list.html{partial_for(request, 'results')}", context)


@require_safe
@require_team
def indicator_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one indicator: its trend, its definition, linked stories and the rows behind it."""
    catalogue = catalogue_of(request.team)
    spec = catalogue.by_key.get(key)
    if spec is None:
        context = {"key": key, "near": catalogue.near(key)}
        return render(request, "evaluation/no_indicator.html", context, status=404)
    period = parse(request.GET.get("period", "")) or quarter_of(timezone.localdate())
    if not parse(request.GET.get("period", period.key)):
        messages.error(
            request, _("That is not a quarter or a year, so you see %(period)s.") % {"period": period_name(period)}
        )
    report = reports.build(request.team, trend_of(period), only_closed=_only_closed(request), catalogue=catalogue)
    found = IndicatorFilter(request.GET, report.places)
    figure = report.figure(period, key, found.place_key)
    context = {
        "spec": spec,
        "today": timezone.localdate(),
        "outcomes": [catalogue.outcome_by_key[name] for name in spec.outcomes],
        "period": period,
        "period_name": period_name(period),
        "is_unfinished": is_unfinished(period),
        "place": found.place_key,
        "place_label": found.place_label,
        "places": [(place.label, address(key, place.key, period)) for place in report.places],
        "figure": figure,
        "release": report.releases.get(period),
        "words": format_figure(figure, spec, request.team),
        "is_partly_known": report.is_partly_known(period, key, found.place_key),
        "year_url": address(key, found.place_key, year_of(period.start)),
        "team_url": address(key, TEAM, period),
        "gone": _gone(request, spec),
        "chart": chart(report, spec, found.place_key, yardsticks_of(request.team, key, period.grain), period),
        "can_export": rules.can_export_indicators(request.user, request.team),
        "stories": stories_behind(request.user, request.team, key, found.place_key, period),
        "can_write": rules.can_write_measurement(request.user, request.team),
        "can_tell": rules.can_write_story(request.user, request.team),
        "threshold": request.team.small_number_threshold,
        **_behind(request, spec, found.place_key, report, period),
    }
    return render(request, "evaluation/indicator_detail.html", context)


def _gone(request: HttpRequest, spec: IndicatorSpec) -> list[str]:
    """Return the conditions of a team's own indicator that name what was deleted since."""
    if not spec.key.startswith(OWN):
        return []
    row = Indicator.objects.visible_to(request.user).get(team=request.team, key=spec.key)
    return conditions_gone(request.team, row.counted_from, row.conditions)


def _only_closed(request: HttpRequest) -> bool:
    """Return whether a person sees figures that count people of closed periods only: those who may not read the records do."""
    return not can_compare_people(request.user, request.team)


def _behind(request: HttpRequest, spec: IndicatorSpec, place: str, report: reports.Report, period: Period) -> dict:
    """Return the rows behind a figure; no rows when they would reveal a hidden number to somebody who may only count."""
    none = {"page": None, "rows": [], "measurements": []}
    none |= dict.fromkeys(("is_closed", "is_anonymous", "is_too_long"), False)
    if spec.counting is None:
        rows = measurements_behind(Measurement.objects.visible_to(request.user), request.team, spec.key, place, period)
        return none | {"measurements": rows}
    rows = rows_behind(spec.counting, request.team, place, period, request.user)
    readable = row_descriptions.may_read(request.user, request.team, rows)
    if report.figure(period, spec.key, place).is_hidden and not readable:
        return none | {"is_closed": True}
    about = f"{request.team.pk}:{spec.key}:{place}:{period.key}"
    if not readable and spec.is_kept:
        # The rows of now would say how many have come or gone since the period was closed.
        page = row_descriptions.released_page(request, rows_released(report.releases.get(period), spec, place), about)
        found = [row_descriptions.describe_released(spec.counting, alias) for alias in page or ()]
        return none | {"page": page, "rows": found, "is_anonymous": True, "is_too_long": page is None}
    rows = row_descriptions.with_related(rows, spec.counting)
    if not readable and row_descriptions.is_by_alias(spec):
        page = row_descriptions.anonymous_page(request, rows, about)
        found = [row_descriptions.describe_anonymous(row, spec.counting, alias) for alias, row in page or ()]
        return none | {"page": page, "rows": found, "is_anonymous": True, "is_too_long": page is None}
    page = keyset_page(request, rows)
    described = [row_descriptions.describe(row, spec.counting, reader=request.user, readable=readable) for row in page]
    return none | {"page": page, "rows": described, "is_anonymous": not readable}


@require_safe
@require_team
def indicator_export(request: HttpRequest, file_format: str) -> HttpResponse | StreamingHttpResponse:
    """Send what the table shows, and every column of it, as a file."""
    if file_format not in (CSV, XLSX):
        raise Http404
    if not rules.can_export_indicators(request.user, request.team):
        raise PermissionDenied
    places = reports.places_of(request.team)
    found = IndicatorFilter(request.GET, places)
    if refused := refuse_filter(request, found):
        return refused
    report = reports.build(request.team, found.periods, places, only_closed=True)
    only = found.cleaned_data.get("place") or None
    return send_export(
        request,
        reports.csv_file(report, only) if file_format == CSV else _workbook(report, only),
        name=reports.file_name(report, file_format),
        content_type=TYPES[file_format],
        team=request.team,
        model=Indicator,
        rows=reports.row_count(report, only),
        fields=reports.COLUMNS,
    )


def _workbook(report: reports.Report, only: str | None) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    reports.write_file(file, report, XLSX, only)
    file.seek(0)
    return file


@require_safe
@require_team
def data_dictionary(request: HttpRequest) -> HttpResponse:
    """Say what every column and every number means, as a page or as CSV."""
    catalogue = catalogue_of(request.team)
    if request.GET.get("format") == CSV:
        lines = csv_lines(DICTIONARY_COLUMNS, reports.dictionary_rows(catalogue))
        return send_file(lines, name="kith-data-dictionary.csv", content_type=CSV_TYPE)
    names = catalogue.outcome_by_key
    specs = [(spec, [names[key].name for key in spec.outcomes]) for spec in catalogue.indicators]
    context = {
        "columns": column_meanings(),
        "page": numbered_page(request, specs, size=DEFINED),
        "contribution": contribution(),
        "kept_for_all": FOR_ALL,
        "kept_for_builders": FOR_BUILDERS,
        "threshold": request.team.small_number_threshold,
    }
    return render(request, "evaluation/data_dictionary.html", context)
