"""Changes of a fund's money and of a round's rules: one person proposes, another agrees. Rows are locked round, funds, proposal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked, save_checked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import User
from communities.pounds import pounds
from communities.rules import require
from communities.verbs import Verb
from sparks import proposals, rules
from sparks.actions.fund_money import Behind, check_free, check_holds, lock_funds, move_budget, move_fund_money
from sparks.actions.steps import check_confirmed, fresh
from sparks.actions.telling_funds import tell_of_proposal
from sparks.models import Fund, FundEntryKind, FundProposal, Round

Kind, Outcome = FundProposal.Kind, FundProposal.Outcome


@idempotent(FundProposal)
@transaction.atomic
def propose_money(
    *,
    fund: Fund,
    by: User,
    kind: str,
    amount_gbp: Decimal,
    reason: str,
    reference: str = "",
    day: date | None = None,
    from_fund: Fund | None = None,
    uuid: UUID | None = None,
) -> FundProposal:
    """Propose that money came into a fund or goes back to its funder; nothing moves until somebody else agrees.

    from_fund: another fund of the team that it is carried over from. day: when it came or went, today by default.
    Raises: PermissionDenied; ValidationError keyed by field, for a new manager, and while something else is proposed for the fund.
    """
    require(rules.can_manage_money, fresh(by), fund.team_id)
    check_confirmed(by, fund.team_id)
    funds = lock_funds([fund.pk, from_fund.pk if from_fund else None])
    if fund.pk not in funds:
        raise ValidationError(_("Somebody has deleted this, so nothing was changed."), code="gone")
    _refuse_second(funds[fund.pk])
    proposal = FundProposal(
        uuid=uuid or uuid4(),
        team_id=fund.team_id,
        fund=funds[fund.pk],
        kind=kind,
        amount_gbp=amount_gbp,
        reference=readable(reference),
        day=day or timezone.localdate(),
        from_fund=from_fund,
        reason=readable(reason),
        proposed_by=by,
    )
    _check_money(proposal, funds)
    save_checked(proposal)
    audit.record(by=by, verb=Verb.PROPOSE, obj=proposal)
    tell_of_proposal(proposal, "fund_proposed", by=by)
    return proposal


def propose_rules(*, grant_round: Round, by: User, values: Mapping[str, object], reason: str) -> FundProposal:
    """Propose other rules for a locked round, or change them at once if nobody uses it yet; part of `update_round`.

    Raises: ValidationError keyed by field, for a new manager, without a reason, and while something else is proposed for the round.
    """
    check_confirmed(by, grant_round.team_id)
    waits = proposals.is_used(grant_round)
    proposal = FundProposal(
        team_id=grant_round.team_id,
        fund_id=grant_round.fund_id,
        round=grant_round,
        kind=Kind.RULES,
        before={name: proposals.as_text(getattr(grant_round, name)) for name in values},
        after={name: proposals.as_text(value) for name, value in values.items()},
        reason=readable(reason),
        proposed_by=by,
        outcome=Outcome.OPEN if waits else Outcome.AT_ONCE,
    )
    if waiting := proposals.proposal_for(grant_round):
        if (waiting.proposed_by_id, waiting.after, waiting.reason) == (by.pk, proposal.after, proposal.reason):
            return waiting
        _refuse_second(grant_round)
    changed = _with_rules(grant_round, values)
    _check_rules(grant_round, changed)
    if not readable(reason):
        raise ValidationError({"reason": _("Say why the round should change. The other managers read it.")})
    if waits:
        save_checked(proposal)
        audit.record(by=by, verb=Verb.PROPOSE, obj=proposal)
        tell_of_proposal(proposal, "fund_proposed", by=by)
    else:
        save_checked(proposal)
        _write_rules(grant_round, values, Behind(by, reason=proposal.reason))
        audit.record(by=by, verb=Verb.UPDATE, obj=grant_round, fields=list(values))
        tell_of_proposal(proposal, "fund_settled", by=by)
    return proposal


@transaction.atomic
def agree_proposal(*, proposal: FundProposal, by: User) -> FundProposal:
    """Agree to what somebody else proposed about a fund or a round: the money moves, or the rules change, now.

    Everything is checked again. Raises: PermissionDenied; ValidationError for the person who proposed it and new managers, if
    it was settled meanwhile (code "settled"), if the round was changed meanwhile (code "stale"), and as for a new proposal.
    """
    require(rules.can_settle_proposal, fresh(by), proposal.team_id)
    proposal, funds = _locked(proposal)
    _check_second_person(proposal, by)
    if proposal.round is not None:
        _check_still_as_before(proposal)
        values = proposals.values_of(proposal.after)
        _check_rules(proposal.round, _with_rules(proposal.round, values))
        _write_rules(proposal.round, values, Behind(proposal.proposed_by, by, proposal.reason))
        audit.record(by=by, verb=Verb.UPDATE, obj=proposal.round, fields=list(values))
    else:
        _check_money(proposal, funds)
        _write_money(proposal, confirmed_by=by)
        audit.record(by=by, verb=Verb.UPDATE, obj=proposal.fund, fields=["given_gbp"])
    _settle(proposal, Outcome.AGREED, by)
    audit.record(by=by, verb=Verb.AGREE_PROPOSAL, obj=proposal)
    tell_of_proposal(proposal, "fund_settled", by=by)
    return proposal


@transaction.atomic
def refuse_proposal(*, proposal: FundProposal, by: User) -> FundProposal:
    """Refuse what somebody else proposed about a fund or a round; everything stays as it is. Raises: as `agree_proposal`."""
    require(rules.can_settle_proposal, fresh(by), proposal.team_id)
    proposal, _funds = _locked(proposal)
    _check_second_person(proposal, by)
    _settle(proposal, Outcome.REFUSED, by)
    audit.record(by=by, verb=Verb.REFUSE_PROPOSAL, obj=proposal)
    tell_of_proposal(proposal, "fund_settled", by=by)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: FundProposal, by: User) -> FundProposal:
    """Withdraw one's own proposal about a fund or a round. Raises: PermissionDenied; ValidationError if it was settled meanwhile."""
    require(rules.can_withdraw_proposal, fresh(by), proposal)
    proposal, _funds = _locked(proposal)
    _settle(proposal, Outcome.WITHDRAWN, by)
    audit.record(by=by, verb=Verb.WITHDRAW, obj=proposal)
    tell_of_proposal(proposal, "fund_settled", by=by)
    return proposal


