"""One spark, message by message: who is told what, when and how."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse

from communities.models import Message, MessageState
from connectors.models import ContactPreference
from sparks import actions
from sparks.actions.telling import tell_reports_due
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rose(team):
    """Return a resident who reads email."""
    return PersonFactory(
        team=team, known_as="Rose", email="rose@example.org", contact_preference=ContactPreference.EMAIL
    )


@pytest.fixture
def tom(team):
    """Return a resident who has no email address and has not said how he likes to be reached."""
    return PersonFactory(team=team, known_as="Tom")


@pytest.fixture
def spark(clock, team, builder, rose, tom):
    """Return a draft of the builder's for two residents and a host with an email address."""
    spark = SparkFactory(
        round=RoundFactory(team=team), created_by=builder, title="Fish suppers", host__email="hall@example.org"
    )
    spark.applicants.set([rose, tom])
    return spark


def told(spark, kind: str) -> dict[str, str]:
    """Return the states of the messages of a kind by recipient."""
    names = {}
    for message in Message.objects.about(spark).filter(kind=kind).select_related("user"):
        names[message.address or message.resident_id or message.name] = message.state
    return names


def words(spark, kind: str) -> str:
    """Return the text of the first message of a kind."""
    return Message.objects.about(spark).filter(kind=kind).first().body


def test_from_the_receipt_to_the_thanks(spark, builder, manager, second_manager, rose, tom, clock):
    actions.submit_spark(spark=spark, by=builder)
    assert told(spark, "spark_submitted") == {"rose@example.org": "waiting", tom.pk: "in_person"}
    assert "You asked for £200." in words(spark, "spark_submitted")

    actions.ask_question(spark=spark, by=manager, question="Who cooks?")
    assert told(spark, "spark_question") == {
        "rose@example.org": "waiting",
        tom.pk: "in_person",
        builder.email: "waiting",
    }
    assert "Who cooks?" in words(spark, "spark_question")

    actions.submit_spark(spark=spark, by=builder)
    assert len(told(spark, "spark_submitted")) == 2

    actions.approve_spark(spark=spark, by=manager, amount_gbp=Decimal("150.00"), reason="It feeds the street.")
    everybody = {
        "rose@example.org": "waiting",
        tom.pk: "in_person",
        builder.email: "waiting",
        "hall@example.org": "waiting",
    }
    assert told(spark, "spark_approved") == everybody
    assert "“Fish suppers” has been approved, with £150." in words(spark, "spark_approved")
    assert "It feeds the street." in words(spark, "spark_approved")

    actions.mark_ready(spark=spark, by=builder)
    actions.pay_award(spark=spark, by=second_manager, uuid=uuid4(), reference="FISH-1")
    assert told(spark, "spark_paid") == everybody
    assert "The reference on the bank statement is FISH-1." in words(spark, "spark_paid")

    clock.shift(timedelta(days=41))
    assert tell_reports_due() == 0
    clock.shift(timedelta(days=1))
    assert (tell_reports_due(), tell_reports_due()) == (1, 0)
    assert told(spark, "spark_report_due") == {k: v for k, v in everybody.items() if k != "hall@example.org"}

    actions.report_back(spark=spark, by=builder, what_happened="We ate.")
    actions.report_back(spark=spark, by=builder, what_happened="We ate fish.")
    assert told(spark, "spark_report_received") == {
        "rose@example.org": "waiting", tom.pk: "in_person", manager.email: "waiting",
    }  # fmt: skip
    assert set(told(spark, "spark_report_due").values()) == {MessageState.WITHDRAWN}


def test_a_no_comes_with_its_reason(spark, builder, manager, tom):
    actions.submit_spark(spark=spark, by=builder)
    actions.decline_spark(spark=spark, by=manager, reason="The hall is closed in May.")
    assert told(spark, "spark_declined") == {
        "rose@example.org": "waiting",
        tom.pk: "in_person",
        builder.email: "waiting",
    }
    assert "The hall is closed in May." in words(spark, "spark_declined")


def test_a_cancelled_spark_is_told_to_the_host_too(spark, builder, manager):
    actions.submit_spark(spark=spark, by=builder)
    actions.approve_spark(spark=spark, by=manager)
    actions.cancel_spark(spark=spark, by=manager, reason="The hall burned down.")
    assert "hall@example.org" in told(spark, "spark_cancelled")


def test_two_managers_give_their_reasons(team, builder, manager, second_manager, rose):
    spark = SparkFactory(
        round=RoundFactory(team=team), created_by=builder, amount_gbp=Decimal("400.00"), handed_in=True
    )
    spark.applicants.set([rose])
    actions.approve_spark(spark=spark, by=manager, reason="Good neighbours.")
    assert told(spark, "spark_approved") == {}
    actions.approve_spark(spark=spark, by=second_manager, reason="And good fish.")
    assert "Good neighbours.\n\nAnd good fish." in words(spark, "spark_approved")


def test_a_host_without_an_address_is_told_by_those_who_sign_or_in_person(team, builder, manager, second_manager):
    host = PartnerFactory(team=team, name="Brook Hall", is_fiscal_host=True)
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, host=host, handed_in=True)
    actions.approve_spark(spark=spark, by=manager)
    assert told(spark, "spark_approved") == {builder.email: "waiting", "Brook Hall": "in_person"}
    host.signatories.add(second_manager)
    other = SparkFactory(round=RoundFactory(team=team), created_by=builder, host=host, handed_in=True)
    actions.approve_spark(spark=other, by=manager)
    assert told(other, "spark_approved") == {builder.email: "waiting", second_manager.email: "waiting"}


def test_a_spark_without_money_says_nothing_of_money(team, builder, manager, rose):
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, no_money=True, handed_in=True)
    spark.applicants.set([rose])
    actions.approve_spark(spark=spark, by=manager)
    text = words(spark, "spark_approved")
    assert "has been approved." in text
    assert "£" not in text
    assert "money" not in text


def test_a_refused_step_tells_nobody(spark, builder, manager):
    with pytest.raises(Exception, match="status is now"):
        actions.approve_spark(spark=spark, by=manager)
    assert not Message.objects.exists()


def test_the_page_of_the_spark_shows_every_message(client_for, spark, builder, manager):
    actions.submit_spark(spark=spark, by=builder)
    actions.decline_spark(spark=spark, by=manager, reason="Too late.")
    page = client_for(manager).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    for words_on_page in (
        "Receipt for a spark: Rose",
        "Receipt for a spark: Tom",
        f"Decision: not this time: {builder}",
    ):
        assert words_on_page in page


def test_an_evaluator_does_not_see_who_was_told(client_for, spark, builder, evaluator):
    actions.submit_spark(spark=spark, by=builder)
    page = client_for(evaluator).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert "Receipt for a spark" not in page


def test_the_command_asks_for_reports(team, builder, manager, second_manager, spark, clock, capsys):
    actions.submit_spark(spark=spark, by=builder)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=builder)
    actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
    clock.shift(timedelta(days=50))
    call_command("send_messages")
    assert capsys.readouterr().out.endswith("Asked about 1 sparks, and told 0 times what waits.\n")
    assert told(spark, "spark_report_due")["rose@example.org"] == "sent"
