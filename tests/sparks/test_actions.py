"""Handing in, deciding, paying, recovering and funds: each rule of the actions."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import AuditEntry, Role
from sparks import actions, queries, splitting
from sparks.models import Decision, HeldBy, LedgerEntry, LedgerKind, Round, Spark, Status
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory
from tests.sparks.rules_of_rounds import with_two

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(team) -> Round:
    return RoundFactory(team=team)


@pytest.fixture
def handed_in(pot) -> Spark:
    return SparkFactory(round=pot, handed_in=True)


def paid(spark, manager, second_manager) -> Spark:
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    actions.pay_award(spark=spark, by=second_manager, uuid=uuid.uuid4(), reference="BACS 1")
    spark.refresh_from_db()
    return spark


def assert_reconciles(pot):
    found = queries.reconcile(pot)
    assert found.agrees, found
    return found


class TestHandingIn:
    def test_a_spark_can_be_submitted_within_the_round(self, pot, builder):
        spark = actions.submit_spark(spark=SparkFactory(round=pot), by=builder)
        assert spark.status == Status.SUBMITTED
        assert spark.submitted_at is not None

    @pytest.mark.parametrize(("seconds", "accepted"), [(1, True), (0, False), (-1, False)])
    def test_the_closing_second_is_closed(self, clock, pot, builder, seconds, accepted):
        Round.objects.filter(pk=pot.pk).update(
            opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() + timedelta(seconds=seconds)
        )
        spark = SparkFactory(round=Round.objects.get(pk=pot.pk))
        if accepted:
            assert actions.submit_spark(spark=spark, by=builder).status == Status.SUBMITTED
        else:
            with pytest.raises(ValidationError, match="closed on 20 May 2026 at 1.*draft is saved"):
                actions.submit_spark(spark=spark, by=builder)
            spark.refresh_from_db()
            assert spark.status == Status.DRAFT

    def test_the_closing_time_is_shown_in_british_summer_time(self, clock, team, builder):
        closed = RoundFactory(team=team, opens_at="2026-04-01T08:00Z", closes_at="2026-05-20T10:30Z")
        with pytest.raises(ValidationError, match="20 May 2026 at 11:30"):
            actions.submit_spark(spark=SparkFactory(round=closed), by=builder)

    def test_a_spark_cannot_be_submitted_before_the_round_opens(self, team, builder):
        later = RoundFactory(team=team, opens_at=timezone.now() + timedelta(days=1))
        with pytest.raises(ValidationError, match="opens on"):
            actions.submit_spark(spark=SparkFactory(round=later), by=builder)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"what": " "}, "what"),
            ({"who_with": ""}, "who_with"),
            ({"host": None}, "host"),
            ({"amount_gbp": Decimal("0.00")}, "amount_gbp"),
            ({"amount_gbp": Decimal("500.01")}, "amount_gbp"),
        ],
    )
    def test_each_question_needs_an_answer(self, pot, builder, change, field):
        with pytest.raises(ValidationError) as caught:
            actions.submit_spark(spark=SparkFactory(round=pot, **change), by=builder)
        assert set(caught.value.message_dict) == {field}

    def test_no_money_needs_no_host_and_no_amount(self, pot, builder):
        spark = SparkFactory(round=pot, no_money=True)
        assert actions.submit_spark(spark=spark, by=builder).status == Status.SUBMITTED

    def test_a_question_can_be_answered_after_the_round_closed(self, clock, pot, handed_in, builder, manager):
        actions.ask_question(spark=handed_in, by=manager, question="Is there a tap?")
        Round.objects.filter(pk=pot.pk).update(
            closes_at=timezone.now() - timedelta(days=1), opens_at=timezone.now() - timedelta(days=9)
        )
        handed_in.refresh_from_db()
        spark = actions.update_spark(spark=handed_in, by=builder, costs="Potatoes; there is a tap.")
        assert spark.question == "Is there a tap?"
        spark = actions.submit_spark(spark=spark, by=builder)
        assert (spark.status, spark.question) == (Status.SUBMITTED, ""), "an answered question waits for nobody"

    def test_the_maximum_can_be_asked_for_and_no_penny_more(self, pot, builder):
        most = pot.max_award_gbp
        assert actions.submit_spark(spark=SparkFactory(round=pot, amount_gbp=most), by=builder).amount_gbp == most
        with pytest.raises(ValidationError) as caught:
            actions.submit_spark(spark=SparkFactory(round=pot, amount_gbp=most + Decimal("0.01")), by=builder)
        assert set(caught.value.message_dict) == {"amount_gbp"}

    def test_a_question_cannot_be_empty(self, handed_in, manager):
        with pytest.raises(ValidationError, match="Enter your question"):
            actions.ask_question(spark=handed_in, by=manager, question="  ")

    def test_answers_cannot_change_once_submitted(self, handed_in, builder):
        with pytest.raises(ValidationError, match="has been submitted"):
            actions.update_spark(spark=handed_in, by=builder, title="Another")

    def test_one_live_spark_for_a_group_in_a_round(self, pot, builder, team):
        first = SparkFactory(round=pot, group_name="Mill Row Neighbours", handed_in=True, created_by=builder)
        again = actions.create_spark(
            team=team, by=builder, round=pot, title="Again", group_name="mill row neighbours", what="Soup", who_with="Us",
            held_by=HeldBy.NO_MONEY,
        )  # fmt: skip
        with pytest.raises(ValidationError, match=f"already has a spark in this round: “{first.title}”"):
            actions.submit_spark(spark=again, by=builder)
        actions.withdraw_spark(spark=first, by=builder, reason="They moved.")
        assert actions.submit_spark(spark=again, by=builder).status == Status.SUBMITTED

    def test_a_draft_is_not_the_one_live_spark_of_its_group(self, pot, builder):
        SparkFactory(round=pot, group_name="Mill Row Neighbours")
        spark = SparkFactory(round=pot, group_name="Mill Row Neighbours")
        assert actions.submit_spark(spark=spark, by=builder).status == Status.SUBMITTED

    def test_a_group_that_holds_its_own_money_has_no_host(self, pot, builder):
        spark = SparkFactory(round=pot)
        assert (spark.held_by, spark.host is None) == (HeldBy.HOST, False)
        spark = actions.update_spark(spark=spark, by=builder, held_by=HeldBy.GROUP)
        spark.refresh_from_db()
        assert (spark.held_by, spark.host) == (HeldBy.GROUP, None)

    def test_the_same_form_twice_makes_one_draft(self, pot, builder, team):
        key = uuid.uuid4()
        first, second = (
            actions.create_spark(team=team, by=builder, uuid=key, round=pot, title="Supper") for _ in range(2)
        )
        assert first.pk == second.pk
        assert Spark.objects.count() == 1

    @pytest.mark.parametrize(
        "field", ["round", "host", "neighbourhood", "group", "conversation", "applicants", "members"]
    )
    def test_another_teams_rows_are_refused(self, pot, builder, team, other_team, stranger, field):
        foreign = {
            "round": lambda: RoundFactory(team=other_team),
            "host": lambda: PartnerFactory(team=other_team),
            "neighbourhood": lambda: NeighbourhoodFactory(team=other_team),
            "group": lambda: AssetFactory(team=other_team),
            "conversation": lambda: ConversationFactory(team=other_team),
            "applicants": lambda: [PersonFactory(team=other_team)],
            "members": lambda: [stranger],
        }[field]()
        with pytest.raises(ValidationError) as caught:
            actions.create_spark(team=team, by=builder, **{"round": pot, "title": "Supper", field: foreign})
        assert field in caught.value.message_dict
        assert not Spark.objects.exists()


class TestDeciding:
    def test_the_maximum_of_the_round_holds_although_it_was_lowered_since(self, pot, manager):
        spark = SparkFactory(round=pot, handed_in=True)
        Round.objects.filter(pk=pot.pk).update(max_award_gbp=spark.amount_gbp - 1)
        with pytest.raises(ValidationError, match="The maximum award in this round is"):
            actions.approve_spark(spark=spark, by=manager)
        assert actions.approve_spark(spark=spark, by=manager, amount_gbp=spark.amount_gbp - 1).status == Status.APPROVED

    def test_one_manager_can_approve_within_the_limit(self, pot, handed_in, manager):
        spark = actions.approve_spark(spark=handed_in, by=manager)
        pot.refresh_from_db()
        assert (spark.status, spark.award_gbp, pot.committed_gbp, pot.left_gbp) == (
            Status.APPROVED,
            Decimal(200),
            Decimal(200),
            Decimal(800),
        )
        entry = LedgerEntry.objects.get()
        assert (entry.kind, entry.amount_gbp, entry.by) == (LedgerKind.RESERVE, Decimal(200), manager)
        assert Decision.objects.get().limit_gbp == Decimal(250)
        assert_reconciles(pot)

    def test_above_the_limit_takes_two_people(self, pot, manager, second_manager):
        spark = SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal("250.01"))
        spark = actions.approve_spark(spark=spark, by=manager)
        assert spark.status == Status.RECOMMENDED
        assert not LedgerEntry.objects.exists()
        with pytest.raises(ValidationError, match="You have already approved £250.01"):
            actions.approve_spark(spark=spark, by=manager)
        spark = actions.approve_spark(spark=spark, by=second_manager)
        assert spark.status == Status.APPROVED
        assert assert_reconciles(pot).promised_stored == Decimal("250.01")

    def test_the_second_person_can_decline(self, pot, manager, second_manager):
        spark = SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(400))
        actions.approve_spark(spark=spark, by=manager)
        assert actions.decline_spark(spark=spark, by=second_manager, reason="Not this year.").status == Status.DECLINED
        assert not LedgerEntry.objects.exists()

    def test_one_large_grant_cannot_be_split_into_small_ones(self, team, manager):
        first, second = (
            SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name=name, amount_gbp=Decimal(200))
            for name in ("Mill Row", "MILL ROW")
        )
        assert actions.approve_spark(spark=first, by=manager).status == Status.APPROVED
        assert actions.approve_spark(spark=second, by=manager).status == Status.RECOMMENDED

    def test_what_was_awarded_long_ago_no_longer_counts(self, clock, team, manager):
        first = SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name="Mill Row")
        actions.approve_spark(spark=first, by=manager)
        clock.shift(timedelta(days=splitting.SPLITTING_DAYS + 1))
        second = SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name="Mill Row")
        assert actions.approve_spark(spark=second, by=manager).status == Status.APPROVED

    @pytest.mark.parametrize("bar", ["wrote", "changed", "applicant", "member", "signatory", "conflict"])
    def test_nobody_decides_on_their_own_spark(self, handed_in, manager, bar):
        if bar == "wrote":
            Spark.objects.filter(pk=handed_in.pk).update(created_by=manager)
        elif bar == "changed":
            Spark.objects.filter(pk=handed_in.pk).update(status=Status.NEEDS_INFO)
            actions.update_spark(spark=handed_in, by=manager, costs="Potatoes")
            handed_in = actions.submit_spark(spark=handed_in, by=manager)
            bar = "wrote"
        elif bar == "applicant":
            handed_in.applicants.add(PersonFactory(team=handed_in.team, email=manager.email.upper()))
        elif bar == "member":
            handed_in.members.add(manager)
        elif bar == "signatory":
            handed_in.host.signatories.add(manager)
        else:
            actions.declare_conflict(spark=handed_in, by=manager)
        for decide in (
            lambda: actions.approve_spark(spark=handed_in, by=manager),
            lambda: actions.decline_spark(spark=handed_in, by=manager, reason="No."),
            lambda: actions.mark_ineligible(spark=handed_in, by=manager, reason="No."),
        ):
            with pytest.raises(ValidationError) as caught:
                decide()
            assert caught.value.code == bar
        assert not Decision.objects.exists()
        assert queries.waiting_for(manager, handed_in.team) == []

    def test_what_waits_for_a_manager(self, handed_in, manager, builder, team):
        assert queries.waiting_for(manager, team) == [handed_in]
        assert queries.waiting_for(builder, team) == []

    def test_the_second_decision_is_by_another_manager(self, handed_in, manager, second_manager, team):
        Spark.objects.filter(pk=handed_in.pk).update(amount_gbp=team.approval_limit_gbp + 1)
        handed_in.refresh_from_db()
        approved = actions.approve_spark(spark=handed_in, by=manager)
        assert approved.status == Status.RECOMMENDED
        assert queries.waiting_for(manager, team) == []
        assert queries.waiting_for(second_manager, team) == [handed_in]

    @pytest.mark.parametrize("status", Status)
    def test_what_waits_has_one_of_the_waiting_statuses(self, handed_in, manager, team, status):
        Spark.objects.filter(pk=handed_in.pk).update(status=status)
        assert bool(queries.waiting_for(manager, team)) is (status in queries.WAITING)

    @pytest.mark.sqlite
    def test_what_waits_is_found_by_the_team(self, handed_in, manager, team):
        """Not by going through everything that somebody decided on and wrote in all their years."""
        with CaptureQueriesContext(connection) as asked:
            assert queries.waiting_for(manager, team) == [handed_in]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[-1]['sql']}")
            plan = " ".join(row[-1] for row in cursor.fetchall())
        assert "sparks_decision_by" not in plan
        assert "(spark_id=? AND user_id=?)" in plan

    def test_sparks_a_manager_wrote_do_not_shorten_what_waits(
        self, pot, handed_in, manager, team, django_assert_num_queries
    ):
        others = SparkFactory.create_batch(2, round=pot, handed_in=True)
        handed_in.writers.add(manager)
        assert manager.has_role(team, Role.MANAGER)
        # One for the accounts of one mailbox.
        with django_assert_num_queries(2):
            assert queries.waiting_for(manager, team, limit=2) == others

    @pytest.mark.parametrize("who", ["builder", "evaluator", "stranger"])
    def test_only_managers_of_the_team(self, request, handed_in, who):
        user = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            actions.approve_spark(spark=handed_in, by=user)

    def test_losing_the_role_takes_effect_at_once(self, handed_in, manager):
        assert manager.has_role(handed_in.team, Role.MANAGER)
        manager.memberships.all().delete()
        with pytest.raises(PermissionDenied):
            actions.approve_spark(spark=handed_in, by=manager)

    @pytest.mark.parametrize("amount", ["0", "-5", "200.01", "500.01"])
    def test_amounts_out_of_range_are_refused(self, handed_in, manager, amount):
        with pytest.raises(ValidationError) as caught:
            actions.approve_spark(spark=handed_in, by=manager, amount_gbp=Decimal(amount))
        assert "amount_gbp" in caught.value.message_dict

    def test_part_of_the_requested_amount_can_be_awarded(self, pot, handed_in, manager):
        spark = actions.approve_spark(spark=handed_in, by=manager, amount_gbp=Decimal("150.50"))
        assert spark.award_gbp == Decimal("150.50")
        assert_reconciles(pot)

    def test_too_little_left_changes_nothing(self, team, manager):
        pot = RoundFactory(team=team, budget_gbp=Decimal(300), max_award_gbp=Decimal(250))
        first, second = (SparkFactory(round=pot, handed_in=True) for _ in range(2))
        actions.approve_spark(spark=first, by=manager)
        with pytest.raises(ValidationError, match=r"Only £100 is left.*needs £200") as caught:
            actions.approve_spark(spark=second, by=manager)
        assert caught.value.code == "pot"
        second.refresh_from_db()
        assert second.status == Status.SUBMITTED
        assert Decision.objects.filter(spark=second).count() == 0
        assert_reconciles(pot)

    def test_awards_can_use_up_a_budget_to_the_penny(self, team, manager):
        pot = RoundFactory(team=team, budget_gbp=Decimal("0.30"), max_award_gbp=Decimal("0.20"))
        for amount in ("0.10", "0.20"):
            actions.approve_spark(spark=SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(amount)), by=manager)
        assert assert_reconciles(pot).promised_stored == Decimal("0.30")

    def test_a_spark_without_money_leaves_the_ledger_empty(self, pot, manager, builder):
        spark = SparkFactory(round=pot, handed_in=True, no_money=True)
        actions.approve_spark(spark=spark, by=manager)
        actions.mark_ready(spark=spark, by=builder)
        with pytest.raises(ValidationError, match="nothing can be paid"):
            actions.pay_award(spark=spark, by=UserFactory(administrator=True), uuid=uuid.uuid4())
        actions.report_back(spark=spark, by=builder, what_happened="A supper.")
        spark.refresh_from_db()
        assert spark.status == Status.REPORTED
        assert not LedgerEntry.objects.exists()

    def test_declining_needs_a_reason(self, handed_in, manager):
        for decide in (actions.decline_spark, actions.mark_ineligible):
            with pytest.raises(ValidationError, match="deserve to know why"):
                decide(spark=handed_in, by=manager, reason=" ")
        assert (
            actions.mark_ineligible(spark=handed_in, by=manager, reason="For a business.").status == Status.INELIGIBLE
        )

    def test_every_step_is_audited_without_values(self, handed_in, manager):
        actions.approve_spark(spark=handed_in, by=manager, reason="Warm and simple.")
        entries = AuditEntry.objects.filter(model__startswith="sparks.")
        assert {"decide", "approve"} <= {entry.verb for entry in entries}
        assert all("Warm" not in str(entry.field_names) for entry in entries)


class TestMoney:
    def test_the_host_is_paid_and_the_payer_is_not_the_approver(self, pot, handed_in, manager, second_manager):
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=manager)
        with pytest.raises(ValidationError, match="another manager has to pay") as caught:
            actions.pay_award(spark=handed_in, by=manager, uuid=uuid.uuid4())
        assert caught.value.code == "approved"
        entry = actions.pay_award(spark=handed_in, by=second_manager, uuid=uuid.uuid4(), reference="BACS 7")
        assert (entry.payee, entry.amount_gbp) == (handed_in.host.name, Decimal(200))
        assert assert_reconciles(pot).paid_stored == Decimal(200)

    def test_a_writer_cannot_pay(self, handed_in, manager, second_manager):
        Spark.objects.filter(pk=handed_in.pk).update(created_by=second_manager)
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=manager)
        with pytest.raises(ValidationError, match="wrote some of the answers"):
            actions.pay_award(spark=handed_in, by=second_manager, uuid=uuid.uuid4())

    @pytest.mark.parametrize("bar", ["wrote", "applicant", "member", "conflict"])
    def test_a_payer_with_a_conflict_of_interest_is_refused(self, handed_in, manager, second_manager, client_for, bar):
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=manager)
        if bar == "wrote":
            handed_in.writers.add(second_manager)
        elif bar == "applicant":
            handed_in.applicants.add(PersonFactory(team=handed_in.team, email=second_manager.email.upper()))
        else:
            getattr(handed_in, f"{bar}s").add(second_manager)
        with pytest.raises(ValidationError) as caught:
            actions.pay_award(spark=handed_in, by=second_manager, uuid=uuid.uuid4())
        assert caught.value.code == bar
        assert not LedgerEntry.objects.filter(kind=LedgerKind.PAY).exists()
        page = client_for(second_manager).get(f"/sparks/{handed_in.uuid}/")
        assert page.context["pay_bar"] == queries.REASONS_NOT_TO_PAY[bar]
        assert "Record payment" not in page.content.decode()

    def test_a_builder_cannot_pay(self, handed_in, manager, builder):
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=builder)
        with pytest.raises(PermissionDenied):
            actions.pay_award(spark=handed_in, by=builder, uuid=uuid.uuid4())

    def test_paying_twice_with_one_key_pays_once(self, pot, handed_in, manager, second_manager):
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=manager)
        key = uuid.uuid4()
        first, second = (actions.pay_award(spark=handed_in, by=second_manager, uuid=key) for _ in range(2))
        assert first.pk == second.pk
        assert assert_reconciles(pot).paid_stored == Decimal(200)

    def test_paying_before_the_award_is_accepted_is_refused(self, handed_in, manager, second_manager):
        actions.approve_spark(spark=handed_in, by=manager)
        with pytest.raises(ValidationError, match="“Approved”"):
            actions.pay_award(spark=handed_in, by=second_manager, uuid=uuid.uuid4())

    @pytest.mark.parametrize("step", ["withdraw", "cancel"])
    def test_withdrawing_and_cancelling_release_the_promise(self, pot, handed_in, manager, builder, step):
        actions.approve_spark(spark=handed_in, by=manager)
        if step == "withdraw":
            handed_in.writers.add(builder)
            spark = actions.withdraw_spark(spark=handed_in, by=builder, reason="They moved.")
        else:
            with pytest.raises(PermissionDenied):
                actions.cancel_spark(spark=handed_in, by=builder, reason="x")
            with pytest.raises(ValidationError, match="why it is cancelled"):
                actions.cancel_spark(spark=handed_in, by=manager, reason="")
            spark = actions.cancel_spark(spark=handed_in, by=manager, reason="The hall burned down.")
        assert spark.status in (Status.WITHDRAWN, Status.CANCELLED)
        assert assert_reconciles(pot).promised_stored == Decimal(0)

    def test_what_was_paid_cannot_be_withdrawn(self, handed_in, manager, second_manager):
        paid(handed_in, manager, second_manager)
        with pytest.raises(ValidationError, match="“Paid”"):
            actions.withdraw_spark(spark=handed_in, by=manager, reason="They moved.")

    def test_a_spark_has_one_report_that_can_be_changed(self, handed_in, manager, second_manager, builder):
        with pytest.raises(ValidationError):
            actions.report_back(spark=handed_in, by=builder, what_happened="Too soon.")
        actions.approve_spark(spark=handed_in, by=manager)
        actions.mark_ready(spark=handed_in, by=manager)
        with pytest.raises(ValidationError, match="has not been paid yet"):
            actions.report_back(spark=handed_in, by=builder, what_happened="Too soon.")
        actions.pay_award(spark=handed_in, by=second_manager, uuid=uuid.uuid4())
        with pytest.raises(ValidationError, match="what happened"):
            actions.report_back(spark=handed_in, by=builder, what_happened="")
        first = actions.report_back(spark=handed_in, by=builder, what_happened="Forty came.", people_count=40)
        second = actions.report_back(spark=handed_in, by=builder, what_happened="Forty-one came.")
        assert first.pk == second.pk
        assert second.people_count == 40
        assert actions.close_spark(spark=handed_in, by=manager).status == Status.CLOSED


class TestFunds:
    def test_the_budget_cannot_fall_below_what_is_promised(self, pot, handed_in, manager, second_manager):
        actions.approve_spark(spark=handed_in, by=manager)
        with pytest.raises(ValidationError, match="£200 is already promised"):
            actions.update_round(grant_round=pot, by=manager, budget_gbp=Decimal("199.99"), reason="Less.")
        changed = with_two(pot, manager, second_manager, budget_gbp=Decimal(200), max_award_gbp=Decimal(200))
        assert changed.left_gbp == Decimal(0)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"budget_gbp": Decimal(0)}, "__all__"),
            ({"budget_gbp": Decimal(-5)}, "__all__"),
            ({"max_award_gbp": Decimal("1000.01")}, "__all__"),
            ({"closes_at": timezone.now() - timedelta(days=400)}, "__all__"),
        ],
    )
    def test_amounts_and_times_cannot_contradict_each_other(self, team, manager, values, field):
        good = {
            "fund": FundFactory(team=team), "name": "Spring", "budget_gbp": Decimal(1000), "max_award_gbp": Decimal(250),
            "opens_at": timezone.now(), "closes_at": timezone.now() + timedelta(days=30),
        }  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            actions.create_round(team=team, by=manager, **{**good, **values})
        assert field in caught.value.message_dict
        assert actions.create_round(team=team, by=manager, **good).is_open

    def test_another_teams_fund_and_funder_are_refused(self, team, other_team, manager):
        with pytest.raises(ValidationError, match="belongs to your team"):
            actions.create_round(team=team, by=manager, fund=FundFactory(team=other_team), name="Spring")
        with pytest.raises(ValidationError, match="belongs to your team"):
            actions.create_fund(team=team, by=manager, name="Sparks", funder=PartnerFactory(team=other_team))

    def test_a_fund_can_be_changed(self, team, manager):
        fund = actions.create_fund(team=team, by=manager, name="Sparks", purpose="Little things")
        assert actions.update_fund(fund=fund, by=manager, name="Small sparks").name == "Small sparks"

    def test_rounds_show_what_waits(self, pot, handed_in, team):
        SparkFactory(round=pot)
        SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal("50.50"))
        empty = RoundFactory(team=team)
        found = {each.pk: (each.waiting, each.asked_gbp) for each in queries.rounds_with_queue(team)}
        assert found == {pot.pk: (2, Decimal("250.50")), empty.pk: (0, Decimal(0))}


class TestLedger:
    def test_a_ledger_line_cannot_be_changed(self, pot, handed_in, manager):
        actions.approve_spark(spark=handed_in, by=manager)
        entry = LedgerEntry.objects.get()
        for change in (
            entry.save,
            entry.delete,
            LedgerEntry.objects.all().delete,
            lambda: LedgerEntry.objects.update(note="x"),
        ):
            with pytest.raises(TypeError, match="append-only"):
                change()

    @pytest.mark.parametrize("sql", ["UPDATE sparks_ledgerentry SET amount_gbp = 1", "DELETE FROM sparks_ledgerentry"])
    def test_sql_cannot_change_a_ledger_line(self, pot, handed_in, manager, sql):
        actions.approve_spark(spark=handed_in, by=manager)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert LedgerEntry.objects.get().amount_gbp == Decimal(200)

    def test_the_database_refuses_to_overspend_a_round(self, pot):
        with pytest.raises(DatabaseError), transaction.atomic():
            Round.objects.filter(pk=pot.pk).update(committed_gbp=Decimal("1000.01"))
