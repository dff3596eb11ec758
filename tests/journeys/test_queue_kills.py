"""Nothing is lost or duplicated when the browser or the server is killed, and no word can be read on the phone.

The server and the browser are separate processes here: what a killed process had in memory is really gone.
"""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from connectors.capture.actions.sealing_keys import current_key, rotate_key
from connectors.models import Conversation, SealedItem
from tests import browser
from tests.journeys.processes import ROOT, Browser, Server, session_cookie
from tests.journeys.queue import CAPTURE, RECORD, WAITING, Phone, answer_with, brook, kept, wait_for
from tests.thief import files_with

KILLS, SAVES = 20, 40
#: Send the waiting items, without waiting for the result.
BEGIN = "() => { window.kithQueue.flush({ now: true }); }"
SIGN_IN = "/people/"
#: These are stored unencrypted on purpose, each in a different place of the browser. The search must find them all.
IN_STORES = ("Localwort", "Indexwort", "Packedwort", "Keywort", "Blobwort", "Cachewort")
IN_A_FIELD = "Fieldwort"
CACHES = "async () => (await caches.keys()).filter((name) => name.startsWith('kith-'))"
LEAVE_LYING = """async () => {
  localStorage.setItem('left', 'Localwort');
  await (await caches.open('left')).put('/left', new Response('Cachewort'));
  await new Promise((resolve, reject) => {
    const opened = indexedDB.open('left', 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore('left');
    opened.onsuccess = () => {
      const change = opened.result.transaction('left', 'readwrite', { durability: 'strict' });
      const store = change.objectStore('left');
      store.put('Indexwort', 1);
      store.put('Packedwo Packedwor Packedwort '.repeat(5000), 2);
      store.put('', 'Keywort');
      store.put(new Blob(['Blobwort']), 3);
      change.oncomplete = () => { opened.result.close(); resolve(); };
      change.onabort = () => reject(change.error);
    };
  });
}"""
#: A field in which the browser is not told to forget the typed text.
ADD_A_FIELD = "() => { document.body.append(Object.assign(document.createElement('textarea'), { id: 'left' })); }"
#: Future browsers, which keep their storage in SQLite. A browser that does not know these names ignores them.
IN_SQLITE = "--enable-features=DomStorageSqlite,IdbSqliteBackingStore,IdbSqliteOnDiskRollout"


@pytest.fixture
def server(live_server, tmp_path: Path) -> Iterator[Server]:
    """Return a Kith that is not started yet; `live_server` only ensures that the database is emptied afterwards."""
    folder = tmp_path / "var"
    folder.mkdir()
    one = Server(folder)
    yield one
    one.stop()


