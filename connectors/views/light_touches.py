"""Words in passing: the list, correcting one, deleting one."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions.light_touches import delete_light_touch, update_light_touch
from connectors.forms.journeys import LightTouchUpdateForm
from connectors.models import LightTouch
from connectors.rules.journeys import can_change_light_touch
from connectors.views import for_builders


@require_safe
@for_builders
def light_touch_list(request: HttpRequest) -> HttpResponse:
    """List the team's words in passing, newest first: the user's own, or everybody's."""
    rows = LightTouch.objects.visible_to(request.user).filter(team=request.team)
    everybodys = bool(request.GET.get("everybody"))
    if not everybodys:
        rows = rows.filter(builder=request.user)
    page = keyset_page(request, rows.select_related("neighbourhood", "builder").order_by("-held_on", "-pk"))
    tabs = [
        {"label": _("Yours"), "url": "?", "current": not everybodys},
        {"label": _("Everybody’s"), "url": "?everybody=1", "current": everybodys},
    ]
    lines = [(touch, can_change_light_touch(request.user, touch)) for touch in page]
    return render(request, "connectors/light_touch_list.html", {"page": page, "lines": lines, "tabs": tabs})


def _touch(request: HttpRequest, uuid: UUID) -> LightTouch:
    """Return a word in passing that the user may change. Raises: Http404; PermissionDenied."""
    touch = get_object_or_404(LightTouch.objects.visible_to(request.user).select_related("neighbourhood"), uuid=uuid)
    if not can_change_light_touch(request.user, touch):
        raise PermissionDenied
    return touch


@require_safe_or_post
def light_touch_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct a word in passing."""
    touch = _touch(request, uuid)
    form = LightTouchUpdateForm(request.POST or None, user=request.user, touch=touch)
    if form.is_valid() and save(request, form, update_light_touch, touch=touch, by=request.user, **form.cleaned_data):
        tell_with_undo(request, _("Your changes have been saved."), touch)
        return redirect("connectors:light-touch-list")
    return render(request, "connectors/light_touch_update.html", {"form": form, "touch": touch})


@require_POST
def light_touch_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a word in passing."""
    touch = _touch(request, uuid)
    if run_action(request, delete_light_touch, touch=touch, by=request.user):
        tell_with_undo(request, _("The word in passing has been deleted."), touch)
    return redirect("connectors:light-touch-list")
