"""After approval: accepting the award, paying, recovering, withdrawing, cancelling and closing."""

import uuid as uuids
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.idempotency import idempotent
from communities.models import User
from communities.outbox.actions import withdraw_outdated
from communities.rules import require
from sparks import history, queries, rules
from sparks.actions.amending import AMENDMENT_OPEN, open_amendment, refuse_open_amendment
from sparks.actions.decisions import revoke_decline
from sparks.actions.steps import check_shown, check_step, fresh, lock, move_money, take
from sparks.models import ZERO, HeldBy, LedgerEntry, LedgerKind, Spark, Status

#: The most characters of a note on the ledger.
NOTE_LENGTH = 250
#: Kinds of messages that are not true any more once a spark is reopened.
TOLD_OF_ENDINGS = ("spark_declined", "spark_cancelled", "spark_lapsed", "spark_withdrawn")


@transaction.atomic
def mark_ready(*, spark: Spark, by: User, shown_gbp: str = "") -> Spark:
    """Record that the group accepted the award and that their host, if they have one, agreed to hold it.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, or as `check_shown` for the award.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "ready")
    spark = lock(spark)
    check_step(spark, "ready")
    check_shown(shown_gbp, spark.award_gbp)
    take(spark, "ready", by=by, occasion=f"{spark.steps_taken}")
    return spark


@idempotent(LedgerEntry)
@transaction.atomic
def pay_award(
    *, spark: Spark, by: User, uuid: uuids.UUID, reference: str = "", payee: str = "", shown_gbp: str = ""
) -> LedgerEntry:
    """Record that the award was paid, to the host if there is one. The same UUID sent twice pays once.

    Raises: PermissionDenied without the role; ValidationError for the approver and people too close to it (`code` is a
    key of `rules.reasons_not_to_pay`), a step that is not allowed, a missing payee, or as `check_shown` for the award.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "pay")
    spark = lock(spark)
    check_step(spark, "pay")
    check_shown(shown_gbp, spark.award_gbp)
    if open_amendment(spark):
        raise ValidationError(AMENDMENT_OPEN, code="amendment")
    bars = queries.reasons_not_to_pay(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_PAY[bars[0]], code=bars[0])
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so there is nothing to pay."))
    if spark.held_by == HeldBy.HOST and spark.host:
        payee = spark.host.name
    if not payee.strip():
        raise ValidationError({"payee": _("Enter who it was paid to.")})
    spark.paid_at = timezone.now()
    told = {"payee": payee.strip(), "reference": reference.strip()}
    take(spark, "pay", by=by, fields=["paid_at"], amount_gbp=spark.award_gbp, told=told)
    return move_money(
        spark,
        LedgerKind.PAY,
        spark.award_gbp,
        by=by,
        uuid=uuid,
        payee=payee.strip(),
        reference=reference.strip(),
    )


