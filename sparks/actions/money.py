"""After approval: accepting the award, paying, recovering, withdrawing, cancelling and closing."""

import uuid as uuids
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.idempotency import idempotent
from communities.models import User
from communities.rules import require
from communities.undo import keep_change
from communities.verbs import Verb
from sparks import queries, rules
from sparks.actions.steps import VERBS, check_step, fresh, lock, move, move_money
from sparks.actions.telling import group_and_host, tell
from sparks.models import ZERO, HeldBy, LedgerEntry, LedgerKind, Spark, Status


@transaction.atomic
def mark_ready(*, spark: Spark, by: User) -> Spark:
    """Record that the group accepted the award and that their host, if they have one, agreed to hold it.

    Raises: PermissionDenied; ValidationError for a step that is not allowed.
    """
    require(rules.can_write_spark, by, spark.team_id)
    return move(lock(spark), Status.READY, by=by)


@idempotent(LedgerEntry)
@transaction.atomic
def pay_award(*, spark: Spark, by: User, uuid: uuids.UUID, reference: str = "", payee: str = "") -> LedgerEntry:
    """Record that the award was paid, to the host if there is one. The same UUID sent twice pays once.

    Raises: PermissionDenied without the role; ValidationError for the approver and people too close to it (`code` is a
    key of `rules.reasons_not_to_pay`), a step that is not allowed, or a missing payee.
    """
    require(rules.can_manage_money, fresh(by), spark.team_id)
    spark = lock(spark)
    bars = queries.reasons_not_to_pay(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_PAY[bars[0]], code=bars[0])
    check_step(spark, Status.PAID)
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so there is nothing to pay."))
    if spark.held_by == HeldBy.HOST and spark.host:
        payee = spark.host.name
    if not payee.strip():
        raise ValidationError({"payee": _("Enter who it was paid to.")})
    spark.paid_at = timezone.now()
    move(spark, Status.PAID, by=by, fields=["paid_at"])
    tell(spark, "spark_paid", by=by, to=group_and_host(spark), payee=payee.strip(), reference=reference.strip())
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
    require(rules.can_manage_money, fresh(by), spark.team_id)
    spark = lock(spark)
    check_step(spark, Status.RECOVERED)
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
    audit.record(by=by, verb=Verb.RECOVER, obj=spark, fields=["ledger"])
    if amount_gbp == most:
        move(spark, Status.RECOVERED, by=by)
    return entry


@transaction.atomic
def withdraw_spark(*, spark: Spark, by: User) -> Spark:
    """Withdraw an unpaid spark, as the people behind it wish. Releases the money that was promised.

    Raises: PermissionDenied; ValidationError for a step that is not allowed.
    """
    require(rules.can_write_spark, fresh(by), spark.team_id)
    return _release(lock(spark), Status.WITHDRAWN, by=by, note="")


@transaction.atomic
def cancel_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Cancel an approved spark that will not happen. Releases the money that was promised.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, or without a reason.
    """
    require(rules.can_manage_money, fresh(by), spark.team_id)
    spark = lock(spark)
    check_step(spark, Status.CANCELLED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say briefly why it is cancelled.")})
    _release(spark, Status.CANCELLED, by=by, note=reason.strip())
    tell(spark, "spark_cancelled", by=by, to=group_and_host(spark), reason=reason.strip())
    return spark


def _release(spark: Spark, to: Status, *, by: User, note: str) -> Spark:
    """End a locked spark and release the money that was promised."""
    promised = spark.award_gbp if spark.status in (Status.APPROVED, Status.READY) else None
    before = spark.status
    move(spark, to, by=by)
    if promised:
        move_money(spark, LedgerKind.RELEASE, promised, by=by, note=note)
    else:
        # Money that was released is on the ledger, once for each spark, and stays there.
        keep_change(spark, by=by, verb=VERBS[to], before={"status": before})
    return spark


@transaction.atomic
def close_spark(*, spark: Spark, by: User) -> Spark:
    """Close a spark that was reported on. Raises: PermissionDenied; ValidationError for a step that is not allowed."""
    require(rules.can_manage_money, by, spark.team_id)
    spark = move(lock(spark), Status.CLOSED, by=by)
    keep_change(spark, by=by, verb=Verb.CLOSE, before={"status": Status.REPORTED}, managers_only=True)
    return spark
