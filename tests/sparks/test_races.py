"""Simultaneous approvals and payments on PostgreSQL."""

import threading
import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from communities.models import Role
from sparks import actions, queries
from sparks.models import Decision, LedgerEntry, LedgerKind, Round, Spark, Status
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.sparks.rules_of_rounds import proposed

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS, AT_ONCE = 30, 8
POT, EACH = Decimal("500.00"), Decimal("200.00")


def a_pot_and_eight(team) -> tuple[Round, list[Spark]]:
    pot = RoundFactory(team=team, budget_gbp=POT, max_award_gbp=POT)
    return pot, [SparkFactory(round=pot, handed_in=True, amount_gbp=EACH) for _ in range(AT_ONCE)]


def promised(pot: Round) -> Decimal:
    return LedgerEntry.objects.filter(round=pot, kind=LedgerKind.RESERVE).aggregate(total=Sum("amount_gbp"))[
        "total"
    ] or Decimal(0)


def approve_without_a_lock(spark: Spark, by, together: threading.Barrier) -> None:
    """Approve with a race condition: read what is left, wait at the barrier, then write."""
    with transaction.atomic():
        pot = Round.objects.get(pk=spark.round_id)
        left = pot.left_gbp
        together.wait()
        if left < EACH:
            raise ValidationError("Too little left.")
        line = LedgerEntry(round=pot, spark=spark, kind=LedgerKind.RESERVE, amount_gbp=EACH, by=by)
        # Numbers of its own, because the chain would stop it too.
        line.number, line.previous_hash, line.hash = spark.pk + 1, "1" * 64, "2" * 64
        line.save()
        Round.objects.filter(pk=pot.pk).update(committed_gbp=pot.committed_gbp + EACH)


def test_eight_approvals_of_one_pot_thirty_times_never_overspend(race, team, manager):
    overspent, approved = 0, []
    for _ in range(ROUNDS):
        pot, sparks = a_pot_and_eight(team)
        results = race(*(partial(actions.approve_spark, spark=spark, by=manager) for spark in sparks))
        refused = [result for result in results if isinstance(result, Exception)]
        assert all(isinstance(error, ValidationError) and error.code == "pot" for error in refused), refused
        overspent += promised(pot) > POT
        approved.append(Spark.objects.filter(round=pot, status=Status.APPROVED).count())
        assert queries.reconcile(pot).agrees
    assert (overspent, set(approved)) == (0, {2})


def test_without_the_lock_approvals_would_overspend(race, team, manager):
    """The test above would fail without the lock: reading, then writing, overspends the same round."""
    overspent = 0
    for _ in range(ROUNDS):
        pot, sparks = a_pot_and_eight(team)
        together = threading.Barrier(AT_ONCE, timeout=30)
        race(*(partial(approve_without_a_lock, spark, manager, together) for spark in sparks))
        overspent += promised(pot) > POT
    assert overspent == ROUNDS


def test_a_double_click_approves_once(race, team, manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    results = race(*[partial(actions.approve_spark, spark=spark, by=manager)] * 4)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Decision.objects.count() == LedgerEntry.objects.count() == 1


def test_a_double_click_pays_once(race, team, manager, second_manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    key = uuid.uuid4()
    results = race(*[partial(actions.pay_award, spark=spark, by=second_manager, uuid=key)] * 4)
    assert len({result.pk for result in results}) == 1
    assert LedgerEntry.objects.filter(kind=LedgerKind.PAY).count() == 1


def test_two_payers_at_once_pay_once(race, team, manager, second_manager):
    third = UserFactory(roles={team: [Role.MANAGER]})
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    race(*(partial(actions.pay_award, spark=spark, by=payer, uuid=uuid.uuid4()) for payer in (second_manager, third)))
    assert LedgerEntry.objects.filter(kind=LedgerKind.PAY).count() == 1
    assert queries.reconcile(spark.round).paid_stored == Decimal(200)


def test_approving_and_withdrawing_at_once_leaves_nothing_promised(race, team, manager, builder):
    for _ in range(10):
        spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
        race(
            partial(actions.approve_spark, spark=spark, by=manager),
            partial(actions.withdraw_spark, spark=spark, by=builder, reason="They moved."),
        )
        spark.refresh_from_db()
        totals = queries.ledger_totals(spark)
        assert spark.status == Status.WITHDRAWN
        assert totals[LedgerKind.RESERVE] == totals[LedgerKind.RELEASE]
        assert queries.reconcile(spark.round).agrees


def test_cutting_the_budget_during_an_approval_never_overspends(race, team, manager, second_manager):
    for _ in range(10):
        pot = RoundFactory(team=team, budget_gbp=Decimal(300), max_award_gbp=Decimal(250))
        spark = SparkFactory(round=pot, handed_in=True)
        proposal = proposed(pot, manager, budget_gbp=Decimal(100), max_award_gbp=Decimal(100))
        race(
            partial(actions.approve_spark, spark=spark, by=manager),
            partial(actions.agree_proposal, proposal=proposal, by=second_manager),
        )
        pot.refresh_from_db()
        assert pot.committed_gbp <= pot.budget_gbp
        assert queries.reconcile(pot).agrees


def test_two_sparks_of_one_group_in_two_rounds_are_counted_together(race, team, manager):
    """Each is within the limit, but together they are not, so one of them needs a second decision."""
    for number in range(10):
        # Names that are not alike, because groups with alike names are counted together too.
        name = "abcdefghij"[number] * 8
        sparks = [SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name=name) for _ in range(2)]
        race(*(partial(actions.approve_spark, spark=spark, by=manager) for spark in sparks))
        found = sorted(Spark.objects.filter(pk__in=[spark.pk for spark in sparks]).values_list("status", flat=True))
        assert found == [Status.APPROVED, Status.RECOMMENDED]


def test_submitting_as_the_round_closes_is_accepted_or_refused(team, builder, clock):
    pot = RoundFactory(team=team, closes_at=timezone.now() + timedelta(milliseconds=300))
    spark = SparkFactory(round=pot)
    clock.shift(timedelta(milliseconds=400))
    with pytest.raises(ValidationError, match="closed on"):
        actions.submit_spark(spark=spark, by=builder)
    spark.refresh_from_db()
    assert (spark.status, spark.submitted_at) == (Status.DRAFT, None)
