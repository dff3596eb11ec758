"""Factories for the questions that conversations begin with."""

import factory

from connectors.models import PromptSet
from tests.factories.communities import TeamFactory


class PromptSetFactory(factory.django.DjangoModelFactory):
    """A set of two questions, in use everywhere; `PromptSetFactory(neighbourhoods=[place])` only there."""

    class Meta:
        model = PromptSet
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Set {n:03}")
    prompts = "What do you love doing?\nWho brings people together?"

    @factory.post_generation
    def neighbourhoods(self, create: bool, extracted: list | None, **kwargs: object) -> None:
        """Use it only there."""
        if create and extracted:
            self.neighbourhoods.set(extracted)
