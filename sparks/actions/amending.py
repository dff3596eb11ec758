"""Changes after a spark was approved: one person proposes another award, another payee or money returned, and a second agrees.

One proposal waits for each spark at a time. Whoever made it can take it back, also if they are too close to the spark by now.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.folding import compared, readable
from communities.models import Partner, User
from communities.pounds import pounds
from communities.queries.mailboxes import accounts_of
from communities.rules import require
from sparks import payees, queries, rules, workflow
from sparks.actions.bars import freeze_bars
from sparks.actions.decisions import check_amount
from sparks.actions.steps import NOTE_LENGTH, check_step, fresh, lock, move_money, refuse_unconfirmed, take
from sparks.models import ZERO, Amendment, HeldBy, LedgerEntry, LedgerKind, Spark, Status, StepTaken

Kind = Amendment.Kind
#: Why an award is not paid while a change is proposed.
AMENDMENT_OPEN = gettext_lazy("A change has been proposed and needs an answer first. Nothing has been paid.")
#: How long a reference can be.
REFERENCE_LENGTH = 80
#: The most characters of a payee.
PAYEE_LENGTH = 160


def open_amendment(spark: Spark) -> Amendment | None:
    """Return the proposal that waits for a second person, or None."""
    return Amendment.objects.filter(spark=spark, outcome=Amendment.Outcome.OPEN).select_related("proposed_by").first()


def _check_not_too_close(spark: Spark, by: User) -> None:
    """Check that somebody is not too close to a spark. Raises: ValidationError, `code` is the key of the bar."""
    bars = queries.reasons_not_to_decide(spark, fresh(by))
    if bars:
        raise ValidationError(queries.REASONS_NOT_TO_DECIDE[bars[0]], code=bars[0])


@transaction.atomic
def propose_award(*, spark: Spark, by: User, amount_gbp: Decimal, reason: str) -> Spark:
    """Propose another award for a spark that was approved and not paid; it changes once somebody else agrees.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, people too close to it, an invalid amount, no
    reason, a spark without money, or while another proposal waits.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "amend")
    spark = lock(spark)
    check_step(spark, "amend")
    _check_not_too_close(spark, by)
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so its award cannot be changed."), code="no_money")
    check_amount(spark, amount_gbp)
    if not readable(reason):
        raise ValidationError({"reason": _("Say why the award should change.")})
    if amount_gbp == spark.award_gbp:
        raise ValidationError({"amount_gbp": _("The award is %(award)s already.") % {"award": pounds(spark.award_gbp)}})
    amendment = Amendment(kind=Kind.AWARD, before_gbp=spark.award_gbp, amount_gbp=amount_gbp, reason=readable(reason))
    if _is_new(spark, amendment, by=by):
        told = {"who": by, "before": spark.award_gbp, "amount": amount_gbp, "reason": amendment.reason}
        _propose(spark, "amend", amendment, by=by, told=told)
    return spark


