"""The sealed queue in a browser: a builder's phone, its waiting items, and a network that can be cut or give false
answers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from communities.models import Role, User
from connectors.models import Conversation
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors_capture import SealingKeyFactory
from tests.journeys.processes import PATIENCE

RECORD, WAITING, CAPTURE = "/record/", "/record/waiting/", "**/capture/"
#: Waiting items as the page sees them: everything but the sealed bytes.
ITEMS = "() => window.kithQueue.items()"
PASSES = "() => window.kithQueue.passes()"
HAS_COPY = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('kith-copy-'));
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).match('/kith-copy-info')));
  return Boolean(navigator.serviceWorker.controller) && found.some(Boolean);
}"""
NO_SYNC = "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { get: () => undefined })"
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"
FLUSH = "() => window.kithQueue.flush({ now: true }).then(() => null)"


def wait_for(true: Callable[[], object], *, seconds: float = PATIENCE, page: Page | None = None) -> object:
    """Ask until the answer is true and return it. The strict policy does not allow code in a string on the page."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, f"still {found!r} after {seconds} s"
        if page:
            page.wait_for_timeout(50)
        else:
            time.sleep(0.05)
    return found


@dataclass
class Phone:
    """A builder's phone with the capture page; `said` gets each text that is written."""

    page: Page
    context: BrowserContext
    complaints: list[str]
    builder: User
    base_url: str = ""
    said: list[str] = field(default_factory=list)

    def open(self, path: str = RECORD) -> "Phone":
        """Open a page and wait until the phone has a token and, on a page for builders, the copy is cached."""
        self.page.goto(path)
        self.until_ready()
        return self

    def until_ready(self) -> None:
        """Wait for the token and for the worker's copy."""
        wait_for(lambda: self.ask(PASSES), page=self.page)
        wait_for(lambda: self.ask(HAS_COPY), page=self.page)

    def write(self, words: str) -> None:
        """Type a text and press Save."""
        expect(self.page.locator("#id_summary")).to_have_value("")
        self.page.locator("#id_summary").fill(words)
        self.said.append(words)
        self.page.locator(".capture__save").click()

    def save_here(self, words: str) -> None:
        """Save without signal: the page says so, and is empty for the next conversation."""
        self.write(words)
        expect(self.page.locator("#id_summary")).to_have_value("")
        expect(self.page.locator("[data-record-status]")).to_contain_text("Saved on this phone")

    def ask(self, question: str) -> object:
        """Ask the page, and again if it navigated meanwhile."""
        for _again in range(40):
            try:
                return self.page.evaluate(question)
            except Error:
                self.page.wait_for_timeout(100)
        return self.page.evaluate(question)

    def items(self) -> list[dict]:
        """Return the waiting items on the phone, without the sealed bytes."""
        return self.ask(ITEMS)

    def flush(self) -> None:
        """Send the waiting items now."""
        self.ask(FLUSH)

    def until_sent(self, seconds: float = PATIENCE) -> None:
        """Wait until no items wait on the phone."""
        wait_for(lambda: not self.items(), seconds=seconds, page=self.page)

    def offline(self) -> None:
        """Cut the signal of the page and of the worker."""
        self.context.set_offline(True)

    def arrive(self, path: str) -> None:
        """Open a page with signal; the worker's network may come back a moment after the page's."""

        def opened() -> bool:
            self.page.goto(path)
            return self.page.title() != "No signal – Kith"

        wait_for(opened, page=self.page)
        self.complaints.clear()

    def online(self) -> None:
        """Restore the signal and ignore the browser's errors meanwhile, which were expected."""
        self.context.set_offline(False)
        self.complaints.clear()


def brook() -> User:
    """Create a team with a neighbourhood, a sealing key and a builder; return the builder."""
    team = TeamFactory(name="Brookside")
    NeighbourhoodFactory(team=team, name="Brook Street")
    SealingKeyFactory()
    return UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})


def kept() -> list[str]:
    """Return the text of every conversation on the server."""
    return sorted(Conversation.objects.values_list("summary", flat=True))


def answer_with(context: BrowserContext, reply: Callable[[Route], object]) -> None:
    """Answer items that are sent in place of Kith; `context.unroute(CAPTURE)` undoes this.

    Call it before the phone opens its first page: requests that the worker sends when the browser wakes it cannot be
    intercepted, so it is not woken.
    """
    context.add_init_script(NO_SYNC)
    context.route(CAPTURE, reply)
