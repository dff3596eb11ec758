"""Views of the audit: who did what to what, and when."""

from collections.abc import Iterable
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.audit_log.export import COLUMNS, audit_file
from communities.audit_log.sentences import Line, audit_lines
from communities.audit_log.subjects import Reader
from communities.forms.audit import AuditFilterForm
from communities.models import AuditEntry, AuditEntryQuerySet
from communities.paging import keyset_page
from communities.rules import can_read_audit
from communities.spreadsheets import CSV_TYPE
from communities.views import require_team
from communities.views.downloads import refuse_filter, send_export

#: Changes on a page.
LISTED = 25


@require_safe
@require_team
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show the team's audit by day, newest first, with one line per batch."""
    form, entries = _found(request)
    if not form.is_unfolded:
        entries = entries.filter(leads=True)
    page = keyset_page(request, entries.select_related("actor").order_by("-at", "-id"), size=LISTED)
    lines = audit_lines(page, Reader(request.user, request.team), folded=not form.is_unfolded)
    context = {"form": form, "page": page, "days": _by_day(lines)}
    return render(request, "communities/audit_list.html", context)


@require_safe
@require_team
def audit_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered entries as CSV, one line per entry. The entry about this download is not in it."""
    form, entries = _found(request)
    if refused := refuse_filter(request, form):
        return refused
    last = entries.aggregate(last=Max("id"))["last"] or 0
    entries = entries.filter(id__lte=last)
    return send_export(
        request,
        audit_file(entries, Reader(request.user, request.team)),
        name=f"{_('who-did-what')}-{timezone.localdate():%Y-%m-%d}.csv",
        content_type=CSV_TYPE,
        team=request.team,
        model=AuditEntry,
        rows=entries.count(),
        fields=COLUMNS,
    )


def _found(request: HttpRequest) -> tuple[AuditFilterForm, AuditEntryQuerySet]:
    """Return the filter form and the filtered entries. Raises: PermissionDenied."""
    if not can_read_audit(request.user, request.team):
        raise PermissionDenied
    form = AuditFilterForm(request.GET or None, team=request.team)
    return form, form.narrow(AuditEntry.objects.visible_to(request.user).filter(team=request.team))


def _by_day(lines: Iterable[Line]) -> list[dict]:
    """Return the lines by date in London, with the URL that expands a batch."""
    days = groupby(lines, key=lambda line: timezone.localdate(line.entry.at))
    return [
        {"day": day, "lines": [{"line": line, "open_url": _opened(line) if line.count > 1 else ""} for line in of_day]}
        for day, of_day in days
    ]


def _opened(line: Line) -> str:
    """Return the URL of the entries that a line represents."""
    entry = line.entry
    query = {"batch": entry.batch, "verb": entry.verb, "model": entry.model, "actor": entry.actor_id or ""}
    return f"{reverse('communities:audit-list')}?{urlencode(query)}"
