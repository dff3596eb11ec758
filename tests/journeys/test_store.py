"""The storage on the phone, state by state: Chromium's real storage on a blank page, and a server of a few lines.

The journeys beside this file test that Kith's own server responds as this one does.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route

from tests.journeys.queue import wait_for

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "static" / "js"
ORIGIN = "https://phone.example.org"
BLANK = """<!doctype html><html lang="en"><title>Phone</title>
<p data-queue data-capture="/capture/" data-say-one="1 waits" data-say-many="%s wait" data-say-parked="look" data-say-sign-in="sign in"
data-say-arrived-one="1 arrived" data-say-arrived-many="%s arrived"><a href="/" hidden></a></p><script>Object.defineProperty(navigator, "onLine", { get: () => window.hasSignal === true });</script>
<script src="/store.js"></script><script src="/queue.js"></script></html>"""
SAVE = """([owner, items, options]) => kithQueue.save(
  owner, items.map((item) => ({ ...item, sealed: new TextEncoder().encode(item.sealed).buffer })), options)"""
#: There is signal only while a test sends: otherwise the page would send by itself, when it is shown or later, at any
#: time.
WITH_SIGNAL = """async (now) => {
  window.hasSignal = true;
  try { return await kithQueue.flush({ now }); } finally { window.hasSignal = false; }
}"""
#: The next request for all keys is never answered, as sometimes in Safari.
DROP_ONE = """() => {
  const real = IDBObjectStore.prototype.getAllKeys;
  IDBObjectStore.prototype.getAllKeys = () => { IDBObjectStore.prototype.getAllKeys = real; return {}; };
}"""
KEEP_PASS = "([owner, token]) => kithStore.write((store) => kithStore.ask(store('passes').put({ owner, token, fetched_at: Date.now() })))"
ANA, BEN = "ana", "ben"


def item(uuid: str, kind: str = "conversation", **more: object) -> dict[str, Any]:
    """Return an item to save; each content has a different digest."""
    words = str(more.pop("words", uuid))
    return {
        "uuid": uuid,
        "kind": kind,
        "kid": "k",
        "sealed": words,
        "sha256": f"sha of {words}",
        "recorded_at": 0,
    } | more


class Phone:
    """The page, and the requests to its server; `answers` holds the responses for an item, once or `always`."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        self.page, self.complaints = page, complaints
        self.told: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[Route, dict[str, Any]], None]] = {}
        page.route(f"{ORIGIN}/**", self.serve)
        page.goto(ORIGIN)

    def serve(self, route: Route) -> None:
        """Serve the blank page and its scripts, and accept what is sent."""
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/capture/":
            meta = json.loads(
                re.search(rb'name="meta"\r\n\r\n(.*?)\r\n--', route.request.post_data_buffer, re.DOTALL)[1]
            )
            self.told.append(meta | {"token": route.request.headers["authorization"].removeprefix("Bearer ")})
            self.answers.pop(meta["uuid"], held)(route, meta)
        elif path.endswith(".js"):
            route.fulfill(path=SCRIPTS / path.strip("/"), content_type="text/javascript; charset=utf-8")
        else:
            route.fulfill(body=BLANK if path == "/" else "", content_type="text/html")

    def run(self, script: str, argument: object = None) -> Any:
        """Return the result of a function on the page."""
        return self.page.evaluate(script, argument)

    def sign_in(self, owner: str, token: str) -> None:
        """Store a token for a user, as if it had been fetched."""
        self.run(KEEP_PASS, [owner, token])

    def save(self, *items: dict[str, Any], owner: str = ANA, instead: tuple[str, ...] = ()) -> int:
        """Save items and return the UUID of the last."""
        return self.run(SAVE, [owner, list(items), {"instead": instead}])

    def flush(self, *, now: bool = True) -> bool:
        """Send waiting items, now or when it is time; return whether every item got a response."""
        return self.run(WITH_SIGNAL, now)

    def items(self) -> list[dict[str, Any]]:
        """Return the stored items, in the order in which they are sent."""
        return self.run("() => kithStore.lying()")

    def states(self) -> dict[str, str]:
        """Return the state of every stored item, by its id."""
        return {each["id"]: each["state"] for each in self.items()}

    def sent(self) -> list[str]:
        """Return the requests to the server, in order, and clear them."""
        uuids = [each["uuid"] for each in self.told]
        self.told.clear()
        return uuids


