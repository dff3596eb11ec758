"""Writing and signing value maps: the map, its outcomes, their assumptions, and what is put in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from evaluation.models import AssumptionKind, ValueAssumption, ValueInput, ValueLine, ValueMap
from evaluation.value import actions
from evaluation.value.forms import AssumptionForm, ValueInputForm, ValueLineForm, ValueMapForm
from evaluation.value.queries import told_in_stories
from evaluation.value.rules import can_write_value
from evaluation.value.views.reading import line_of


@require_safe_or_post
@require_team
def value_create(request: HttpRequest) -> HttpResponse:
    """Begin a map."""
    _only_those_who_write(request, request.team)
    form = ValueMapForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        values = {"by": request.user, "team": request.team, "uuid": form.cleaned_data["uuid"], **form.cleaned_values()}
        if made := save(request, form, actions.create_value_map, **values):
            messages.success(request, _("Saved. Add what changed, and what was put in."))
            return redirect("evaluation:value-detail", uuid=made.uuid)
    return render(request, "evaluation/value_form.html", {"form": form, "map": None})


@require_safe_or_post
def value_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what a map is about."""
    value_map = _map(request, uuid)
    form = ValueMapForm(request.POST or None, team=value_map.team, instance=value_map)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.update_value_map, by=request.user, value_map=value_map, **form.cleaned_values())
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:value-detail", uuid=uuid)
    return render(request, "evaluation/value_form.html", {"form": form, "map": value_map})


@require_POST
def value_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a map with all that it consists of."""
    value_map = _map(request, uuid)
    if run_action(request, actions.delete_value_map, by=request.user, value_map=value_map):
        tell_with_undo(request, _("Deleted."), value_map)
    return redirect("evaluation:value-list")


@require_safe_or_post
def value_line_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add an outcome."""
    value_map = _map(request, uuid)
    form = ValueLineForm(request.POST or None, value_map=value_map)
    if request.method == "POST" and form.is_valid():
        values = {"by": request.user, "value_map": value_map, "uuid": form.cleaned_data["uuid"]}
        if made := save(request, form, actions.add_value_line, **values, **form.cleaned_values()):
            messages.success(request, _("Saved. Now say what it rests on."))
            return redirect("evaluation:value-line-detail", uuid=made.uuid)
    return _line_page(request, form, value_map, None)


@require_safe_or_post
def value_line_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change an outcome."""
    line = _line(request, uuid)
    form = ValueLineForm(request.POST or None, value_map=line.value_map, instance=line)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.change_value_line, by=request.user, line=line, **form.cleaned_values())
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:value-line-detail", uuid=uuid)
    return _line_page(request, form, line.value_map, line)


@require_POST
def value_line_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete an outcome."""
    line = _line(request, uuid)
    if run_action(request, actions.delete_value_line, by=request.user, line=line):
        tell_with_undo(request, _("Deleted."), line)
    return redirect("evaluation:value-detail", uuid=line.value_map.uuid)


