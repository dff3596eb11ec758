"""Factories for records put together."""

import factory

from connectors.models import PersonMerge, TwoPeople
from tests.factories.communities import UserFactory
from tests.factories.connectors import PersonFactory


class PersonMergeFactory(factory.django.DjangoModelFactory):
    """A putting together that moved nothing; `absorbed` stands for nobody by itself any more only through the action."""

    class Meta:
        model = PersonMerge

    kept = factory.SubFactory(PersonFactory)
    absorbed = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..kept.team"))
    team = factory.SelfAttribute("kept.team")
    merged_by = factory.SubFactory(UserFactory)


class TwoPeopleFactory(factory.django.DjangoModelFactory):
    """Two residents of one team of whom somebody said that they are two."""

    class Meta:
        model = TwoPeople

    person = factory.SubFactory(PersonFactory)
    other = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..person.team"))
    team = factory.SelfAttribute("person.team")
    said_by = factory.SubFactory(UserFactory)