def held(route: Route, meta: dict[str, Any]) -> None:
    """Respond that the server has the item."""
    route.fulfill(json={"uuid": meta["uuid"], "sha256": meta["sha256"], "state": "kept"})


def says(status: int, **body: object) -> Callable[[Route, dict[str, Any]], None]:
    """Respond with this status, with JSON if given."""

    def answer(route: Route, _meta: dict[str, Any]) -> None:
        route.fulfill(status=status, json=body) if body else route.fulfill(
            status=status, body="No", content_type="text/html"
        )

    return answer


@pytest.fixture
def phone(page: Page, console_is_clean: list[str]) -> Phone:
    """Return a phone with a signed-in user and empty storage."""
    phone = Phone(page, console_is_clean)
    phone.sign_in(ANA, "token")
    return phone


def test_an_item_waits_with_its_number_until_the_server_has_it(phone: Phone) -> None:
    assert phone.save(item("a"), item("b", "photo", parent="a")) == 2
    assert phone.save(item("c", "light")) == 3
    assert [(each["id"], each["sequence"], each["state"], each["tries"]) for each in phone.items()] == [
        ("conversation:a", 1, "waiting", 0),
        ("light:c", 3, "waiting", 0),
        ("photo:b", 2, "waiting", 0),
    ]
    assert phone.flush() is True
    assert phone.items() == []
    assert [(each["uuid"], each["sequence"], each["saved"], each["token"]) for each in phone.told] == [
        ("a", 1, 3, "token"),
        ("c", 3, 3, "token"),
        ("b", 2, 3, "token"),
    ]
    log = phone.run("() => kithStore.recall('sent')")
    assert [(line["owner"], line["sequence"], line["state"]) for line in log] == [
        (ANA, 2, "kept"),
        (ANA, 3, "kept"),
        (ANA, 1, "kept"),
    ]


def test_a_draft_has_no_number_is_sent_last_and_is_replaced_by_its_item(phone: Phone) -> None:
    assert phone.save(item("a", "draft")) == 0
    assert phone.save(item("b")) == 1
    assert [(each["id"], each["sequence"]) for each in phone.items()] == [("conversation:b", 1), ("draft:a", None)]
    assert phone.save(item("a"), instead=("draft:a",)) == 2
    assert list(phone.states()) == ["conversation:b", "conversation:a"]


def test_items_are_stored_together_or_not_at_all(phone: Phone) -> None:
    with pytest.raises(Error, match="DataCloneError"):
        phone.run(
            "() => kithQueue.save('ana', [{ kind: 'light', uuid: 'a' }, { kind: 'light', uuid: 'b', sealed: () => 0 }])"
        )
    assert phone.items() == []
    assert phone.save(item("c")) == 1


def test_a_read_that_nobody_answers_is_done_once_more(phone: Phone) -> None:
    phone.save(item("a"))
    phone.page.clock.install()
    phone.run(DROP_ONE)
    phone.run(f"() => {{ ({WITH_SIGNAL})(true).then((found) => {{ window.isClear = found; }}); }}")
    phone.page.wait_for_timeout(300)
    assert phone.sent() == []
    phone.page.clock.fast_forward(16_000)
    wait_for(lambda: phone.run("() => window.isClear"), page=phone.page, seconds=20)
    assert (phone.sent(), phone.items()) == (["a"], [])


