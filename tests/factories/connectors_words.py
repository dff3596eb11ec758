"""Factories for a team's own words and dismissed words."""

import factory

from connectors.models import IgnoredWord, TeamWord
from tests.factories.communities import TeamFactory, UserFactory


class TeamWordFactory(factory.django.DjangoModelFactory):
    """A team's own word; `silent=True` makes it a shipped word that the team has switched off."""

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
    """A word that a user has dismissed."""

    class Meta:
        model = IgnoredWord

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    phrase = "needs"
