"""Factories for asks and dismissed suggestions."""

import factory
from django.utils import timezone

from connectors.models import Ask, ConsentRecord, Dismissal, Purpose, WhoMet
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory


class AskFactory(factory.django.DjangoModelFactory):
    """An open ask of today; `met=True` says that a neighbour met it today, `closed=True` that it was closed."""

    class Meta:
        model = Ask

    team = factory.SubFactory(TeamFactory)
    person = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..team"))
    words = factory.Sequence(lambda n: f"Somebody for the {n:03}th allotment")
    created_by = factory.SubFactory(UserFactory)

    class Params:
        met = factory.Trait(met_by=WhoMet.NEIGHBOUR, met_on=factory.LazyFunction(timezone.localdate))
        closed = factory.Trait(closed_on=factory.LazyFunction(timezone.localdate))


class DismissalFactory(factory.django.DjangoModelFactory):
    """Two residents of one team whose suggestion was dismissed for good."""

    class Meta:
        model = Dismissal

    team = factory.SubFactory(TeamFactory)
    person = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..team"))
    other = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..team"))
    dismissed_by = factory.SubFactory(UserFactory)


class SaidNoFactory(factory.django.DjangoModelFactory):
    """A resident who would rather not be introduced."""

    class Meta:
        model = ConsentRecord

    person = factory.SubFactory(PersonFactory)
    purpose = Purpose.INTRODUCE
    is_given = False
    recorded_by = factory.SubFactory(UserFactory)
