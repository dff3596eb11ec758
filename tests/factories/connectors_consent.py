"""Factories for notices, consents, links to sheets and wishes."""

from datetime import timedelta

import factory
from django.utils import timezone

from connectors.actions.readback import digest_of
from connectors.models import ConsentRecord, PrivacyNotice, Purpose, ReadBackLink, ReviewItem, Wish, WishKind
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory


class NoticeFactory(factory.django.DjangoModelFactory):
    """A version of the notice that a team gives residents."""

    class Meta:
        model = PrivacyNotice

    team = factory.SubFactory(TeamFactory)
    version = factory.Sequence(lambda n: n + 1)
    words = "We note down what you love doing."


class ConsentFactory(factory.django.DjangoModelFactory):
    """A yes to being invited, given to a builder now; `is_given=False` is a no."""

    class Meta:
        model = ConsentRecord

    person = factory.SubFactory(PersonFactory)
    purpose = Purpose.INVITE
    is_given = True
    recorded_by = factory.SubFactory(UserFactory)


class ReadBackLinkFactory(factory.django.DjangoModelFactory):
    """A link that can be opened for two weeks with the secret "secret 000" and so on; `secret="..."` sets another."""

    class Meta:
        model = ReadBackLink

    class Params:
        secret = factory.Sequence(lambda n: f"secret {n:03}")

    person = factory.SubFactory(PersonFactory)
    digest = factory.LazyAttribute(lambda link: digest_of(link.secret))
    made_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class ReviewItemFactory(factory.django.DjangoModelFactory):
    """A text that might still name an erased resident: by default the resident's own record."""

    class Meta:
        model = ReviewItem

    person = factory.SubFactory(PersonFactory)
    team = factory.SelfAttribute("person.team")
    model = "connectors.person"
    object_id = factory.SelfAttribute("person.pk")
    field_names = factory.LazyFunction(lambda: ["known_as"])


class WishFactory(factory.django.DjangoModelFactory):
    """A request of today to correct something; `forget=True` is one to be erased."""

    class Meta:
        model = Wish

    person = factory.SubFactory(PersonFactory)
    kind = WishKind.CORRECT
    words = "I moved to Mill Row."

    class Params:
        forget = factory.Trait(kind=WishKind.ERASE, words="")
