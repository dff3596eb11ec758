"""Decisions: within the limit one manager decides, above it two do, and nobody decides on their own spark."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.folding import readable
from communities.models import Team, User
from communities.pounds import pounds
from communities.rules import require
from communities.verbs import Verb
from sparks import queries, rules, splitting
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

    Two people must approve the same amount: until they do, each can approve another one, which the other can agree to. The
    money is promised in the transaction of the decision that completes the approval. The team is locked, so that two sparks
    of one group are never decided on at the same time.
    Raises: PermissionDenied without the role; ValidationError for a bar (`code` is its key), an invalid amount, a step
    that is not allowed, or too little left (`code` "pot").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "approve")
    spark = _locked_to_decide(spark, by, "approve")
    amount = spark.amount_gbp if amount_gbp is None else amount_gbp
    check_amount(spark, amount)
    team = Team.objects.select_for_update(no_key=True).get(pk=spark.team_id)
    approvals = list(Decision.objects.approvals_of(spark).select_related("by"))
    others = [each for each in approvals if each.by_id != by.pk]
    if any(each.by_id == by.pk and each.amount_gbp == amount for each in approvals):
        raise ValidationError(
            _("You have already approved %(amount)s. Somebody else decides next.") % {"amount": pounds(amount)},
            code="decided",
        )
    alone = not others and not splitting.needs_second_person(spark, amount, limit_gbp=team.approval_limit_gbp)
    _write_decision(spark, by, Decision.Verdict.APPROVE, amount, reason, team.approval_limit_gbp)
    if not alone and all(each.amount_gbp != amount for each in others):
        told = {"who": by, "amount": amount, "reason": readable(reason)}
        occasion = timezone.now().isoformat()
        take(
            spark,
            "approve",
            to=Status.RECOMMENDED,
            by=by,
            words=readable(reason),
            amount_gbp=amount,
            told=told,
            occasion=occasion,
        )
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
        words=readable(reason),
        amount_gbp=amount,
        told={"reason": _reasons(spark)},
        occasion=_occasion(spark),
    )
    return spark


@transaction.atomic
def revoke_approval(*, spark: Spark, by: User) -> Spark:
    """Take back one's approval of a spark that waits for a second person.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, or without an approval (`code` "none").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "take-back")
    spark = lock(spark)
    check_step(spark, "take-back")
    approvals = list(Decision.objects.approvals_of(spark))
    if all(each.by_id != by.pk for each in approvals):
        raise ValidationError(_("You have not approved this spark, so you cannot take back an approval."), code="none")
    _write_decision(spark, by, Decision.Verdict.TAKE_BACK, ZERO, "", spark.team.approval_limit_gbp)
    take(spark, "take-back", to=Status.RECOMMENDED if len(approvals) > 1 else Status.SUBMITTED, by=by)
    return spark


def revoke_decline(spark: Spark, by: User) -> None:
    """Take back the decision that declined a locked spark, which `reopen_spark` puts back."""
    declined = spark.decisions.standing().filter(verdict=Decision.Verdict.DECLINE, version=spark.version).last()
    if declined:
        limit = spark.team.approval_limit_gbp
        _save_decision(Decision(spark=spark, by=by, verdict="take_back", replaces=declined, limit_gbp=limit), by)


def _occasion(spark: Spark) -> str:
    """Return what tells a second approval, after an appeal or reopening, from the first, which has no occasion."""
    earlier = spark.ledger.filter(kind=LedgerKind.RESERVE).count() > 1 or spark.version > 1
    return f"{spark.version}-{spark.steps_taken}" if earlier else ""


def _newest_of(spark: Spark, by: User) -> Decision | None:
    """Return the decision that a new one of this person on this version replaces: the last in the chain of their first."""
    found = spark.decisions.filter(by=by, version=spark.version, replaces__isnull=True).first()
    while found and (later := spark.decisions.filter(replaces=found).first()):
        found = later
    return found


def _reasons(spark: Spark) -> str:
    """Return the reasons of those who approved, a paragraph each."""
    approvals = Decision.objects.approvals_of(spark).exclude(reason="")
    return "\n\n".join(approvals.order_by("decided_at", "pk").values_list("reason", flat=True))


def check_amount(spark: Spark, amount: Decimal) -> None:
    """Check an award against what was asked for and the round. Raises: ValidationError keyed by field."""
    if spark.amount_gbp == ZERO and amount == ZERO:
        return
    if amount <= ZERO:
        raise ValidationError(
            {"amount_gbp": _("The award must be more than £0. To say no, choose “Not this time” and give a reason.")}
        )
    if amount > spark.amount_gbp:
        raise ValidationError(
            {"amount_gbp": _("They asked for %(asked)s. The award cannot be more than that.") % {"asked": spark.asked}}
        )
    if amount > spark.round.max_award_gbp:
        raise ValidationError(
            {
                "amount_gbp": _("The maximum award in this round is %(most)s.")
                % {"most": pounds(spark.round.max_award_gbp)}
            }
        )


def _write_decision(spark: Spark, by: User, verdict: str, amount: Decimal, reason: str, limit: Decimal) -> Decision:
    return _save_decision(
        Decision(
            spark=spark,
            by=by,
            verdict=verdict,
            amount_gbp=amount,
            reason=readable(reason),
            limit_gbp=limit,
            version=spark.version,
            replaces=_newest_of(spark, by),
        ),
        by,
    )


def _save_decision(decision: Decision, by: User) -> Decision:
    decision.version = decision.spark.version
    check_row(decision)
    decision.save()
    audit.record(
        by=by,
        verb=Verb.DECIDE,
        obj=decision,
        team=decision.spark.team_id,
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
    if not readable(reason):
        raise ValidationError({"reason": _("People deserve to know why. Please give a reason.")})
    _write_decision(spark, by, Decision.Verdict.DECLINE, ZERO, reason, spark.team.approval_limit_gbp)
    spark.decided_at = timezone.now()
    take(
        spark,
        step,
        by=by,
        fields=["decided_at"],
        words=readable(reason),
        told={"reason": readable(reason)},
        occasion=_occasion(spark),
    )
    return spark
