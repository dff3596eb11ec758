"""What phones send: every answer of the door, each with what is kept afterwards."""

import pytest

from connectors.models import Conversation, ItemState, SealedItem
from tests.factories.connectors_capture import Phone, SealingKeyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(builder, team) -> Phone:
    """Return Bea's phone."""
    SealingKeyFactory()
    return Phone(builder, team)


def test_a_conversation_is_kept_once_and_echoed(phone, builder) -> None:
    item = phone.write(people="Rose, Abdul", summary="They bake.")
    first, again = phone.send(item), phone.send(item)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Cache-Control"] == "no-store"
    same = {"uuid": item["uuid"], "sha256": item["sha256"], "state": "kept", "url": f"/conversations/{item['uuid']}/"}
    assert first.json() == again.json() == same
    talk = Conversation.objects.get()
    assert (str(talk.uuid), talk.summary, talk.builder) == (item["uuid"], "They bake.", builder)
    assert {person.known_as for person in talk.people.all()} == {"Rose", "Abdul"}
    kept = SealedItem.objects.get()
    assert (kept.state, kept.sealed, kept.sequence, kept.conversation) == (ItemState.KEPT, None, 1, talk)
