"""Reminders move when the date moves: one for each date, never again for the date before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.models import Message, MessageState
from config.feeds import text_of
from sparks import actions
from sparks.actions.endings import NOTICE_DAYS, lapse_sparks
from sparks.actions.telling import tell_reports_due
from sparks.models import Status
from sparks.workflow import LAPSE_DAYS, REPORT_DAYS
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def paid(team, builder, manager, second_manager):
    """Return a spark that was paid now."""
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, handed_in=True)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=builder)
    actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
    spark.refresh_from_db()
    return spark


def asked(spark, kind: str = "spark_report_due") -> list[str]:
    """Return the states of the reminders of a kind, oldest first."""
    return list(Message.objects.about(spark).filter(kind=kind).values_list("state", flat=True))


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def test_a_reminder_that_waits_moves_with_its_date(paid, builder, clock):
    assert paid.due_on == today(REPORT_DAYS)
    actions.move_date(spark=paid, by=builder, day=today(REPORT_DAYS + 30))
    clock.shift(timedelta(days=REPORT_DAYS))
    assert tell_reports_due() == 0
    clock.shift(timedelta(days=30))
    assert (tell_reports_due(), tell_reports_due()) == (1, 0)
    assert asked(paid) == [MessageState.WAITING]


def test_a_reminder_that_was_sent_comes_for_the_new_date_and_not_again_for_the_old(paid, builder, clock):
    clock.shift(timedelta(days=REPORT_DAYS))
    old = today()
    assert tell_reports_due() == 1
    Message.objects.filter(kind="spark_report_due").update(
        state=MessageState.SENT, next_try_at=None, settled_at=timezone.now()
    )
    actions.move_date(spark=paid, by=builder, day=today(10))
    assert (tell_reports_due(), asked(paid)) == (0, [MessageState.SENT])
    clock.shift(timedelta(days=10))
    assert tell_reports_due() == 1
    assert asked(paid) == [MessageState.SENT, MessageState.WAITING]
    assert len(set(Message.objects.about(paid).filter(kind="spark_report_due").values_list("key", flat=True))) == 2
    assert old < today()


def test_a_reminder_that_was_not_sent_yet_is_withdrawn(paid, builder, clock):
    clock.shift(timedelta(days=REPORT_DAYS))
    tell_reports_due()
    actions.move_date(spark=paid, by=builder, day=today(10))
    assert asked(paid) == [MessageState.WITHDRAWN]


def test_the_people_behind_it_are_asked_once_more_and_then_no_more(paid, clock):
    clock.shift(timedelta(days=REPORT_DAYS))
    assert tell_reports_due() == 1
    clock.shift(timedelta(days=28))
    assert (tell_reports_due(), tell_reports_due()) == (1, 0)
    clock.shift(timedelta(days=100))
    assert tell_reports_due() == 0
    assert len(asked(paid, "spark_report_overdue")) == 1


def test_the_calendar_moves_its_entry(paid, builder, clock):
    before = text_of(builder)
    assert f"report-{paid.uuid}" in before
    actions.move_date(spark=paid, by=builder, day=today(100))
    after = text_of(builder)
    assert after.count(f"UID:report-{paid.uuid}") == 1
    assert f"DTSTART;VALUE=DATE:{today(100):%Y%m%d}" in after
    assert f"DTSTART;VALUE=DATE:{today(REPORT_DAYS):%Y%m%d}" not in after


def test_the_notice_of_a_lapse_moves_too(team, builder, manager, clock):
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, handed_in=True)
    actions.ask_question(spark=spark, by=manager, question="Who cooks?")
    clock.shift(timedelta(days=LAPSE_DAYS - NOTICE_DAYS))
    assert lapse_sparks() == (1, 0)
    actions.move_date(spark=spark, by=builder, day=today(60))
    assert set(asked(spark, "spark_lapses_soon")) == {MessageState.WITHDRAWN}
    clock.shift(timedelta(days=NOTICE_DAYS))
    assert lapse_sparks() == (0, 0)
    clock.shift(timedelta(days=60 - 2 * NOTICE_DAYS))
    assert lapse_sparks() == (1, 0)
    clock.shift(timedelta(days=NOTICE_DAYS))
    assert lapse_sparks() == (0, 1)
    spark.refresh_from_db()
    assert spark.status == Status.LAPSED


@pytest.mark.parametrize("days", [0, -3, 366])
def test_a_date_that_is_over_or_too_far_is_refused(paid, builder, days):
    with pytest.raises(ValidationError, match="within a year"):
        actions.move_date(spark=paid, by=builder, day=today(days))


def test_an_evaluator_moves_no_date(paid, evaluator):
    with pytest.raises(PermissionDenied):
        actions.move_date(spark=paid, by=evaluator, day=today(50))
