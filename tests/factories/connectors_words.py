"""Factories for a team's own words, and for those that people left alone."""

import factory

from connectors.models import IgnoredWord, TeamWord
from tests.factories.communities import TeamFactory, UserFactory


class TeamWordFactory(factory.django.DjangoModelFactory):
    """A word of a team's own; `silent=True` makes it one that ships and that the team leaves alone."""

    class Meta:
        model = TeamWord

    team = factory.SubFactory(TeamFactory)
    phrase = factory.Sequence(lambda n: f"gap {n:04}")
    alternatives = "strength"
    reason = "Begin with what is there."
    created_by = factory.SubFactory(UserFactory)

    class Params:
        silent = factory.Trait(is_silent=True, alternatives="", reason="")


class IgnoredWordFactory(factory.django.DjangoModelFactory):
    """A word that somebody asked not to be told about."""

    class Meta:
        model = IgnoredWord

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    phrase = "needs"
