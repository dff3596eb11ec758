"""A team's own outcomes and indicators: defined on pages, without code."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.models import Team
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from evaluation import actions, rules
from evaluation.forms import IndicatorForm, OutcomeForm
from evaluation.framework.own import SOURCE_BY_KEY, SOURCES, conditions_gone
from evaluation.models import Indicator, IndicatorKind, Outcome
from evaluation.releases.rules import can_compare_people
from evaluation.reports.preview import preview

#: Indicators that people write down.
WRITTEN = (IndicatorKind.RECORDED, IndicatorKind.SURVEYED)


@require_safe
@require_team
def own_list(request: HttpRequest) -> HttpResponse:
    """Show the outcomes and indicators of the team's own."""
    _only_definers(request, request.team)
    rows = Indicator.objects.visible_to(request.user).filter(team=request.team).prefetch_related("outcomes")
    outcomes = Outcome.objects.visible_to(request.user).filter(team=request.team)
    context = {
        "in_use": [row for row in rows if row.ended_on is None],
        "ended": [row for row in rows if row.ended_on is not None],
        "outcomes": list(outcomes),
    }
    return render(request, "evaluation/own_list.html", context)


@require_safe
@require_team
def own_choose(request: HttpRequest) -> HttpResponse:
    """Choose what to count, or that it is written down."""
    _only_definers(request, request.team)
    written = [(kind.value, kind.label) for kind in WRITTEN]
    return render(request, "evaluation/own_choose.html", {"sources": SOURCES, "written": written})


@require_safe_or_post
@require_team
def own_create(request: HttpRequest, how: str) -> HttpResponse:
    """Define an indicator. how: the key of a source, or the kind of one that is written down."""
    _only_definers(request, request.team)
    if how not in SOURCE_BY_KEY and how not in WRITTEN:
        raise Http404
    form = IndicatorForm(request.POST or None, team=request.team, how=how)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        made = save(
            request,
            form,
            actions.create_indicator,
            by=request.user,
            team=request.team,
            values=form.values(),
            uuid=form.cleaned_data["uuid"],
        )
        if made:
            messages.success(request, _("Saved. It is now among the indicators, and in every file."))
            return redirect("evaluation:indicator-detail", made.key)
    return _page(request, form)


@require_safe_or_post
@require_team
def own_update(request: HttpRequest, key: str) -> HttpResponse:
    """Change an indicator; a changed definition is its next version."""
    indicator = _own_or_404(request, key)
    _only_definers(request, request.team)
    form = IndicatorForm(
        request.POST or None, team=request.team, how=indicator.counted_from or indicator.kind, indicator=indicator
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        changed = save(
            request, form, actions.change_indicator, by=request.user, indicator=indicator, values=form.values()
        )
        if changed:
            words = _("Saved as version %(n)s, which starts a new series.") % {"n": changed.version}
            messages.success(request, _("Saved.") if changed.pk == indicator.pk else words)
            return redirect("evaluation:indicator-detail", changed.key)
    return _page(request, form, indicator)


@require_POST
@require_team
def own_end(request: HttpRequest, key: str) -> HttpResponse:
    """End an indicator."""
    indicator = _own_or_404(request, key)
    if run_action(request, actions.end_indicator, by=request.user, indicator=indicator):
        tell_with_undo(request, _("Ended. What was released stays as it is."), indicator)
    return redirect("evaluation:own-list")


@require_safe_or_post
@require_team
def outcome_create(request: HttpRequest) -> HttpResponse:
    """Add an outcome."""
    _only_definers(request, request.team)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = save(request, form, actions.create_outcome, by=request.user, team=request.team, **form.cleaned_data)
        if made:
            messages.success(request, _("Saved. Now say which number shows it."))
            return redirect("evaluation:own-choose")
    return render(request, "evaluation/outcome_form.html", {"form": form})


def _page(request: HttpRequest, form: IndicatorForm, indicator: Indicator | None = None) -> HttpResponse:
    shown = None
    if request.method == "POST" and form.is_valid():
        only_closed = not can_compare_people(request.user, request.team)
        shown = preview(request.team, form.values(), only_closed=only_closed)
    gone = conditions_gone(request.team, indicator.counted_from, indicator.conditions) if indicator else []
    context = {"form": form, "source": form.source, "indicator": indicator, "preview": shown, "gone": gone}
    return render(request, "evaluation/own_form.html", context)


def _only_definers(request: HttpRequest, team: Team) -> None:
    if not rules.can_define_indicators(request.user, team):
        raise PermissionDenied


def _own_or_404(request: HttpRequest, key: str) -> Indicator:
    rows = Indicator.objects.visible_to(request.user).select_related("team").filter(team=request.team)
    return get_object_or_404(rows, key=key)
