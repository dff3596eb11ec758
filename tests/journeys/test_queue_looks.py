"""The appearance of the queue: the strip, the message after Save, the list of waiting items, the offline page."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_fits, assert_readable_in_the_dark
from tests.journeys.queue import CAPTURE, NO_SYNC, RECORD, WAITING, Phone


def look(street: Phone, shot, name: str) -> None:
    """Check a page in light and dark mode, and save a screenshot of both."""
    assert_fits(street.page)
    assert_accessible(street.page)
    assert_readable_in_the_dark(street.page)
    shot(street.page, f"{name}-light")
    street.page.emulate_media(color_scheme="dark")
    shot(street.page, f"{name}-dark")
    street.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_state_of_the_queue_is_accessible(street: Phone, shot, width: int) -> None:
    street.page.set_viewport_size({"width": width, "height": 780})
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.offline()
    street.page.goto(RECORD)
    look(street, shot, f"queue-copy-{width}")
    street.save_here("Rose has the key to the hall.")
    street.save_here("Idris mends bikes.")
    expect(street.page.locator(".queue__link")).to_have_text("2 are waiting on this phone")
    look(street, shot, f"queue-saved-{width}")
    street.page.goto("/people/")
    expect(street.page.locator(".waiting__item")).to_have_count(2)
    look(street, shot, f"queue-no-signal-{width}")
    street.context.route(CAPTURE, lambda route: route.abort())
    street.context.set_offline(False)
    street.page.goto(WAITING)
    expect(street.page.locator(".waiting__item")).to_have_count(2)
    street.page.get_by_role("button", name="Delete").first.click()
    look(street, shot, f"queue-waiting-{width}")
    street.complaints.clear()