@transaction.atomic
def propose_payee(*, spark: Spark, by: User, payee: str, reason: str) -> Spark:
    """Propose somebody else to be paid, for a spark that was approved and not paid, and tell all managers.

    The name of an organisation of the team that holds money means this organisation. The same again changes nothing.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, people too close to it or who sign for that
    organisation, no payee or the present one, no reason, a spark without money, or while another proposal waits.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "payee")
    spark = lock(spark)
    check_step(spark, "payee")
    _check_not_too_close(spark, by)
    if not spark.award_gbp:
        raise ValidationError(_("This spark needs no money, so nobody is paid."), code="no_money")
    host = payees.host_named(spark.team_id, payee)
    payee = host.name if host else readable(payee)
    if not payee:
        raise ValidationError({"payee": _("Enter who is to be paid.")})
    before = spark.payee or payees.default_payee(spark)
    if payee == spark.payee:
        raise ValidationError({"payee": _("It is to be paid to “%(payee)s” already.") % {"payee": payee}})
    if not readable(reason):
        raise ValidationError({"reason": _("Say why somebody else should be paid.")})
    check_signs_not(host, by)
    amendment = Amendment(kind=Kind.PAYEE, payee_before=before[:PAYEE_LENGTH], payee=payee, reason=readable(reason))
    if _is_new(spark, amendment, by=by):
        _propose(spark, "payee", amendment, by=by, told=_to_managers(amendment))
    return spark


@transaction.atomic
def propose_return(
    *, spark: Spark, by: User, amount_gbp: Decimal, reference: str, reason: str, is_paid_again: bool = False
) -> Spark:
    """Propose to record that some or all of a payment came back, and tell all managers; it counts once somebody else agrees.

    reference: how the bank statement shows it. is_paid_again: the payment failed, so that all of it came back and is to be
    paid again. The same again changes nothing.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, for a new manager, nothing to return, an amount of £0 or less or
    more than was paid, no reference or reason, a failed payment after a report or of which only a part came back, or while
    another proposal waits.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "recover")
    spark = lock(spark)
    check_step(spark, "recover")
    refuse_unconfirmed(by, spark, "recover")
    most = queries.recoverable_gbp(spark)
    if most == ZERO:
        raise ValidationError(_("No money was paid for this spark, so none can be returned. Nothing was changed."))
    if not ZERO < amount_gbp <= most:
        raise ValidationError(
            {"amount_gbp": _("The amount returned must be between £0.01 and %(most)s.") % {"most": pounds(most)}}
        )
    if is_paid_again:
        _check_failed(spark, amount_gbp)
    if not readable(reference):
        raise ValidationError({"reference": _("Enter the reference on the bank statement.")})
    if not readable(reason):
        raise ValidationError({"reason": _("Say briefly why it was returned.")})
    amendment = Amendment(
        kind=Kind.FAILED if is_paid_again else Kind.RETURNED,
        before_gbp=most,
        amount_gbp=amount_gbp,
        reference=readable(reference)[:REFERENCE_LENGTH],
        reason=readable(reason),
    )
    if _is_new(spark, amendment, by=by):
        _propose(spark, "recover", amendment, by=by, told=_to_managers(amendment))
    return spark


