"""The list of releases, one release with its files, the data package of all years, and closing a quarter."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.paging import numbered_page
from communities.periods import parse, period_name
from communities.spreadsheets import CSV, CSV_TYPE, XLSX, XLSX_TYPE
from communities.views import require_safe_or_post, require_team, run_action
from communities.views.downloads import send_export
from evaluation import rules as evaluation_rules
from evaluation.models import Release
from evaluation.releases import rules
from evaluation.releases.actions import close_quarter
from evaluation.releases.files import COLUMNS, file_name, release_file, row_count
from evaluation.releases.forms import ReleaseFilter
from evaluation.releases.package import ZIP, ZIP_TYPE, package_of
from evaluation.releases.pages import changed_rows, released_rows, tables_of
from evaluation.releases.queries import latest_releases, quarters_to_close
from evaluation.releases.tables import VALUES

TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE}
#: Indicators on a page of a release.
LISTED = 10


@require_safe
@require_team
def release_list(request: HttpRequest) -> HttpResponse:
    """Show the team's releases, newest first, and the quarters that can be closed."""
    can_close = rules.can_close_quarter(request.user, request.team)
    rows = Release.objects.visible_to(request.user).filter(team=request.team).defer("document", "kept")
    due = quarters_to_close(request.team, timezone.localdate()) if can_close else []
    context = {
        "page": numbered_page(request, [(row, period_name(row.period)) for row in rows.select_related("closed_by")]),
        "due": [(quarter.key, period_name(quarter)) for quarter in due],
        "can_export": evaluation_rules.can_export_indicators(request.user, request.team),
    }
    return render(request, "evaluation/release_list.html", context)


@require_safe
def release_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the figures of a release, who closed it and when, and its SHA-256."""
    release = _release(request, uuid)
    found = ReleaseFilter(request.GET, release)
    context = {
        "release": release,
        "period_name": period_name(release.period),
        "threshold": release.document["threshold"],
        "filter": found,
        "page": numbered_page(request, released_rows(release, found.place_key), size=LISTED),
        "tables": tables_of(release),
        "changes": changed_rows(release, request.user),
        "can_compare": rules.can_compare_people(request.user, release.team),
        "can_export": evaluation_rules.can_export_indicators(request.user, release.team),
    }
    return render(request, "evaluation/release_detail.html", context)


@require_safe
def release_file_download(request: HttpRequest, uuid: UUID, file_format: str) -> FileResponse:
    """Send a release as a file, the same bytes each time."""
    if file_format not in (CSV, XLSX, ZIP):
        raise Http404
    release = _release(request, uuid)
    if not evaluation_rules.can_export_indicators(request.user, release.team):
        raise PermissionDenied
    if file_format == ZIP:
        only = Release.objects.visible_to(request.user).filter(pk=release.pk)
        return send_export(request, team=release.team, what=release.pk, **_sent(only))
    return send_export(
        request,
        release_file(release, file_format),
        name=file_name(release, file_format),
        content_type=TYPES[file_format],
        team=release.team,
        model=Release,
        rows=row_count(release),
        fields=COLUMNS,
        what=release.pk,
    )


@require_safe
@require_team
def release_package(request: HttpRequest) -> FileResponse:
    """Send the releases of the latest five years as one data package."""
    if not evaluation_rules.can_export_indicators(request.user, request.team):
        raise PermissionDenied
    releases = latest_releases(Release.objects.visible_to(request.user), request.team)
    if not releases.exists():
        raise Http404
    return send_export(request, team=request.team, **_sent(releases))


@require_safe_or_post
@require_team
def release_close(request: HttpRequest, period: str) -> HttpResponse:
    """Ask whether to close a quarter, and close it."""
    if not rules.can_close_quarter(request.user, request.team):
        raise PermissionDenied
    quarter = parse(period)
    if quarter is None:
        messages.error(request, _("That is not a quarter. Nothing was closed."))
        return redirect("evaluation:release-list")
    refused = rules.why_not_yet(quarter, timezone.localdate())
    if request.method == "POST" and run_action(
        request, close_quarter, by=request.user, team=request.team, quarter=quarter
    ):
        messages.success(request, _("Closed. These figures stay as they are."))
        return redirect("evaluation:release-list")
    return render(
        request,
        "evaluation/release_close.html",
        {"period_name": period_name(quarter), "refused": refused, "is_last_of_year": quarter.end.month == 3},
    )


def _sent(releases: QuerySet[Release]) -> dict[str, object]:
    """Return the response for a data package, and its details for the audit."""
    package = package_of(releases)
    about = {"name": package.name, "content_type": ZIP_TYPE, "rows": package.rows}
    return {"content": package.file, "model": Release, "fields": VALUES.headings, **about}


def _release(request: HttpRequest, uuid: UUID) -> Release:
    return get_object_or_404(Release.objects.visible_to(request.user).select_related("team", "closed_by"), uuid=uuid)
