"""Introductions: correcting and deleting one."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions.introductions import correct_introduction, delete_introduction
from connectors.forms.introductions import CorrectionForm
from connectors.models import Introduction
from connectors.queries.introductions import end_key
from connectors.queries.people import ENDS
from connectors.rules.introductions import can_delete_introduction, can_introduce


def _introduction(request: HttpRequest, uuid: UUID) -> Introduction:
    """Return an introduction that the user may change. Raises: Http404; PermissionDenied."""
    rows = Introduction.objects.visible_to(request.user).select_related(*ENDS, "team")
    introduction = get_object_or_404(rows, uuid=uuid)
    if not can_introduce(request.user, introduction.team_id):
        raise PermissionDenied
    return introduction


@require_safe_or_post
def introduction_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct an introduction; searching for somebody never loses the other fields."""
    introduction, looking = _introduction(request, uuid), "look" in request.POST
    first = {
        "from_end": end_key(introduction.from_end),
        "to_end": end_key(introduction.to_end),
        "reason": introduction.reason,
        "source": introduction.source,
        "introduced_on": introduction.introduced_on,
    }
    if looking:
        first |= request.POST.dict()
    form = CorrectionForm(
        None if looking else request.POST or None, team=introduction.team, user=request.user, initial=first
    )
    if request.method == "POST" and not looking and form.is_valid():
        names = ("from_end", "to_end", "reason", "source", "introduced_on")
        values = {name: form.cleaned_data[name] for name in names}
        if save(request, form, correct_introduction, introduction=introduction, by=request.user, **values):
            tell_with_undo(request, _("Your changes have been saved."), introduction)
            return redirect("connectors:introduction-detail", uuid=uuid)
    context = {
        "form": form,
        "introduction": introduction,
        "may_delete": can_delete_introduction(request.user, introduction),
    }
    return render(request, "connectors/introduction_update.html", context)


@require_POST
def introduction_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete an introduction that was recorded by mistake."""
    introduction = _introduction(request, uuid)
    if not can_delete_introduction(request.user, introduction):
        raise PermissionDenied
    if run_action(request, delete_introduction, introduction=introduction, by=request.user):
        tell_with_undo(request, _("The introduction has been deleted."), introduction)
    return redirect("connectors:introduction-list")