def test_numbers_continue_after_the_browser_cleared_the_store(phone: Phone) -> None:
    phone.save(item("a"), item("b"))
    phone.run("() => kithStore.write((store) => kithStore.ask(store('memory').clear()))")
    assert phone.save(item("c")) == 3
    phone.run(
        "() => { localStorage.clear(); return kithStore.write((store) => kithStore.ask(store('memory').clear())); }"
    )
    assert phone.save(item("d")) == 4
    assert phone.save(item("e"), owner=BEN) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says(422, reason="seal", words="It cannot be opened."), "seal"),
        (says(413), "size"),
        (says(413, reason="photo"), "photo"),
    ],
)
def test_a_refused_item_is_parked_until_the_user_tries_again(phone: Phone, answer, reason: str) -> None:
    phone.save(item("a"), item("b"))
    phone.answers["a"] = answer
    assert phone.flush() is True
    phone.complaints.clear()
    (parked,) = phone.items()
    assert (parked["id"], parked["state"], parked["reason"]) == ("conversation:a", "parked", reason)
    assert phone.sent() == ["a", "b"]
    assert phone.flush() is True
    assert phone.sent() == []
    phone.run("() => kithQueue.retry('conversation:a')")
    assert phone.states() == {"conversation:a": "waiting"}
    assert phone.flush() is True
    assert (phone.sent(), phone.items()) == (["a"], [])


def test_a_refused_pass_stops_only_its_owner_until_there_is_a_new_one(phone: Phone) -> None:
    phone.sign_in(BEN, "other")
    phone.save(item("a"), item("b"))
    phone.save(item("c"), owner=BEN)
    phone.answers["a"] = says(401, reason="token-old", words="Sign in.")
    phone.flush()
    phone.complaints.clear()
    assert phone.sent() == ["a", "c"]
    assert phone.states() == {"conversation:a": "waiting", "conversation:b": "waiting"}
    stopped = {each["owner"]: each.get("stopped") for each in phone.run("() => kithStore.passes()")}
    assert stopped == {ANA: "token-old", BEN: None}
    phone.flush()
    assert phone.sent() == []
    phone.sign_in(ANA, "new")
    assert phone.flush() is True
    assert [(each["uuid"], each["token"]) for each in phone.told] == [("a", "new"), ("b", "new")]


def test_without_a_pass_nothing_is_sent(phone: Phone) -> None:
    phone.save(item("a"), owner=BEN)
    assert phone.flush() is True
    assert (phone.sent(), phone.states()) == ([], {"conversation:a": "waiting"})


