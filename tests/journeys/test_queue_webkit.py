"""The sealed queue in WebKit, the engine of every browser on an iPhone, as Debian packages it for WebKitGTK.

Differences from Safari: it runs on Linux, forgets its storage when it is closed (under a driver, always), and has none
of Apple's rules about purging. Its driver can neither cut the signal nor intercept requests, so the server is stopped
instead, which is the better proof. It needs a display; where there is none, Xvfb provides one. It can run as root, also
in a container: its sandbox is off unless a program asks for it.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from connectors.models import SealedItem
from tests.journeys.processes import PATIENCE, Server, session_cookie
from tests.journeys.queue import HAS_COPY, ITEMS, PASSES, RECORD, brook, kept, wait_for
from tests.webkit import WebKit, find_webkit

pytestmark = [
    pytest.mark.webkit,
    # Selenium's own class for this browser calls something that another of its classes warns about.
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]
STATUS = "[data-record-status]"
#: Seconds after which a question without an answer is asked again.
ASK_AGAIN = 5
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"
#: A page that navigates away drops its question, and the driver then waits forever for the result of an asynchronous
#: script. So the result is stored in the page and fetched; a page without the question is asked again.
ASK = (
    "window.kithAnswer = null;"
    "Promise.resolve(({})()).then("
    "  (answer) => {{ window.kithAnswer = [answer]; }}, (error) => {{ window.kithAnswer = ['failed: ' + error]; }}"
    ");"
)
ANSWER = "return 'kithAnswer' in window ? window.kithAnswer : 'gone';"


@pytest.fixture
def display() -> Iterator[str]:
    """Return the display to use, started for this test where there is none."""
    program = find_webkit().display
    if not program:
        yield os.environ.get("DISPLAY", "")
        return
    told, tells = os.pipe()
    command = [program, "-displayfd", str(tells), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[tells], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(tells)
    with os.fdopen(told) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    process.terminate()
    process.wait(PATIENCE)


@pytest.fixture
def webkit(display: str, tmp_path: Path) -> Iterator[webdriver.WebKitGTK]:
    """Return WebKit with empty storage."""
    programs: WebKit = find_webkit()
    options = Options()
    options.binary_location = programs.browser
    options.add_argument("--automation")
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "TZ": "Europe/London", "GDK_BACKEND": "x11"}
    environment = {**os.environ, "DISPLAY": display, **home}
    log = str(tmp_path / "webkit.log")
    driver = webdriver.WebKitGTK(options=options, service=Service(programs.driver, log_output=log, env=environment))
    driver.set_page_load_timeout(PATIENCE)
    driver.set_script_timeout(PATIENCE)
    # A call that the driver never answers fails the test instead of blocking it.
    driver.command_executor.client_config.timeout = 2 * PATIENCE
    yield driver
    driver.quit()


@pytest.fixture
def server(live_server, tmp_path: Path) -> Iterator[Server]:
    """Return a running Kith; `live_server` only ensures that the database is emptied afterwards."""
    folder = tmp_path / "var"
    folder.mkdir()
    one = Server(folder).start()
    yield one
    one.stop()


@dataclass
class Phone:
    """A phone with WebKit; `said` gets each text that is written."""

    driver: webdriver.WebKitGTK
    server: Server
    said: list[str] = field(default_factory=list)

    def go(self, path: str = RECORD) -> None:
        """Open a page."""
        self.driver.get(self.server.url + path)

    def ask(self, question: str) -> object:
        """Return the result of a JavaScript function."""
        until = time.monotonic() + PATIENCE
        answer: object = "gone"
        asked_at = 0.0
        while not isinstance(answer, list):
            assert time.monotonic() < until, f"no answer to {question}"
            # WebKit sometimes drops a read of its database while another tab writes to it: then nobody ever answers.
            if answer == "gone" or time.monotonic() - asked_at > ASK_AGAIN:
                self.driver.execute_script(ASK.format(question))
                asked_at = time.monotonic()
            answer = self.driver.execute_script(ANSWER)
            # Asking without a pause takes the processor from the page that is to answer.
            time.sleep(0.02)
        return answer[0]

    def items(self) -> list[dict]:
        """Return the waiting items on the phone; the page may be navigating."""
        for _again in range(40):
            try:
                found = self.ask(ITEMS)
            except WebDriverException:
                continue
            if isinstance(found, list):
                return found
        raise AssertionError(found)

    def write(self, words: str) -> None:
        """Type a text and press Save."""
        self.driver.find_element(By.ID, "id_summary").send_keys(words)
        self.said.append(words)
        self.driver.execute_script("document.querySelector('.capture__save').scrollIntoView({ block: 'center' });")
        self.driver.find_element(By.CSS_SELECTOR, ".capture__save").click()

    def status(self) -> str:
        """Return the page's message about it."""
        return self.driver.execute_script(f"return document.querySelector('{STATUS}').innerText;")

    def summary(self) -> str:
        """Return the text in the box, in one step, because the page may be laid out again between two."""
        return self.driver.execute_script("return document.querySelector('#id_summary').value;")

    def save_here(self, words: str) -> None:
        """Save without a server: the page says so, and is empty for the next conversation."""
        count = len(self.items())
        self.write(words)
        wait_for(lambda: "Saved on this phone" in self.status() and self.summary() == "")
        wait_for(lambda: len(self.items()) == count + 1)

    def until_sent(self) -> None:
        """Wait until no items wait on the phone."""
        wait_for(lambda: not self.items(), seconds=PATIENCE)


