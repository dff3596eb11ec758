"""Items on the server are deleted in time, items deleted on a phone are counted, and waiting photos are shown."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from PIL import Image

from communities.models import AuditEntry
from connectors.capture import queries
from connectors.capture.actions.deleting import delete_expired_items
from connectors.models import Conversation, Device, Erased, ItemState, SealedItem
from tests.factories.connectors_capture import Phone, park, park_photo
from tests.markup import flat
from tests.photos import encoded, photo_bytes, picture

pytestmark = pytest.mark.django_db
WAITING = "/record/waiting/"


def placed_photo() -> bytes:
    """Return a photo that contains the phone's position."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (52.4, 0.0, 0.0), 3: "W", 4: (1.5, 0.0, 0.0)}
    return encoded(picture("RGB", (64, 48)), "JPEG", exif=exif)


def ledger(phone: Phone) -> queries.LedgerLine:
    """Return what the server knows about the phone."""
    return queries.ledger_line(Device.objects.get(pk=phone.device.pk))


# Items that wait for too long.


@pytest.mark.parametrize(("days", "state"), [(89, ItemState.PARKED), (91, ItemState.DROPPED)])
def test_items_that_nobody_checks_are_deleted_after_90_days_and_the_phone_learns_it(phone, clock, days, state) -> None:
    item = phone.write(people="Rose", held_on="2999-01-01")
    phone.send(item)
    clock.shift(timedelta(days=days))
    out = StringIO()
    call_command("delete_expired", stdout=out)
    held = SealedItem.objects.get()
    assert (held.state, held.sealed is None) == (state, state == ItemState.DROPPED)
    assert f"Deleted: {int(days > 90)} items from phones that nobody checked, 0 drafts." in out.getvalue()
    if state == ItemState.DROPPED:
        phone.token = Phone(phone.user, phone.team).token
        answer = phone.send(item)
        assert (answer.status_code, answer.json()["state"]) == (410, "erased")
        entry = AuditEntry.objects.get(verb="discard")
        assert (entry.actor, entry.model, entry.field_names) == (None, "connectors.sealeditem", ["sealed", "state"])
        assert ledger(phone).received == 1


def test_waiting_photos_are_deleted_with_their_item_and_alone(phone, clock) -> None:
    text = phone.write(people="Rose", held_on="2999-01-01")
    phone.send(text)
    clock.shift(timedelta(days=60))
    phone.send(phone.photograph(text["uuid"], photo_bytes()))
    clock.shift(timedelta(days=31))
    assert delete_expired_items() == {ItemState.PARKED: 1}
    assert set(SealedItem.objects.values_list("state", "sealed")) == {(ItemState.DROPPED, None)}
    phone.send(phone.photograph("11111111-1111-4111-8111-111111111111", photo_bytes()))
    clock.shift(timedelta(days=91))
    assert delete_expired_items() == {ItemState.WAITING: 1}


def test_different_text_with_one_uuid_is_deleted_and_the_first_stays(phone, clock) -> None:
    first = phone.write(people="Rose", summary="She bakes.")
    phone.send(first)
    phone.send(phone.write(people="Rose", summary="She sings.", uuid=SealedItem.objects.get().uuid))
    clock.shift(timedelta(days=91))
    assert delete_expired_items() == {ItemState.PARKED: 1}
    assert Conversation.objects.get().summary == "She bakes."
    assert not Erased.objects.exists()


def test_a_draft_is_deleted_after_30_days_and_its_conversation_can_still_arrive(phone, clock) -> None:
    text = phone.write(people="Rose", summary="She bakes.")
    phone.send(phone.draft(text["uuid"], 1, summary="She ba"))
    clock.shift(timedelta(days=29))
    assert delete_expired_items() == {}
    clock.shift(timedelta(days=2))
    assert delete_expired_items() == {ItemState.DRAFT: 1}
    assert not SealedItem.objects.exists()
    phone.token = Phone(phone.user, phone.team).token
    assert phone.send(text).status_code == 201


def test_the_number_of_days_is_a_setting(phone, clock, settings) -> None:
    settings.KEEP_WAITING_DAYS = 7
    phone.send(phone.write(people="Rose", held_on="2999-01-01"))
    clock.shift(timedelta(days=8))
    assert delete_expired_items() == {ItemState.PARKED: 1}


def test_the_author_is_warned_before_deletion(client_for, builder, team, clock) -> None:
    item = park(builder, team)
    page, look = WAITING, f"{WAITING}{item.uuid}/"
    assert "It will be saved here until 18 August 2026." in client_for(builder).get(page).content.decode()
    clock.shift(timedelta(days=80))
    for address in (page, look):
        words = client_for(builder).get(address).content.decode()
        assert "It will be deleted on 18 August 2026 if nobody checks it." in words


