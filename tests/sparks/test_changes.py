"""Who is paid is written down at acceptance; another payee and returned money need two people; a payment that fails is made again."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Message, Role
from communities.spreadsheets import neutralise
from sparks import actions, exports, payees, queries, turns
from sparks.actions.chaining import append_line
from sparks.applying.actions import accept_award, answer_for_host, choose_other_holder
from sparks.models import Amendment, HeldBy, LedgerEntry, LedgerKind, Round, Spark, Status
from sparks.verification import verify_ledgers
from tests.factories.assets import AssetFactory
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import (
    HOST_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    HostLinkFactory,
    RoundFactory,
    SparkFactory,
)
from tests.sparks.walks import lapse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

AWARD = Decimal(200)


@pytest.fixture
def third(team):
    """Return a third manager."""
    return UserFactory(name="Thea Third", roles={team: [Role.MANAGER]})


@pytest.fixture
def approved(team, builder, manager, second_manager, third) -> Spark:
    """Return a spark of £200 that one of three managers approved, whose money the hall holds."""
    host = PartnerFactory(team=team, is_fiscal_host=True, name="Mill Hall")
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, host=host)
    return actions.approve_spark(spark=spark, by=manager)


@pytest.fixture
def ready(approved, builder) -> Spark:
    """Return a spark that the group accepted."""
    return actions.mark_ready(spark=approved, by=builder)


@pytest.fixture
def paid(ready, second_manager) -> Spark:
    """Return a spark that a second manager paid."""
    actions.pay_award(spark=ready, by=second_manager, uuid=uuid4(), reference="BACS 1")
    return fresh(ready)


def fresh(spark: Spark) -> Spark:
    """Return the spark as it is now."""
    return Spark.objects.get(pk=spark.pk)


def page_of(spark: Spark, client) -> str:
    """Return the page of a spark."""
    return client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()


def returned(spark: Spark, by, amount: str = "200", **more: object) -> Spark:
    """Propose that money came back."""
    values = {"reference": "BACS 12", "reason": "It rained.", **more}
    return actions.propose_return(spark=spark, by=by, amount_gbp=Decimal(amount), **values)


def test_whoever_proposed_the_payee_does_not_pay(ready, manager, second_manager, third, client_for):
    """Two people choose who is paid: neither hands it out, if they wanted it."""
    actions.propose_payee(spark=ready, by=second_manager, payee="Brook Hall", reason="Closed.")
    spark = actions.agree_change(spark=ready, by=manager)
    assert (spark.payee, spark.payee_by) == ("Brook Hall", second_manager)
    assert queries.reasons_not_to_pay(spark, second_manager) == ["payee"]
    assert spark not in turns.sparks_to_pay(second_manager, spark.team)
    assert "You entered who is to be paid" in page_of(spark, client_for(second_manager))
    with pytest.raises(ValidationError, match="You entered who is to be paid"):
        actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
    assert spark in turns.sparks_to_pay(third, spark.team)
    actions.pay_award(spark=spark, by=third, uuid=uuid4())


class TestThePayeeAtAcceptance:
    @pytest.mark.parametrize(
        ("held_by", "has_host", "group_name", "behind", "payee"),
        [
            (HeldBy.HOST, True, "Mill Row", "Rose", "Mill Hall"),
            (HeldBy.GOODS, True, "Mill Row", "", "Mill Hall"),
            (HeldBy.GOODS, False, "Mill Row", "", "the team"),
            (HeldBy.GROUP, False, "Mill Row", "Rose", "Mill Row"),
            (HeldBy.GROUP, False, "", "Rose", "Rose"),
            (HeldBy.GROUP, False, "", "not told", ""),
            (HeldBy.GROUP, False, "", "applied", "Nia"),
            (HeldBy.GROUP, False, "", "", ""),
        ],
    )
    def test_who_follows_from_the_answers(self, approved, team, held_by, has_host, group_name, behind, payee):
        host = approved.host if has_host else None
        Spark.objects.filter(pk=approved.pk).update(held_by=held_by, host=host, group_name=group_name)
        spark = fresh(approved)
        if behind == "applied":
            application = ApplicationFactory(page__round=spark.round, spark=spark, sent=True, stage="taken_up")
            ApplicantFactory(application=application, name="Nia")
        elif behind:
            told = None if behind == "not told" else timezone.localdate()
            spark.applicants.add(PersonFactory(team=team, known_as="Rose", told_on=told))
        assert payees.default_payee(spark) == (team.name if payee == "the team" else payee)

    def test_it_is_written_down_told_to_all_managers_and_copied_to_the_ledger(
        self, ready, manager, second_manager, third, client_for
    ):
        assert (ready.payee, ready.payee_by) == ("Mill Hall", None)
        told = Message.objects.about(ready).filter(kind="managers_told")
        assert {message.user for message in told} == {manager, second_manager, third}
        assert all("is to be paid to Mill Hall, as agreed" in message.body for message in told)
        page = page_of(ready, client_for(second_manager))
        assert "£200 to Mill Hall." in page
        assert 'name="payee"' not in page
        entry = actions.pay_award(spark=ready, by=second_manager, uuid=uuid4())
        assert entry.payee == "Mill Hall"

    def test_the_group_enters_its_account_and_it_stays(self, approved, builder, second_manager, third, client_for):
        Spark.objects.filter(pk=approved.pk).update(held_by=HeldBy.GROUP, host=None)
        url = reverse("sparks:spark-ready", args=[approved.uuid])
        client = client_for(builder)
        assert "Enter who is to be paid." in client.post(url).content.decode()
        assert "at most 160" in client.post(url, {"ready-payee": "x" * 161}).content.decode().lower()
        assert client.post(url, {"ready-payee": "Mill Row Choir"}).status_code == 302
        spark = fresh(approved)
        assert (spark.status, spark.payee, spark.payee_by) == (Status.READY, "Mill Row Choir", builder)
        # A changed award is accepted again, and nobody enters another payee then.
        actions.propose_award(spark=spark, by=second_manager, amount_gbp=Decimal(150), reason="The hall is free.")
        spark = actions.agree_change(spark=spark, by=third)
        assert 'name="ready-payee"' not in page_of(spark, client)
        client.post(url, {"ready-payee": "Somebody"})
        assert (fresh(spark).status, fresh(spark).payee) == (Status.READY, "Mill Row Choir")

    def test_nobody_enters_another_payee_than_the_host(self, approved, builder):
        assert actions.mark_ready(spark=approved, by=builder, payee="Somebody").payee == "Mill Hall"

    def test_without_money_nobody_is_paid(self, team, builder, manager):
        spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, no_money=True, created_by=builder)
        spark = actions.mark_ready(spark=actions.approve_spark(spark=spark, by=manager), by=builder)
        assert spark.payee == ""
        assert not Message.objects.about(spark).filter(kind="managers_told").exists()

    @pytest.mark.parametrize(
        ("held_by", "typed", "payee"),
        [("group", "Nia Owen", "Nia Owen"), ("group", "", "Nia"), ("goods", "Nia Owen", "")],
    )
    def test_residents_say_yes_on_their_own_page(self, approved, manager, held_by, typed, payee):
        Spark.objects.filter(pk=approved.pk).update(held_by=held_by, host=None)
        application = ApplicationFactory(page__round=approved.round, spark=fresh(approved), sent=True, stage="taken_up")
        ApplicantFactory(application=application, name="Nia")
        spark = accept_award(application=application, payee=typed)
        assert (spark.status, spark.payee) == (Status.READY, payee or approved.team.name)
        assert Message.objects.about(spark).filter(kind="managers_told", user=manager).exists()

    def test_a_payee_that_the_page_did_not_show_is_refused(self, approved, builder):
        with pytest.raises(ValidationError, match="It is to be paid to “Mill Hall” now"):
            actions.mark_ready(spark=approved, by=builder, shown_payee="Brook Hall")

    def test_the_database_refuses_money_without_a_payee(self, ready):
        with pytest.raises(DatabaseError), transaction.atomic():
            Spark.objects.filter(pk=ready.pk).update(payee="")

    def test_deleting_the_group_on_the_map_changes_nothing(self, team, approved, builder, second_manager):
        group = AssetFactory(team=team, name="Mill Row Choir")
        Spark.objects.filter(pk=approved.pk).update(
            held_by=HeldBy.GROUP, host=None, group=group, group_name="Mill Row Choir"
        )
        spark = actions.mark_ready(spark=fresh(approved), by=builder)
        group.delete()
        assert fresh(spark).group is None
        assert actions.pay_award(spark=spark, by=second_manager, uuid=uuid4()).payee == "Mill Row Choir"


class TestAnotherPayee:
    def propose(self, spark: Spark, by, payee: str = "Brook Hall", reason: str = "Their account was closed.") -> Spark:
        return actions.propose_payee(spark=spark, by=by, payee=payee, reason=reason)

    def test_two_people_change_it_and_everybody_reads_it(self, ready, builder, manager, second_manager, third, team):
        self.propose(ready, manager)
        assert fresh(ready).payee == "Mill Hall"
        assert list(turns.sparks_to_agree(second_manager, team)) == [ready]
        assert not turns.sparks_to_agree(manager, team).exists()
        with pytest.raises(ValidationError, match="Nothing has been paid"):
            actions.pay_award(spark=ready, by=second_manager, uuid=uuid4())
        assert not turns.sparks_to_pay(second_manager, team).exists()
        with pytest.raises(ValidationError, match="somebody else has to agree"):
            actions.agree_change(spark=ready, by=manager)
        spark = actions.agree_change(spark=ready, by=second_manager)
        assert (spark.status, spark.payee, spark.held_by, spark.host) == (Status.READY, "Brook Hall", "group", None)
        told = Message.objects.about(spark).filter(kind="spark_payee_changed")
        assert {message.user for message in told} >= {builder, manager}
        assert all("Brook Hall instead of Mill Hall" in message.body for message in told)
        both = [message.user for message in Message.objects.filter(body__contains="Brook Hall", kind="managers_told")]
        assert sorted(both, key=lambda user: user.pk) == sorted(
            [second_manager, third, manager, third], key=lambda user: user.pk
        )
        # Those who changed the payee can pay: two people looked at it.
        assert actions.pay_award(spark=spark, by=second_manager, uuid=uuid4()).payee == "Brook Hall"

    def test_an_organisation_by_its_name_holds_the_money(self, ready, team, manager, second_manager, third):
        brook = PartnerFactory(team=team, is_fiscal_host=True, name="Brook Hall")
        brook.signatories.add(third)
        with pytest.raises(ValidationError, match="You sign for this organisation"):
            self.propose(ready, third, "brook hall")
        self.propose(ready, manager, "brook hall ")
        with pytest.raises(ValidationError, match="You sign for this organisation"):
            actions.agree_change(spark=ready, by=third)
        spark = actions.agree_change(spark=ready, by=second_manager)
        assert (spark.held_by, spark.host, spark.payee) == (HeldBy.HOST, brook, "Brook Hall")
        assert queries.reasons_not_to_decide(spark, third) == ["signatory"]

    def test_either_keeps_it_as_it_is(self, ready, manager, second_manager):
        for by in (manager, second_manager):
            self.propose(ready, manager)
            actions.refuse_change(spark=ready, by=by)
        assert fresh(ready).payee == "Mill Hall"
        told = Message.objects.about(ready).get(kind="spark_award_kept")
        assert (told.user, "pay it to “Brook Hall” instead of “Mill Hall”" in told.body) == (manager, True)

    def test_whoever_came_too_close_can_still_take_their_proposal_back(self, ready, manager):
        self.propose(ready, manager)
        actions.declare_conflict(spark=ready, by=manager)
        with pytest.raises(ValidationError, match="too close"):
            actions.agree_change(spark=ready, by=manager)
        actions.refuse_change(spark=ready, by=manager)
        assert Amendment.objects.get().outcome == "refused"

    def test_the_same_twice_is_one_and_another_is_refused(self, ready, manager, second_manager):
        for _press in range(2):
            self.propose(ready, manager)
        assert Amendment.objects.count() == 1
        with pytest.raises(ValidationError, match="has proposed something already: pay it to “Brook Hall”"):
            self.propose(ready, second_manager, "Weir Hall")
        with pytest.raises(ValidationError, match="has proposed something already"):
            actions.propose_award(spark=ready, by=second_manager, amount_gbp=Decimal(150), reason="The hall is free.")

    @pytest.mark.parametrize(
        ("payee", "reason", "words"),
        [(" ", "Closed.", "who is to be paid"), ("Mill Hall", "Closed.", "already"), ("Brook", " ", "Say why")],
    )
    def test_what_is_proposed_is_checked(self, ready, manager, payee, reason, words):
        with pytest.raises(ValidationError, match=words):
            self.propose(ready, manager, payee, reason)

    def test_ending_the_spark_ends_the_proposal(self, ready, manager, second_manager):
        self.propose(ready, manager)
        actions.cancel_spark(spark=ready, by=second_manager, reason="It rains.")
        assert Amendment.objects.get().outcome == "refused"


class TestAHostThatWithdraws:
    """The organisation says no after the approval: the money stays promised, and there is a way on and a way out."""

    @pytest.fixture
    def link(self, approved, builder):
        return HostLinkFactory(spark=approved, host=approved.host, by=builder, words=HOST_WORDS)

    @pytest.mark.parametrize(("payee", "held_by"), [("team", HeldBy.GOODS), ("The choir", HeldBy.GROUP)])
    def test_after_the_approval_two_people_choose_another_one(
        self, approved, link, builder, manager, second_manager, payee, held_by
    ):
        answer_for_host(link=link, answer="no", who="Pat Lee")
        with pytest.raises(ValidationError, match="cannot hold the money"):
            actions.mark_ready(spark=approved, by=builder)
        with pytest.raises(ValidationError, match="Your step was not taken"):
            choose_other_holder(spark=approved, by=builder, held_by=held_by)
        payee = approved.team.name if payee == "team" else payee
        actions.propose_payee(spark=approved, by=manager, payee=payee, reason="Nobody else holds it.")
        actions.agree_change(spark=approved, by=second_manager)
        spark = actions.mark_ready(spark=approved, by=builder)
        assert (spark.payee, spark.held_by, spark.host) == (payee, held_by, None)

    @pytest.mark.parametrize("way", ["payee", "cancel", "yes after all"])
    def test_after_the_yes_nothing_is_paid_to_it(self, approved, link, builder, manager, second_manager, third, way):
        spark = actions.mark_ready(spark=approved, by=builder)
        answer_for_host(link=link, answer="no", who="Pat Lee")
        with pytest.raises(ValidationError, match="Mill Hall said that it cannot hold the money"):
            actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
        assert queries.ledger_totals(spark)[LedgerKind.RELEASE] == 0
        if way == "cancel":
            actions.cancel_spark(spark=spark, by=manager, reason="Nobody holds it.")
            assert queries.reconcile(spark.round).promised_stored == 0
            return
        if way == "payee":
            actions.propose_payee(spark=spark, by=manager, payee="Mill Row", reason="The hall has no treasurer.")
            actions.agree_change(spark=spark, by=third)
        else:
            answer_for_host(link=link, answer="yes", who="Pat Lee")
        entry = actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
        assert entry.payee == ("Mill Row" if way == "payee" else "Mill Hall")


class TestMoneyBack:
    @pytest.mark.parametrize(
        ("amounts", "status", "paid_gbp"),
        [
            (("50.25",), Status.PAID, "149.75"),
            (("50.25", "149.75"), Status.RECOVERED, "0.00"),
            (("200",), Status.RECOVERED, "0.00"),
        ],
    )
    def test_a_part_and_all_of_it(self, paid, manager, second_manager, builder, amounts, status, paid_gbp):
        for amount in amounts:
            returned(paid, manager, amount)
            before = queries.reconcile(paid.round).paid_stored
            assert before == AWARD - queries.ledger_totals(paid)[LedgerKind.RECOVER], "nothing moved yet"
            actions.agree_change(spark=paid, by=second_manager)
        assert fresh(paid).status == status
        found = queries.reconcile(paid.round)
        assert (found.agrees, found.paid_stored) == (True, Decimal(paid_gbp))
        line = paid.ledger.filter(kind=LedgerKind.RECOVER).last()
        assert (line.reference, line.note, line.by) == ("BACS 12", "It rained.", second_manager)
        receipt = Message.objects.about(paid).filter(kind="spark_money_returned", user=builder)
        assert receipt.count() == len(amounts)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"amount": "0"}, "must be between"),
            ({"amount": "-1"}, "must be between"),
            ({"amount": "200.01"}, "must be between"),
            ({"reference": " "}, "the reference on the bank statement"),
            ({"reason": " "}, "why it was returned"),
            ({"amount": "199", "is_paid_again": True}, "has to be back"),
        ],
    )
    def test_what_is_proposed_is_checked(self, paid, manager, more, words):
        with pytest.raises(ValidationError, match=words):
            returned(paid, manager, **more)

    def test_never_more_than_was_paid(self, paid, manager, second_manager):
        returned(paid, manager, "150")
        actions.agree_change(spark=paid, by=second_manager)
        with pytest.raises(ValidationError, match=r"£50"):
            returned(paid, manager, "50.01")
        returned(paid, second_manager, "50")
        Amendment.objects.filter(outcome="open").update(amount_gbp=60, before_gbp=60)
        with pytest.raises(ValidationError, match=r"Only £50 can still be returned"):
            actions.agree_change(spark=paid, by=manager)

    def test_what_was_reported_and_closed_can_still_come_back(self, paid, builder, manager, second_manager, team):
        actions.report_back(spark=paid, by=builder, what_happened="Forty came.", spent_gbp=Decimal(180))
        returned(fresh(paid), second_manager, "20")
        assert list(turns.sparks_to_agree(manager, team)) == [paid]
        spark = actions.close_spark(spark=paid, by=manager)
        spark = actions.agree_change(spark=spark, by=manager)
        assert (spark.status, queries.reconcile(spark.round).paid_stored) == (Status.CLOSED, Decimal(180))

    def test_the_page_shows_the_evidence_to_whoever_agrees(self, paid, manager, second_manager, client_for):
        assert "Up to £200 can come back." in page_of(paid, client_for(manager))
        returned(paid, manager, "20")
        page = page_of(paid, client_for(second_manager))
        assert "£20 was returned, with the reference “BACS 12”" in page
        assert "Check it against the bank statement before you agree." in page

    @pytest.mark.parametrize(
        "change",
        [
            {"outcome": "agreed"},
            {"reference": ""},
            {"amount_gbp": 201},
            {"amount_gbp": 0},
            {"kind": "none"},
            {"kind": "failed", "amount_gbp": 199},
        ],
    )
    def test_the_database_refuses(self, paid, manager, change):
        returned(paid, manager)
        settled = {"settled_by": manager} if "outcome" in change else {}
        with pytest.raises(DatabaseError), transaction.atomic():
            Amendment.objects.update(**change, **settled)


class TestAPaymentThatFails:
    def test_it_comes_back_and_is_made_again(self, paid, manager, second_manager, third, builder, clock):
        returned(paid, second_manager, is_paid_again=True, reason="The account number was wrong.")
        spark = actions.agree_change(spark=paid, by=manager)
        found = queries.reconcile(spark.round)
        assert (spark.status, spark.paid_at, found.promised_stored, found.paid_stored) == (Status.READY, None, AWARD, 0)
        assert found.agrees
        told = Message.objects.about(spark).filter(kind="spark_money_returned", user=builder).get()
        assert "came back, so it will be made again" in told.body
        actions.propose_payee(spark=spark, by=second_manager, payee="Mill Row Choir", reason="The account was closed.")
        actions.agree_change(spark=spark, by=third)
        again = actions.pay_award(spark=spark, by=third, uuid=uuid4(), reference="BACS 2")
        first, second = spark.ledger.filter(kind=LedgerKind.PAY).order_by("number")
        assert (first.repeats, second, second.payee) == (None, again, "Mill Row Choir")
        assert second.repeats == spark.ledger.get(kind=LedgerKind.RECOVER)
        assert queries.reconcile(spark.round).paid_stored == AWARD
        assert Message.objects.about(spark).filter(kind="spark_paid", user=builder).count() == 2
        assert fresh(spark).status == Status.PAID
        # It can fail again, and all of it can come back in the end.
        for by, agreeing, more in ((manager, third, {"is_paid_again": True}), (manager, third, {})):
            returned(fresh(spark), by, **more)
            actions.agree_change(spark=spark, by=agreeing)
            if more:
                actions.pay_award(spark=spark, by=third, uuid=uuid4())
        assert (fresh(spark).status, queries.reconcile(spark.round).paid_stored) == (Status.RECOVERED, 0)

    def test_once_they_told_how_it_went_it_is_not_paid_again(self, paid, builder, manager, second_manager):
        returned(paid, manager, is_paid_again=True)
        actions.report_back(spark=paid, by=builder, what_happened="Forty came.")
        with pytest.raises(ValidationError, match="can no longer be made again"):
            actions.agree_change(spark=paid, by=second_manager)
        actions.refuse_change(spark=paid, by=second_manager)
        with pytest.raises(ValidationError, match="They have already told you how it went"):
            returned(fresh(paid), manager, is_paid_again=True)

    def test_the_database_lets_a_payment_be_repeated_once_and_names_what_came_back(self, paid, manager, second_manager):
        line = paid.ledger.get(kind=LedgerKind.PAY)
        values = {"round": line.round, "spark": paid, "kind": "pay", "amount_gbp": 5, "by": manager, "turn": 99}
        blank = {"previous_hash": "1" * 64, "hash": "2" * 64}
        with pytest.raises(DatabaseError), transaction.atomic():
            LedgerEntry.objects.create(**values, **blank, number=90)
        returned(paid, manager, is_paid_again=True)
        actions.agree_change(spark=paid, by=second_manager)
        back = paid.ledger.get(kind=LedgerKind.RECOVER)
        LedgerEntry.objects.create(**values, **blank, number=91, repeats=back)
        with pytest.raises(DatabaseError), transaction.atomic():
            LedgerEntry.objects.create(**values, **blank, number=92, repeats=back)
        with pytest.raises(DatabaseError), transaction.atomic():
            LedgerEntry.objects.create(**{**values, "kind": "release"}, **blank, number=93, repeats=line)


def test_a_proposal_ends_when_the_award_lapses(approved, manager):
    actions.propose_award(spark=approved, by=manager, amount_gbp=Decimal(150), reason="The hall is free.")
    lapse(approved)
    assert Amendment.objects.get().outcome == "refused"


class TestTheLedgerAsAFile:
    def rows(self, spark: Spark, reader) -> list[dict]:
        text = "".join(exports.ledger_file(spark.round, reader)[1])
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    def test_it_says_what_the_page_says_with_a_running_balance(self, paid, manager, second_manager, clock):
        returned(paid, manager, "20", reason="=1+1")
        clock.shift(timedelta(days=1))
        actions.agree_change(spark=paid, by=second_manager)
        rows = self.rows(paid, manager)
        assert [(row["what_happened"], row["promised_gbp"], row["paid_gbp"]) for row in rows] == [
            ("Promised", "200.00", "0.00"),
            ("Paid", "200.00", "200.00"),
            ("Returned", "180.00", "180.00"),
        ]
        last = rows[-1]
        line = paid.ledger.last()
        local = timezone.localtime(line.at)
        assert (last["spark_reference"], last["spark"]) == (str(paid.uuid), paid.title)
        assert (last["date"], last["time"]) == (f"{local:%Y-%m-%d}", f"{local:%H:%M}")
        assert (last["reference"], last["note"], last["by"]) == ("BACS 12", neutralise("=1+1"), second_manager.name)
        text = "".join(exports.ledger_file(paid.round, manager)[1])
        assert text.startswith("\ufeff")
        assert neutralise("=1+1") in text
        assert '"=1+1"' not in text

    def test_those_who_read_no_texts_get_amounts_only(self, paid, manager, evaluator):
        assert {row["paid_to"] for row in self.rows(paid, manager)} == {"", "Mill Hall"}
        assert {(row["paid_to"], row["reference"], row["note"]) for row in self.rows(paid, evaluator)} == {("", "", "")}


class TestAReturnThatWasNone:
    """A full return recorded by mistake: two people take it back by another line, and the spark is as it was before."""

    @pytest.fixture
    def recovered(self, paid, manager, second_manager):
        back = {"amount_gbp": paid.award_gbp, "reference": "BACS 12", "reason": "It rained."}
        actions.propose_return(spark=paid, by=manager, **back)
        return actions.agree_change(spark=paid, by=second_manager)

    def test_two_people_take_it_back(self, recovered, manager, second_manager, builder):
        assert recovered.status == Status.RECOVERED
        actions.propose_correction(spark=recovered, by=manager, reason="It was another line.")
        with pytest.raises(ValidationError, match="You proposed it"):
            actions.agree_change(spark=recovered, by=manager)
        spark = actions.agree_change(spark=recovered, by=second_manager)
        line = spark.ledger.get(kind="correct")
        assert (spark.status, line.amount_gbp, line.repeats.kind) == (Status.PAID, spark.award_gbp, "recover")
        assert queries.recoverable_gbp(spark) == spark.award_gbp
        assert queries.reconcile(spark.round).agrees
        assert verify_ledgers().breaks == []
        told = Message.objects.about(spark).filter(kind="spark_money_returned", user=builder).order_by("-pk").first()
        assert "by mistake" in told.body

    def test_it_can_be_returned_and_taken_back_again(self, recovered, manager, second_manager):
        for _time in range(2):
            actions.propose_correction(spark=recovered, by=manager, reason="It was another line.")
            actions.agree_change(spark=recovered, by=second_manager)
            back = {"amount_gbp": recovered.award_gbp, "reference": "BACS 13", "reason": "It rained."}
            actions.propose_return(spark=recovered, by=manager, **back)
            recovered = actions.agree_change(spark=recovered, by=second_manager)
        assert recovered.status == Status.RECOVERED
        assert queries.reconcile(recovered.round).agrees

    def test_it_needs_the_money_to_be_there_still(self, recovered, manager, second_manager):
        pot = Round.objects.get(pk=recovered.round_id)
        Round.objects.filter(pk=pot.pk).update(committed_gbp=pot.budget_gbp)
        actions.propose_correction(spark=recovered, by=manager, reason="It was another line.")
        with pytest.raises(ValidationError, match="left in this round"):
            actions.agree_change(spark=recovered, by=second_manager)

    def test_the_database_refuses_a_line_that_takes_nothing_back(self, recovered, manager):
        line = LedgerEntry(round=recovered.round, spark=recovered, kind="correct", amount_gbp=5, by=manager)
        with pytest.raises(IntegrityError), transaction.atomic():
            append_line(line)