@require_safe_or_post
def value_assumption(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Enter an assumption of an outcome, or change it."""
    line = _line(request, uuid)
    if kind not in AssumptionKind.values:
        raise Http404
    kept = ValueAssumption.objects.visible_to(request.user).filter(line=line, kind=kind).first()
    form = AssumptionForm(request.POST or None, line=line, kind=kind, instance=kept)
    values = {"by": request.user, "line": line, "kind": kind}
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.write_assumption, **values, **form.cleaned_values())
    ):
        messages.success(request, _("Saved. A colleague signs it."))
        return redirect("evaluation:value-line-detail", uuid=uuid)
    asks_stories = kind in (AssumptionKind.DEADWEIGHT, AssumptionKind.ATTRIBUTION)
    told = told_in_stories(request.user, line.value_map.team, line.value_map) if asks_stories else None
    context = {"form": form, "map": line.value_map, "line": line, "kind": kind, "kept": kept, "told": told}
    return render(request, "evaluation/value_assumption.html", context)


@require_POST
def value_assumption_sign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign an assumption that somebody else entered."""
    rows = ValueAssumption.objects.visible_to(request.user).select_related("line__value_map__team")
    row = get_object_or_404(rows, uuid=uuid)
    _only_those_who_write(request, row.line.value_map.team_id)
    seen = request.POST.get("seen", "")
    if run_action(request, actions.sign_assumption, by=request.user, assumption=row, seen=seen):
        messages.success(request, _("Signed."))
    return redirect("evaluation:value-line-detail", uuid=row.line.uuid)


@require_safe_or_post
def value_input_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add what somebody puts in."""
    value_map = _map(request, uuid)
    form = ValueInputForm(request.POST or None, value_map=value_map)
    if request.method == "POST" and form.is_valid():
        values = {"by": request.user, "value_map": value_map, "uuid": form.cleaned_data["uuid"]}
        if save(request, form, actions.add_value_input, **values, **form.cleaned_values()):
            messages.success(request, _("Saved. A colleague signs it."))
            return redirect("evaluation:value-detail", uuid=uuid)
    return _input_page(request, form, value_map, None)


@require_safe_or_post
def value_input_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what somebody puts in."""
    row = _input(request, uuid)
    form = ValueInputForm(request.POST or None, value_map=row.value_map, instance=row)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.change_value_input, by=request.user, value_input=row, **form.cleaned_values())
    ):
        messages.success(request, _("Saved. A colleague signs it."))
        return redirect("evaluation:value-detail", uuid=row.value_map.uuid)
    return _input_page(request, form, row.value_map, row)


@require_POST
def value_input_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete an input."""
    row = _input(request, uuid)
    if run_action(request, actions.delete_value_input, by=request.user, value_input=row):
        tell_with_undo(request, _("Deleted."), row)
    return redirect("evaluation:value-detail", uuid=row.value_map.uuid)


@require_POST
def value_input_sign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign an input that somebody else entered."""
    row = _input(request, uuid)
    seen = request.POST.get("seen", "")
    if run_action(request, actions.sign_value_input, by=request.user, value_input=row, seen=seen):
        messages.success(request, _("Signed."))
    return redirect("evaluation:value-detail", uuid=row.value_map.uuid)


def _line_page(request: HttpRequest, form: ValueLineForm, value_map: ValueMap, line: ValueLine | None) -> HttpResponse:
    context = {"form": form, "map": value_map, "line": line, "stakeholders": _stakeholders(value_map)}
    return render(request, "evaluation/value_line_form.html", context)


def _input_page(
    request: HttpRequest, form: ValueInputForm, value_map: ValueMap, row: ValueInput | None
) -> HttpResponse:
    context = {"form": form, "map": value_map, "row": row, "stakeholders": _stakeholders(value_map)}
    return render(request, "evaluation/value_input_form.html", context)


def _stakeholders(value_map: ValueMap) -> list[str]:
    """Return who is on a map already, to choose from."""
    return sorted(
        {*value_map.lines.values_list("stakeholder", flat=True), *value_map.inputs.values_list("who", flat=True)}
    )


def _only_those_who_write(request: HttpRequest, team: object) -> None:
    if not can_write_value(request.user, team):
        raise PermissionDenied


def _map(request: HttpRequest, uuid: UUID) -> ValueMap:
    """Return a map that this person writes. Raises: Http404, PermissionDenied."""
    value_map = get_object_or_404(ValueMap.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    _only_those_who_write(request, value_map.team_id)
    return value_map


def _line(request: HttpRequest, uuid: UUID) -> ValueLine:
    line = line_of(request, uuid)
    _only_those_who_write(request, line.value_map.team_id)
    return line


def _input(request: HttpRequest, uuid: UUID) -> ValueInput:
    rows = ValueInput.objects.visible_to(request.user).select_related("value_map__team")
    row = get_object_or_404(rows, uuid=uuid)
    _only_those_who_write(request, row.value_map.team_id)
    return row
