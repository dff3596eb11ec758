"""The only code that changes a spark's status, and the only code that moves a round's money."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked
from communities.models import MONEY_ROLES, Team, User
from communities.pounds import pounds
from communities.verbs import Verb
from sparks import history, rules, workflow
from sparks.actions.chaining import append_line
from sparks.actions.telling import GROUPS, stop_reminding, tell
from sparks.models import EFFECTS, ZERO, LedgerEntry, LedgerKind, Round, Spark, Status, StepTaken
from sparks.workflow import Way

#: The most characters of a note on the ledger.
NOTE_LENGTH = 250


def fresh(by: User) -> User:
    """Return the user as the database has them now, with current roles.

    Used wherever money moves, so that losing a role takes effect at once.
    """
    return User.objects.get(pk=by.pk)


def check_confirmed(user: User, team: Team | int) -> None:
    """Refuse a manager or deputy who has not been confirmed. Raises: ValidationError, code "unconfirmed"."""
    if not fresh(user).decides_on_money(team):
        words = _("Your role is new. You can do this once another manager has confirmed you on the Team page.")
        raise ValidationError(words, code="unconfirmed")


def refuse_unconfirmed(user: User, spark: Spark, step: str) -> None:
    """Refuse whoever has a role with money that nobody has confirmed, for the steps of `rules.needs_confirmed`.

    Raises: ValidationError, code "unconfirmed".
    """
    if rules.needs_confirmed(step, spark.award_gbp) and fresh(user).has_role(spark.team_id, *MONEY_ROLES):
        check_confirmed(user, spark.team_id)


def lock(spark: Spark) -> Spark:
    """Return the spark as the database has it now, locked until the transaction ends.

    Its team, round, fund and host are read with it but not locked.
    Raises: ValidationError, code "gone", if it was deleted.
    """
    return locked(Spark.objects.select_related("team", "round__fund", "host"), spark.pk)


def check_step(spark: Spark, step: str) -> None:
    """Check that a step can be taken with a spark. Raises: ValidationError, code "step", that says what happened meanwhile.

    Actions call this before any other check, so that a stale page is told the current status first.
    """
    if not workflow.is_possible(step, spark.status):
        raise ValidationError(history.what_happened_meanwhile(spark), code="step")


def check_shown(shown_gbp: str, amount_gbp: Decimal | None) -> None:
    """Check that an amount is still the one that a page showed, as its text; "" is not compared.

    Raises: ValidationError, code "shown", with the amount as it is now.
    """
    if shown_gbp and shown_gbp != str(amount_gbp):
        raise ValidationError(
            _("The amount is %(amount)s now, and your page showed another one. Nothing was changed. Look at it again.")
            % {"amount": pounds(amount_gbp or ZERO)},
            code="shown",
        )


def check_payee_shown(shown_payee: str, payee: str) -> None:
    """Check that it is still to be paid to whom a page showed; "" is not compared.

    Raises: ValidationError, code "shown", with the payee as it is now.
    """
    if shown_payee and shown_payee != payee:
        raise ValidationError(
            _(
                "It is to be paid to “%(payee)s” now, and your page showed somebody else. Nothing was changed. Look at it again."
            )
            % {"payee": payee},
            code="shown",
        )


def take(
    spark: Spark,
    step: str,
    *,
    by: User | None,
    to: str | None = None,
    money: str | None = None,
    fields: Iterable[str] = (),
    words: str = "",
    amount_gbp: Decimal | None = None,
    told: Mapping[str, object] | None = None,
    occasion: str = "",
) -> Way:
    """Take a step with a locked spark by the table in `sparks.workflow`; return its row.

    Saves the status and the day by which the people behind it should do something with `fields`, adds the step to the spark's history, records it in the audit, and tells the people the
    table names. to, money: the status that follows and what happens to the money, if the step has more than one way. `words` are what was said; `told` are
    values for the messages. Money is moved by the caller, in the same transaction.
    Raises: as `check_step`.
    """
    check_step(spark, step)
    way = workflow.way(step, spark.status, to, money)
    if way is None:
        raise ValueError(f"{step} does not lead from {spark.status} to {to}.")
    if way.to != way.at:
        spark.status_since, spark.lapse_told_at = timezone.now(), None
        days = workflow.STATES[way.to].days
        spark.due_on = timezone.localdate() + timedelta(days=days) if days else None
        stop_reminding(spark)
    spark.status = Status(way.to)
    spark.steps_taken += 1
    spark.save(
        update_fields=["status", "status_since", "due_on", "lapse_told_at", "steps_taken", *fields, "updated_at"]
    )
    StepTaken.objects.create(
        spark=spark,
        number=spark.steps_taken,
        step=step,
        before=way.at,
        after=way.to,
        by=by,
        words=words,
        amount_gbp=amount_gbp,
    )
    names = [*(["status"] if way.to != way.at else []), *fields]
    audit.record(by=by, verb=Verb(way.verb or workflow.STEPS[step].verb), obj=spark, fields=names)
    for kind, group in way.tells:
        tell(spark, kind, by=by, to=GROUPS[group](spark), occasion=occasion, **(told or {}))
    return way


def move_money(
    spark: Spark,
    kind: LedgerKind,
    amount_gbp: Decimal,
    *,
    by: User | None,
    uuid: uuids.UUID | None = None,
    **details: object,
) -> LedgerEntry:
    """Write one ledger line and update the round's totals, in the caller's transaction.

    Locks the round. Adds the totals in Python, because SQLite would add them as floats, and writes them only if they are
    unchanged since they were read. CHECK constraints are the last line of defence.
    `details` are `payee`, `reference`, `note` and `repeats`.
    Raises: ValidationError, code "pot", if too little is left in the round.
    """
    pot = Round.objects.select_for_update().get(pk=spark.round_id)
    promised_sign, paid_sign = EFFECTS[kind]
    promised, paid = pot.committed_gbp + promised_sign * amount_gbp, pot.paid_gbp + paid_sign * amount_gbp
    if promised > pot.budget_gbp:
        raise ValidationError(
            _("Only %(left)s is left in this round, and this needs %(amount)s. Nothing was promised.")
            % {"left": pounds(pot.left_gbp), "amount": pounds(amount_gbp)},
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
        round=pot,
        spark=spark,
        kind=kind,
        amount_gbp=amount_gbp,
        uuid=uuid or uuids.uuid4(),
        by=by,
        turn=spark.steps_taken,
        **details,
    )
    return append_line(entry)
