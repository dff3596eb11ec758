"""Processes that a test can kill like a power cut: a Kith server, and a browser with a profile on disk."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Playwright

from communities.models import User
from tests import browser

ROOT = Path(__file__).resolve().parent.parent.parent
#: How long a slow machine may take for anything, in seconds: to start something, to open a page, to show what is waited for.
PATIENCE = 60


def database_url() -> str:
    """Return the URL of the database that this test uses."""
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{about['NAME']}"
    user, word, host = (quote(str(about[name] or ""), safe="") for name in ("USER", "PASSWORD", "HOST"))
    port = f":{about['PORT']}" if about["PORT"] else ""
    return f"postgres://{user}{f':{word}' if word else ''}@{host}{port}/{quote(about['NAME'], safe='')}"


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def end(process: subprocess.Popen | None, how: int) -> None:
    """Send a signal to a process and its children, and wait until it has ended."""
    if process is None or process.poll() is not None:
        return
    os.killpg(process.pid, how)
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=PATIENCE)


@dataclass
class Server:
    """Kith in separate processes, at one URL, on the test's database; it can be killed and restarted."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    nursery: subprocess.Popen | None = None
    group: int = 0
    kills: int = 0

    @property
    def url(self) -> str:
        """Return the URL at which it serves."""
        return f"http://127.0.0.1:{self.port}"

    def variables(self) -> dict[str, str]:
        """Return the environment of its processes: development settings, and the secret key of the tests."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "DJANGO_"))}
        return clean | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KITH_DEBUG": "1",
            "KITH_SECRET_KEY": settings.SECRET_KEY,
            "KITH_VAR_DIR": str(self.folder),
            "KITH_MEDIA_ROOT": str(settings.MEDIA_ROOT),
            **self.environment,
        }

    def open(self) -> None:
        """Start the process that loads everything."""
        with (self.folder / "server.log").open("ab") as log:
            self.nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.nursery", str(self.port)],
                cwd=ROOT,
                env=self.variables(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.nursery.stdout.readline() == "ready\n", self.log()

    def log(self) -> str:
        """Return its error output."""
        return (self.folder / "server.log").read_text()

    def start(self) -> "Server":
        """Start it and wait until it listens."""
        if self.nursery is None:
            self.open()
        self.nursery.stdin.write("start\n")
        self.nursery.stdin.flush()
        self.group = int(self.nursery.stdout.readline())
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            assert time.monotonic() < until, self.log()
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it and all its processes, like a power cut, and wait until nothing listens any more."""
        os.killpg(self.group, signal.SIGKILL)
        with suppress(ProcessLookupError):
            while True:
                os.killpg(self.group, 0)
                time.sleep(0.005)
        self.group = 0
        self.kills += 1

    def stop(self) -> None:
        """Stop all processes."""
        if self.group:
            self.kill()
        if self.nursery:
            end(self.nursery, signal.SIGTERM)
            self.nursery.stdin.close()
            self.nursery.stdout.close()
            self.nursery = None


@dataclass
class Browser:
    """Chromium with a profile that survives it, as on a phone; it can be killed and restarted."""

    playwright: Playwright
    profile: Path
    process: subprocess.Popen | None = None
    driver: Chromium | None = None
    kills: int = 0
    #: Additional command-line options, such as `--enable-features=…`.
    flags: tuple[str, ...] = ()
    #: The program: Chromium itself, or its headless shell where neither kills nor files of the browser are tested.
    program: str | None = field(default_factory=browser.find_chromium)

    def start(self) -> Page:
        """Start it with the profile and return its page."""
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                self.program,
                *browser.ARGUMENTS,
                "--headless",
                "--remote-debugging-port=0",
                f"--user-data-dir={self.profile}",
                "--no-default-browser-check",
                "--password-store=basic",
                *self.flags,
                "about:blank",
            ],
            env={**os.environ, "TZ": "Europe/London"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while not told.exists() or not (found := re.match(r"(\d+)\n", told.read_text())):
            assert time.monotonic() < until, "the browser did not start"
            time.sleep(0.02)
        self.driver = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{found[1]}")
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        return page

    @property
    def context(self) -> BrowserContext:
        """Return the process that belongs to the profile."""
        return self.driver.contexts[0]

    def kill(self) -> None:
        """Kill it and all its processes, like an empty battery."""
        end(self.process, signal.SIGKILL)
        self.driver.close()
        self.kills += 1

    def close(self) -> None:
        """Close it properly, so that everything it stores is on disk."""
        if self.process is None or self.process.poll() is not None:
            return
        with suppress(Exception):
            self.driver.new_browser_cdp_session().send("Browser.close")
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            end(self.process, signal.SIGKILL)
        with suppress(Exception):
            self.driver.close()


def session_cookie(user: User, url: str) -> dict[str, object]:
    """Return the cookie of a signed-in user, which survives the browser."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    until = time.time() + settings.SESSION_COOKIE_AGE
    return {"name": name, "value": client.cookies[name].value, "url": url, "sameSite": "Lax", "expires": until}
