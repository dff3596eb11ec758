"""The only code that changes a spark's status, and the only code that moves a round's money."""

import uuid as uuids
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked
from communities.models import User
from communities.verbs import Verb
from sparks import rules
from sparks.actions.chaining import append_line
from sparks.models import LedgerEntry, LedgerKind, Round, Spark, Status

#: What each kind of ledger line does to (promised, paid).
EFFECTS: dict[str, tuple[int, int]] = {
    LedgerKind.RESERVE: (1, 0),
    LedgerKind.RELEASE: (-1, 0),
    LedgerKind.PAY: (0, 1),
    LedgerKind.RECOVER: (-1, -1),
}

#: The audit verb for the step into each status.
VERBS = {
    Status.SUBMITTED: Verb.SUBMIT,
    Status.NEEDS_INFO: Verb.ASK_QUESTION,
    Status.INELIGIBLE: Verb.RULE_OUT,
    Status.RECOMMENDED: Verb.RECOMMEND,
    Status.APPROVED: Verb.APPROVE,
    Status.DECLINED: Verb.DECLINE,
    Status.READY: Verb.MARK_READY,
    Status.PAID: Verb.PAY,
    Status.REPORTED: Verb.REPORT,
    Status.CLOSED: Verb.CLOSE,
    Status.WITHDRAWN: Verb.WITHDRAW,
    Status.CANCELLED: Verb.CANCEL,
    Status.RECOVERED: Verb.RECOVER,
}


def fresh(by: User) -> User:
    """Return the user as the database has them now, with current roles.

    Used wherever money moves, so that losing a role takes effect at once.
    """
    return User.objects.get(pk=by.pk)


def lock(spark: Spark) -> Spark:
    """Return the spark as the database has it now, locked until the transaction ends.

    Its team, round, fund and host are read with it but not locked.
    Raises: ValidationError, code "gone", if it was deleted.
    """
    return locked(Spark.objects.select_related("team", "round__fund", "host"), spark.pk)


def check_step(spark: Spark, to: Status) -> None:
    """Check that a spark can go to a status. Raises: ValidationError, code "step", with its current status.

    Actions call this before any other check, so that a stale page is told the current status first.
    """
    if not rules.can_follow(to, spark.status):
        raise ValidationError(
            _("This spark’s status is now “%(now)s”, so that step was not taken. Nothing was changed.")
            % {"now": spark.get_status_display()},
            code="step",
        )


def move(spark: Spark, to: Status, *, by: User, fields: Iterable[str] = ()) -> Spark:
    """Change the status of a locked spark by `rules.TRANSITIONS`, save `fields` with it, and record it in the audit.

    Raises: as `check_step`.
    """
    check_step(spark, to)
    spark.status = to
    names = ["status", *fields]
    spark.save(update_fields=[*names, "updated_at"])
    audit.record(by=by, verb=VERBS[to], obj=spark, fields=names)
    return spark


def move_money(
    spark: Spark,
    kind: LedgerKind,
    amount_gbp: Decimal,
    *,
    by: User,
    uuid: uuids.UUID | None = None,
    **details: str,
) -> LedgerEntry:
    """Write one ledger line and update the round's totals, in the caller's transaction.

    Locks the round. Adds the totals in Python, because SQLite would add them as floats, and writes them only if they are
    unchanged since they were read. CHECK constraints are the last line of defence.
    `details` are `payee`, `reference` and `note`.
    Raises: ValidationError, code "pot", if too little is left in the round.
    """
    pot = Round.objects.select_for_update().get(pk=spark.round_id)
    promised_sign, paid_sign = EFFECTS[kind]
    promised, paid = pot.committed_gbp + promised_sign * amount_gbp, pot.paid_gbp + paid_sign * amount_gbp
    if promised > pot.budget_gbp:
        raise ValidationError(
            _("Only £%(left)s is left in this round, and this needs £%(amount)s. Nothing was promised.")
            % {"left": pot.left_gbp, "amount": amount_gbp},
            code="pot",
        )
    unchanged = Round.objects.filter(
        pk=pot.pk, committed_gbp=pot.committed_gbp, paid_gbp=pot.paid_gbp, budget_gbp=pot.budget_gbp
    )
    if not unchanged.update(committed_gbp=promised, paid_gbp=paid):
        raise ValidationError(
            _("Somebody else moved money in this round at the same time. Please try again."), code="pot"
        )
    entry = LedgerEntry(
        round=pot, spark=spark, kind=kind, amount_gbp=amount_gbp, uuid=uuid or uuids.uuid4(), by=by, **details
    )
    return append_line(entry)