def _locked(proposal: FundProposal) -> tuple[FundProposal, dict[int, Fund]]:
    """Return a proposal that still waits, and its funds by primary key, all locked. Raises: ValidationError, code "settled"."""
    grant_round = locked(Round.objects.select_related("fund"), proposal.round_id) if proposal.round_id else None
    chosen = proposal.after.get("fund")
    keys = [proposal.fund_id, proposal.from_fund_id, int(chosen) if chosen else None]
    funds = lock_funds([*keys, grant_round.fund_id if grant_round else None])
    rows = FundProposal.objects.select_related("team", "proposed_by", "settled_by", "from_fund")
    now = locked(rows, proposal.pk)
    now.fund, now.round = funds[now.fund_id], grant_round
    if now.outcome != Outcome.OPEN:
        who = now.settled_by or now.proposed_by
        raise ValidationError(
            _("%(who)s answered this already: %(outcome)s. Nothing was changed.")
            % {"who": who, "outcome": now.get_outcome_display()},
            code="settled",
        )
    return now, funds


def _check_second_person(proposal: FundProposal, by: User) -> None:
    if found := proposals.reasons_not_to_settle(proposal, fresh(by)):
        raise ValidationError(proposals.REASONS_NOT_TO_SETTLE[found[0]], code=found[0])


def _refuse_second(about: Fund | Round) -> None:
    """Raise ValidationError, code "proposal", if something already waits for a second person."""
    if waiting := proposals.proposal_for(about):
        raise ValidationError(
            _(
                "%(who)s has proposed something for “%(title)s” already: %(what)s. Answer that first, or ask %(who)s to withdraw it."
            )
            % {"who": waiting.proposed_by, "title": about, "what": proposals.sentence(waiting)},
            code="proposal",
        )


