"""A strict browser: a blocked script, an error in the console or a failed request fails the test."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import get_ident

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

from communities.models import User
from tests import browser
from tests.journeys import queue
from tests.journeys.processes import PATIENCE
from tests.webkit import find_webkit

HERE = Path(__file__).resolve().parent
SHOTS = HERE.parent.parent / "test-results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey as a browser test, and skip those for which there is no Chromium or no WebKit."""
    journeys = [item for item in items if HERE in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
        if browser.find_chromium() is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium was found"))
        elif item.get_closest_marker("webkit") and find_webkit() is None:
            item.add_marker(pytest.mark.skip(reason="no WebKit that can be driven was found"))


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Return Kith's own URL, so that journeys can call `page.goto("/people/")`."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Use the installed Chromium, and keep it from connecting to anything but Kith."""
    return {**browser_type_launch_args, "executable_path": browser.find_driven(), "args": browser.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Set British English and London time; switch off animations, so that measurements are stable."""
    still = {"locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce"}
    return {**browser_context_args, **still}


@pytest.fixture
def answered() -> Iterator[None]:
    """Wait, after the browser is closed and before the tables are emptied, until the server has answered every request.

    An answer that is late would write a row for the next test, such as the first sealing key.
    """
    ours, running = get_ident(), set()

    def begin(**_about: object) -> None:
        running.add(get_ident())

    def end(**_about: object) -> None:
        running.discard(get_ident())

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    until = time.monotonic() + PATIENCE
    while running - {ours}:
        assert time.monotonic() < until, "the server did not answer"
        time.sleep(0.01)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture(autouse=True)
def console_is_clean(answered: None, page: Page) -> Iterator[list[str]]:
    """Fail when the browser blocked, missed or complained about anything.

    A test that provokes an error on purpose removes it from the list.
    """
    # A loaded machine is slow, not wrong: nothing here measures time.
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"console {message.type}: {message.text}")

    def miss(request: Request) -> None:
        # A request that the page itself cancelled when it navigated away is not a fault.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"request failed: {request.url}: {request.failure}")

    def receive(response: Response) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status} from {response.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"error in a script: {error}"))
    page.on("requestfailed", miss)
    page.on("response", receive)
    yield complaints
    assert complaints == []


@pytest.fixture
def signed_in(context: BrowserContext, live_server) -> Callable[[User], None]:
    """Return a function that signs the browser in as a user, without the sign-in page."""

    def sign_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url, "sameSite": "Lax"}]
        )

    return sign_in


@pytest.fixture
def signed_out(page: Page, context: BrowserContext) -> Callable[[], None]:
    """Return a function that ends the session once the page has fetched everything: a request without one would fail."""

    def sign_out() -> None:
        page.wait_for_load_state("networkidle")
        context.clear_cookies()

    return sign_out


@pytest.fixture
def phone(page: Page) -> Page:
    """Return the page in a window as narrow as a small phone."""
    page.set_viewport_size({"width": 360, "height": 740})
    return page


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Return a function that saves a screenshot of the whole page in test-results and returns its path."""

    def save(page: Page, name: str) -> Path:
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return save


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Return a function that checks a page against WCAG 2.2 AA, including the sizes of targets."""
    return browser.assert_accessible


@pytest.fixture
def street(live_server, page: Page, context: BrowserContext, signed_in, console_is_clean) -> queue.Phone:
    """Return the phone of a signed-in builder, with a sealing key."""
    builder = queue.brook()
    signed_in(builder)
    return queue.Phone(page, context, console_is_clean, builder, live_server.url)
