"""Changing an award after it was approved: one person proposes another amount, and a second one agrees."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import User
from communities.rules import require
from sparks import queries, rules
from sparks.actions.decisions import check_amount
from sparks.actions.steps import check_shown, check_step, fresh, lock, move_money, take
from sparks.models import Amendment, LedgerKind, Spark, Status

#: Why an award is not paid while another one is proposed.
AMENDMENT_OPEN = gettext_lazy("Another award has been proposed. Agree to it or keep the award first. Nothing was paid.")


def open_amendment(spark: Spark) -> Amendment | None:
    """Return the proposal that waits for a second person, or None."""
    return Amendment.objects.filter(spark=spark, outcome=Amendment.Outcome.OPEN).select_related("proposed_by").first()


def _locked(spark: Spark, by: User, step: str) -> Spark:
    """Return the spark, locked. Raises: ValidationError for a step that is not allowed and for people too close to it."""
    spark = lock(spark)
    check_step(spark, step)
    bars = queries.reasons_not_to_decide(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_DECIDE[bars[0]], code=bars[0])
    return spark


@transaction.atomic
def propose_award(*, spark: Spark, by: User, amount_gbp: Decimal, reason: str) -> Spark:
    """Propose another award for a spark that was approved and not paid; it changes once somebody else agrees.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, people too close to it, an invalid amount, no
    reason, a spark without money, or while another proposal waits.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "amend")
    spark = _locked(spark, by, "amend")
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so its award cannot be changed."), code="no_money")
    check_amount(spark, amount_gbp)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the award should change.")})
    if amount_gbp == spark.award_gbp:
        raise ValidationError({"amount_gbp": _("The award is £%(award)s already.") % {"award": spark.award_gbp}})
    if waiting := open_amendment(spark):
        raise ValidationError(
            _("%(who)s has proposed £%(amount)s. Agree to it or keep the award first.")
            % {"who": waiting.proposed_by, "amount": waiting.amount_gbp},
            code="amendment",
        )
    Amendment.objects.create(
        spark=spark, before_gbp=spark.award_gbp, amount_gbp=amount_gbp, reason=reason.strip(), proposed_by=by
    )
    told = {"who": by, "before": spark.award_gbp, "amount": amount_gbp, "reason": reason.strip()}
    occasion = f"{spark.steps_taken}"
    take(spark, "amend", by=by, words=reason.strip(), amount_gbp=amount_gbp, told=told, occasion=occasion)
    return spark


@transaction.atomic
def agree_award(*, spark: Spark, by: User, shown_gbp: str = "") -> Spark:
    """Agree to the award that somebody else proposed. The difference is promised, or goes back to the round.

    The group accepts the new award again. Raises: PermissionDenied; ValidationError for a step that is not allowed, people
    too close to it, the person who proposed it, no proposal, too little left (`code` "pot"), or as `check_shown` for the
    proposal.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "agree")
    spark = _locked(spark, by, "agree")
    amendment = open_amendment(spark)
    if amendment is None:
        raise ValidationError(_("No other award is proposed any more. Nothing was changed."), code="none")
    check_shown(shown_gbp, amendment.amount_gbp)
    if amendment.proposed_by_id == by.pk:
        raise ValidationError(_("You proposed it, so somebody else has to agree."), code="decided")
    check_amount(spark, amendment.amount_gbp)
    difference = amendment.amount_gbp - (spark.award_gbp or Decimal(0))
    kind = LedgerKind.RESERVE if difference > 0 else LedgerKind.RELEASE
    _settle(amendment, Amendment.Outcome.AGREED, by)
    spark.award_gbp = amendment.amount_gbp
    move_money(spark, kind, abs(difference), by=by, note=_("Change of the award"))
    occasion = f"{amendment.pk}"
    told = {"before": amendment.before_gbp, "reason": amendment.reason}
    take(
        spark, "agree", to=Status.APPROVED, money=kind.value, by=by, fields=["award_gbp"], amount_gbp=amendment.amount_gbp,
        told=told, occasion=occasion,
    )  # fmt: skip
    return spark


@transaction.atomic
def refuse_award(*, spark: Spark, by: User) -> Spark:
    """Keep the award as it is, although another one was proposed. Raises: as `agree_award`, but also for its proposer."""
    require(rules.has_role_for, fresh(by), spark.team_id, "refuse")
    spark = _locked(spark, by, "refuse")
    if not refuse_open_amendment(spark, by=by):
        raise ValidationError(_("No other award is proposed any more. Nothing was changed."), code="none")
    take(spark, "refuse", by=by, told={"who": by}, occasion=f"{spark.steps_taken}")
    return spark


def refuse_open_amendment(spark: Spark, *, by: User | None) -> bool:
    """Settle the proposal that waits, because the award stays or the spark has ended; return whether there was one."""
    amendment = open_amendment(spark)
    if amendment is None:
        return False
    _settle(amendment, Amendment.Outcome.REFUSED, by)
    return True


def _settle(amendment: Amendment, outcome: str, by: User | None) -> None:
    amendment.outcome, amendment.settled_by, amendment.settled_at = outcome, by, timezone.now()
    amendment.save(update_fields=["outcome", "settled_by", "settled_at"])
