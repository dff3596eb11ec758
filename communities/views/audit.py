"""Who did what to what, and when."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.forms.audit import AuditFilterForm, kinds_of_record
from communities.models import AuditEntry
from communities.paging import keyset_page
from communities.rules import can_read_audit
from communities.views import require_team


@require_safe
@require_team
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show what was done in the team, newest first, by kind of record and person."""
    if not can_read_audit(request.user, request.team):
        raise PermissionDenied
    entries = AuditEntry.objects.visible_to(request.user).filter(team=request.team).select_related("actor")
    form = AuditFilterForm(request.GET or None, team=request.team)
    if form.is_valid():
        entries = entries.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    page = keyset_page(request, entries.order_by("-id"), size=50)
    kinds = dict(kinds_of_record())
    rows = [(entry, kinds.get(entry.model, entry.model)) for entry in page]
    return render(request, "communities/audit_list.html", {"form": form, "page": page, "rows": rows})