@transaction.atomic
def propose_correction(*, spark: Spark, by: User, reason: str) -> Spark:
    """Propose that the money recorded last as returned did not come back, after all of it was, and tell all managers.

    Once somebody else agrees, another line of the ledger takes that line back, and the spark is as it was before. The same again
    changes nothing.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, for a new manager, no reason, or while another
    proposal waits.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "correct")
    spark = lock(spark)
    check_step(spark, "correct")
    refuse_unconfirmed(by, spark, "correct")
    if not readable(reason):
        raise ValidationError({"reason": _("Say briefly why it was not returned after all.")})
    amount = _last_return(spark).amount_gbp
    amendment = Amendment(kind=Kind.MISTAKE, before_gbp=amount, amount_gbp=amount, reason=readable(reason))
    if _is_new(spark, amendment, by=by):
        _propose(spark, "correct", amendment, by=by, told=_to_managers(amendment))
    return spark


def _last_return(spark: Spark) -> LedgerEntry:
    """Return the last line that says that money came back and that no other line answers. Raises: ValidationError without one."""
    found = spark.ledger.filter(kind=LedgerKind.RECOVER, repeated_by__isnull=True).order_by("-pk").first()
    if found is None:
        raise ValidationError(_("No money was returned for this spark. Nothing was changed."), code="none")
    return found


def _take_return_back(spark: Spark, amendment: Amendment, by: User) -> None:
    line = _last_return(spark)
    ended = StepTaken.objects.filter(spark=spark, after=Status.RECOVERED).exclude(before=Status.RECOVERED)
    to = ended.order_by("-number").values_list("before", flat=True).first() or Status.PAID
    told = {"amount": line.amount_gbp, "reason": amendment.reason, "is_mistake": True}
    take(
        spark, "agree", to=to, money="correct", by=by, amount_gbp=line.amount_gbp, told=told,
        occasion=f"{spark.steps_taken}",
    )  # fmt: skip
    note = amendment.reason[:NOTE_LENGTH]
    move_money(spark, LedgerKind.CORRECT, line.amount_gbp, by=by, note=note, repeats=line)


def _check_failed(spark: Spark, amount_gbp: Decimal) -> None:
    """Check that a payment can be made again. Raises: ValidationError keyed by field."""
    if workflow.way("agree", spark.status, Status.READY) is None:
        raise ValidationError(
            {"is_paid_again": _("They have already told you how it went. Record it as returned instead.")}
        )
    if amount_gbp != spark.award_gbp:
        raise ValidationError(
            {
                "is_paid_again": _("All of the %(award)s has to be back before it can be paid again.")
                % {"award": pounds(spark.award_gbp)}
            }
        )


def check_signs_not(host: Partner | None, user: User) -> None:
    """Check that somebody does not sign for an organisation. Raises: ValidationError, code "signatory"."""
    if queries.signs_for(host, user):
        raise ValidationError(
            _("You sign for this organisation, so others have to decide that it is paid."), code="signatory"
        )


def _is_new(spark: Spark, amendment: Amendment, *, by: User) -> bool:
    """Return False if the same proposal of the same person waits already. Raises: ValidationError if another one waits."""
    waiting = open_amendment(spark)
    if waiting is None:
        return True
    same = ("kind", "amount_gbp", "payee", "reference", "reason")
    if waiting.proposed_by_id == by.pk and all(getattr(waiting, name) == getattr(amendment, name) for name in same):
        return False
    raise ValidationError(
        _("%(who)s has proposed something already: %(what)s. Agree to it or keep it as it is first.")
        % {"who": waiting.proposed_by, "what": waiting.what},
        code="amendment",
    )


def _propose(spark: Spark, step: str, amendment: Amendment, *, by: User, told: dict[str, object]) -> None:
    amendment.spark, amendment.proposed_by = spark, by
    amendment.save(force_insert=True)
    words = amendment.reason if amendment.kind == Kind.AWARD else f"{amendment.what}. {amendment.reason}"
    amount = amendment.amount_gbp or None
    take(
        spark, step, by=by, words=words[:1].upper() + words[1:], amount_gbp=amount, told=told,
        occasion=f"{spark.steps_taken}",
    )  # fmt: skip


def _to_managers(amendment: Amendment) -> dict[str, object]:
    """Return what all managers read of a proposal."""
    return {"event": "proposed", "what": amendment.what, "reason": amendment.reason}


@transaction.atomic
def agree_change(*, spark: Spark, by: User, shown: str = "") -> Spark:
    """Agree to what somebody else proposed, and carry it out.

    Another award: the difference is promised, or goes back to the round, and the group accepts again. Another payee: the
    spark is paid to them. Money returned: it goes back to the round; a payment that failed is promised and paid again; what
    was returned by mistake counts as paid again.
    shown: the primary key of the proposal that the page showed; "" is not compared.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, people too close to it, the person who proposed
    it, no proposal or another one (`code` "shown"), what is not possible any more, or too little left (`code` "pot").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "agree")
    spark = lock(spark)
    check_step(spark, "agree")
    _check_not_too_close(spark, by)
    amendment = _waiting(spark, shown)
    if amendment.proposed_by_id in accounts_of(by):
        raise ValidationError(_("You proposed it, so somebody else has to agree."), code="decided")
    {
        Kind.AWARD: _change_award,
        Kind.PAYEE: _change_payee,
        Kind.RETURNED: _record_return,
        Kind.FAILED: _record_failure,
        Kind.MISTAKE: _take_return_back,
    }[Kind(amendment.kind)](spark, amendment, by)
    _settle(amendment, Amendment.Outcome.AGREED, by)
    return spark


def _change_award(spark: Spark, amendment: Amendment, by: User) -> None:
    check_amount(spark, amendment.amount_gbp)
    difference = amendment.amount_gbp - (spark.award_gbp or ZERO)
    kind = LedgerKind.RESERVE if difference > 0 else LedgerKind.RELEASE
    spark.award_gbp = amendment.amount_gbp
    move_money(spark, kind, abs(difference), by=by, note=_("Change of the award"))
    told = {"before": amendment.before_gbp, "reason": amendment.reason}
    take(
        spark, "agree", to=Status.APPROVED, money=kind.value, by=by, fields=["award_gbp"], amount_gbp=amendment.amount_gbp,
        told=told, occasion=f"{spark.steps_taken}",
    )  # fmt: skip


