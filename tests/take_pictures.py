"""Take the pictures of README again: `.venv/bin/python -m tests.take_pictures`.

For maintainers, after a change to a page that a picture shows. It fills a demonstration in a temporary folder, serves it, signs
in as its builder and writes `docs/img/*.png` with the Chromium of the browser tests. `tests/test_documents.py` limits the
size of the files. Look at each picture before you commit it.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests import browser

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/img"
BUILDER, PASSWORD = "builder@eastmere.example", "kettle-on-the-hob"
#: Seconds to wait for the demonstration on a slow machine.
PATIENCE = 300
#: Colours of a picture; the pages have few, so the file is a third of the size and looks the same.
COLOURS = 128


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve a new demonstration from a temporary folder, and yield its URL."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "demo", "--port", str(port)]
        settings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        server = subprocess.Popen(command, cwd=ROOT, env={**settings, "KITH_VAR_DIR": folder})
        try:
            wait_for(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str, server: subprocess.Popen) -> None:
    """Return when a URL answers. Raises: RuntimeError when the server ended, TimeoutError when it takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError("The demonstration ended before it answered; its message is above.")
        try:
            urlopen(url, timeout=5).close()
        except (URLError, OSError):
            time.sleep(1)
        else:
            return
    raise TimeoutError(f"The demonstration did not answer within {PATIENCE} seconds.")


def sign_in(page: Page) -> None:
    """Sign in as the builder."""
    page.goto("/sign-in/")
    page.locator("input[name=username]").fill(BUILDER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/")


def map_of_what_is_strong(page: Page) -> None:
    """Show the list beside the map, with its pins."""
    page.goto("/assets/")
    page.locator(".map-cluster:visible, .map-pin:visible").first.wait_for()


def log_a_conversation(page: Page) -> None:
    """Fill in the beginning of the form."""
    page.goto("/record/")
    people = page.get_by_label("Who did you meet?").first
    for name in ("Grace", "Tomasz"):
        people.type(f"{name},")
    page.get_by_label("What did you hear?").fill(
        "Grace wants a sewing table at the library. Tomasz can mend any machine."
    )
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


#: The file of each picture: the size of the window, the pixels for each of its own, and how to get to the page.
PICTURES: dict[str, tuple[int, int, int, Callable[[Page], None]]] = {
    "map.png": (1280, 1220, 1, map_of_what_is_strong),
    "log.png": (360, 1000, 2, log_a_conversation),
}


def main() -> None:
    """Take every picture."""
    with demonstration() as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find_driven(), args=browser.ARGUMENTS)
        for name, (width, height, scale, go) in PICTURES.items():
            context = chromium.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                device_scale_factor=scale,
                locale="en-GB",
                timezone_id="Europe/London",
                reduced_motion="reduce",
                service_workers="block",
            )
            page = context.new_page()
            sign_in(page)
            go(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / name)
            context.close()
            shrink(FOLDER / name)
        chromium.close()


def shrink(path: Path) -> None:
    """Write a picture again with a palette of its own."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
