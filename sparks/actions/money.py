"""After approval: accepting the award, paying, withdrawing, cancelling and closing; `reopening` takes an ending back."""

import uuid as uuids

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.folding import readable, visible
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from sparks import closeness, payees, queries, rules, splitting
from sparks.actions.amending import AMENDMENT_OPEN, PAYEE_LENGTH, check_signs_not, open_amendment, refuse_open_amendment
from sparks.actions.steps import (
    NOTE_LENGTH,
    check_payee_shown,
    check_shown,
    check_step,
    fresh,
    lock,
    move_money,
    refuse_unconfirmed,
    take,
)
from sparks.models import LedgerEntry, LedgerKind, Spark

#: Why nothing is paid to an organisation that does not hold the money after all.
HOST_REFUSED = gettext_lazy("%(host)s said that it cannot hold the money, so somebody else has to be chosen first.")


@transaction.atomic
def mark_ready(*, spark: Spark, by: User, shown_gbp: str = "", payee: str = "", shown_payee: str = "") -> Spark:
    """Record that the group accepted the award and that their host, if they have one, agreed to hold it; all managers read who is paid.

    payee: as `accept`.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, for people who sign for the organisation that is
    paid, as `check_shown` for the award, or as `accept`.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "ready")
    spark = lock(spark)
    check_step(spark, "ready")
    check_shown(shown_gbp, spark.award_gbp)
    if spark.award_gbp:
        check_signs_not(spark.host, by)
    return accept(spark, by=by, payee=payee, shown_payee=shown_payee)


def accept(spark: Spark, *, by: User | None, payee: str, shown_payee: str) -> Spark:
    """Write on a locked spark who is paid, and take the step: who was written down once stays, unless two people change it.

    payee: who else is paid than the answers say; "" for what they say. shown_payee: who the page said would be paid.
    Raises: ValidationError by field without a payee, for one that is too long, or for the name of an organisation that holds
    money, or if other awards go to the payee and two people have to agree; as `check_payee_shown`, and `check_host_holds`.
    """
    usual = spark.payee or payees.default_payee(spark)
    fields = []
    if spark.award_gbp:
        check_host_holds(spark)
        check_payee_shown(shown_payee, usual)
    if spark.award_gbp and not spark.payee:
        other = visible(payee).strip() if payees.can_enter_payee(spark) else ""
        if len(other) > PAYEE_LENGTH:
            raise ValidationError({"payee": _("Enter at most %(n)s characters.") % {"n": PAYEE_LENGTH}})
        if host := payees.host_named(spark.team_id, other):
            raise ValidationError(
                {
                    "payee": _("%(host)s holds money for groups. Choose it as who holds the money first.")
                    % {"host": host}
                }
            )
        spark.payee = (other or usual)[:PAYEE_LENGTH]
        spark.payee_by = by if other and other != usual else None
        fields = ["payee", "payee_by"]
        if not spark.payee:
            raise ValidationError({"payee": _("Enter who is to be paid.")})
        _check_not_split(spark)
    told = {"event": "payee", "after": spark.payee}
    take(spark, "ready", by=by, fields=fields, told=told, occasion=f"{spark.steps_taken}")
    return spark


def _check_not_split(spark: Spark) -> None:
    """Check that one person's approval is enough for what goes to the payee of a locked spark, with other awards.

    Locks the team, so that two sparks with one payee are never accepted at the same time.
    Raises: ValidationError by field.
    """
    limit = Team.objects.select_for_update(no_key=True).get(pk=spark.team_id).approval_limit_gbp
    if len(closeness.approvers_of_award(spark)) < 2 and splitting.second_person_for_payee(
        spark, spark.payee, limit_gbp=limit
    ):
        message = _(
            "Another award goes to “%(payee)s” too. Together they are above what one person approves, so two people of the "
            "team decide who is paid, under “Change who is paid”. Nothing was changed."
        )
        raise ValidationError({"payee": message % {"payee": spark.payee}}, code="split")


def check_host_holds(spark: Spark) -> None:
    """Check that the organisation did not say no last. Raises: ValidationError, code "host"."""
    if payees.has_host_refused(spark):
        raise ValidationError(HOST_REFUSED % {"host": spark.host}, code="host")


@idempotent(LedgerEntry)
@transaction.atomic
def pay_award(
    *, spark: Spark, by: User, uuid: uuids.UUID, reference: str = "", shown_gbp: str = "", shown_payee: str = ""
) -> LedgerEntry:
    """Record that the award was paid to whom was written down when it was accepted. The same UUID sent twice pays once.

    Raises: PermissionDenied without the role; ValidationError for the approver and people too close to it (`code` is a
    key of `rules.reasons_not_to_pay`), a step that is not allowed, while a change is proposed, as `check_shown` for the
    award, or as `check_payee_shown`.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "pay")
    spark = lock(spark)
    check_step(spark, "pay")
    check_shown(shown_gbp, spark.award_gbp)
    check_payee_shown(shown_payee, spark.payee)
    if open_amendment(spark):
        raise ValidationError(AMENDMENT_OPEN, code="amendment")
    check_host_holds(spark)
    bars = queries.reasons_not_to_pay(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_PAY[bars[0]], code=bars[0])
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so nothing can be paid."))
    spark.paid_at = timezone.now()
    repeats = _came_back(spark)
    told = {"payee": spark.payee, "reference": readable(reference)}
    # A second payment is another occasion.
    occasion = f"{spark.steps_taken}" if repeats else ""
    take(spark, "pay", by=by, fields=["paid_at"], amount_gbp=spark.award_gbp, told=told, occasion=occasion)
    return move_money(
        spark,
        LedgerKind.PAY,
        spark.award_gbp,
        by=by,
        uuid=uuid,
        payee=spark.payee,
        reference=readable(reference),
        repeats=repeats,
    )


def _came_back(spark: Spark) -> LedgerEntry | None:
    """Return the line that says that the payment before came back, if this is not the first; None for the first."""
    if not spark.ledger.filter(kind=LedgerKind.PAY).exists():
        return None
    return spark.ledger.filter(kind=LedgerKind.RECOVER).order_by("-pk").first()


@transaction.atomic
def withdraw_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Withdraw an unpaid spark, as the people behind it wish. Releases the money that was promised.

    A builder can withdraw only what they wrote.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, without a reason, or as `refuse_unconfirmed` if
    money was promised.
    """
    by_now = fresh(by)
    require(rules.has_role_for, by_now, spark.team_id, "withdraw")
    spark = lock(spark)
    check_step(spark, "withdraw")
    require(rules.can_withdraw, by_now, spark.team_id, closeness.writer_ids(spark))
    refuse_unconfirmed(by_now, spark, "withdraw")
    if not readable(reason):
        raise ValidationError({"reason": _("Say briefly why it is withdrawn.")})
    return _release(spark, "withdraw", by=by, note=readable(reason))


@transaction.atomic
def cancel_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Cancel an approved spark that will not happen. Releases the money that was promised.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, without a reason, or as `refuse_unconfirmed`.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "cancel")
    spark = lock(spark)
    check_step(spark, "cancel")
    refuse_unconfirmed(by, spark, "cancel")
    if not readable(reason):
        raise ValidationError({"reason": _("Say briefly why it is cancelled.")})
    return _release(spark, "cancel", by=by, note=readable(reason))


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
