"""Factories for conversation starters."""

import factory

from connectors.models import PromptSet
from tests.factories.communities import TeamFactory


class PromptSetFactory(factory.django.DjangoModelFactory):
    """A set of two questions, used everywhere; `PromptSetFactory(neighbourhoods=[place])` is used only there."""

    class Meta:
        model = PromptSet
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Set {n:03}")
    prompts = "What do you love doing?\nWho brings people together?"

    @factory.post_generation
    def neighbourhoods(self, create: bool, extracted: list | None, **kwargs: object) -> None:
        """Limit it to these neighbourhoods."""
        if create and extracted:
            self.neighbourhoods.set(extracted)
