"""Factories for words in passing and journeys."""

from datetime import timedelta

import factory
from django.utils import timezone

from connectors.models import Ending, Gave, Journey, JourneyChange, JourneyOutcome, JudgedBy, LightTouch
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory


class LightTouchFactory(factory.django.DjangoModelFactory):
    """A word in passing today of kind listening; `information=True` was information only."""

    class Meta:
        model = LightTouch

    team = factory.SubFactory(TeamFactory)
    builder = factory.SubFactory(UserFactory)
    gave = Gave.LISTENING

    class Params:
        information = factory.Trait(gave=Gave.INFORMATION)


class JourneyFactory(factory.django.DjangoModelFactory):
    """A journey begun a month ago; `ended=True` ended today on their own feet."""

    class Meta:
        model = Journey

    person = factory.SubFactory(PersonFactory)
    team = factory.SelfAttribute("person.team")
    builder = factory.SubFactory(UserFactory)
    began_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    vision = "A garden, and somebody to share it with."

    class Params:
        ended = factory.Trait(ended_on=factory.LazyFunction(timezone.localdate), ending=Ending.OWN_FEET)


class JourneyChangeFactory(factory.django.DjangoModelFactory):
    """ "Feels part of the place", in their own view, noticed today."""

    class Meta:
        model = JourneyChange

    journey = factory.SubFactory(JourneyFactory)
    outcome = JourneyOutcome.BELONGING
    judged_by = JudgedBy.RESIDENT
    noted_by = factory.SubFactory(UserFactory)
