"""Decisions: within the limit one manager decides, above it two do, and nobody decides on their own spark."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from sparks import queries, rules
from sparks.actions.steps import check_step, fresh, lock, move_money, take
from sparks.models import ZERO, Decision, LedgerKind, Spark, Status


def _locked_to_decide(spark: Spark, by: User, step: str) -> Spark:
    """Return the spark, locked, if this person can decide on it and the step is allowed.

    Raises: ValidationError for people too close to it (`code` is the key of the bar), and for a step that is not allowed.
    """
    spark = lock(spark)
    check_step(spark, step)
    bars = queries.reasons_not_to_decide(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_DECIDE[bars[0]], code=bars[0])
    return spark


@transaction.atomic
def approve_spark(*, spark: Spark, by: User, amount_gbp: Decimal | None = None, reason: str = "") -> Spark:
    """Approve an amount, by default all that was asked for: alone within the limit, otherwise as one of two.

    Both people must approve the same amount. The money is promised in the transaction of the decision that completes
    the approval. The team is locked, so that two sparks of one group are never decided on at the same time.
    Raises: PermissionDenied without the role; ValidationError for a bar (`code` is its key), an invalid amount, a step
    that is not allowed, or too little left (`code` "pot").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "approve")
    spark = _locked_to_decide(spark, by, "approve")
    amount = spark.amount_gbp if amount_gbp is None else amount_gbp
    _check_amount(spark, amount)
    team = Team.objects.select_for_update(no_key=True).get(pk=spark.team_id)
    second = queries.needs_second_person(spark, amount, limit_gbp=team.approval_limit_gbp)
    first = spark.decisions.filter(verdict=Decision.Verdict.APPROVE).first()
    if spark.status == Status.RECOMMENDED and first and first.amount_gbp != amount:
        raise ValidationError(
            {
                "amount_gbp": _("%(name)s approved £%(amount)s. Approve the same amount, or talk to them first.")
                % {"name": first.by, "amount": first.amount_gbp}
            }
        )
    _write_decision(spark, by, Decision.Verdict.APPROVE, amount, reason, team.approval_limit_gbp)
    if second and spark.status == Status.SUBMITTED:
        take(spark, "approve", to=Status.RECOMMENDED, by=by, words=reason.strip(), amount_gbp=amount)
        return spark
    spark.award_gbp = amount
    spark.decided_at = timezone.now()
    if amount:
        move_money(spark, LedgerKind.RESERVE, amount, by=by)
    take(
        spark,
        "approve",
        to=Status.APPROVED,
        by=by,
        fields=["award_gbp", "decided_at"],
        words=reason.strip(),
        amount_gbp=amount,
        told={"reason": _reasons(spark)},
    )
    return spark


def _reasons(spark: Spark) -> str:
    """Return the reasons of those who approved, a paragraph each."""
    approvals = spark.decisions.filter(verdict=Decision.Verdict.APPROVE).exclude(reason="")
    return "\n\n".join(approvals.order_by("decided_at", "pk").values_list("reason", flat=True))


def _check_amount(spark: Spark, amount: Decimal) -> None:
    if spark.amount_gbp == ZERO and amount == ZERO:
        return
    if amount <= ZERO:
        raise ValidationError(
            {"amount_gbp": _("The award must be more than £0. To say no, choose “Not this time” and give a reason.")}
        )
    if amount > spark.amount_gbp:
        raise ValidationError(
            {
                "amount_gbp": _("They asked for £%(asked)s. The award cannot be more than that.")
                % {"asked": spark.amount_gbp}
            }
        )
    if amount > spark.round.max_award_gbp:
        raise ValidationError(
            {"amount_gbp": _("The maximum award in this round is £%(most)s.") % {"most": spark.round.max_award_gbp}}
        )


def _write_decision(spark: Spark, by: User, verdict: str, amount: Decimal, reason: str, limit: Decimal) -> Decision:
    decision = Decision(spark=spark, by=by, verdict=verdict, amount_gbp=amount, reason=reason.strip(), limit_gbp=limit)
    decision.full_clean()
    decision.save()
    audit.record(
        by=by,
        verb=Verb.DECIDE,
        obj=decision,
        team=spark.team_id,
        fields=["verdict", "amount_gbp", "reason"],
    )
    return decision


@transaction.atomic
def decline_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Decline a spark, with a reason that the people behind it will read.

    Raises: as `approve_spark`; ValidationError without a reason.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "decline")
    return _decline(spark, "decline", by=by, reason=reason)


@transaction.atomic
def mark_ineligible(*, spark: Spark, by: User, reason: str) -> Spark:
    """Decide that a spark is outside what the fund is for, with a reason.

    Raises: as `decline_spark`.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "outside")
    return _decline(spark, "outside", by=by, reason=reason)


def _decline(spark: Spark, step: str, *, by: User, reason: str) -> Spark:
    spark = _locked_to_decide(spark, by, step)
    if not reason.strip():
        raise ValidationError({"reason": _("People deserve to know why. Please give a reason.")})
    _write_decision(spark, by, Decision.Verdict.DECLINE, ZERO, reason, spark.team.approval_limit_gbp)
    spark.decided_at = timezone.now()
    take(spark, step, by=by, fields=["decided_at"], words=reason.strip(), told={"reason": reason.strip()})
    return spark
