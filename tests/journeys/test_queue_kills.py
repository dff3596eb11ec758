"""Nothing lost and nothing doubled when the browser or the server is killed, and no word of it readable on the phone.

The server and the browser are processes of their own here: what a killed process took with it is really gone.
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

from connectors.actions.sealing_keys import current_key, rotate_key
from connectors.models import Conversation, SealedItem
from tests.journeys.processes import ROOT, Browser, Server, session_cookie
from tests.journeys.queue import CAPTURE, RECORD, Phone, answer_with, brook, kept, wait_for

KILLS, SAVES = 20, 40
#: Hand in what waits, without waiting for it.
BEGIN = "() => { window.kithQueue.flush({ now: true }); }"
SIGN_IN = "/people/"
#: What the words begin with that nobody may find; "Quillwort" alone and "Inquillwort" are left lying in clear on purpose.
HIDDEN = "Hidewort"
CACHES = "async () => (await caches.keys()).filter((name) => name.startsWith('kith-'))"
LEAVE_LYING = """() => {
  localStorage.setItem('left', 'Quillwort');
  return new Promise((resolve, reject) => {
    const opened = indexedDB.open('kith');
    opened.onsuccess = () => {
      const change = opened.result.transaction('memory', 'readwrite', { durability: 'strict' });
      change.objectStore('memory').put({ name: 'left', value: 'Inquillwort' });
      change.oncomplete = () => { opened.result.close(); resolve(); };
      change.onabort = () => reject(change.error);
    };
  });
}"""


@pytest.fixture
def server(live_server, tmp_path: Path) -> Iterator[Server]:
    """Return a Kith that is not started yet; `live_server` only sees to it that the database is emptied afterwards."""
    folder = tmp_path / "var"
    folder.mkdir()
    one = Server(folder)
    yield one
    one.stop()


@pytest.fixture
def chromium(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser with a profile of its own, not started yet."""
    one = Browser(playwright, tmp_path / "profile")
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
    """Return a builder's phone, signed in, on which Kith was never opened."""
    builder, page = brook(), chromium.start()
    chromium.context.add_cookies([session_cookie(builder, server.url)])
    return Phone(page, chromium.context, [], builder, server.url)


def again(phone: Phone, chromium: Browser) -> Page:
    """Start the browser anew on the phone and return its page."""
    phone.page = chromium.start()
    phone.context = chromium.context
    return phone.page


def until_more_than(there: int) -> None:
    """Wait until one more is kept, and hardly any longer: the answer is on its way within milliseconds."""
    until = time.monotonic() + 60
    while Conversation.objects.count() <= there:
        assert time.monotonic() < until, "nothing arrived"
        time.sleep(0.001)


def assert_each_once(phone: Phone, count: int) -> None:
    """Check that each thing said is kept, once, and that the phone's numbers have no gap."""
    found = kept()
    lost, doubled = set(phone.said) - set(found), len(found) - len(set(found))
    print(f"{len(phone.said)} saved, {len(found)} kept, {len(lost)} lost, {doubled} doubled")
    assert (len(found), lost, doubled) == (count, set(), 0)
    assert sorted(SealedItem.objects.values_list("sequence", "state")) == [
        (each, "kept") for each in range(1, count + 1)
    ]


def test_the_browser_killed_after_each_save(phone: Phone, server: Server, chromium: Browser) -> None:
    """Twenty times: write, read "Saved on this phone", and the battery is empty. Then somebody opens one page."""
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


def test_the_server_killed_while_forty_are_sent(phone: Phone, server: Server) -> None:
    """Twenty times, at any moment: before it kept something, between keeping and answering, or after."""
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


def found_in(folder: Path, word: str) -> list[str]:
    """Return the files in which a word stands, in any of the ways in which browsers write text down."""
    ways = [word.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path.relative_to(folder)) for path in files if any(way in path.read_bytes() for way in ways)]


def test_no_word_of_it_lies_on_the_phone(phone: Phone, server: Server, chromium: Browser) -> None:
    """All files of the profile are searched, after a kill and after a close; words put there on purpose are found."""
    chromium.close()
    page = again(phone, chromium)
    page.goto(server.url + RECORD)
    page.evaluate(LEAVE_LYING)
    words = [f"{HIDDEN}{number:02}" for number in range(KILLS)]
    for word in words:
        phone.save_here(f"{word} has the key to the hall.")
    page.locator("#id_summary").fill("Begunwort is only begun.")
    wait_for(lambda: [item["kind"] for item in phone.items()].count("draft") == 1, page=page)
    page.locator("#id_summary").fill("Neverwort is typed and not saved.")
    hidden = [*words, "Begunwort", "Neverwort"]
    looks = []
    for end in (chromium.kill, chromium.close):
        end()
        looks.append({word: found_in(chromium.profile, word) for word in (*hidden, "Quillwort", "Inquillwort")})
        again(phone, chromium).goto(server.url + RECORD)
        assert len(phone.items()) == KILLS + 1
    count = sum(1 for path in chromium.profile.rglob("*") if path.is_file())
    for look in looks:
        there = {word: files for word, files in look.items() if files}
        print(
            f"{len(hidden)} words searched for in {count} files: {len(there.keys() & set(hidden))} found; left on purpose: {there}"
        )
        assert not there.keys() & set(hidden), there
    assert looks[-1]["Quillwort"], "the search cannot find what lies in localStorage"
    assert looks[-1]["Inquillwort"], "the search cannot find what lies in IndexedDB"


@pytest.fixture
def deploys(server: Server, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that puts a new version of Kith, with files of other names, at the same address."""

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


def test_a_new_deploy_and_a_new_key_meet_what_waits(
    server: Server, chromium: Browser, deploys: Callable[[str], None]
) -> None:
    """The worker and every file name change while things wait: they stay, and go; the new copy works without signal."""
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
    wait_for(lambda: len(phone.ask(CACHES)) > 2, page=phone.page, seconds=30)
    # While somebody looks into a worker, as the test does, Chromium lets it stay; a phone that is put away ends it.
    chromium.close()
    again(phone, chromium)
    answer_with(phone.context, lambda route: route.abort())
    phone.open(server.url + RECORD)
    wait_for(lambda: not set(phone.ask(CACHES)) & set(before), page=phone.page, seconds=30)
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
    # A phone asks for the key once an hour: what it saves meanwhile is sealed with the old one, and opened all the same.
    assert set(SealedItem.objects.values_list("kid", flat=True)) == {old.kid} != {new.kid}
