"""Funds, rounds and the ledger."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.paging import keyset_page
from communities.row_keys import pks_of
from communities.spreadsheets import CSV_TYPE
from communities.views import require_safe_or_post, require_team, save
from communities.views.downloads import send_export
from sparks import actions, exports, proposals, queries, rules
from sparks.clocks import median_of_round
from sparks.forms.funds import FundForm, RoundForm
from sparks.models import ApplyPage, Fund, LedgerEntry, Round, Spark
from sparks.views.funds import shown


@require_safe
@require_team
def round_list(request: HttpRequest) -> HttpResponse:
    """List rounds with their money, funds, and what is proposed about them."""
    context = {
        "rounds": queries.rounds_with_queue(request.team),
        "funds": Fund.objects.visible_to(request.user).filter(team=request.team).select_related("funder"),
        "waiting": shown(request, proposals.open_proposals(request.team)),
        "can_manage": rules.can_manage_money(request.user, request.team),
        "can_propose": rules.can_propose_money(request.user, request.team),
    }
    return render(request, "sparks/round_list.html", context)


@require_safe
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: its money, sparks and ledger, and whether its totals agree with the ledger."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund", "team"), pk=pk)
    ledger = LedgerEntry.objects.visible_to(request.user).filter(round=grant_round).select_related("spark", "by")
    can_manage = rules.can_manage_money(request.user, grant_round.team_id)
    public = ApplyPage.objects.visible_to(request.user).filter(round=grant_round, is_on=True)
    context = {
        "round": grant_round,
        "public": None if can_manage else public.first(),
        "page": keyset_page(request, ledger.order_by("-pk")),
        "sparks": Spark.objects.visible_to(request.user)
        .filter(round=grant_round)
        .select_related("neighbourhood")
        .order_by("-created_at", "-pk")[:50],
        "median_days": median_of_round(grant_round),
        "waiting": shown(request, proposals.open_proposals(grant_round.team_id).filter(round=grant_round)),
        "history": proposals.told_history(grant_round),
        "reconciliation": queries.reconcile(grant_round),
        "can_read": rules.can_read_texts(request.user, grant_round.team_id),
        "can_manage": can_manage,
        "can_propose": rules.can_propose_money(request.user, grant_round.team_id),
    }
    return render(request, "sparks/round_detail.html", context)


@require_safe_or_post
@require_team
def round_create(request: HttpRequest) -> HttpResponse:
    """Create a round. The fund in the query string, or the team's only fund, is chosen already."""
    if not rules.can_manage_money(request.user, request.team):
        raise PermissionDenied
    form = RoundForm(request.POST or None, team=request.team, initial={"fund": _first_fund(request)})
    if request.method == "POST" and form.is_valid():
        grant_round = save(request, form, actions.create_round, team=request.team, by=request.user, **form.cleaned_data)
        if grant_round:
            messages.success(request, _("Round saved."))
            return redirect("sparks:round-detail", pk=grant_round.pk)
    free = Fund.objects.visible_to(request.user).filter(team=request.team, given_gbp__gt=F("allocated_gbp"))
    can_propose = rules.can_propose_money(request.user, request.team)
    context = {"form": form, "round": None, "lacks_money": not free.exists(), "can_propose": can_propose}
    return render(request, "sparks/round_form.html", context)


def _first_fund(request: HttpRequest) -> Fund | None:
    funds = Fund.objects.visible_to(request.user).filter(team=request.team)
    named = pks_of([request.GET.get("fund", "")])
    found = list(funds.filter(pk__in=named) if named else funds[:2])
    return found[0] if len(found) == 1 else None


@require_safe_or_post
def round_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund", "team"), pk=pk)
    if not rules.can_manage_money(request.user, grant_round.team_id):
        raise PermissionDenied
    form = RoundForm(request.POST or None, team=grant_round.team, grant_round=grant_round)
    if request.method == "POST" and form.is_valid():
        saved = save(request, form, actions.update_round, grant_round=grant_round, by=request.user, **form.cleaned_data)
        if saved:
            waits = proposals.proposal_for(saved) is not None
            words = _("Proposed. The round stays as it is until somebody else agrees.") if waits else _("Round saved.")
            messages.success(request, words)
            return redirect("sparks:round-detail", pk=grant_round.pk)
    context = {
        "form": form,
        "round": grant_round,
        "is_used": proposals.is_used(grant_round),
        "waiting": shown(request, proposals.open_proposals(grant_round.team_id).filter(round=grant_round)),
        "can_propose": rules.can_propose_money(request.user, grant_round.team_id),
        "lacks_second": not proposals.has_second_person(grant_round.team_id, request.user),
    }
    return render(request, "sparks/round_form.html", context)


@require_safe_or_post
@require_team
def fund_create(request: HttpRequest) -> HttpResponse:
    """Create a fund."""
    if not rules.can_manage_money(request.user, request.team):
        raise PermissionDenied
    form = FundForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        fund = save(request, form, actions.create_fund, team=request.team, by=request.user, **form.cleaned_data)
        if fund:
            messages.success(
                request, _("Fund saved. Add its money next: a round can be opened once somebody else agrees.")
            )
            return redirect("sparks:fund-money", pk=fund.pk)
    return render(request, "sparks/fund_form.html", {"form": form, "fund": None})


@require_safe_or_post
def fund_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a fund."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not rules.can_manage_money(request.user, fund.team_id):
        raise PermissionDenied
    form = FundForm(request.POST or None, team=fund.team, instance=fund)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.update_fund, fund=fund, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Fund saved."))
        return redirect("sparks:fund-detail", pk=fund.pk)
    return render(request, "sparks/fund_form.html", {"form": form, "fund": fund})


@require_safe
def ledger_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send a round's ledger as CSV."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    number, file = exports.ledger_file(grant_round, request.user)
    return send_export(
        request,
        file,
        name=f"ledger-{slugify(grant_round.name) or grant_round.pk}.csv",
        content_type=CSV_TYPE,
        team=grant_round.team_id,
        model=Round,
        what=grant_round.pk,
        rows=number,
        fields=exports.COLUMNS,
    )