@pytest.fixture
def chromium(playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Return a browser with a profile of its own, not started yet."""
    one = Browser(playwright, tmp_path / "profile", program=getattr(request, "param", browser.find_chromium()))
    yield one
    one.close()


@pytest.fixture
def phone(server: Server, chromium: Browser) -> Phone:
    """Return a builder's phone that has the page for writing down, signed in, with the server stopped."""
    one = unopened(server, chromium)
    server.start()
    one.open(server.url + RECORD)
    server.kill()
    return one


def unopened(server: Server, chromium: Browser) -> Phone:
    """Return a signed-in builder's phone on which Kith was never opened."""
    builder, page = brook(), chromium.start()
    chromium.context.add_cookies([session_cookie(builder, server.url)])
    return Phone(page, chromium.context, [], builder, server.url)


def again(phone: Phone, chromium: Browser) -> Page:
    """Restart the browser on the phone and return its page."""
    phone.page = chromium.start()
    phone.context = chromium.context
    return phone.page


def until_more_than(there: int) -> None:
    """Wait until one more is saved, and hardly any longer: the response is sent within milliseconds."""
    until = time.monotonic() + 60
    while Conversation.objects.count() <= there:
        assert time.monotonic() < until, "nothing arrived"
        time.sleep(0.001)


def assert_each_once(phone: Phone, count: int) -> None:
    """Check that each text is saved once, and that the phone's sequence numbers have no gap."""
    found = kept()
    lost, doubled = set(phone.said) - set(found), len(found) - len(set(found))
    print(f"{len(phone.said)} saved, {len(found)} kept, {len(lost)} lost, {doubled} doubled")
    assert (len(found), lost, doubled) == (count, set(), 0)
    assert sorted(SealedItem.objects.values_list("sequence", "state")) == [
        (each, "kept") for each in range(1, count + 1)
    ]


def test_killing_the_browser_after_each_save_loses_nothing(phone: Phone, server: Server, chromium: Browser) -> None:
    """Twenty times: write, read "Saved on this phone", and kill the browser. Then somebody opens one page."""
    chromium.close()
    for number in range(KILLS):
        again(phone, chromium).goto(server.url + RECORD)
        phone.save_here(f"Heard {number}")
        chromium.kill()
    assert (chromium.kills, kept()) == (KILLS, [])
    page = again(phone, chromium)
    phone.context.clear_cookies()
    server.start()
    page.goto(server.url + SIGN_IN)
    assert page.title() == "Sign in – Kith"
    phone.until_sent(60)
    print(f"the browser was killed {chromium.kills} times")
    assert_each_once(phone, KILLS)


@pytest.mark.parametrize("chromium", [pytest.param(browser.find_driven(), id="driven")], indirect=True)
def test_killing_the_server_while_forty_items_are_sent_loses_nothing(phone: Phone, server: Server) -> None:
    """Twenty times, at any moment: before saving, between saving and responding, or after."""
    for number in range(SAVES):
        phone.save_here(f"Heard {number}")
    chance, unheard, before = random.Random(20), 0, server.kills
    for _kill in range(KILLS):
        server.start()
        phone.page.evaluate(BEGIN)
        until_more_than(Conversation.objects.count())
        time.sleep(chance.choice([0, 0, 0.002, 0.005, 0.01, 0.02]))
        server.kill()
        waiting = len(phone.items())
        assert waiting, "everything was sent before the last kill"
        unheard += Conversation.objects.count() - (SAVES - waiting)
    assert server.kills - before == KILLS
    server.start()
    phone.page.evaluate(BEGIN)
    phone.until_sent(60)
    print(f"the server was killed {KILLS} times; {unheard} times it had kept one and not yet said so")
    assert_each_once(phone, SAVES)


def leave_in_stores(page: Page, chromium: Browser) -> None:
    """Leave text in the browser's storage, and close it: localStorage is written then, or else seconds later."""
    page.evaluate(LEAVE_LYING)
    chromium.close()


def write_down(phone: Phone, turn: int) -> list[str]:
    """Save words in sentences of their own, start one more draft, type a last one, and return all of them."""
    words = [f"Hidewort{turn}{number}" for number in range(KILLS // 2)]
    for word in words:
        phone.save_here(f"{word} has the key to the hall.")
    begun, typed = f"Begunwort{turn}", f"Neverwort{turn}"
    phone.page.locator("#id_summary").fill(f"{begun} is only begun.")
    wait_for(lambda: [item["kind"] for item in phone.items()].count("draft") == 1, page=phone.page)
    phone.page.locator("#id_summary").fill(f"{typed} is typed and not saved.")
    return [*words, begun, typed]


def test_no_readable_text_is_stored_on_the_phone(phone: Phone, server: Server, chromium: Browser) -> None:
    """The whole profile is searched, after a kill and after a close, and words left on purpose are found each time.

    Text typed into a field is certain to be written only when the page is left, so a killed browser may not have it.
    """
    leave_in_stores(phone.page, chromium)
    hidden: list[str] = []
    for turn, (end, lying) in enumerate([(chromium.kill, IN_STORES), (chromium.close, (*IN_STORES, IN_A_FIELD))]):
        page = again(phone, chromium)
        page.goto(server.url + RECORD)
        hidden += write_down(phone, turn)
        page.evaluate(ADD_A_FIELD)
        page.locator("#left").fill(IN_A_FIELD)
        if end == chromium.close:
            page.goto(server.url + WAITING)
        end()
        there = {word: files for word, files in files_with(chromium.profile, [*hidden, *lying]).items() if files}
        print(f"{len(hidden)} words searched for: {len(there.keys() & set(hidden))} found; left on purpose: {there}")
        assert there.keys() == set(lying)
    again(phone, chromium).goto(server.url + RECORD)
    assert [item["kind"] for item in phone.items()].count("conversation") == KILLS


@pytest.mark.parametrize("flags", [(), (IN_SQLITE,)])
def test_the_search_finds_text_in_every_encoding_of_the_browser(
    flags: tuple[str, ...], server: Server, chromium: Browser
) -> None:
    """Storage in LevelDB or in SQLite, compressed or not."""
    chromium.flags = flags
    server.start()
    page = unopened(server, chromium).page
    page.goto(server.url + RECORD)
    leave_in_stores(page, chromium)
    found = files_with(chromium.profile, list(IN_STORES))
    assert all(found.values()), found


@pytest.fixture
def deploys(server: Server, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that starts a new version of Kith, with different file names, at the same URL."""

    def deploy(name: str) -> None:
        server.stop()
        folder = tmp_path / name
        shutil.copytree(ROOT / "static", folder / "source")
        with (folder / "source/js/record.js").open("a") as file:
            file.write(f"/* {name} */\n")
        server.folder = folder
        server.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.journeys.deployed",
            "STATIC_SOURCE": str(folder / "source"),
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=server.variables(), check=True)
        server.start()

    return deploy


@pytest.mark.parametrize("chromium", [pytest.param(browser.find_driven(), id="driven")], indirect=True)
def test_waiting_items_survive_a_deployment_and_a_new_key(
    server: Server, chromium: Browser, deploys: Callable[[str], None]
) -> None:
    """The worker and every file name change while items wait: they stay and are sent; the new copy works without
    signal.
    """
    deploys("one")
    phone = unopened(server, chromium)
    answer_with(phone.context, lambda route: route.abort())
    phone.open(server.url + RECORD)
    before = phone.ask(CACHES)
    for number in range(3):
        phone.save_here(f"Heard {number}")
    old, new = current_key(), rotate_key()
    deploys("two")
    phone.page.goto(server.url + RECORD)
    wait_for(lambda: len(phone.ask(CACHES)) > 2, page=phone.page)
    # While something inspects a worker, as the test does, Chromium keeps it running; on a real phone it ends.
    chromium.close()
    again(phone, chromium)
    answer_with(phone.context, lambda route: route.abort())
    phone.open(server.url + RECORD)
    wait_for(lambda: not set(phone.ask(CACHES)) & set(before), page=phone.page)
    phone.until_ready()
    after = phone.ask(CACHES)
    assert (len(before), len(after)) == (2, 2)
    assert (len(phone.items()), kept()) == (3, [])
    server.kill()
    phone.page.reload()
    phone.save_here("Heard 3")
    assert (len(phone.items()), kept()) == (4, [])
    server.start()
    phone.context.unroute(CAPTURE)
    phone.page.reload()
    phone.until_sent(60)
    assert_each_once(phone, 4)
    # A phone asks for the key once an hour: items saved meanwhile are sealed with the old one, and can still be opened.
    assert set(SealedItem.objects.values_list("kid", flat=True)) == {old.kid} != {new.kid}
