"""Responses to a phone that sends: expired sessions, closed accounts, wifi login pages, invalid items, erasure, new
keys.
"""

from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Route, expect

from communities.models import User
from connectors.capture import sealing
from connectors.capture.actions.sealing_keys import rotate_key
from connectors.models import SealedItem, SealingKey
from tests.factories.connectors_capture import ErasedFactory, SealedItemFactory, key_pair
from tests.journeys.queue import CAPTURE, HAS_COPY, NO_SYNC, PASSES, RECORD, WAITING, Phone, answer_with, kept, wait_for

#: Change one byte of a waiting item, as a failing disk would.
SPOIL = """(id) => new Promise((resolve, reject) => {
  const opened = indexedDB.open('kith');
  opened.onsuccess = () => {
    const change = opened.result.transaction('items', 'readwrite');
    const store = change.objectStore('items');
    store.get(id).onsuccess = (event) => {
      const item = event.target.result;
      new Uint8Array(item.sealed)[item.sealed.byteLength - 1] ^= 1;
      store.put(item);
    };
    change.oncomplete = () => { opened.result.close(); resolve(); };
    change.onabort = () => reject(change.error);
  };
})"""
JSON = "application/json"
WORLD = {
    "a wifi page": {"status": 200, "content_type": "text/html", "body": "<h1>Welcome to our wifi</h1>"},
    "nothing": {"status": 200, "content_type": JSON, "body": "{}"},
    "too many": {"status": 429, "content_type": JSON, "body": "{}"},
    "a broken gate": {"status": 502, "content_type": "text/html", "body": "Bad gateway"},
    "a false yes": {
        "status": 201,
        "content_type": JSON,
        "body": '{"uuid": "other", "sha256": "other", "state": "kept"}',
    },
}


def save_away(street: Phone, *words: str) -> list[dict]:
    """Save each text without signal and return the waiting items."""
    street.offline()
    for each in words:
        street.save_here(each)
    return street.items()


def leave(street: Phone) -> None:
    """Close the page, and block every request first: a browser that closes a page also ends its offline mode."""
    street.context.route(CAPTURE, lambda route: route.abort())
    street.page.goto("about:blank")


def come_back(street: Phone) -> None:
    """Allow all requests again."""
    street.context.unroute(CAPTURE)
    street.online()


def shut(locked: str = "") -> str:
    """Lock the key in use with an unknown secret, or restore it; return how it was locked."""
    key = SealingKey.objects.get()
    before = key.private_locked
    key.private_locked = locked or sealing.lock_private(key_pair().private, secret="a secret that nobody has")
    key.save()
    return before


def test_a_refused_pass_deletes_nothing_from_the_phone(street: Phone) -> None:
    """The phone continues with the key that it has, and waiting items are sent once the server can open them again."""
    street.open()
    street.page.goto("about:blank")
    before = shut()
    street.page.goto(RECORD)
    assert street.ask("() => window.kithQueue.renew({ force: true })") is None
    assert [each["key"]["kid"] for each in street.ask(PASSES)] == [key_pair().kid]
    save_away(street, "Heard 1", "Heard 2")
    shut(before)
    street.online()
    street.until_sent()
    assert kept() == ["Heard 1", "Heard 2"]


def test_a_phone_that_gets_no_key_saves_with_signal(street: Phone) -> None:
    shut()
    street.page.goto(RECORD)
    street.write("Heard 1")
    wait_for(kept, page=street.page)
    assert kept() == ["Heard 1"]
    assert street.items() == street.ask(PASSES) == []
    street.complaints.clear()


def test_an_expired_session_does_not_block_the_queue(street: Phone) -> None:
    """The sign-in page sends too, with the token."""
    street.open()
    save_away(street, "Heard 1", "Heard 2")
    leave(street)
    Session.objects.all().delete()  # a late response may set the cookie again
    come_back(street)
    street.arrive("/people/")
    expect(street.page).to_have_title("Sign in – Kith")
    street.until_sent()
    assert kept() == ["Heard 1", "Heard 2"]


def test_a_closed_account_keeps_everything_until_it_is_reopened(street: Phone, signed_in) -> None:
    street.context.add_init_script(NO_SYNC)
    street.open()
    save_away(street, "Heard 1")
    leave(street)
    User.objects.filter(pk=street.builder.pk).update(is_active=False)
    come_back(street)
    street.arrive(RECORD)
    expect(street.page).to_have_title("Sign in – Kith")
    expect(street.page.locator(".queue__link")).to_have_text("1 is waiting on this phone – sign in to send")
    assert (len(street.items()), kept()) == (1, [])
    User.objects.filter(pk=street.builder.pk).update(is_active=True)
    signed_in(street.builder)
    street.complaints.clear()
    street.page.goto(RECORD)
    street.until_sent()
    assert kept() == ["Heard 1"]


