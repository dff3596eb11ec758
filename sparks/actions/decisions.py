"""Deciding: within a manager's limit alone, above it by two people, and never on one's own."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from sparks import queries, rules
from sparks.actions.steps import lock, move, move_money
from sparks.models import ZERO, Application, Decision, LedgerKind, Status


def _check_may_decide(application: Application, by: User) -> None:
    """Refuse people without the role, and people too close to it; read from the database, not from the session."""
    fresh = User.objects.get(pk=by.pk)
    if not rules.can_manage_money(fresh, application.team_id):
        raise PermissionDenied(_("Only a manager of this team decides on its sparks."))
    bars = queries.bars_to_deciding(application, fresh)
    if bars:
        raise ValidationError(queries.BAR_WORDS[bars[0]], code=bars[0])


@transaction.atomic
def approve_application(
    *, application: Application, by: User, amount_gbp: Decimal | None = None, reason: str = ""
) -> Application:
    """Approve an amount, or all that was asked for: alone within the limit, otherwise as the first or second of two.

    The second person's amount must be the first's. Money is promised in the same transaction as the decision that
    completes it. Deciding on sparks of one group is done one at a time, so that none is missed in the sum.
    Raises: PermissionDenied for people without the role; ValidationError for a bar (`code` is its key), a bad amount,
    a step that does not follow, or too little left (`code` "pot").
    """
    application = lock(application)
    _check_may_decide(application, by)
    amount = application.amount_gbp if amount_gbp is None else amount_gbp
    _check_amount(application, amount)
    team = application.team.__class__.objects.select_for_update().get(pk=application.team_id)
    already = queries.awarded_to_group(application)
    second = rules.needs_second_person(amount, limit_gbp=team.approval_limit_gbp, already_awarded_gbp=already)
    first = application.decisions.filter(verdict=Decision.Verdict.APPROVE).first()
    if application.status == Status.RECOMMENDED and first and first.amount_gbp != amount:
        raise ValidationError(
            {
                "amount_gbp": _("%(name)s approved £%(amount)s. Approve the same, or talk first.")
                % {"name": first.by, "amount": first.amount_gbp}
            }
        )
    _write_decision(application, by, Decision.Verdict.APPROVE, amount, reason, team.approval_limit_gbp)
    if second and application.status == Status.SUBMITTED:
        return move(application, Status.RECOMMENDED, by=by)
    application.award_gbp = amount
    application.decided_at = timezone.now()
    if amount:
        move_money(application, LedgerKind.RESERVE, amount, by=by)
    return move(application, Status.APPROVED, by=by, fields=["award_gbp", "decided_at"])


def _check_amount(application: Application, amount: Decimal) -> None:
    if application.amount_gbp == ZERO and amount == ZERO:
        return
    if amount <= ZERO:
        raise ValidationError(
            {"amount_gbp": _("An award is more than £0. To say no, choose “Not this time” and give a reason.")}
        )
    if amount > application.amount_gbp:
        raise ValidationError(
            {
                "amount_gbp": _("They asked for £%(asked)s. An award is no more than that.")
                % {"asked": application.amount_gbp}
            }
        )
    if amount > application.round.max_award_gbp:
        raise ValidationError(
            {
                "amount_gbp": _("The most for one spark in this round is £%(most)s.")
                % {"most": application.round.max_award_gbp}
            }
        )


def _write_decision(
    application: Application, by: User, verdict: str, amount: Decimal, reason: str, limit: Decimal
) -> Decision:
    decision = Decision(
        application=application, by=by, verdict=verdict, amount_gbp=amount, reason=reason.strip(), limit_gbp=limit
    )
    decision.full_clean()
    decision.save()
    audit.record(
        by=by,
        verb=f"decide_{verdict}",
        obj=decision,
        team=application.team_id,
        fields=["verdict", "amount_gbp", "reason"],
    )
    return decision


@transaction.atomic
def decline_application(*, application: Application, by: User, reason: str) -> Application:
    """Say not this time, with a reason that the people with the idea will read.

    Raises: as `approve_application`; ValidationError without a reason.
    """
    application = lock(application)
    _check_may_decide(application, by)
    if not reason.strip():
        raise ValidationError({"reason": _("People deserve to know why. Please give a reason.")})
    _write_decision(application, by, Decision.Verdict.DECLINE, ZERO, reason, application.team.approval_limit_gbp)
    application.decided_at = timezone.now()
    return move(application, Status.DECLINED, by=by, fields=["decided_at"])


@transaction.atomic
def mark_ineligible(*, application: Application, by: User, reason: str) -> Application:
    """Say that a spark lies outside what the fund is for; a decision like any other, with a reason.

    Raises: as `decline_application`.
    """
    application = lock(application)
    _check_may_decide(application, by)
    if not reason.strip():
        raise ValidationError({"reason": _("People deserve to know why. Please give a reason.")})
    _write_decision(application, by, Decision.Verdict.DECLINE, ZERO, reason, application.team.approval_limit_gbp)
    application.decided_at = timezone.now()
    return move(application, Status.INELIGIBLE, by=by, fields=["decided_at"])
