"""Ways out: agreeing an amount, asking again, appealing, changing an award, lapsing with notice, reopening by mistake."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from communities.models import Message, Role
from sparks import actions, queries
from sparks.actions.endings import NOTICE_DAYS, lapse_sparks
from sparks.models import Amendment, Decision, LedgerKind, Spark, Status, StepTaken
from sparks.workflow import LAPSE_DAYS
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.sparks.rules_of_rounds import with_two

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(team, builder) -> Spark:
    """Return a spark above the limit of one manager that waits for a decision."""
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, amount_gbp=Decimal(400), created_by=builder)


@pytest.fixture
def small(team, builder) -> Spark:
    """Return a spark that one manager can approve alone."""
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)


def promised(spark: Spark) -> Decimal:
    """Return what is promised from the round, which has no other spark; the ledger has to agree."""
    found = queries.reconcile(spark.round)
    assert found.agrees
    return found.promised_stored


class TestAgreeingAnAmount:
    def test_either_can_agree_to_the_amount_of_the_other(self, large, manager, second_manager, team):
        actions.approve_spark(spark=large, by=manager)
        spark = actions.approve_spark(
            spark=large, by=second_manager, amount_gbp=Decimal(350), reason="The hall is free."
        )
        assert (spark.status, promised(spark)) == (Status.RECOMMENDED, Decimal(0))
        assert Message.objects.about(spark).get(kind="spark_amount_proposed").user == manager
        assert queries.waiting_for(manager, team) == [spark]
        assert queries.waiting_for(second_manager, team) == []
        spark = actions.approve_spark(spark=large, by=manager, amount_gbp=Decimal(350))
        assert (spark.status, spark.award_gbp, promised(spark)) == (Status.APPROVED, Decimal(350), Decimal(350))

    def test_a_third_manager_can_decide_between_them(self, large, manager, second_manager, team):
        third = UserFactory(roles={team: [Role.MANAGER]})
        actions.approve_spark(spark=large, by=manager)
        actions.approve_spark(spark=large, by=second_manager, amount_gbp=Decimal(350))
        assert actions.approve_spark(spark=large, by=third, amount_gbp=Decimal(400)).award_gbp == Decimal(400)

    def test_an_approval_can_be_taken_back_and_given_again(self, large, manager, second_manager):
        actions.approve_spark(spark=large, by=manager)
        assert actions.revoke_approval(spark=large, by=manager).status == Status.SUBMITTED
        with pytest.raises(ValidationError, match="“Waiting for a decision”"):
            actions.revoke_approval(spark=large, by=manager)
        assert actions.approve_spark(spark=large, by=second_manager).status == Status.RECOMMENDED
        with pytest.raises(ValidationError, match="have not approved"):
            actions.revoke_approval(spark=large, by=manager)
        assert actions.approve_spark(spark=large, by=manager).status == Status.APPROVED

    def test_an_approval_can_become_a_decline(self, large, manager):
        actions.approve_spark(spark=large, by=manager)
        assert actions.decline_spark(spark=large, by=manager, reason="I read it again.").status == Status.DECLINED

    def test_lowered_to_the_limit_one_approval_is_enough(self, large, manager):
        actions.approve_spark(spark=large, by=manager)
        assert actions.approve_spark(spark=large, by=manager, amount_gbp=Decimal(250)).status == Status.APPROVED

    def test_after_taking_back_an_approval_one_can_pay(self, small, manager, second_manager, builder):
        spark = SparkFactory(round=small.round, handed_in=True, amount_gbp=Decimal(400))
        actions.approve_spark(spark=spark, by=manager)
        actions.revoke_approval(spark=spark, by=manager)
        spark.refresh_from_db()
        assert queries.reasons_not_to_pay(spark, manager) == []

    def test_the_database_keeps_one_chain_of_decisions_for_each_person(self, large, manager):
        actions.approve_spark(spark=large, by=manager)
        first = Decision.objects.get()
        for values in ({}, {"verdict": "take_back"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Decision.objects.create(spark=large, by=manager, **{"verdict": "approve", **values})
        Decision.objects.create(spark=large, by=manager, verdict="take_back", replaces=first)
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.objects.create(spark=large, by=manager, verdict="approve", replaces=first)


class TestQuestions:
    def test_another_question_can_be_asked_while_one_is_open(self, small, manager, second_manager):
        actions.ask_question(spark=small, by=manager, question="Is there a tap?")
        spark = actions.ask_question(spark=small, by=second_manager, question="Who has the key?")
        assert (spark.status, spark.question) == (Status.NEEDS_INFO, "Who has the key?")
        asked = StepTaken.objects.filter(spark=small, step="ask").values_list("words", flat=True)
        assert list(asked) == ["Is there a tap?", "Who has the key?"]

    def test_a_spark_can_be_declined_without_an_answer(self, small, manager, client_for):
        actions.ask_question(spark=small, by=manager, question="Is there a tap?")
        client = client_for(manager)
        page = client.get(reverse("sparks:spark-detail", args=[small.uuid])).content.decode()
        assert "decide without the answer" in page
        client.post(reverse("sparks:spark-decline", args=[small.uuid]), {"decline-reason": "We heard nothing."})
        small.refresh_from_db()
        assert small.status == Status.DECLINED

    def test_after_an_answer_an_earlier_approval_does_not_count(self, large, manager, second_manager, builder):
        actions.approve_spark(spark=large, by=manager)
        actions.ask_question(spark=large, by=second_manager, question="Is there a tap?")
        actions.update_spark(spark=large, by=builder, costs="Potatoes; there is a tap.")
        actions.submit_spark(spark=large, by=builder)
        assert actions.approve_spark(spark=large, by=second_manager).status == Status.RECOMMENDED
        assert actions.approve_spark(spark=large, by=manager).status == Status.APPROVED


class TestAppealing:
    def test_another_manager_decides_once(self, small, manager, second_manager, builder):
        actions.decline_spark(spark=small, by=manager, reason="Not this year.")
        with pytest.raises(ValidationError, match="next manager should know"):
            actions.appeal_spark(spark=small, by=builder, reason=" ")
        spark = actions.appeal_spark(spark=small, by=builder, reason="It is for everybody.")
        assert spark.status == Status.SUBMITTED
        with pytest.raises(ValidationError, match="already declined"):
            actions.approve_spark(spark=small, by=manager)
        actions.decline_spark(spark=small, by=second_manager, reason="Not this year.")
        with pytest.raises(ValidationError, match="once already"):
            actions.appeal_spark(spark=small, by=builder, reason="Please.")

    def test_asking_for_another_decision_works_once_however_often_it_is_reopened(
        self, small, manager, second_manager, builder
    ):
        actions.decline_spark(spark=small, by=manager, reason="Not this year.")
        actions.appeal_spark(spark=small, by=builder, reason="It is for everybody.")
        for _time in range(2):
            actions.decline_spark(spark=small, by=second_manager, reason="Not this year.")
            with pytest.raises(ValidationError, match="once already"):
                actions.appeal_spark(spark=small, by=builder, reason="Please.")
            actions.reopen_spark(spark=small, by=second_manager)
        assert StepTaken.objects.filter(spark=small, step="appeal").count() == 1

    def test_the_database_keeps_it_to_once(self, small, builder):
        step = {"spark": small, "step": "appeal", "before": "declined", "after": "submitted", "by": builder}
        StepTaken.objects.create(number=1, **step)
        with pytest.raises(DatabaseError), transaction.atomic():
            StepTaken.objects.create(number=2, **step)


class TestChangingAnAward:
    def test_two_people_change_it_and_the_difference_moves(self, large, manager, second_manager, builder):
        for by in (manager, second_manager):
            actions.approve_spark(spark=large, by=by)
        actions.mark_ready(spark=large, by=builder)
        actions.propose_award(spark=large, by=manager, amount_gbp=Decimal(300), reason="The hall is free.")
        with pytest.raises(ValidationError, match="somebody else has to agree"):
            actions.agree_change(spark=large, by=manager)
        spark = actions.agree_change(spark=large, by=second_manager)
        assert (spark.status, spark.award_gbp, promised(spark)) == (Status.APPROVED, Decimal(300), Decimal(300))
        actions.propose_award(spark=large, by=second_manager, amount_gbp=Decimal(400), reason="It is not.")
        assert promised(actions.agree_change(spark=large, by=manager)) == Decimal(400)
        assert Message.objects.about(spark).filter(kind="spark_amended").exists()

    def test_nothing_is_paid_while_another_award_is_proposed(self, small, manager, second_manager, builder):
        actions.approve_spark(spark=small, by=manager)
        actions.mark_ready(spark=small, by=builder)
        actions.propose_award(spark=small, by=manager, amount_gbp=Decimal(100), reason="The hall is free.")
        with pytest.raises(ValidationError, match="Nothing has been paid"):
            actions.pay_award(spark=small, by=second_manager, uuid=None)
        actions.refuse_change(spark=small, by=second_manager)
        assert actions.pay_award(spark=small, by=second_manager, uuid=None).amount_gbp == Decimal(200)

    def test_those_who_changed_it_do_not_pay_it(self, small, manager, second_manager, team, builder):
        third = UserFactory(roles={team: [Role.MANAGER]})
        actions.approve_spark(spark=small, by=manager)
        actions.propose_award(spark=small, by=second_manager, amount_gbp=Decimal(100), reason="The hall is free.")
        actions.agree_change(spark=small, by=manager)
        spark = actions.mark_ready(spark=small, by=builder)
        assert queries.reasons_not_to_pay(spark, second_manager) == ["approved"]
        assert queries.reasons_not_to_pay(spark, third) == []

    def test_ending_the_spark_ends_the_proposal(self, small, manager):
        actions.approve_spark(spark=small, by=manager)
        actions.propose_award(spark=small, by=manager, amount_gbp=Decimal(100), reason="The hall is free.")
        actions.cancel_spark(spark=small, by=manager, reason="It rains.")
        assert Amendment.objects.get().outcome == Amendment.Outcome.REFUSED
        assert promised(small) == Decimal(0)

    @pytest.mark.parametrize(("amount", "words"), [("0", "more than £0"), ("200", "already"), ("201", "asked for")])
    def test_the_new_award_is_checked(self, small, manager, amount, words):
        actions.approve_spark(spark=small, by=manager)
        with pytest.raises(ValidationError, match=words):
            actions.propose_award(spark=small, by=manager, amount_gbp=Decimal(amount), reason="The hall is free.")

    def test_the_database_refuses_one_person(self, small, manager):
        actions.approve_spark(spark=small, by=manager)
        actions.propose_award(spark=small, by=manager, amount_gbp=Decimal(100), reason="The hall is free.")
        with pytest.raises(DatabaseError), transaction.atomic():
            Amendment.objects.update(outcome="agreed", settled_by=manager)


class TestLapsing:
    def test_a_promise_lapses_with_notice(self, clock, small, manager):
        actions.approve_spark(spark=small, by=manager)
        assert lapse_sparks() == (0, 0)
        clock.shift(timedelta(days=LAPSE_DAYS - NOTICE_DAYS))
        assert (lapse_sparks(), lapse_sparks()) == ((1, 0), (0, 0))
        assert "19 July 2026" in Message.objects.about(small).filter(kind="spark_lapses_soon").first().body
        clock.shift(timedelta(days=NOTICE_DAYS - 1))
        assert lapse_sparks() == (0, 0)
        clock.shift(timedelta(days=1))
        call_command("lapse_sparks")
        small.refresh_from_db()
        assert (small.status, promised(small)) == (Status.LAPSED, Decimal(0))
        assert small.ledger.get(kind=LedgerKind.RELEASE).by is None

    def test_an_answer_in_time_stops_it(self, clock, small, manager, builder):
        actions.approve_spark(spark=small, by=manager)
        clock.shift(timedelta(days=LAPSE_DAYS - NOTICE_DAYS))
        lapse_sparks()
        actions.mark_ready(spark=small, by=builder)
        clock.shift(timedelta(days=NOTICE_DAYS))
        assert lapse_sparks() == (0, 0)

    def test_an_unanswered_question_lapses(self, clock, small, manager):
        actions.ask_question(spark=small, by=manager, question="Is there a tap?")
        clock.shift(timedelta(days=LAPSE_DAYS))
        assert lapse_sparks() == (1, 0), "never without notice, even if the command did not run for weeks"
        clock.shift(timedelta(days=NOTICE_DAYS))
        assert lapse_sparks() == (0, 1)


class TestReopening:
    @pytest.mark.parametrize("end", ["cancel", "withdraw"])
    def test_money_is_promised_again(self, small, manager, second_manager, end):
        actions.approve_spark(spark=small, by=manager)
        if end == "cancel":
            actions.cancel_spark(spark=small, by=manager, reason="It rains.")
        else:
            actions.withdraw_spark(spark=small, by=manager, reason="It rains.")
        spark = actions.reopen_spark(spark=small, by=second_manager)
        assert (spark.status, promised(spark)) == (Status.APPROVED, Decimal(200))

    def test_a_decline_is_taken_back(self, small, manager, second_manager):
        actions.decline_spark(spark=small, by=manager, reason="The wrong one.")
        assert actions.reopen_spark(spark=small, by=second_manager).status == Status.SUBMITTED
        assert not Message.objects.about(small).filter(kind="spark_declined", state="waiting").exists()
        assert actions.approve_spark(spark=small, by=manager).status == Status.RECOMMENDED
        assert actions.approve_spark(spark=small, by=second_manager).status == Status.APPROVED

    def test_not_after_a_day(self, clock, small, manager):
        actions.decline_spark(spark=small, by=manager, reason="The wrong one.")
        clock.shift(timedelta(hours=24, seconds=1))
        with pytest.raises(ValidationError, match="more than a day ago"):
            actions.reopen_spark(spark=small, by=manager)

    def test_not_without_the_money(self, small, manager, second_manager):
        actions.approve_spark(spark=small, by=manager)
        actions.cancel_spark(spark=small, by=manager, reason="It rains.")
        with_two(small.round, manager, second_manager, budget_gbp=Decimal(100), max_award_gbp=Decimal(100))
        with pytest.raises(ValidationError, match="Only £100 is left"):
            actions.reopen_spark(spark=small, by=manager)
        small.refresh_from_db()
        assert small.status == Status.CANCELLED

    def test_not_beside_another_spark_of_the_group(self, small, manager, builder):
        Spark.objects.update(group_name="Mill Row")
        small.refresh_from_db()
        actions.withdraw_spark(spark=small, by=builder, reason="It rains.")
        SparkFactory(round=small.round, group_name="MILL ROW", handed_in=True)
        with pytest.raises(ValidationError, match="another spark in this round now"):
            actions.reopen_spark(spark=small, by=builder)


class TestWithdrawing:
    def test_a_builder_withdraws_only_what_they_wrote(self, small, builder, team, manager):
        other = UserFactory(roles={team: [Role.BUILDER]})
        with pytest.raises(PermissionDenied):
            actions.withdraw_spark(spark=small, by=other, reason="They moved.")
        with pytest.raises(ValidationError, match="why it is withdrawn"):
            actions.withdraw_spark(spark=small, by=builder, reason=" ")
        assert actions.withdraw_spark(spark=small, by=builder, reason="They moved.").status == Status.WITHDRAWN

    def test_the_reason_is_on_the_page(self, small, builder, client_for):
        client = client_for(builder)
        client.post(reverse("sparks:spark-withdraw", args=[small.uuid]), {"withdraw-reason": "They moved away."})
        assert "They moved away." in client.get(reverse("sparks:spark-detail", args=[small.uuid])).content.decode()
