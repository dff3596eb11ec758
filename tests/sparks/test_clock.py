"""The idea-to-cash clock: each day in one hand, and the median of a round."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from sparks import actions
from sparks.clock import HAND_OF, HANDS, Clock, Move, clock_of, median_days
from sparks.clocks import median_of_round, median_of_team
from sparks.models import Status
from sparks.workflow import STATES
from tests.factories.sparks import ApplyPageFactory, RoundFactory, SparkFactory

START = datetime(2026, 5, 1, 9, tzinfo=UTC)


def after(days: float) -> datetime:
    return START + timedelta(days=days)


MOVES = [
    Move(after(2), "draft", "submitted"),
    Move(after(5), "submitted", "needs_info"),
    Move(after(9), "needs_info", "submitted"),
    Move(after(10), "submitted", "approved"),
    Move(after(16), "approved", "ready"),
    Move(after(17), "ready", "paid"),
    Move(after(60), "paid", "reported"),
]


def test_each_day_is_in_one_hand_and_the_clock_stops_at_the_money():
    found = clock_of(moves=MOVES, started_at=START, status="reported", now=after(100))
    assert dict(found.shares) == {"resident": 10, "builder": 2, "manager": 4, "payer": 1}
    assert (found.days, found.is_over) == (17, True)
    assert sum(days for _hand, days in found.shares) == found.days


def test_an_award_that_an_organisation_holds_waits_for_it_too():
    found = clock_of(moves=MOVES, started_at=START, status="reported", now=after(100), at_host=True)
    assert dict(found.shares) == {"resident": 4, "builder": 2, "manager": 4, "payer": 1, "host": 6}


def test_an_application_is_in_a_builders_hand_until_it_is_taken_up():
    moves = [Move(after(3), "draft", "submitted"), Move(after(4), "submitted", "approved")]
    found = clock_of(moves=moves, started_at=START, taken_up_at=after(3), status="approved", now=after(6))
    assert dict(found.shares) == {"builder": 3, "manager": 1, "resident": 2}
    assert not found.is_over


def test_a_spark_that_needs_no_money_arrives_when_everybody_said_yes():
    moves = [Move(after(1), "approved", "ready"), Move(after(30), "ready", "reported")]
    assert clock_of(moves=moves, started_at=START, status="reported", now=after(50)).is_over


def test_a_declined_spark_does_not_go_on_counting():
    moves = [Move(after(1), "draft", "submitted"), Move(after(2), "submitted", "declined")]
    assert clock_of(moves=moves, started_at=START, status="declined", now=after(50)).days == 2


@pytest.mark.parametrize(("days", "median"), [([], None), ([1, 2], None), ([1, 2, 9], 2), ([1, 2, 3, 50], 2)])
def test_a_median_needs_three(days, median):
    clocks = [Clock(dict.fromkeys(HANDS, timedelta()) | {"payer": timedelta(days=each)}, is_over=True) for each in days]
    assert median_days(clocks) == median


def test_the_clock_knows_every_status_that_is_on_its_way():
    assert set(HAND_OF) <= set(STATES)
    assert {name for name, state in STATES.items() if not state.is_end} - set(HAND_OF) == {"paid", "reported"}


@pytest.mark.django_db
def test_pages_say_how_long_it_took(client, client_for, team, builder, manager, second_manager, clock):
    pot = RoundFactory(team=team)
    for days in (2, 4, 9):
        spark = SparkFactory(round=pot, created_by=builder)
        actions.submit_spark(spark=spark, by=builder)
        clock.shift(timedelta(days=days))
        actions.approve_spark(spark=spark, by=manager)
        actions.mark_ready(spark=spark, by=builder)
        actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())
    assert (median_of_round(pot), median_of_team(team)) == (4, 4)
    page = ApplyPageFactory(round=pot)
    address = reverse("applying:apply", args=[page.code])
    assert "From idea to money" not in client.get(address).content.decode()
    page.shows_clock = True
    page.save()
    assert "took 4 days or less" in " ".join(client.get(address).content.decode().split())
    text = " ".join(client_for(builder).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode().split())
    assert "From idea to money" in text
    assert "9 days" in text
    assert "took 4 days or less" in " ".join(
        client_for(builder).get(reverse("sparks:round-detail", args=[pot.pk])).content.decode().split()
    )
    spark.refresh_from_db()
    assert spark.status == Status.PAID
