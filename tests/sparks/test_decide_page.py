"""The page on which somebody decides: the request first, then what helps, then the form; and what was reported."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from sparks.models import Report, Status
from tests.factories.communities import NeighbourhoodFactory
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
