"""Factories for merged records."""

import factory

from connectors.models import PersonMerge, TwoPeople
from tests.factories.communities import UserFactory
from tests.factories.connectors import PersonFactory


class PersonMergeFactory(factory.django.DjangoModelFactory):
    """A merge that moved nothing; only the action marks `absorbed` as merged."""

    class Meta:
        model = PersonMerge

    kept = factory.SubFactory(PersonFactory)
    absorbed = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..kept.team"))
    team = factory.SelfAttribute("kept.team")
    merged_by = factory.SubFactory(UserFactory)


class TwoPeopleFactory(factory.django.DjangoModelFactory):
    """Two residents of one team who were declared two different people."""

    class Meta:
        model = TwoPeople

    person = factory.SubFactory(PersonFactory)
    other = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..person.team"))
    team = factory.SelfAttribute("person.team")
    said_by = factory.SubFactory(UserFactory)
