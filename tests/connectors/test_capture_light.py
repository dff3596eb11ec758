"""Words in passing, sealed on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Team, User
from connectors.models import LightTouch, SealedItem
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory

pytestmark = pytest.mark.django_db


def test_a_sealed_light_touch_is_saved_once(clock: object, phone: Phone, builder: User) -> None:
    item = phone.write("light", gave="listening", belongs_more="yes", ago=timedelta(minutes=5))
    assert [phone.send(item).status_code for _each in range(3)] == [201, 200, 200]
    kept = LightTouch.objects.get()
    assert (str(kept.uuid), kept.builder, kept.belongs_more) == (item["uuid"], builder, True)
    assert kept.recorded_at == timezone.now() - timedelta(minutes=5)


def test_a_wrong_clock_is_corrected(builder: User, team: Team) -> None:
    SealingKeyFactory()
    phone = Phone(builder, team, clock_off=timedelta(days=3))
    assert phone.send(phone.write("light", gave="hand")).status_code == 201
    assert LightTouch.objects.get().held_on == timezone.localdate()


def test_an_invalid_item_waits_to_be_checked(phone: Phone, builder: User, other_team: Team, client_for) -> None:
    far = NeighbourhoodFactory(team=other_team)
    answer = phone.send(item := phone.write("light", gave="hand", neighbourhood=str(far.pk)))
    assert (answer.status_code, answer.json()["reason"]) == (202, "team")
    client = client_for(builder)
    page = client.get(answer.json()["url"])
    assert "neighbourhood" in page.context["form"].errors
    sent = {"uuid": item["uuid"], "gave": "hand", "belongs_more": "", "held_on": str(timezone.localdate())}
    assert client.post(answer.json()["url"], sent).status_code == 302
    assert LightTouch.objects.get().gave == "hand"
    assert SealedItem.objects.get().state == "kept"
    assert phone.send(item).status_code == 200


def test_different_text_with_a_used_uuid_needs_checking(phone: Phone) -> None:
    first = phone.write("light", gave="hand")
    assert phone.send(first).status_code == 201
    other = phone.write("light", gave="listening", uuid=LightTouch.objects.get().uuid)
    assert (phone.send(other).status_code, LightTouch.objects.count()) == (409, 1)
