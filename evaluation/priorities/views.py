"""The list of priorities, and tagging one row with them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.paging import numbered_page
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from evaluation.models import Priority
from evaluation.priorities import actions, rules
from evaluation.priorities.forms import PriorityForm, TagForm
from evaluation.priorities.queries import tagged
from evaluation.priorities.rules import TAGGED


@require_safe
@require_team
def priority_list(request: HttpRequest) -> HttpResponse:
    """Show the team's priorities, each with how much work serves it."""
    page = numbered_page(request, list(Priority.objects.visible_to(request.user).filter(team=request.team)))
    counts = tagged(page.rows)
    rows = [
        (
            priority,
            [
                (kind.label, number, f"{reverse(kind.listed)}?facets=1&priority={priority.pk}")
                for key, kind in TAGGED.items()
                if (number := counts[priority.pk][key])
            ],
        )
        for priority in page
    ]
    may_manage = rules.can_manage_priorities(request.user, request.team)
    return render(request, "evaluation/priority_list.html", {"page": page, "rows": rows, "may_manage": may_manage})


@require_safe_or_post
@require_team
def priority_create(request: HttpRequest) -> HttpResponse:
    """Add a priority."""
    if not rules.can_manage_priorities(request.user, request.team):
        raise PermissionDenied
    form = PriorityForm(request.POST or None, team=request.team)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(
            request,
            form,
            actions.create_priority,
            by=request.user,
            team=request.team,
            uuid=form.cleaned_data["uuid"],
            **form.cleaned_values(),
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:priority-list")
    return _page(request, form, None)


@require_safe_or_post
def priority_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a priority."""
    priority = _priority(request, uuid)
    form = PriorityForm(request.POST or None, team=priority.team, instance=priority)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.update_priority, by=request.user, priority=priority, **form.cleaned_values())
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:priority-list")
    return _page(request, form, priority)


@require_POST
def priority_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a priority."""
    priority = _priority(request, uuid)
    if run_action(request, actions.delete_priority, by=request.user, priority=priority):
        tell_with_undo(request, _("Deleted."), priority)
    return redirect("evaluation:priority-list")


@require_safe_or_post
def record_priorities(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show and set the priorities that a row serves."""
    record = _record(request, kind, pk)
    if not rules.can_tag(request.user, kind, record):
        raise PermissionDenied
    chosen = list(record.priorities.values_list("pk", flat=True))
    form = TagForm(request.POST or None, team=record.team_id, chosen=chosen)
    back = reverse(TAGGED[kind].page, kwargs={TAGGED[kind].by: getattr(record, TAGGED[kind].by)})
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.tag_record, by=request.user, kind=kind, record=record, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(back)
    return render(request, "evaluation/record_priorities.html", {"form": form, "record": record, "back": back})


def _page(request: HttpRequest, form: PriorityForm, priority: Priority | None) -> HttpResponse:
    plans = Priority.objects.visible_to(request.user).filter(team=form.instance.team).order_by("plan")
    context = {"form": form, "priority": priority, "plans": plans.values_list("plan", flat=True).distinct()}
    return render(request, "evaluation/priority_form.html", context)


def _priority(request: HttpRequest, uuid: UUID) -> Priority:
    """Return a priority that this person manages. Raises: Http404, PermissionDenied."""
    priority = get_object_or_404(Priority.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    if not rules.can_manage_priorities(request.user, priority.team_id):
        raise PermissionDenied
    return priority


def _record(request: HttpRequest, kind: str, pk: int) -> Any:  # noqa: ANN401 - a row of any kind
    """Return the row to tag. Raises: Http404."""
    if kind not in TAGGED:
        raise Http404
    return get_object_or_404(TAGGED[kind].model.objects.visible_to(request.user), pk=pk)
