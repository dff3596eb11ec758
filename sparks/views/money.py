"""Funds, rounds and the ledger."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.forms.errors import attempt
from communities.paging import keyset_page
from communities.views import require_team
from sparks import actions, exports, queries, rules
from sparks.forms import FundForm, RoundForm
from sparks.models import Application, Fund, LedgerEntry, Round


@require_safe
@require_team
def round_list(request: HttpRequest) -> HttpResponse:
    """List funds and rounds, each with its money."""
    context = {
        "rounds": queries.rounds_with_queue(request.team),
        "funds": Fund.objects.visible_to(request.user).filter(team=request.team).select_related("funder"),
        "can_manage": rules.can_manage_money(request.user, request.team),
    }
    return render(request, "sparks/round_list.html", context)


@require_safe
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: its money, its sparks, its ledger, and whether the two agree."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund", "team"), pk=pk)
    ledger = LedgerEntry.objects.visible_to(request.user).filter(round=grant_round).select_related("application", "by")
    context = {
        "round": grant_round,
        "page": keyset_page(request, ledger.order_by("-pk")),
        "sparks": Application.objects.visible_to(request.user)
        .filter(round=grant_round)
        .select_related("neighbourhood")
        .order_by("-created_at", "-pk")[:50],
        "reconciliation": queries.reconcile(grant_round),
        "can_manage": rules.can_manage_money(request.user, grant_round.team_id),
    }
    return render(request, "sparks/round_detail.html", context)


@require_http_methods(["GET", "POST"])
@require_team
def round_create(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    if not rules.can_manage_money(request.user, request.team):
        raise PermissionDenied
    form = RoundForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        grant_round = attempt(form, actions.create_round, team=request.team, by=request.user, **form.cleaned_data)
        if grant_round:
            messages.success(request, _("The round is there."))
            return redirect("sparks:round-detail", pk=grant_round.pk)
    return render(request, "sparks/round_form.html", {"form": form, "round": None})


@require_http_methods(["GET", "POST"])
def round_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round; never below what is promised."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund", "team"), pk=pk)
    if not rules.can_manage_money(request.user, grant_round.team_id):
        raise PermissionDenied
    initial = {
        name: getattr(grant_round, name)
        for name in ("fund", "name", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")
    }
    form = RoundForm(request.POST or None, team=grant_round.team, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.update_round, grant_round=grant_round, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The round is changed."))
        return redirect("sparks:round-detail", pk=grant_round.pk)
    return render(request, "sparks/round_form.html", {"form": form, "round": grant_round})


@require_http_methods(["GET", "POST"])
@require_team
def fund_create(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    if not rules.can_manage_money(request.user, request.team):
        raise PermissionDenied
    form = FundForm(request.POST or None, team=request.team)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.create_fund, team=request.team, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The fund is there. Open a round of it next."))
        return redirect("sparks:round-create")
    return render(request, "sparks/fund_form.html", {"form": form, "fund": None})


@require_http_methods(["GET", "POST"])
def fund_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a fund."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not rules.can_manage_money(request.user, fund.team_id):
        raise PermissionDenied
    form = FundForm(request.POST or None, team=fund.team, instance=fund)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.update_fund, fund=fund, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The fund is changed."))
        return redirect("sparks:round-list")
    return render(request, "sparks/fund_form.html", {"form": form, "fund": fund})


@require_safe
def ledger_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give a round's ledger as CSV."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    return exports.ledger_response(grant_round)
