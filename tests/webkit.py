"""Find Debian's WebKit and what it takes to drive it: its driver, its browser, and a display."""

import glob
import os
import shutil
from dataclasses import dataclass

BROWSERS = (
    "/usr/lib/*/webkit2gtk-4.*/MiniBrowser",
    "/usr/lib*/webkit2gtk-4.*/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.*/MiniBrowser",
)


@dataclass(frozen=True)
class WebKit:
    """The programs: the driver, the browser that it starts, and Xvfb, or "" if there is a display already."""

    driver: str
    browser: str
    display: str


def find_webkit() -> WebKit | None:
    """Return the programs, or None if one of them is missing."""
    driver = shutil.which("WebKitWebDriver")
    browser = next((path for pattern in BROWSERS for path in sorted(glob.glob(pattern), reverse=True)), None)
    display = "" if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") else shutil.which("Xvfb")
    return WebKit(driver, browser, display) if driver and browser and display is not None else None