@pytest.fixture
def phone(server: Server, webkit: webdriver.WebKitGTK) -> Phone:
    """Return the phone of a signed-in builder, on the capture page, which it has cached."""
    one = Phone(webkit, server)
    one.go("/manifest.webmanifest")
    cookie = session_cookie(brook(), server.url)
    webkit.add_cookie({"name": cookie["name"], "value": cookie["value"], "path": "/", "sameSite": "Lax"})
    one.go()
    wait_for(lambda: one.ask(PASSES), seconds=PATIENCE)
    wait_for(lambda: one.ask(HAS_COPY) is True, seconds=PATIENCE)
    return one


def assert_each_once(phone: Phone) -> None:
    """Check that each text is saved once, and that the phone's sequence numbers have no gap."""
    assert kept() == sorted(phone.said)
    numbers = sorted(SealedItem.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, len(phone.said) + 1))


def test_two_conversations_saved_without_a_server_arrive(phone: Phone) -> None:
    """The page comes from the worker's cache, twice; both conversations arrive when the server is back."""
    phone.server.kill()
    for number in range(2):
        phone.driver.refresh()
        phone.save_here(f"Heard {number}")
    phone.driver.refresh()
    assert [item["state"] for item in phone.items()] == ["waiting", "waiting"]
    assert kept() == []
    phone.server.start()
    phone.driver.refresh()
    phone.until_sent()
    assert_each_once(phone)


def test_the_sign_in_page_sends_the_queue(phone: Phone) -> None:
    phone.server.kill()
    phone.driver.refresh()
    phone.save_here("Heard 1")
    phone.driver.delete_all_cookies()
    phone.server.start()
    phone.go("/people/")
    assert phone.driver.title == "Sign in – Kith"
    phone.until_sent()
    assert_each_once(phone)


def test_two_tabs_send_each_item_once(phone: Phone) -> None:
    phone.server.kill()
    phone.driver.refresh()
    for number in range(3):
        phone.save_here(f"Heard {number}")
    first = phone.driver.current_window_handle
    phone.driver.switch_to.new_window("tab")
    phone.go()
    assert len(phone.items()) == 3
    phone.save_here("Heard 3")
    phone.server.start()
    for handle in (phone.driver.current_window_handle, first):
        phone.driver.switch_to.window(handle)
        phone.driver.execute_script("window.kithQueue.flush({ now: true });")
    phone.until_sent()
    assert_each_once(phone)


def test_a_full_phone_keeps_the_text_on_the_page(phone: Phone) -> None:
    phone.driver.execute_script(FULL)
    phone.write("Rose has the key to the hall.")
    wait_for(lambda: "This phone could not save it" in phone.status())
    assert (phone.summary(), kept()) == (phone.said[0], [])
