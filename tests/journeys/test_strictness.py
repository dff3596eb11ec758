"""The checks of the browser tests: each finds a planted fault and passes a sound page."""

import pytest
from playwright.sync_api import Page

from tests.browser import assert_accessible, assert_fits, assert_readable_in_the_dark, assert_targets_are_large
from tests.journeys.queue import wait_for

SOUND = """<!doctype html><html lang="en"><title>Sound</title><main><h1>Sound</h1>
<p>Read <a href="/a/">the rest</a> of it.</p><form data-capture><label>Name <input style="height:44px;width:90%"></label></form></main>"""


def test_a_valid_page_passes(page: Page) -> None:
    page.set_content(SOUND)
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<button style='width:20px;height:30px;padding:0'>x</button>", r"<button> x is 20x30 px, not 24"),
        (
            "<div data-capture><button style='height:30px;width:90px'>Keep</button></div>",
            r"<button> Keep is 90x30 px, not 44",
        ),
        ("<ul><li><a href='/a/' style='font-size:8px'>tiny</a></li></ul>", r"<a> tiny is .* px, not 24"),
    ],
)
def test_a_small_target_is_found(page: Page, html: str, fault: str) -> None:
    page.set_content(SOUND.replace("</main>", f"{html}</main>"))
    with pytest.raises(AssertionError, match=fault):
        assert_targets_are_large(page)


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<p style='color:#aaa;background:#fff'>pale</p>", "color-contrast"),
        ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>", "image-alt"),
        ("<input type='text' style='height:30px'>", "label"),
    ],
)
def test_an_inaccessible_page_is_found(page: Page, html: str, rule: str) -> None:
    page.set_content(SOUND.replace("</main>", f"{html}</main>"))
    with pytest.raises(AssertionError, match=rule):
        assert_accessible(page)


def test_low_contrast_in_dark_mode_is_found(page: Page) -> None:
    dark = "<style>@media (prefers-color-scheme: dark) { body { background: #000; color: #333 } }</style>"
    page.set_content(SOUND.replace("<main>", f"{dark}<main>"))
    assert_accessible(page)
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_readable_in_the_dark(page)
    assert_accessible(page)


def test_a_page_that_scrolls_sideways_is_found(phone: Page) -> None:
    phone.set_content(SOUND.replace("</main>", "<table class='wide' style='width:900px'><tr><td>1</table></main>"))
    with pytest.raises(AssertionError, match=r"is 9\d\d px wide in a window of 360: .*wide"):
        assert_fits(phone)


def test_content_security_errors_are_found(page: Page, live_server, console_is_clean: list[str]) -> None:
    page.goto(f"{live_server.url}/static/no-such-file.css")
    page.set_content(SOUND)
    page.evaluate("() => { console.error('lost'); setTimeout(() => { throw new Error('fell') }, 0) }")
    for words in ("404 from", "console error: lost", "error in a script: fell"):
        wait_for(lambda words=words: words in "\n".join(console_is_clean), page=page)
    console_is_clean.clear()
