"""The sealed queue as a browser has it: a builder's phone, what waits on it, and a network that can be cut or lie."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from communities.models import Role, User
from connectors.models import Conversation
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors_capture import SealingKeyFactory

RECORD, WAITING, CAPTURE = "/record/", "/record/waiting/", "**/capture/"
#: What waits, as the page can tell: everything but the sealed bytes.
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


def wait_for(true: Callable[[], object], *, seconds: float = 30, page: Page | None = None) -> object:
    """Ask until the answer is true and return it. A page under the strict policy cannot be asked by a string of code."""
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
    """A builder's phone with the page for writing down; `said` grows with each thing written."""

    page: Page
    context: BrowserContext
    complaints: list[str]
    builder: User
    base_url: str = ""
    said: list[str] = field(default_factory=list)

    def open(self, path: str = RECORD) -> "Phone":
        """Open a page and wait until the phone may send and, on a page for builders, the copy is kept."""
        self.page.goto(path)
        self.until_ready()
        return self

    def until_ready(self) -> None:
        """Wait for the pass and for the worker's copy."""
        wait_for(lambda: self.ask(PASSES), page=self.page)
        wait_for(lambda: self.ask(HAS_COPY), page=self.page)

    def write(self, words: str) -> None:
        """Type what was heard and press Save."""
        expect(self.page.locator("#id_summary")).to_have_value("")
        self.page.locator("#id_summary").fill(words)
        self.said.append(words)
        self.page.locator(".capture__save").click()

    def save_here(self, words: str) -> None:
        """Save without signal: the page says so, and is empty for the next one."""
        self.write(words)
        expect(self.page.locator("#id_summary")).to_have_value("")
        expect(self.page.locator("[data-record-status]")).to_contain_text("Saved on this phone")

    def ask(self, question: str) -> object:
        """Ask the page, and again when it moved on meanwhile."""
        for _again in range(40):
            try:
                return self.page.evaluate(question)
            except Error:
                self.page.wait_for_timeout(100)
        return self.page.evaluate(question)

    def items(self) -> list[dict]:
        """Return what waits on the phone, without the sealed bytes."""
        return self.ask(ITEMS)

    def flush(self) -> None:
        """Send what waits, now."""
        self.ask(FLUSH)

    def until_sent(self, seconds: float = 40) -> None:
        """Wait until nothing waits on the phone."""
        wait_for(lambda: not self.items(), seconds=seconds, page=self.page)

    def offline(self) -> None:
        """Cut the signal, of the page and of the worker."""
        self.context.set_offline(True)

    def online(self) -> None:
        """Give the signal back; what the browser complained of meanwhile was to be expected."""
        self.context.set_offline(False)
        self.complaints.clear()


def brook() -> User:
    """Make a team with a neighbourhood, a key to seal with, and a builder; return the builder."""
    team = TeamFactory(name="Brookside")
    NeighbourhoodFactory(team=team, name="Brook Street")
    SealingKeyFactory()
    return UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})


def kept() -> list[str]:
    """Return what was heard in every conversation that the server holds."""
    return sorted(Conversation.objects.values_list("summary", flat=True))


def answer_with(context: BrowserContext, reply: Callable[[Route], object]) -> None:
    """Let something else than Kith answer what is handed in; `context.unroute(CAPTURE)` puts Kith back.

    Call it before the phone opens its first page: what the worker sends when the browser wakes it cannot be answered
    here, so it is not woken.
    """
    context.add_init_script(NO_SYNC)
    context.route(CAPTURE, reply)
