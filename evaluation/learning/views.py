"""What the team learned: list, files, and writing it down."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.paging import keyset_page
from communities.spreadsheets import CSV
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from communities.views.downloads import refuse_filter, send_export
from evaluation.learning import rules
from evaluation.learning.actions import create_observation, delete_observation, update_observation
from evaluation.learning.exports import COLUMNS, CONTENT_TYPES, observation_csv, observation_xlsx
from evaluation.learning.filters import ObservationFilter
from evaluation.learning.forms import ObservationForm
from evaluation.models import Observation


@require_safe
@require_team
def learning_list(request: HttpRequest) -> HttpResponse:
    """Show what the team learned, newest first."""
    found = _filtered(request)
    rows = found.qs.select_related("theme", "neighbourhood", "created_by").order_by("-observed_on", "-id")
    page = keyset_page(request, rows)
    changeable = rules.changeable(request.user, request.team, page)
    context = {
        "filter": found,
        "folded": facets.folded(request, found),
        "narrowed": facets.in_use(request, found),
        "page": page,
        "rows": [(each, each.pk in changeable) for each in page],
        "can_note": rules.can_note(request.user, request.team),
        "can_download": rules.can_download_learning(request.user, request.team),
    }
    return render(request, f"evaluation/learning_list.html{facets.part_of(request, 'results')}", context)


@require_safe
@require_team
def learning_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered observations as CSV or XLSX, chosen by `?format=`."""
    kind = request.GET.get("format", CSV)
    if kind not in CONTENT_TYPES:
        raise BadRequest("The format must be csv or xlsx.")
    if not rules.can_download_learning(request.user, request.team):
        raise PermissionDenied
    found = _filtered(request)
    if refused := refuse_filter(request, found.form):
        return refused
    write = observation_csv if kind == CSV else observation_xlsx
    return send_export(
        request,
        write(found.qs),
        name=f"learning-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.{kind}",
        content_type=CONTENT_TYPES[kind],
        team=request.team,
        model=Observation,
        rows=found.qs.count(),
        fields=COLUMNS,
    )


@require_safe_or_post
@require_team
def observation_create(request: HttpRequest) -> HttpResponse:
    """Write down what the team learned."""
    if not rules.can_note(request.user, request.team):
        raise PermissionDenied
    form = ObservationForm(request.POST or None, team=request.team, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(
            request,
            form,
            create_observation,
            by=request.user,
            team=request.team,
            uuid=form.cleaned_data["uuid"],
            **form.cleaned_values(),
        )
    ):
        messages.success(request, _("Saved. Thank you for writing it down."))
        return redirect("evaluation:learning-list")
    return render(request, "evaluation/observation_form.html", {"form": form, "observation": None})


@require_safe_or_post
def observation_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change an observation."""
    observation = _observation(request, uuid)
    form = ObservationForm(request.POST or None, team=observation.team, user=request.user, instance=observation)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, update_observation, by=request.user, observation=observation, **form.cleaned_values())
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:learning-list")
    return render(request, "evaluation/observation_form.html", {"form": form, "observation": observation})


@require_POST
def observation_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete an observation."""
    observation = _observation(request, uuid)
    if run_action(request, delete_observation, by=request.user, observation=observation):
        tell_with_undo(request, _("Deleted."), observation)
    return redirect("evaluation:learning-list")


def _filtered(request: HttpRequest) -> ObservationFilter:
    rows = Observation.objects.visible_to(request.user).filter(team=request.team)
    return ObservationFilter(request.GET or None, queryset=rows, request=request)


def _observation(request: HttpRequest, uuid: UUID) -> Observation:
    """Return an observation that this person may change. Raises: Http404, PermissionDenied."""
    rows = Observation.objects.visible_to(request.user).select_related("team", "created_by")
    observation = get_object_or_404(rows, uuid=uuid)
    if not rules.can_change_observation(request.user, observation):
        raise PermissionDenied
    return observation
