"""The page of a fund, its money, and what waits for a second person."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from communities.views import require_safe_or_post, run_action, save
from sparks import actions, proposals, queries, rules
from sparks.forms.funds import FundMoneyForm
from sparks.models import Fund, FundEntry, FundProposal

#: What each button does, and what the next page says.
ANSWERS = {
    "agree": (
        actions.agree_proposal,
        gettext_noop("Agreed. The history says who proposed it and who agreed."),
    ),
    "refuse": (actions.refuse_proposal, gettext_noop("Refused. Nothing was changed.")),
    "withdraw": (actions.withdraw_proposal, gettext_noop("Withdrawn. Nothing was changed.")),
}


def visible_fund(request: HttpRequest, pk: int) -> Fund:
    """Return a fund that the user can see. Raises: Http404."""
    return get_object_or_404(Fund.objects.visible_to(request.user).select_related("team", "funder"), pk=pk)


@require_safe
def fund_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fund: what it was given, what its rounds have, what waits for a second person, and its ledger."""
    fund = visible_fund(request, pk)
    ledger = FundEntry.objects.visible_to(request.user).filter(fund=fund)
    context = {
        "fund": fund,
        "sums": queries.sums_of_fund(fund),
        "rounds": queries.rounds_with_queue(fund.team).filter(fund=fund),
        "page": keyset_page(
            request, ledger.select_related("round", "other_fund", "by", "confirmed_by").order_by("-pk")
        ),
        "waiting": shown(request, proposals.open_proposals(fund.team_id).filter(fund=fund)),
        "can_manage": rules.can_manage_money(request.user, fund.team_id),
        "can_propose": rules.can_propose_money(request.user, fund.team_id),
        "lacks_second": not proposals.has_second_person(fund.team_id, request.user),
    }
    return render(request, "sparks/fund_detail.html", context)


@require_safe_or_post
def fund_money(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose money into or out of a fund."""
    fund = visible_fund(request, pk)
    if not rules.can_manage_money(request.user, fund.team_id):
        raise PermissionDenied
    form = FundMoneyForm(request.POST or None, fund=fund)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.propose_money, fund=fund, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Proposed. It counts once somebody else agrees."))
        return redirect("sparks:fund-detail", pk=fund.pk)
    context = {
        "form": form,
        "fund": fund,
        "can_propose": rules.can_propose_money(request.user, fund.team_id),
        "lacks_second": not proposals.has_second_person(fund.team_id, request.user),
    }
    return render(request, "sparks/fund_money.html", context)


@require_POST
def proposal_answer(request: HttpRequest, uuid: UUID, answer: str) -> HttpResponse:
    """Agree to a proposal, refuse it or withdraw it, and show the fund or round it is about."""
    rows = FundProposal.objects.visible_to(request.user).select_related("fund", "round")
    proposal = get_object_or_404(rows, uuid=uuid)
    if not rules.can_settle_proposal(request.user, proposal.team_id):
        raise PermissionDenied
    act, words = ANSWERS[answer]
    if run_action(request, act, proposal=proposal, by=request.user):
        messages.success(request, _(words))
    if proposal.round_id:
        return redirect("sparks:round-detail", pk=proposal.round_id)
    return redirect("sparks:fund-detail", pk=proposal.fund_id)


def shown(request: HttpRequest, rows: Iterable[FundProposal]) -> list[dict[str, object]]:
    """Return proposals as their cards show them: with the words, and what the user can do."""
    found = []
    for proposal in rows:
        settles = rules.can_settle_proposal(request.user, proposal.team_id)
        bars = proposals.reasons_not_to_settle(proposal, request.user) if settles else []
        found.append(
            {
                "proposal": proposal,
                "changes": proposals.changes_of(proposal),
                "sentence": proposals.sentence(proposal),
                "asking_more": proposals.asking_more(proposal),
                "can_settle": settles and not bars,
                "bar": proposals.REASONS_NOT_TO_SETTLE[bars[0]] if bars else "",
                "can_withdraw": rules.can_withdraw_proposal(request.user, proposal),
                "lacks_second": not proposals.has_second_person(proposal.team_id, proposal.proposed_by),
            }
        )
    return found
