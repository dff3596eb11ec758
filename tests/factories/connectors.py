"""Factories for themes, residents, gifts, conversations and introductions."""

from datetime import timedelta

import factory
from django.utils import timezone

from connectors.actions.name_keys import save_names
from connectors.models import Conversation, Gift, GiftKind, Introduction, IntroductionOutcome, NextStep, Person, Theme
from connectors.rules.introductions import first_question_date
from connectors.rules.name_keys import name_key
from connectors.rules.people import phone_key
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, TeamFactory, UserFactory


class ThemeFactory(factory.django.DjangoModelFactory):
    """A theme that people care about."""

    class Meta:
        model = Theme

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Theme {n:03}")


class PersonFactory(factory.django.DjangoModelFactory):
    """A resident met and told today, without a neighbourhood; `placed=True` adds one, `connector=True` since a year
    ago.

    `untold=True` is somebody not yet told about our records: pages show initials.

    `PersonFactory(themes=[theme])` sets what they care about.
    """

    class Meta:
        model = Person
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    known_as = factory.Sequence(lambda n: f"Resident {n:03}")
    told_on = factory.LazyFunction(timezone.localdate)
    name_key = factory.LazyAttribute(lambda person: name_key(person.known_as))
    other_name_key = factory.LazyAttribute(lambda person: name_key(getattr(person, "also_known_as", "")))
    phone_key = factory.LazyAttribute(lambda person: phone_key(getattr(person, "phone", "")))

    class Params:
        untold = factory.Trait(told_on=None)
        placed = factory.Trait(
            neighbourhood=factory.SubFactory(NeighbourhoodFactory, team=factory.SelfAttribute("..team"))
        )
        connector = factory.Trait(
            connector_since=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=365))
        )

    @factory.post_generation
    def names(self, create: bool, extracted: None, **kwargs: object) -> None:
        """Save how searches for them begin, as every action does that writes a resident."""
        if create:
            save_names([self], are_new=True)

    @factory.post_generation
    def themes(self, create: bool, extracted: list[Theme] | None, **kwargs: object) -> None:
        """Add the themes that they care about."""
        if create and extracted:
            self.themes.set(extracted)


class GiftFactory(factory.django.DjangoModelFactory):
    """A private gift of the hands; `offered=True` offers it to neighbours."""

    class Meta:
        model = Gift

    person = factory.SubFactory(PersonFactory)
    kind = GiftKind.HANDS
    name = factory.Sequence(lambda n: f"Gift {n:03}")

    class Params:
        offered = factory.Trait(is_offered=True)


class ConversationFactory(factory.django.DjangoModelFactory):
    """A conversation today by a builder of no team, without residents.

    `ConversationFactory(people=[...], themes=[...])` sets them; `placed=True` adds a neighbourhood; `stepped=True`
    leaves something to come back to tomorrow; `done=True` marks it as done.
    """

    class Meta:
        model = Conversation
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    builder = factory.SubFactory(UserFactory)
    summary = factory.Sequence(lambda n: f"What was heard {n:03}")

    class Params:
        placed = factory.Trait(
            neighbourhood=factory.SubFactory(NeighbourhoodFactory, team=factory.SelfAttribute("..team"))
        )

    @classmethod
    def _create(cls, model_class: type[Conversation], *args: object, **kwargs: object) -> Conversation:
        """Create it, with a next step for `next_step`, `stepped` or `done`."""
        stepped, done = kwargs.pop("stepped", False), kwargs.pop("done", False)
        words = kwargs.pop("next_step", "Bring the recipe" if stepped or done else "")
        day = timezone.localdate() + timedelta(days=0 if done else 1)
        due_on = kwargs.pop("next_step_on", day if stepped or done else None)
        talk = super()._create(model_class, *args, **kwargs)
        if words:
            NextStepFactory(
                team=talk.team, conversation=talk, owner=talk.builder, words=words, due_on=due_on, done=done
            )
        return talk

    @factory.post_generation
    def people(self, create: bool, extracted: list[Person] | None, **kwargs: object) -> None:
        """Add the residents."""
        if create and extracted:
            self.people.set(extracted)

    @factory.post_generation
    def themes(self, create: bool, extracted: list[Theme] | None, **kwargs: object) -> None:
        """Add the themes."""
        if create and extracted:
            self.themes.set(extracted)


class NextStepFactory(factory.django.DjangoModelFactory):
    """Something to come back to tomorrow, about nothing. `done=True` marks it as done."""

    class Meta:
        model = NextStep

    team = factory.SubFactory(TeamFactory)
    owner = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("owner")
    words = "Bring the recipe"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1))

    class Params:
        done = factory.Trait(closed_at=factory.LazyFunction(timezone.now), closed_by=factory.SelfAttribute("owner"))


class IntroductionFactory(factory.django.DjangoModelFactory):
    """An introduction of two residents of one team, with no outcome yet: it is asked for about four weeks after its
    date.

    `met=True` says that they met today; `to_partner_instead=True` introduces a resident to a partner.
    """

    class Meta:
        model = Introduction

    team = factory.SubFactory(TeamFactory)
    from_person = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..team"))
    to_person = factory.SubFactory(PersonFactory, team=factory.SelfAttribute("..team"))
    introduced_by = factory.SubFactory(UserFactory)
    reason = "Both care about growing food"
    outcome = IntroductionOutcome.WAITING
    introduced_on = factory.LazyFunction(timezone.localdate)
    ask_again_on = factory.LazyAttribute(
        lambda made: first_question_date(made.introduced_on) if made.outcome == IntroductionOutcome.WAITING else None
    )

    class Params:
        met = factory.Trait(outcome=IntroductionOutcome.MET, outcome_on=factory.LazyFunction(timezone.localdate))
        to_partner_instead = factory.Trait(
            to_person=None, to_partner=factory.SubFactory(PartnerFactory, team=factory.SelfAttribute("..team"))
        )
