"""What an indicator is compared with: its baselines, targets and comparators."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from evaluation import actions, rules
from evaluation.forms import YardstickForm
from evaluation.framework.own import catalogue_of
from evaluation.models import Indicator, Yardstick
from evaluation.queries import TEAM, yardsticks_of
from evaluation.reports.wording import address, format_value
from evaluation.views.pictures import spec_or_404


@require_safe_or_post
@require_team
def yardstick_list(request: HttpRequest, key: str) -> HttpResponse:
    """Show what an indicator is compared with, and add to it."""
    spec = spec_or_404(catalogue_of(request.team), key)
    can_set = rules.can_set_yardsticks(request.user, request.team)
    if request.method == "POST" and not can_set:
        raise PermissionDenied
    form = YardstickForm(request.POST or None, team=request.team, user=request.user, spec=spec)
    if request.method == "POST" and form.is_valid():
        indicator = Indicator.objects.visible_to(request.user).of_team(request.team).get(key=key)
        values = {"by": request.user, "team": request.team, "indicator": indicator, **form.cleaned_data}
        if save(request, form, actions.add_yardstick, **values):
            messages.success(request, _("Saved. It is drawn beside the numbers."))
            return redirect("evaluation:yardstick-list", key)
    rows = [(each, format_value(each.value, spec)) for each in yardsticks_of(request.team, key)]
    context = {"spec": spec, "form": form, "rows": rows, "can_set": can_set, "up": address(key, TEAM)}
    return render(request, "evaluation/yardstick_list.html", context)


@require_POST
def yardstick_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a baseline, a target or a comparator."""
    rows = Yardstick.objects.visible_to(request.user).select_related("indicator")
    yardstick = get_object_or_404(rows, uuid=uuid)
    if run_action(request, actions.delete_yardstick, by=request.user, yardstick=yardstick):
        tell_with_undo(request, _("Deleted. The picture no longer shows it."), yardstick)
    return redirect("evaluation:yardstick-list", yardstick.indicator.key)
