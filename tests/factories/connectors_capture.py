"""What a phone does: seal, count its items, and send them. And factories for phones, keys and sent items."""

import json
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Team, User
from connectors.capture import sealing
from connectors.capture.queries import owner_id
from connectors.capture.views.phone import token_for
from connectors.models import Device, Erased, ErasedName, ItemKind, ItemState, SealedItem, SealingKey
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory


def key_pair(number: int = 0) -> sealing.KeyPair:
    """Return a key pair, always the same for a number, because generating one is slow."""
    return _made(number)


@cache
def _made(_number: int) -> sealing.KeyPair:
    return sealing.make_key_pair()


class SealingKeyFactory(factory.django.DjangoModelFactory):
    """The key in use; `SealingKeyFactory(pair=1, retired_at=...)` is an older one that was replaced."""

    class Meta:
        model = SealingKey
        exclude = ("pair",)

    pair = 0
    kid = factory.LazyAttribute(lambda key: key_pair(key.pair).kid)
    public_spki = factory.LazyAttribute(lambda key: key_pair(key.pair).spki)
    private_locked = factory.LazyAttribute(
        lambda key: sealing.lock_private(key_pair(key.pair).private, secret=_secret())
    )


def _secret() -> str:
    from django.conf import settings

    return settings.SECRET_KEY


class DeviceFactory(factory.django.DjangoModelFactory):
    """A phone that has saved nothing yet."""

    class Meta:
        model = Device

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)


class SealedItemFactory(factory.django.DjangoModelFactory):
    """A waiting item whose content cannot be opened; `Phone.send` creates real ones."""

    class Meta:
        model = SealedItem

    uuid = factory.LazyFunction(uuid4)
    sha256 = factory.LazyAttribute(lambda item: f"{item.uuid.int:064x}")
    kind = ItemKind.CONVERSATION
    state = ItemState.PARKED
    reason = "form"
    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    sealed = b"KITH1"


class ErasedFactory(factory.django.DjangoModelFactory):
    """The UUID of an item that was deleted for good."""

    class Meta:
        model = Erased

    uuid = factory.LazyFunction(uuid4)
    team = factory.SubFactory(TeamFactory)


class ErasedNameFactory(factory.django.DjangoModelFactory):
    """The digest of a name of a resident who was erased."""

    class Meta:
        model = ErasedName

    person = factory.SubFactory(PersonFactory)
    team = factory.SelfAttribute("person.team")
    digest = factory.Sequence(lambda n: f"{n:064x}")


class Phone:
    """A simulated phone: it seals items and sends them with its token."""

    def __init__(self, user: User, team: Team, *, pair: int = 0, clock_off: timedelta = timedelta(0)) -> None:
        self.user, self.team, self.pair, self.clock_off = user, team, key_pair(pair), clock_off
        self.device, _is_new = Device.objects.get_or_create(user=user, team=team, uuid=uuid4())
        self.token = token_for(user, team, self.device)
        self.saved = 0

    def now(self) -> datetime:
        """Return the time on its clock."""
        return timezone.now() + self.clock_off

    def words(self, kind: str, uuid: UUID, fields: object, *, recorded_at: datetime, **more: object) -> bytes:
        """Return the text that it seals."""
        day = timezone.localtime(recorded_at).date().isoformat()
        return json.dumps(
            {
                "v": 1,
                "uuid": str(uuid),
                "kind": kind,
                "owner": owner_id(user_id=self.user.pk, team_id=self.team.pk),
                "fields": fields,
                "recorded_at": recorded_at.isoformat(),
                "phone_day": day,
                **more,
            }
        ).encode()

    def write(
        self, kind: str = "conversation", *, uuid: UUID | None = None, ago: timedelta = timedelta(0), **fields
    ) -> dict:
        """Save an item: return the parts of the request that will send it. A list gives a control several values."""
        uuid, recorded_at = uuid or uuid4(), self.now() - ago
        fields = {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0", **fields}
        fields.setdefault("held_on", timezone.localtime(recorded_at).date().isoformat())
        pairs = [
            [name, each] for name, value in fields.items() for each in (value if isinstance(value, list) else [value])
        ]
        return self.seal(kind, uuid, self.words(kind, uuid, pairs, recorded_at=recorded_at), recorded_at=recorded_at)

    def draft(self, uuid: UUID, version: int, **fields) -> dict:
        """Save a draft, in its nth version."""
        return self.write("draft", uuid=uuid, **fields) | {"draft_version": version, "sequence": None}

    def photograph(
        self, parent: UUID | str | None, photo: bytes, *, uuid: UUID | None = None, alt: str = "The brook"
    ) -> dict:
        """Save a photo of a conversation."""
        uuid = uuid or uuid4()
        head = {"v": 1, "uuid": str(uuid), "kind": "photo", "name": "p.jpg", "type": "image/jpeg", "alt": alt}
        head["owner"] = owner_id(user_id=self.user.pk, team_id=self.team.pk)
        plain = json.dumps(head).encode() + b"\n" + photo
        return self.seal("photo", uuid, plain, recorded_at=self.now()) | {"parent": str(parent) if parent else None}

    def seal(self, kind: str, uuid: UUID, plain: bytes, *, recorded_at: datetime) -> dict:
        """Seal a text and give it a UUID and a sequence number."""
        self.saved += kind != "draft"
        sealed = sealing.seal(plain, kind=kind, uuid=uuid, kid=self.pair.kid, spki=self.pair.spki)
        return {
            "uuid": str(uuid),
            "sha256": sealing.digest(sealed),
            "kind": kind,
            "kid": self.pair.kid,
            "sequence": self.saved if kind != "draft" else None,
            "saved": self.saved,
            "parent": None,
            "recorded_at": recorded_at.isoformat(),
            "sealed": sealed,
        }

    def delete(self, item: dict, **meta: object):
        """Report an item as deleted on the phone before it was sent, and return the response."""
        said = {name: value for name, value in item.items() if name != "sealed"}
        said |= {"sent_at": self.now().isoformat(), "deleted_on_phone": True, **meta}
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client().post(reverse("connectors:capture"), {"meta": json.dumps(said)}, headers=headers)

    def send(self, item: dict, *, token: str | None = None, client: Client | None = None, **meta: object):
        """Send one item and return the response."""
        said = {name: value for name, value in item.items() if name != "sealed"}
        said |= {"sent_at": self.now().isoformat(), **meta}
        return (client or Client()).post(
            reverse("connectors:capture"),
            {"meta": json.dumps(said), "sealed": SimpleUploadedFile("sealed", item["sealed"])},
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        )


def park(user: User, team: Team, **fields: object) -> SealedItem:
    """Return an item that a user's phone sent and the server parked, because its date is in the future."""
    if not SealingKey.objects.exists():
        SealingKeyFactory()
    phone = Phone(user, team)
    item = phone.write(**{"people": "Rose", "held_on": "2999-01-01", **fields})
    assert phone.send(item).status_code == 202
    return SealedItem.objects.get(uuid=item["uuid"])


def park_photo(user: User, team: Team, photo: bytes) -> SealedItem:
    """Return a photo without a conversation that a user's phone sent and the server parked."""
    if not SealingKey.objects.exists():
        SealingKeyFactory()
    phone = Phone(user, team)
    item = phone.photograph(None, photo)
    assert phone.send(item).status_code == 202
    return SealedItem.objects.get(uuid=item["uuid"])
