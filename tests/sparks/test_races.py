"""Many at once against one pot, on PostgreSQL, where it shows."""

import threading
import time
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
from sparks.models import Application, Decision, LedgerEntry, LedgerKind, Round, Status
from tests.factories.communities import UserFactory
from tests.factories.sparks import ApplicationFactory, RoundFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS, AT_ONCE = 30, 8
POT, EACH = Decimal("500.00"), Decimal("200.00")


def a_pot_and_eight(team) -> tuple[Round, list[Application]]:
    pot = RoundFactory(team=team, budget_gbp=POT, max_award_gbp=POT)
    return pot, [ApplicationFactory(round=pot, handed_in=True, amount_gbp=EACH) for _ in range(AT_ONCE)]


def promised(pot: Round) -> Decimal:
    return LedgerEntry.objects.filter(round=pot, kind=LedgerKind.RESERVE).aggregate(total=Sum("amount_gbp"))[
        "total"
    ] or Decimal(0)


def approve_without_a_lock(application: Application, by, together: threading.Barrier) -> None:
    """Do what looks right and is not: read what is left, then write. The barrier stands for a slow moment between."""
    with transaction.atomic():
        pot = Round.objects.get(pk=application.round_id)
        left = pot.left_gbp
        together.wait()
        if left < EACH:
            raise ValidationError("Too little left.")
        LedgerEntry.objects.create(round=pot, application=application, kind=LedgerKind.RESERVE, amount_gbp=EACH, by=by)
        Round.objects.filter(pk=pot.pk).update(committed_gbp=pot.committed_gbp + EACH)


def test_eight_approvals_of_one_pot_thirty_times_never_overspend(race, team, manager):
    overspent, approved = 0, []
    for _ in range(ROUNDS):
        pot, sparks = a_pot_and_eight(team)
        results = race(*(partial(actions.approve_application, application=spark, by=manager) for spark in sparks))
        refused = [result for result in results if isinstance(result, Exception)]
        assert all(isinstance(error, ValidationError) and error.code == "pot" for error in refused), refused
        overspent += promised(pot) > POT
        approved.append(Application.objects.filter(round=pot, status=Status.APPROVED).count())
        assert queries.reconcile(pot).agrees
    assert (overspent, set(approved)) == (0, {2})


def test_the_same_without_the_lock_overspends(race, team, manager):
    """Show that the race above is real: the sum-then-write way overspends the same pot."""
    overspent = 0
    for _ in range(ROUNDS):
        pot, sparks = a_pot_and_eight(team)
        together = threading.Barrier(AT_ONCE, timeout=30)
        race(*(partial(approve_without_a_lock, spark, manager, together) for spark in sparks))
        overspent += promised(pot) > POT
    assert overspent == ROUNDS


def test_a_double_click_approves_once(race, team, manager):
    spark = ApplicationFactory(round=RoundFactory(team=team), handed_in=True)
    results = race(*[partial(actions.approve_application, application=spark, by=manager)] * 4)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Decision.objects.count() == LedgerEntry.objects.count() == 1


def test_a_double_click_pays_once(race, team, manager, second_manager):
    spark = ApplicationFactory(round=RoundFactory(team=team), handed_in=True)
    actions.approve_application(application=spark, by=manager)
    actions.mark_ready(application=spark, by=manager)
    key = uuid.uuid4()
    results = race(*[partial(actions.pay_award, application=spark, by=second_manager, key=key)] * 4)
    assert len({result.pk for result in results}) == 1
    assert LedgerEntry.objects.filter(kind=LedgerKind.PAY).count() == 1


def test_two_payers_at_once_pay_once(race, team, manager, second_manager):
    third = UserFactory(roles={team: [Role.MANAGER]})
    spark = ApplicationFactory(round=RoundFactory(team=team), handed_in=True)
    actions.approve_application(application=spark, by=manager)
    actions.mark_ready(application=spark, by=manager)
    race(
        *(
            partial(actions.pay_award, application=spark, by=payer, key=uuid.uuid4())
            for payer in (second_manager, third)
        )
    )
    assert LedgerEntry.objects.filter(kind=LedgerKind.PAY).count() == 1
    assert queries.reconcile(spark.round).paid_kept == Decimal(200)


def test_approving_against_withdrawing_ends_in_one_or_the_other(race, team, manager, builder):
    for _ in range(10):
        spark = ApplicationFactory(round=RoundFactory(team=team), handed_in=True)
        race(
            partial(actions.approve_application, application=spark, by=manager),
            partial(actions.withdraw_application, application=spark, by=builder),
        )
        spark.refresh_from_db()
        totals = queries.ledger_totals(spark)
        assert spark.status == Status.WITHDRAWN
        assert totals[LedgerKind.RESERVE] == totals[LedgerKind.RELEASE]
        assert queries.reconcile(spark.round).agrees


def test_cutting_the_budget_while_somebody_approves(race, team, manager, second_manager):
    for _ in range(10):
        pot = RoundFactory(team=team, budget_gbp=Decimal(300), max_award_gbp=Decimal(250))
        spark = ApplicationFactory(round=pot, handed_in=True)
        race(
            partial(actions.approve_application, application=spark, by=manager),
            partial(
                actions.update_round,
                grant_round=pot,
                by=second_manager,
                budget_gbp=Decimal(100),
                max_award_gbp=Decimal(100),
            ),
        )
        pot.refresh_from_db()
        assert pot.committed_gbp <= pot.budget_gbp
        assert queries.reconcile(pot).agrees


def test_two_sparks_of_one_group_in_two_rounds_are_counted_together(race, team, manager):
    """Each alone is within the limit; together they are not, so one of them must wait for a second person."""
    for number in range(10):
        name = f"Mill Row {number}"
        sparks = [ApplicationFactory(round=RoundFactory(team=team), handed_in=True, group_name=name) for _ in range(2)]
        race(*(partial(actions.approve_application, application=spark, by=manager) for spark in sparks))
        found = sorted(
            Application.objects.filter(pk__in=[spark.pk for spark in sparks]).values_list("status", flat=True)
        )
        assert found == [Status.APPROVED, Status.RECOMMENDED]


def test_handing_in_as_the_round_closes_is_in_or_out(team, builder):
    pot = RoundFactory(team=team, closes_at=timezone.now() + timedelta(milliseconds=300))
    spark = ApplicationFactory(round=pot)
    time.sleep(0.4)
    with pytest.raises(ValidationError, match="closed on"):
        actions.submit_application(application=spark, by=builder)
    spark.refresh_from_db()
    assert (spark.status, spark.submitted_at) == (Status.DRAFT, None)
