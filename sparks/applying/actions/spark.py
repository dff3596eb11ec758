"""What the people behind a spark do with it on their own page: answer, accept, withdraw. By the table of the workflow.

Their six words are the permission, so these steps are taken by nobody who signs in. Money that is promised moves by a line
in the ledger, which somebody of the team writes: until then they ask for help instead of withdrawing.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.folding import readable
from sparks import history, workflow
from sparks import queries as spark_queries
from sparks.actions.money import accept
from sparks.actions.steps import check_shown, lock, take
from sparks.applying import queries
from sparks.applying.queries import may_enter_payee
from sparks.applying.rules import steps_of_group
from sparks.models import Application, Spark


@transaction.atomic
def answer_question(*, application: Application, words: str) -> Spark:
    """Answer the open question about a spark; question and answer stay in its history, beside what they wrote at first.

    Raises: ValidationError, code "step", if no question is open, or under `words` without an answer.
    """
    spark = _locked(application, "hand-in")
    if not readable(words):
        raise ValidationError({"words": _("Write your answer.")})
    if missing := spark_queries.missing_answers(spark):
        raise ValidationError([str(each) for each in missing.values()])
    told, occasion = {"question": spark.question, "answer": readable(words)}, f"{spark.steps_taken}"
    spark.question = ""
    take(spark, "hand-in", by=None, fields=["question"], words=readable(words), told=told, occasion=occasion)
    return spark


@transaction.atomic
def accept_award(*, application: Application, shown_gbp: str = "", payee: str = "", shown_payee: str = "") -> Spark:
    """Say yes to an award, and write down who is paid: `payee`, as `sparks.actions.money.accept`.

    Raises: ValidationError, code "step", without one to say yes to; as `check_shown` for another award than they read;
    as `accept`.
    """
    spark = _locked(application, "ready")
    check_shown(shown_gbp, spark.award_gbp)
    return accept(spark, by=None, payee=payee if may_enter_payee(spark) else "", shown_payee=shown_payee)


@transaction.atomic
def withdraw_own_spark(*, application: Application) -> Spark:
    """Withdraw a spark for which no money is promised. Raises: ValidationError, code "step", otherwise."""
    spark = _locked(application, "withdraw")
    take(spark, "withdraw", by=None, told={"reason": ""}, occasion=f"{spark.steps_taken}")
    return spark


def _locked(application: Application, step: str) -> Spark:
    """Return the spark, locked, if the people behind it may take this step themselves now."""
    if application.spark is None:
        raise ValidationError(_("The team has not taken it up yet, so you cannot answer yet."), code="step")
    spark = lock(application.spark)
    if not workflow.is_possible(step, spark.status):
        said = queries.said_of(history.last_step(spark))
        raise ValidationError(
            _("%(said)s The page you had open was older than that, so nothing was changed.") % {"said": said},
            code="step",
        )
    if step not in steps_of_group(spark.status):
        raise ValidationError(
            _("Money is promised for it now, so the team has to do this. Ask for help below."), code="step"
        )
    return spark