def _change_payee(spark: Spark, amendment: Amendment, by: User) -> None:
    """Let somebody else be paid. An organisation that holds money holds it then, and the team buys what is needed for it."""
    if not amendment.payee:
        raise ValidationError(_("The payee was erased, so nobody can agree to it. Keep it as it is."), code="erased")
    host = payees.host_named(spark.team_id, amendment.payee)
    check_signs_not(host, by)
    # Whoever proposed it does not pay it: two people chose who is paid, and one of the two would hand it out.
    spark.payee, spark.payee_by, spark.host = amendment.payee, amendment.proposed_by, host
    if spark.held_by != HeldBy.GOODS:
        is_team = compared(amendment.payee) == compared(spark.team.name)
        spark.held_by = HeldBy.HOST if host else HeldBy.GOODS if is_team else HeldBy.GROUP
    freeze_bars(spark)
    told = {
        "event": "payee_changed", "before": amendment.payee_before, "after": amendment.payee, "reason": amendment.reason,
    }  # fmt: skip
    take(
        spark, "agree", to=spark.status, money="", by=by, fields=["payee", "payee_by", "host", "held_by"], told=told,
        occasion=f"{spark.steps_taken}",
    )  # fmt: skip


def _record_return(spark: Spark, amendment: Amendment, by: User) -> None:
    most = queries.recoverable_gbp(spark)
    if amendment.amount_gbp > most:
        raise ValidationError(_("Only %(most)s can still be returned. Nothing was changed.") % {"most": pounds(most)})
    _recover(spark, amendment, by)
    to = Status.RECOVERED if amendment.amount_gbp == most else spark.status
    told = {"amount": amendment.amount_gbp, "reason": amendment.reason}
    take(
        spark, "agree", to=to, money="recover", by=by, amount_gbp=amendment.amount_gbp, told=told,
        occasion=f"{spark.steps_taken}",
    )  # fmt: skip


def _record_failure(spark: Spark, amendment: Amendment, by: User) -> None:
    """Take back all of a payment and promise it again, in one step, so that nobody else can be promised it meanwhile."""
    if workflow.way("agree", spark.status, Status.READY) is None or amendment.amount_gbp != spark.award_gbp:
        raise ValidationError(
            _("This payment can no longer be made again. Keep it as it is, and propose to record it as returned."),
            code="late",
        )
    _recover(spark, amendment, by)
    spark.paid_at = None
    told = {"amount": amendment.amount_gbp, "reason": amendment.reason}
    take(
        spark, "agree", to=Status.READY, money="again", by=by, fields=["paid_at"], amount_gbp=amendment.amount_gbp,
        told=told, occasion=f"{spark.steps_taken}",
    )  # fmt: skip
    move_money(spark, LedgerKind.RESERVE, amendment.amount_gbp, by=by, note=_("To be paid again"))


def _recover(spark: Spark, amendment: Amendment, by: User) -> None:
    note = amendment.reason[:NOTE_LENGTH]
    move_money(spark, LedgerKind.RECOVER, amendment.amount_gbp, by=by, reference=amendment.reference, note=note)


@transaction.atomic
def refuse_change(*, spark: Spark, by: User, shown: str = "") -> Spark:
    """Keep a spark as it is, although a change was proposed. Raises: as `agree_change`, but not for its proposer."""
    require(rules.has_role_for, fresh(by), spark.team_id, "refuse")
    spark = lock(spark)
    check_step(spark, "refuse")
    amendment = _waiting(spark, shown)
    if amendment.proposed_by_id != by.pk:
        _check_not_too_close(spark, by)
    _settle(amendment, Amendment.Outcome.REFUSED, by)
    take(spark, "refuse", by=by, told={"who": by, "amendment": amendment}, occasion=f"{spark.steps_taken}")
    return spark


def _waiting(spark: Spark, shown: str) -> Amendment:
    """Return the waiting proposal. Raises: ValidationError without one, or if it is not the one that was `shown`."""
    amendment = open_amendment(spark)
    if amendment is None:
        raise ValidationError(_("The proposal is no longer there. Nothing was changed."), code="none")
    if shown and shown != str(amendment.pk):
        words = _(
            "Something else is proposed now than your page showed: %(what)s. Nothing was changed. Look at it again."
        )
        raise ValidationError(words % {"what": amendment.what}, code="shown")
    return amendment


def refuse_open_amendment(spark: Spark, *, by: User | None) -> bool:
    """Settle the proposal that waits, because the spark has ended; return whether there was one."""
    amendment = open_amendment(spark)
    if amendment is None:
        return False
    _settle(amendment, Amendment.Outcome.REFUSED, by)
    return True


def _settle(amendment: Amendment, outcome: str, by: User | None) -> None:
    amendment.outcome, amendment.settled_by, amendment.settled_at = outcome, by, timezone.now()
    amendment.save(update_fields=["outcome", "settled_by", "settled_at"])
