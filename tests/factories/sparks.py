"""Factories for funds, rounds and sparks."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from sparks.models import Fund, HeldBy, Round, Spark, Status
from tests.factories.communities import PartnerFactory, TeamFactory, UserFactory


class FundFactory(factory.django.DjangoModelFactory):
    """A small-sparks fund."""

    class Meta:
        model = Fund

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Fund {n:03}")


class RoundFactory(factory.django.DjangoModelFactory):
    """A round of £1,000 that opened yesterday and closes in a month; at most £500 for one spark."""

    class Meta:
        model = Round

    team = factory.SubFactory(TeamFactory)
    fund = factory.SubFactory(FundFactory, team=factory.SelfAttribute("..team"))
    name = factory.Sequence(lambda n: f"Round {n:03}")
    budget_gbp = Decimal("1000.00")
    max_award_gbp = Decimal("500.00")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class SparkFactory(factory.django.DjangoModelFactory):
    """A complete draft for £200 with a host; `handed_in=True` waits for a decision."""

    class Meta:
        model = Spark

    class Params:
        handed_in = factory.Trait(status=Status.SUBMITTED, submitted_at=factory.LazyFunction(timezone.now))
        no_money = factory.Trait(held_by=HeldBy.NO_MONEY, amount_gbp=Decimal("0.00"), host=None)

    team = factory.SelfAttribute("round.team")
    round = factory.SubFactory(RoundFactory)
    title = factory.Sequence(lambda n: f"Spark {n:03}")
    what = "A supper on the green."
    who_with = "The neighbours of Mill Row."
    costs = "Potatoes and oil"
    amount_gbp = Decimal("200.00")
    held_by = HeldBy.HOST
    host = factory.SubFactory(PartnerFactory, team=factory.SelfAttribute("..team"), is_fiscal_host=True)
    created_by = factory.SubFactory(UserFactory)