@pytest.mark.parametrize("name", WORLD)
def test_an_unusable_response_keeps_the_item(street: Phone, name: str) -> None:
    heard: list[str] = []

    def reply(route: Route) -> None:
        heard.append(route.request.url)
        route.fulfill(**WORLD[name])

    answer_with(street.context, reply)
    street.open()
    street.write("Rose has the key to the hall.")
    wait_for(lambda: heard, page=street.page)
    expect(street.page.locator("[data-record-status]")).to_contain_text("not sent yet")
    (item,) = street.items()
    assert (item["state"], kept()) == ("waiting", [])
    street.context.unroute(CAPTURE)
    street.complaints.clear()
    street.flush()
    street.until_sent()
    assert kept() == street.said


def test_an_erased_resident_is_not_restored_by_the_queue(street: Phone) -> None:
    street.open()
    (item,) = save_away(street, "Heard 1")
    ErasedFactory(uuid=item["uuid"], team=street.builder.memberships.get().team)
    street.online()
    street.until_sent()
    assert kept() == []
    street.complaints.clear()


def test_a_broken_item_does_not_block_the_others(street: Phone) -> None:
    """An item that cannot be opened stays here; the server keeps one whose UUID is in use; the others arrive."""
    street.open()
    items = save_away(street, "Heard 1", "Heard 2", "Heard 3", "Heard 4")
    street.page.evaluate(SPOIL, items[0]["id"])
    taken = UUID(items[1]["uuid"])
    SealedItemFactory(uuid=taken, state="kept", user=street.builder, team=street.builder.memberships.get().team)
    street.context.set_offline(False)
    wait_for(lambda: [item["state"] for item in street.items()] == ["parked"], page=street.page)
    assert kept() == ["Heard 3", "Heard 4"]
    assert SealedItem.objects.filter(uuid=taken, is_second=True, state="parked").count() == 1
    street.page.goto(WAITING)
    row = street.page.locator(".waiting__item")
    expect(row).to_contain_text("it stays on this phone")
    expect(street.page.locator(".queue__link")).to_have_text("1 is waiting on this phone – check what was not sent")
    row.get_by_role("button", name="Try again").click()
    wait_for(lambda: [item["state"] for item in street.items()] == ["parked"], page=street.page)
    street.complaints.clear()


def test_items_sealed_with_an_old_key_can_still_be_opened(street: Phone) -> None:
    street.open()
    save_away(street, "Heard 1")
    rotate_key()
    street.online()
    street.until_sent()
    assert kept() == ["Heard 1"]


def test_a_phone_that_lost_its_data_is_noticed(street: Phone) -> None:
    """The browser deleted its storage: the items are lost, and both phone and server say so."""
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.write("Heard 1")
    street.page.wait_for_url("**/conversations/*/")
    street.page.goto(RECORD)
    save_away(street, "Heard 2")
    leave(street)
    origin = street.base_url
    street.context.new_cdp_session(street.page).send(
        "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"}
    )
    come_back(street)
    street.page.goto(WAITING)
    lost = street.page.locator("[data-waiting-lost]")
    expect(lost).to_contain_text("Number 2 was the last item that it saved")
    street.page.reload()
    expect(street.page.locator("#main")).to_contain_text("Your phone saved 2, we have 1.")


def test_signing_out_deletes_the_offline_copy_and_never_the_queue(street: Phone) -> None:
    street.context.add_init_script(NO_SYNC)
    street.context.route(CAPTURE, lambda route: route.abort())
    street.open()
    street.write("Heard 1")
    expect(street.page.locator("[data-record-status]")).to_contain_text("not sent yet")
    street.page.set_viewport_size({"width": 1280, "height": 800})
    street.page.get_by_role("button", name="Sign out").click()
    expect(street.page).to_have_title("Sign in – Kith")
    expect(street.page.locator(".queue__link")).to_be_visible()
    wait_for(lambda: not street.ask(HAS_COPY), page=street.page)
    street.offline()
    street.page.goto(RECORD)
    expect(street.page.locator("main")).to_contain_text("Sign in once while there is signal")
    street.context.unroute(CAPTURE)
    street.online()
    street.page.goto("/sign-in/")
    street.until_sent()
    assert kept() == ["Heard 1"]