def _check_money(proposal: FundProposal, funds: Mapping[int, Fund]) -> None:
    """Check that money that leaves a fund is free. Raises: ValidationError keyed by field."""
    if not proposal.reason:
        raise ValidationError({"reason": _("Say where the money comes from, or why it goes back.")})
    if proposal.day and proposal.day > timezone.localdate():
        raise ValidationError({"day": _("This day has not come yet. Record money once it has moved.")})
    if proposal.from_fund is not None and proposal.from_fund.team_id != proposal.team_id:
        raise ValidationError({"from_fund": _("Choose one that belongs to your team.")})
    amount = proposal.amount_gbp or Decimal(0)
    if proposal.kind != Kind.RETURNED:
        check_holds(funds[proposal.fund_id].given_gbp + amount, field="amount_gbp")
    if proposal.kind == Kind.RETURNED:
        check_free(funds[proposal.fund_id], amount, field="amount_gbp")
    elif proposal.from_fund_id:
        check_free(funds[proposal.from_fund_id], amount, field="amount_gbp")


def _with_rules(grant_round: Round, values: Mapping[str, object]) -> Round:
    """Return a copy of a round with other rules, which is not saved."""
    names = [field.attname for field in Round._meta.concrete_fields]
    changed = Round(**{name: getattr(grant_round, name) for name in names})
    changed._state.adding = False
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def _check_rules(now: Round, changed: Round) -> None:
    """Check other rules of a round against its money, its fund and the clock. Raises: ValidationError keyed by field."""
    if changed.budget_gbp < now.committed_gbp:
        words = _("%(promised)s is already promised from this round. The budget cannot be less.")
        raise ValidationError({"budget_gbp": words % {"promised": pounds(now.committed_gbp)}})
    if changed.closes_at != now.closes_at and changed.closes_at <= timezone.now() < now.closes_at:
        words = _("This is in the past. Choose a time in the future, so that nobody is shut out afterwards.")
        raise ValidationError({"closes_at": words})
    if changed.fund_id != now.fund_id and now.paid_gbp:
        words = _("%(paid)s of this round is already paid, so it stays with its fund. Open another round instead.")
        raise ValidationError({"fund": words % {"paid": pounds(now.paid_gbp)}})
    check_row(changed, exclude=("uuid",))
    fund = lock_funds([changed.fund_id])[changed.fund_id]
    needed = changed.budget_gbp - (now.budget_gbp if changed.fund_id == now.fund_id else Decimal(0))
    check_free(fund, needed, field="budget_gbp")


def _check_still_as_before(proposal: FundProposal) -> None:
    """Check that the rules a proposal changes are as they were when it was proposed. Raises: ValidationError, code "stale"."""
    now = {name: proposals.as_text(getattr(proposal.round, name)) for name in proposal.before}
    other = [name for name, text in proposal.before.items() if now[name] != text]
    if other:
        before, current = proposals.values_of(proposal.before), proposals.values_of(now)
        parts = (
            _("%(rule)s is now %(now)s and was %(before)s")
            % {
                "rule": proposals.RULES[name],
                "now": proposals.in_words(current[name]),
                "before": proposals.in_words(before[name]),
            }
            for name in other
        )
        words = _(
            "The round was changed after this was proposed: %(what)s. Refuse it, and propose it again if it is still right."
        )
        raise ValidationError(words % {"what": "; ".join(parts)}, code="stale")


def _write_rules(grant_round: Round, values: Mapping[str, object], behind: Behind) -> None:
    fund_id, budget_gbp = grant_round.fund_id, grant_round.budget_gbp
    for name, value in values.items():
        setattr(grant_round, name, value)
    save_checked(grant_round, update_fields=list(values))
    move_budget(grant_round, behind, fund_id=fund_id, budget_gbp=budget_gbp)


def _write_money(proposal: FundProposal, *, confirmed_by: User) -> None:
    behind = Behind(proposal.proposed_by, confirmed_by, proposal.reason, proposal.reference, proposal.day)
    amount = proposal.amount_gbp or Decimal(0)
    if proposal.from_fund is not None:
        move_fund_money(proposal.from_fund, FundEntryKind.PASSED_ON, amount, behind, other_fund=proposal.fund)
    move_fund_money(proposal.fund, proposal.kind, amount, behind, other_fund=proposal.from_fund)


def _settle(proposal: FundProposal, outcome: str, by: User) -> None:
    proposal.outcome, proposal.settled_by, proposal.settled_at = outcome, by, timezone.now()
    proposal.save(update_fields=["outcome", "settled_by", "settled_at"])
