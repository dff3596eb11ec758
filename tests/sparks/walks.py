"""Sparks brought into each status by the real actions, and every step as something to try."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone

from communities.models import Role, Team, User
from sparks import actions, workflow
from sparks.actions.endings import NOTICE_DAYS, lapse_sparks
from sparks.applying.actions import choose_other_holder
from sparks.models import Spark
from tests.factories.communities import UserFactory
from tests.factories.sparks import HostLinkFactory, RoundFactory, SparkFactory

#: More than one manager may approve alone, and less than the most for one spark.
LARGE = Decimal("400.00")
#: The steps that bring a new spark into each status. "2" is the approval or agreement of a second manager.
PATHS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("hand-in",),
    "needs_info": ("hand-in", "ask"),
    "recommended": ("hand-in", "approve"),
    "approved": ("hand-in", "approve", "approve 2"),
    "ready": ("hand-in", "approve", "approve 2", "ready"),
    "paid": ("hand-in", "approve", "approve 2", "ready", "pay"),
    "reported": ("hand-in", "approve", "approve 2", "ready", "pay", "report"),
    "closed": ("hand-in", "approve", "approve 2", "ready", "pay", "report", "close"),
    "ineligible": ("hand-in", "outside"),
    "declined": ("hand-in", "decline"),
    "withdrawn": ("hand-in", "withdraw"),
    "lapsed": ("hand-in", "approve", "approve 2", "lapse"),
    "cancelled": ("hand-in", "approve", "approve 2", "cancel"),
    "recovered": ("hand-in", "approve", "approve 2", "ready", "pay", "recover", "agree 2"),
}
#: How each step is taken, by its action.
TAKE: dict[str, Callable[[Spark, User], object]] = {
    "hand-in": lambda spark, by: actions.submit_spark(spark=spark, by=by),
    "ask": lambda spark, by: actions.ask_question(spark=spark, by=by, question="Is there a tap?"),
    "approve": lambda spark, by: actions.approve_spark(spark=spark, by=by),
    "take-back": lambda spark, by: actions.revoke_approval(spark=spark, by=by),
    "decline": lambda spark, by: actions.decline_spark(spark=spark, by=by, reason="Not this year."),
    "outside": lambda spark, by: actions.mark_ineligible(spark=spark, by=by, reason="For a business."),
    "conflict": lambda spark, by: actions.declare_conflict(spark=spark, by=by),
    "holder": lambda spark, by: choose_other_holder(
        spark=HostLinkFactory(spark=spark, host=spark.host, answer="no", answered_at=timezone.now()).spark,
        by=by,
        held_by="group",
    ),
    "ready": lambda spark, by: actions.mark_ready(spark=spark, by=by),
    "amend": lambda spark, by: actions.propose_award(
        spark=spark, by=by, amount_gbp=Decimal("300.00"), reason="The hall is free."
    ),
    "agree": lambda spark, by: actions.agree_change(spark=spark, by=by),
    "refuse": lambda spark, by: actions.refuse_change(spark=spark, by=by),
    "payee": lambda spark, by: actions.propose_payee(
        spark=spark, by=by, payee="Brook Hall", reason="The account was closed."
    ),
    "pay": lambda spark, by: actions.pay_award(spark=spark, by=by, uuid=uuid.uuid4()),
    "report": lambda spark, by: actions.report_back(spark=spark, by=by, what_happened="Forty came."),
    "recover": lambda spark, by: actions.propose_return(
        spark=spark, by=by, amount_gbp=spark.award_gbp or LARGE, reference="BACS 12", reason="It rained."
    ),
    "correct": lambda spark, by: actions.propose_correction(spark=spark, by=by, reason="It was another line."),
    "withdraw": lambda spark, by: actions.withdraw_spark(spark=spark, by=by, reason="They moved away."),
    "cancel": lambda spark, by: actions.cancel_spark(spark=spark, by=by, reason="The hall is closed."),
    "close": lambda spark, by: actions.close_spark(spark=spark, by=by),
    "move-date": lambda spark, by: actions.move_date(spark=spark, by=by, day=timezone.localdate() + timedelta(days=90)),
    "appeal": lambda spark, by: actions.appeal_spark(spark=spark, by=by, reason="It is for everybody."),
    "lapse": lambda spark, by: lapse(spark),
    "reopen": lambda spark, by: actions.reopen_spark(spark=spark, by=by),
}


def lapse(spark: Spark) -> None:
    """Let two months go by, announced two weeks before their end, and run the nightly command."""
    now = timezone.now()
    Spark.objects.filter(pk=spark.pk).update(
        due_on=timezone.localdate(), lapse_told_at=now - timedelta(days=NOTICE_DAYS)
    )
    lapse_sparks()


def people_of(team: Team) -> SimpleNamespace:
    """Return a builder who writes sparks, another, three managers, and an evaluator."""
    roles = {
        "writer": Role.BUILDER,
        "builder": Role.BUILDER,
        "first": Role.MANAGER,
        "second": Role.MANAGER,
        "third": Role.MANAGER,
        "evaluator": Role.EVALUATOR,
    }
    return SimpleNamespace(**{name: UserFactory(name=name, roles={team: [role]}) for name, role in roles.items()})


def spark_at(status: str, people: SimpleNamespace, team: Team) -> Spark:
    """Return a new spark that was brought into a status by the steps of `PATHS`."""
    spark = SparkFactory(round=RoundFactory(team=team), created_by=people.writer, amount_gbp=LARGE)
    for step in PATHS[status]:
        name, _space, again = step.partition(" ")
        who = people.second if again else people.third if name == "pay" else people.first
        by = people.writer if workflow.STEPS[name].who == "team" else who
        TAKE[name](spark, by)
        spark.refresh_from_db()
    assert spark.status == status
    return spark
