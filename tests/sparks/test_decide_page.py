"""The page on which somebody decides: the request first, then what helps, then the form; and what was reported."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.folding import folded_email
from communities.queries.mailboxes import accounts_of
from sparks import closeness, queries
from sparks.models import Bar, Ground, Report, Spark, Status, email_key
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(client_for, manager):
    """Return what the page of a spark shows a manager."""
    return lambda spark: client_for(manager).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()


def test_the_request_is_read_before_the_form(team, page_of):
    page = page_of(SparkFactory(round=RoundFactory(team=team), handed_in=True))
    order = [page.index(each) for each in ("A supper on the green.", "They ask for", "Before you decide", "amount_gbp")]
    assert order == sorted(order)
    assert page.count("A supper on the green.") == 1


def test_earlier_awards_of_the_group_and_the_spread_of_the_round(team, page_of):
    pot = RoundFactory(team=team)
    award = {"status": Status.PAID, "award_gbp": Decimal(120), "decided_at": timezone.now()}
    SparkFactory(
        round=pot,
        title="Kite day",
        group_name="Mill Row",
        neighbourhood=NeighbourhoodFactory(team=team, name="Weir"),
        **award,
    )
    SparkFactory(round=pot, title="Band tour", group_name="Others", payee="Others", **award)
    page = page_of(SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name="mill row"))
    assert "Kite day" in page
    assert "Band tour" not in page
    assert "Nothing is promised from this round yet." in page
    page = page_of(SparkFactory(round=pot, handed_in=True))
    assert "Weir: £120" in " ".join(page.split())
    assert "No neighbourhood: £120" in " ".join(page.split())


def test_the_numbers_of_a_report_are_shown(team, page_of, builder):
    spark = SparkFactory(round=RoundFactory(team=team), status=Status.REPORTED, award_gbp=Decimal(100))
    Report.objects.create(
        spark=spark, what_happened="Soup.", people_count=14, spent_gbp=Decimal(120), created_by=builder
    )
    words = " ".join(page_of(spark).split())
    assert "<dd>14</dd>" in words
    assert "£120 (more than the award of £100)" in words


def test_the_page_asks_each_question_once(team, manager, client_for, django_assert_num_queries):
    """Who reads, in four; the spark; who is too close, in two; the same people and payees, in five; the round; who is behind it."""
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, group_name="Mill Row")
    spark.applicants.add(PersonFactory(team=team, street="Weir Lane"))
    client, address = client_for(manager), reverse("sparks:spark-detail", args=[spark.uuid])
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)


def test_what_can_be_decided_is_one_condition(team, manager):
    """PostgreSQL takes each NOT IN for half of the rows, and compared thousands of sparks with each decision of the reader."""
    asked = str(queries.sparks_to_decide(manager, team).query)
    assert asked.count('NOT ("sparks_spark"."id" IN (') == 1
    assert asked.count("UNION ALL") >= 5


def test_the_sums_of_a_round_have_one_index():
    """With a second one, which only begins in the same way, PostgreSQL read each spark of a round to add up its awards."""
    assert not Spark._meta.get_field("round").db_index
    assert any(each.fields[:3] == ["round", "status", "neighbourhood"] for each in Spark._meta.indexes)


@pytest.mark.parametrize(
    ("close", "is_behind"),
    [("nobody", False), ("wrote", False), ("conflict", False), ("link", False), ("member", True), ("resident", True),
     ("was_member", True), ("had_address", True)],
)  # fmt: skip
def test_whoever_is_behind_a_spark_is_so_whatever_the_page_asked_first(team, manager, close, is_behind):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    if close == "wrote":
        spark.writers.add(manager)
    elif close == "conflict":
        spark.conflicts.add(manager)
    elif close == "member":
        spark.members.add(manager)
    elif close == "resident":
        name, place = manager.email.split("@")
        spark.applicants.add(PersonFactory(team=team, email=f"{name.upper()}+sparks@{place}"))
    elif close == "had_address":
        Bar.objects.create(spark=spark, ground=Ground.APPLICANT, email_key=email_key(manager.email))
    elif close != "nobody":
        Bar.objects.create(spark=spark, user=manager, ground={"link": Ground.LINK, "was_member": Ground.MEMBER}[close])
    found = closeness.around(spark, manager)
    assert closeness.is_behind(spark, manager) is is_behind
    assert closeness.is_behind_given(found, spark, manager) is is_behind
    assert closeness.is_behind_given({}, spark, manager) is is_behind
    assert bool(queries.reasons_not_to_decide(spark, manager)) is (close != "nobody")
    assert queries.reasons_not_to_decide(spark, manager, found) == queries.reasons_not_to_decide(spark, manager)
    assert queries.reasons_not_to_pay(spark, manager, found) == queries.reasons_not_to_pay(spark, manager)
    far = closeness.far_enough_to_decide(
        person=manager,
        own=sorted(accounts_of(manager)),
        mailbox=folded_email(manager.email),
        key=email_key(manager.email),
        team=team,
    )
    assert Spark.objects.filter(far, pk=spark.pk).exists() is (close == "nobody")
