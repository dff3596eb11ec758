"""Races of the steps that change or undo a decision, on PostgreSQL: 30 rounds of eight at once, and nothing broken."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Role, Team
from sparks import actions, queries
from sparks.actions.endings import lapse_sparks
from sparks.models import Amendment, Decision, LedgerKind, Round, Spark, Status
from sparks.workflow import LAPSE_DAYS
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 30
LARGE, SMALL = Decimal(400), Decimal(200)
#: What eight people do at once, and what has to be true afterwards.
type Race = tuple[list[Callable[[], object]], Callable[[], bool]]


def handed_in(pot: Round, amount: Decimal) -> Spark:
    """Return a spark that waits for a decision."""
    return SparkFactory(round=pot, handed_in=True, amount_gbp=amount)


def held(spark: Spark) -> Decimal:
    """Return what the ledger holds for a spark, promised or paid."""
    sums = queries.ledger_totals(spark)
    return sums[LedgerKind.RESERVE] - sums[LedgerKind.RELEASE]


def agree_or_change(team: Team, first, second, third) -> Race:
    """Two managers change, take back and agree to each other's amounts."""
    spark = handed_in(RoundFactory(team=team), LARGE)
    actions.approve_spark(spark=spark, by=first)
    approve = partial(actions.approve_spark, spark=spark)
    at_once = [
        *(partial(approve, by=second, amount_gbp=Decimal(350)) for _ in range(2)),
        *(partial(approve, by=first, amount_gbp=Decimal(350)) for _ in range(2)),
        *(partial(actions.revoke_approval, spark=spark, by=by) for by in (first, second) * 2),
    ]

    def holds() -> bool:
        spark.refresh_from_db()
        amounts = [each.amount_gbp for each in Decision.objects.approvals_of(spark)]
        if spark.status == Status.APPROVED:
            return amounts.count(spark.award_gbp) == 2 and held(spark) == spark.award_gbp
        return held(spark) == 0 and len(set(amounts)) == len(amounts)

    return at_once, holds


def amend_or_pay(team: Team, first, second, third) -> Race:
    """One pays while another agrees to a smaller award, or keeps it."""
    spark = handed_in(RoundFactory(team=team), SMALL)
    actions.approve_spark(spark=spark, by=first)
    actions.mark_ready(spark=spark, by=first)
    actions.propose_award(spark=spark, by=first, amount_gbp=Decimal(150), reason="The hall is free.")
    at_once = [
        *(partial(actions.agree_award, spark=spark, by=second) for _ in range(2)),
        *(partial(actions.refuse_award, spark=spark, by=first) for _ in range(2)),
        *(partial(actions.pay_award, spark=spark, by=third, uuid=uuid.uuid4()) for _ in range(4)),
    ]

    def holds() -> bool:
        spark.refresh_from_db()
        paid = [line.amount_gbp for line in spark.ledger.filter(kind=LedgerKind.PAY)]
        is_open = Amendment.objects.filter(spark=spark, outcome="open").exists()
        return held(spark) == spark.award_gbp and not is_open and paid in ([], [spark.award_gbp])

    return at_once, holds


def lapse_or_accept(team: Team, first, second, third) -> Race:
    """The group says yes at the moment in which the promise lapses."""
    spark = handed_in(RoundFactory(team=team), SMALL)
    actions.approve_spark(spark=spark, by=first)
    long_ago = timezone.now() - timedelta(days=LAPSE_DAYS)
    Spark.objects.filter(pk=spark.pk).update(due_on=timezone.localdate(long_ago), lapse_told_at=long_ago)
    at_once = [lapse_sparks] * 4 + [partial(actions.mark_ready, spark=spark, by=second)] * 4

    def holds() -> bool:
        spark.refresh_from_db()
        return held(spark) == {Status.READY: SMALL, Status.LAPSED: 0}.get(spark.status)

    return at_once, holds


def reopen_or_approve(team: Team, first, second, third) -> Race:
    """What was cancelled by mistake and a new approval want the same money."""
    pot = RoundFactory(team=team, budget_gbp=Decimal(500))
    cancelled, new = handed_in(pot, SMALL), handed_in(pot, LARGE)
    actions.approve_spark(spark=cancelled, by=first)
    actions.cancel_spark(spark=cancelled, by=first, reason="It rains.")
    actions.approve_spark(spark=new, by=first)
    at_once = [
        *[partial(actions.reopen_spark, spark=cancelled, by=second)] * 4,
        *[partial(actions.approve_spark, spark=new, by=third)] * 4,
    ]

    def holds() -> bool:
        statuses = [Spark.objects.get(pk=each.pk).status for each in (cancelled, new)]
        return statuses.count(Status.APPROVED) == 1 and held(cancelled) + held(new) in (SMALL, LARGE)

    return at_once, holds


@pytest.mark.parametrize("scene", [agree_or_change, amend_or_pay, lapse_or_accept, reopen_or_approve])
def test_thirty_rounds_of_eight_at_once_break_nothing(race, team, scene):
    people = [UserFactory(roles={team: [Role.MANAGER]}) for _ in range(3)]
    broken, refused = 0, 0
    for _ in range(ROUNDS):
        at_once, holds = scene(team, *people)
        results = race(*at_once)
        errors = [each for each in results if isinstance(each, Exception)]
        assert all(isinstance(each, ValidationError) for each in errors), errors
        refused += len(errors)
        broken += not holds() or not all(queries.reconcile(pot).agrees for pot in Round.objects.order_by("-pk")[:1])
    assert broken == 0
    assert refused, "nobody met anybody"