NO_ANSWERS = {
    "broken": says(500),
    "a page": says(200),
    "about another": says(200, uuid="z", sha256="sha of a", state="kept"),
    "about other words": says(200, uuid="a", sha256="sha of z", state="kept"),
    "refused without a reason": says(401),
    "not found": says(404, words="No"),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_an_unusable_response_deletes_nothing_and_blocks_no_other(phone: Phone, name: str) -> None:
    phone.save(item("a"), item("b"))
    phone.answers["a"] = NO_ANSWERS[name]
    assert phone.flush() is True
    phone.complaints.clear()
    assert phone.sent() == ["a", "b"]
    assert [(each["id"], each["state"], each["tries"]) for each in phone.items()] == [("conversation:a", "waiting", 1)]


def test_items_that_failed_before_are_sent_last(phone: Phone) -> None:
    phone.save(item("a"))
    phone.answers["a"] = says(500)
    phone.flush()
    phone.complaints.clear()
    phone.save(item("b", "photo"), item("c", "draft"))
    assert [each["uuid"] for each in phone.items()] == ["b", "c", "a"]


def test_retry_after_pauses_the_whole_queue(phone: Phone) -> None:
    phone.save(item("a"), item("b"))
    phone.answers["a"] = lambda route, _meta: route.fulfill(status=429, headers={"Retry-After": "120"})
    assert phone.flush() is False
    phone.complaints.clear()
    assert phone.sent() == ["a"]
    assert phone.flush(now=False) is False
    assert phone.sent() == []
    assert phone.states() == {"conversation:a": "waiting", "conversation:b": "waiting"}


def test_an_item_changed_while_it_is_sent_stays(phone: Phone) -> None:
    phone.save(item("a", "draft", words="begun"))

    def answer(route: Route, meta: dict[str, Any]) -> None:
        # The page saves more text before this response arrives.
        phone.held = (route, meta)

    phone.answers["a"] = answer
    phone.run(f"() => {{ window.going = ({WITH_SIGNAL})(true); }}")
    while not hasattr(phone, "held"):
        phone.page.wait_for_timeout(20)
    phone.save(item("a", "draft", words="begun and more"))
    held(*phone.held)
    assert phone.run("() => window.going") is True
    assert [each["sha256"] for each in phone.told] == ["sha of begun", "sha of begun and more"]
    assert phone.items() == []


def test_a_deleted_item_is_emptied_at_once_and_its_number_reported(phone: Phone) -> None:
    phone.save(item("a"), item("b", "photo", parent="a"), item("c", "photo", parent="z"), item("d", "draft"))
    phone.run("() => kithQueue.drop('conversation:a')")
    phone.run("() => kithQueue.drop('draft:d')")
    assert [each["id"] for each in phone.run("() => kithStore.items()")] == ["photo:c"]
    assert phone.flush() is True
    assert phone.items() == []
    told = {each["uuid"]: (each.get("deleted_on_phone"), each["sequence"]) for each in phone.told}
    assert told == {"a": (True, 1), "b": (True, 2), "c": (None, 3)}


def test_a_deleted_item_leaves_no_bytes(phone: Phone) -> None:
    phone.save(item("a"), owner=BEN)
    phone.run("() => kithQueue.drop('conversation:a')")
    (gone,) = phone.items()
    assert (gone["state"], gone["size"], gone["sequence"]) == ("gone", 0, 1)
    assert phone.run("() => kithStore.items()") == []


def test_a_closed_store_is_reopened_once(phone: Phone) -> None:
    close = """(times) => {
      const real = IDBDatabase.prototype.transaction;
      globalThis.leaveOpen = () => { times = 0; };
      IDBDatabase.prototype.transaction = function (...given) {
        if (times > 0) { times -= 1; throw new DOMException("", "InvalidStateError"); }
        return real.apply(this, given);
      };
    }"""
    phone.run(close, 1)
    assert phone.save(item("a")) == 1
    # More often than anything else on the page could use it up.
    phone.run(close, 1000)
    with pytest.raises(Error, match="InvalidStateError"):
        phone.save(item("b"))
    phone.run("() => leaveOpen()")
    assert list(phone.states()) == ["conversation:a"]


def test_a_request_without_a_response_times_out(phone: Phone) -> None:
    assert phone.run("() => kithStore.within(10, new Promise(() => {})).catch((error) => error.name)") == "TimeoutError"
    assert phone.run("() => kithStore.within(10000, Promise.resolve(7))") == 7


def test_the_page_shows_how_many_items_wait_and_why(phone: Phone) -> None:
    link = phone.page.locator("[data-queue] a")

    def shows(words: str) -> None:
        phone.page.wait_for_function(
            "words => document.querySelector('[data-queue] a').textContent === words", arg=words
        )

    phone.save(item("a"), owner=BEN)
    shows("1 waits")
    phone.save(item("b"), item("c", "draft"), owner=BEN)
    shows("2 wait")
    phone.sign_in(BEN, "other")
    phone.answers |= {"a": says(422, reason="seal"), "b": says(422, reason="seal")}
    phone.flush()
    phone.complaints.clear()
    shows("2 wait – look")
    for uuid in "ab":
        phone.run("(id) => kithQueue.retry(id)", f"conversation:{uuid}")
    phone.flush()
    shows("2 arrived")
    assert link.is_visible()
    phone.page.reload()
    phone.page.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert (link.text_content(), link.is_hidden()) == ("", True), "arrivals are said once"