@idempotent(LedgerEntry)
@transaction.atomic
def recover_award(*, spark: Spark, by: User, uuid: uuids.UUID, amount_gbp: Decimal, note: str) -> LedgerEntry:
    """Record that some or all of a payment was returned; it can be promised again. The same UUID counts once.

    Raises: PermissionDenied without the role; ValidationError if nothing was paid, for an amount of £0 or less or more
    than was paid, or without a note.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "recover")
    spark = lock(spark)
    check_step(spark, "recover")
    totals = queries.ledger_totals(spark)
    most = rules.recoverable_gbp(totals[LedgerKind.PAY], totals[LedgerKind.RECOVER])
    if most == ZERO:
        raise ValidationError(_("No money was paid for this spark, so none can be returned. Nothing was changed."))
    if not ZERO < amount_gbp <= most:
        raise ValidationError(
            {"amount_gbp": _("The amount returned must be between £0.01 and £%(most)s.") % {"most": most}}
        )
    if not note.strip():
        raise ValidationError({"note": _("Say briefly why it was returned.")})
    entry = move_money(spark, LedgerKind.RECOVER, amount_gbp, by=by, uuid=uuid, note=note.strip())
    to = Status.RECOVERED if amount_gbp == most else spark.status
    told = {"amount": amount_gbp, "reason": note.strip()}
    occasion = f"{spark.steps_taken}"
    take(spark, "recover", to=to, by=by, words=note.strip(), amount_gbp=amount_gbp, told=told, occasion=occasion)
    return entry


@transaction.atomic
def withdraw_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Withdraw an unpaid spark, as the people behind it wish. Releases the money that was promised.

    A builder can withdraw only what they wrote.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, or without a reason.
    """
    by_now = fresh(by)
    require(rules.has_role_for, by_now, spark.team_id, "withdraw")
    spark = lock(spark)
    check_step(spark, "withdraw")
    require(rules.can_withdraw, by_now, spark.team_id, queries.writer_ids(spark))
    if not reason.strip():
        raise ValidationError({"reason": _("Say briefly why it is withdrawn.")})
    return _release(spark, "withdraw", by=by, note=reason.strip())


@transaction.atomic
def cancel_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Cancel an approved spark that will not happen. Releases the money that was promised.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, or without a reason.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "cancel")
    spark = lock(spark)
    check_step(spark, "cancel")
    if not reason.strip():
        raise ValidationError({"reason": _("Say briefly why it is cancelled.")})
    return _release(spark, "cancel", by=by, note=reason.strip())


def _release(spark: Spark, step: str, *, by: User, note: str) -> Spark:
    """End a locked spark and release the money that was promised."""
    told, occasion = {"reason": note}, f"{spark.steps_taken}"
    way = take(spark, step, by=by, words=note, amount_gbp=spark.award_gbp, told=told, occasion=occasion)
    if way.money == "release" and spark.award_gbp:
        move_money(spark, LedgerKind.RELEASE, spark.award_gbp, by=by, note=note[:NOTE_LENGTH])
    refuse_open_amendment(spark, by=by)
    return spark


@transaction.atomic
def close_spark(*, spark: Spark, by: User) -> Spark:
    """Close a spark that was reported on. Raises: PermissionDenied; ValidationError for a step that is not allowed."""
    require(rules.has_role_for, fresh(by), spark.team_id, "close")
    spark = lock(spark)
    take(spark, "close", by=by)
    return spark


@transaction.atomic
def reopen_spark(*, spark: Spark, by: User) -> Spark:
    """Put a spark back as it was before it was closed, withdrawn or cancelled by mistake, within a day.

    Whoever took the step can do it, or a manager. Money that was released is promised again.
    Raises: PermissionDenied; ValidationError for a step that is not allowed or was taken too long ago, a group with another
    live spark in the round by now, or too little left (`code` "pot").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "reopen")
    spark = lock(spark)
    check_step(spark, "reopen")
    ended = history.ending_to_reopen(spark)
    if ended is None:
        raise ValidationError(
            _("This spark was ended more than a day ago, so it stays as it is. Start it again as a new one."),
            code="late",
        )
    require(rules.can_reopen, fresh(by), spark, ended.by_id)
    if other := queries.live_spark_of_group(spark):
        message = _("This group has another spark in this round now: “%(title)s”. Nothing was changed.")
        raise ValidationError(message % {"title": other.title}, code="group")
    if ended.step in ("decline", "outside"):
        revoke_decline(spark, by)
        spark.decided_at = None
    withdraw_outdated(about=spark, kinds=TOLD_OF_ENDINGS)
    occasion = f"{spark.steps_taken}"
    way = take(spark, "reopen", to=ended.before, by=by, fields=["decided_at"], occasion=occasion)
    if way.money == "reserve" and spark.award_gbp:
        move_money(spark, LedgerKind.RESERVE, spark.award_gbp, by=by, note=_("Reopened"))
    return spark
