"""A spark for which no money is needed says so in words: nobody asks for £0."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from sparks import splitting
from sparks.actions.holdings import SparksHoldings
from sparks.models import CostLine, Decision, HeldBy, Spark, Status
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db
FREE = {"held_by": HeldBy.NO_MONEY, "host": None, "amount_gbp": Decimal(0)}


@pytest.fixture
def pot(team):
    """Return a round of the team, of which nothing is promised."""
    return RoundFactory(team=team)


def test_what_is_asked_for_is_said_in_words():
    assert Spark(amount_gbp=Decimal(250), held_by=HeldBy.GROUP).asked == "£250"
    assert Spark(**FREE).asked == "no money"
    assert Spark(amount_gbp=Decimal(0)).asked == "not said yet"


def test_no_page_says_that_they_ask_for_nought_pounds(pot, manager, client_for, second_manager):
    spark = SparkFactory(round=pot, handed_in=True, **FREE)
    Decision.objects.create(spark=spark, by=second_manager, verdict="approve", amount_gbp=0, version=spark.version)
    client = client_for(manager)
    own = client.get(reverse("sparks:spark-detail", args=[spark.uuid]))
    assert "They ask for <strong>no money</strong>." in own.content.decode()
    assert "approved it. Approve it as well if you agree." in flat(own.content.decode())
    several = client.get(reverse("sparks:decide-several")).content.decode()
    today = client.get(reverse("today")).content.decode()
    for page in (several, today):
        assert '<span class="badge badge--spark">no money</span>' in page
        assert '<span class="badge badge--spark">£0</span>' not in page
    CostLine.objects.create(spark=spark, what="Chairs", is_in_kind=True)
    with_lines = client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert "They ask for <strong>no money</strong>." in with_lines
    assert "Nobody has said yet what it is worth." in with_lines
    assert "<strong>£0</strong>" not in with_lines
    Spark.objects.filter(pk=spark.pk).update(status=Status.APPROVED, award_gbp=0, decided_at=timezone.now())
    short = client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert "<dd>no money</dd>" in short
    assert "<dt>Award</dt>" not in short


@pytest.mark.parametrize("held_by", ["", HeldBy.GROUP])
def test_a_draft_without_an_amount_asks_for_nothing_yet(pot, builder, client_for, held_by):
    spark = SparkFactory(round=pot, created_by=builder, held_by=held_by, host=None, amount_gbp=Decimal(0))
    page = client_for(builder).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert "They ask for" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.SUBMITTED, "for no money. Nobody has decided yet."),
        (Status.REPORTED, "for no money. The answer was yes."),
        (Status.DECLINED, "for no money. The answer was no."),
    ],
)
def test_an_earlier_request_without_money_is_told_in_words(pot, team, status, words):
    rose, now = PersonFactory(team=team), timezone.now()
    before = SparkFactory(round=pot, group_name="", status=status, submitted_at=now, decided_at=now, **FREE)
    spark = SparkFactory(round=pot, group_name="", handed_in=True)
    for each in (before, spark):
        each.applicants.add(rose)
    (earlier,) = splitting.look(spark).earlier
    assert earlier.words.endswith(words)
    assert "£" not in earlier.words


def test_what_kith_holds_about_a_resident_says_it_too(pot, team):
    rose = PersonFactory(team=team)
    SparkFactory(round=pot, handed_in=True, **FREE).applicants.add(rose)
    (told,) = (each for each in SparksHoldings().tell(records=[rose.pk]) if each.rows)
    assert "no money asked for" in str(told.rows)