def test_a_draft_shows_when_it_will_be_deleted(client_for, phone, builder, clock) -> None:
    phone.send(phone.draft("11111111-1111-4111-8111-111111111111", 1, summary="She ba"))
    assert "It will be saved here until 19 June 2026." in client_for(builder).get(WAITING).content.decode()


# Items deleted on the phone.


def test_items_deleted_on_the_phone_are_counted_as_deleted(client_for, phone, builder) -> None:
    items = [phone.write(people=f"Rose {number}") for number in range(7)]
    for item in items[:6]:
        phone.send(item)
    line = ledger(phone)
    assert (line.saved, line.received, line.deleted_on_phone, line.coming) == (6, 6, 0, 0)
    for _twice in range(2):
        answer = phone.delete(items[6])
        assert (answer.status_code, answer.json()["state"]) == (200, "dropped")
        assert (answer.json()["uuid"], answer.json()["sha256"]) == (items[6]["uuid"], items[6]["sha256"])
    line = ledger(phone)
    assert (line.saved, line.received, line.deleted_on_phone, line.coming, line.lost) == (7, 6, 1, 0, 0)
    page = client_for(builder).get(WAITING).content.decode()
    assert "Your phone saved 7, we have 6. 1 was deleted on the phone." in flat(page)
    entry = AuditEntry.objects.get(verb="discard")
    assert (entry.actor, entry.field_names) == (builder, ["state"])
    assert phone.send(items[6]).status_code == 410
    assert Conversation.objects.count() == 6


def test_an_item_that_arrived_is_not_deleted(phone) -> None:
    kept, parked = phone.write(people="Rose"), phone.write(people="Rose", held_on="2999-01-01")
    phone.send(kept)
    phone.send(parked)
    assert phone.delete(kept).json()["state"] == "kept"
    assert phone.delete(parked).json()["state"] == "parked"
    assert (Conversation.objects.count(), ledger(phone).deleted_on_phone) == (1, 0)
    assert SealedItem.objects.get(uuid=parked["uuid"]).sealed


def test_drafts_and_photos_are_deleted_with_the_item(phone) -> None:
    text = phone.write(people="Rose")
    phone.send(phone.draft(text["uuid"], 1, summary="She ba"))
    photo = phone.photograph(text["uuid"], photo_bytes())
    phone.send(photo)
    phone.delete(text)
    assert set(SealedItem.objects.values_list("state", "sealed")) == {(ItemState.DROPPED, None)}


def test_an_item_with_anothers_uuid_is_counted_as_deleted(phone, manager, team) -> None:
    other = Phone(manager, team)
    theirs = other.write(people="Rose")
    other.send(theirs)
    mine = phone.write(people="Idris", uuid=SealedItem.objects.get().uuid)
    assert phone.delete(mine).json()["state"] == "dropped"
    assert (ledger(phone).deleted_on_phone, ledger(other).received, Conversation.objects.count()) == (1, 1, 1)


def test_deleting_an_item_needs_a_token_and_a_uuid(phone) -> None:
    item = phone.write(people="Rose")
    assert phone.delete(item, kind="draft").status_code == 422
    phone.token = "x"
    assert phone.delete(item).status_code == 401
    assert not SealedItem.objects.exists()


# Waiting photos.


def test_a_waiting_photo_is_shown_to_its_owner_without_its_location(client_for, builder, team) -> None:
    item = park_photo(builder, team, placed_photo())
    client, address = client_for(builder), f"{WAITING}{item.uuid}/"
    page = client.get(address).content.decode()
    assert f'src="{address}photo/" alt="The brook"' in flat(page)
    answer = client.get(f"{address}photo/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(BytesIO(answer.content)) as image:
        assert dict(image.getexif()) == {}


def test_a_waiting_photo_is_shown_to_nobody_else(client_for, builder, manager, stranger, team) -> None:
    item = park_photo(builder, team, photo_bytes())
    address = f"{WAITING}{item.uuid}/"
    assert "<img" not in client_for(manager).get(address).content.decode().split("<main")[1]
    for person in (manager, stranger):
        assert client_for(person).get(f"{address}photo/").status_code == 404


def test_an_item_that_is_not_a_photo_has_no_image(client_for, builder, team) -> None:
    for item in (park_photo(builder, team, b"<svg onload=alert(1)>"), park(builder, team)):
        client, address = client_for(builder), f"{WAITING}{item.uuid}/"
        assert f"{address}photo/" not in client.get(address).content.decode()
        assert client.get(f"{address}photo/").status_code == 404
