"""What a team expects of its first two years, beside what happened."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.views import require_safe_or_post, require_team, save
from evaluation import actions, rules
from evaluation.forms import ExpectationForm
from evaluation.releases.rules import can_compare_people
from evaluation.reports.patience import stretches_of


@require_safe_or_post
@require_team
def patience(request: HttpRequest) -> HttpResponse:
    """Show what was expected beside the quarters, and write the next version."""
    can_write = rules.can_write_expectation(request.user, request.team)
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    form = ExpectationForm(request.POST or None) if can_write else None
    if request.method == "POST" and form.is_valid():
        written = save(
            request, form, actions.write_expectation, by=request.user, team=request.team, **form.cleaned_data
        )
        if written:
            messages.success(
                request,
                _("Saved as version %(n)s of “%(months)s”.") % {"n": written.version, "months": written},
            )
            return redirect("evaluation:patience")
    only_closed = not can_compare_people(request.user, request.team)
    stretches = stretches_of(request.user, request.team, only_closed=only_closed)
    is_written = any(stretch.written for stretch in stretches)
    shown = {"form": form, "stretches": stretches, "is_written": is_written}
    return render(request, "evaluation/patience.html", shown)
