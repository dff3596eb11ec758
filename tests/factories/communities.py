"""Factories for teams, users, neighbourhoods and partners."""

from datetime import timedelta
from uuid import uuid4

import factory
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import (
    AuditEntry,
    Channel,
    Draft,
    DraftPhoto,
    InPersonReason,
    Invitation,
    Membership,
    Message,
    MessageState,
    Neighbourhood,
    Partner,
    PartnerKind,
    Role,
    Team,
    Undoable,
    User,
)
from tests.photos import photo_bytes

PASSWORD = "a long walk by the brook"
# A square of about 1.1 by 0.7 km in an invented place; west, south, east, north.
SQUARE = (-2.24, 51.86, -2.23, 51.87)


def outline(west: float, south: float, east: float, north: float) -> str:
    """Return a rectangle as GeoJSON text."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return f'{{"type": "Polygon", "coordinates": [{ring}]}}'


class TeamFactory(factory.django.DjangoModelFactory):
    """A team with the default limits."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n:03}")
    slug = factory.Sequence(lambda n: f"team-{n:03}")
    authority = "Brookshire"
    host_organisation = "Brookshire Neighbours"


class UserFactory(factory.django.DjangoModelFactory):
    """A user with the password PASSWORD and no team.

    `UserFactory(roles={team: [Role.BUILDER]})` adds memberships too.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n:03}@example.org")
    name = factory.Sequence(lambda n: f"Person {n:03}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    class Params:
        administrator = factory.Trait(is_staff=True, is_superuser=True)

    @factory.post_generation
    def roles(self, create: bool, extracted: dict[Team, list[str]] | None, **kwargs: object) -> None:
        """Add a membership for each role in each team."""
        if create and extracted:
            for team, roles in extracted.items():
                for role in roles:
                    MembershipFactory(user=self, team=team, role=role)


class MembershipFactory(factory.django.DjangoModelFactory):
    """One role in a team; builder by default. Managers are confirmed, unless `confirmed_at=None`."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)
    role = Role.BUILDER
    confirmed_at = factory.LazyFunction(timezone.now)


class NeighbourhoodFactory(factory.django.DjangoModelFactory):
    """A neighbourhood without an outline; `outlined=True` gives it SQUARE."""

    class Meta:
        model = Neighbourhood

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Neighbourhood {n:03}")

    class Params:
        outlined = factory.Trait(
            boundary=outline(*SQUARE), min_lng=SQUARE[0], min_lat=SQUARE[1], max_lng=SQUARE[2], max_lat=SQUARE[3]
        )


class PartnerFactory(factory.django.DjangoModelFactory):
    """A voluntary group without a role."""

    class Meta:
        model = Partner

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Partner {n:03}")
    kind = PartnerKind.VOLUNTARY


class InvitationFactory(factory.django.DjangoModelFactory):
    """An open invitation to become a builder, valid for a fortnight."""

    class Meta:
        model = Invitation

    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"invited{n:03}@example.org")
    name = factory.Sequence(lambda n: f"Invited {n:03}")
    roles = factory.LazyFunction(lambda: [Role.BUILDER.value])
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class AuditEntryFactory(factory.django.DjangoModelFactory):
    """An audit entry of a changed team name."""

    class Meta:
        model = AuditEntry

    team = factory.SubFactory(TeamFactory)
    actor = factory.SubFactory(UserFactory)
    verb = "update"
    model = "communities.team"
    object_id = factory.LazyAttribute(lambda entry: str(entry.team.pk))
    field_names = factory.LazyFunction(lambda: ["name"])


class DraftFactory(factory.django.DjangoModelFactory):
    """An open draft of a new story; its user's `has_drafts` is set."""

    class Meta:
        model = Draft
        skip_postgeneration_save = True

    uuid = factory.LazyFunction(uuid4)
    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    address = page = "/stories/new/"
    fields = factory.LazyFunction(lambda: [["title", "The bench"]])
    version = 1

    class Params:
        closed = factory.Trait(fields=factory.LazyFunction(list), closed_at=factory.LazyFunction(timezone.now))

    @factory.post_generation
    def has_drafts(draft: Draft, create: bool, extracted: object, **kwargs: object) -> None:  # noqa: FBT001, N805
        """Note on the user that there are drafts."""
        if create:
            User.objects.filter(pk=draft.user_id).update(has_drafts=True)


class DraftPhotoFactory(factory.django.DjangoModelFactory):
    """A small photo in a draft."""

    class Meta:
        model = DraftPhoto

    draft = factory.SubFactory(DraftFactory)
    name = "photo"
    image = factory.LazyFunction(lambda: ContentFile(photo_bytes(), name="photo.jpg"))


class UndoableFactory(factory.django.DjangoModelFactory):
    """A deleted partner that can be restored."""

    class Meta:
        model = Undoable

    team = factory.SubFactory(TeamFactory)
    by = factory.SubFactory(UserFactory)
    verb = "delete"
    model = "communities.partner"
    object_id = "1"
    title = "Brookside Choir"
    rows = factory.LazyFunction(lambda: {"deleted": {}, "audited": 0})


class MessageFactory(factory.django.DjangoModelFactory):
    """A message about its team that waits to be sent to an address outside.

    `failed=True`: Kith gave up; `in_person=True`: to be told in person by its teller; `sent=True`: it was sent.
    """

    class Meta:
        model = Message

    class Params:
        failed = factory.Trait(state=MessageState.FAILED, next_try_at=None, tries=8)
        in_person = factory.Trait(
            state=MessageState.IN_PERSON, next_try_at=None, channel="", address="", reason=InPersonReason.NO_ADDRESS
        )
        sent = factory.Trait(
            state=MessageState.SENT, next_try_at=None, tries=1, settled_at=factory.LazyFunction(timezone.now)
        )

    team = factory.SubFactory(TeamFactory)
    kind = "spark_submitted"
    key = factory.Sequence(lambda n: f"message {n:03}")
    about_model = "communities.team"
    about_id = factory.SelfAttribute("team.pk")
    name = "Brook Hall"
    channel = Channel.EMAIL
    address = "hall@example.org"
    subject = "We received your idea"
    body = "Hello,\n\nThank you for your idea.\n"
    state = MessageState.WAITING
    next_try_at = factory.LazyFunction(timezone.now)
