"""A word in passing without signal: three taps, sealed, sent later, once."""

from playwright.sync_api import expect

from connectors.models import LightTouch
from tests.journeys.queue import Phone, wait_for


def test_a_light_touch_waits_and_arrives_once(street: Phone) -> None:
    street.open()
    street.offline()
    street.page.goto("/passing/")
    for _each in range(2):
        street.page.get_by_text("Listened").click()
        street.page.get_by_role("button", name="Save").click()
        expect(street.page.get_by_text("Saved on this phone")).to_be_visible()
        expect(street.page.get_by_role("radio", name="Listened")).not_to_be_checked()
    assert len(street.items()) == 2
    assert LightTouch.objects.count() == 0
    street.online()
    street.flush()
    wait_for(lambda: LightTouch.objects.count() == 2, page=street.page)
    street.flush()
    assert (LightTouch.objects.count(), street.items()) == (2, [])


def test_with_signal_a_light_touch_is_saved_at_once_and_the_page_is_ready(street: Phone) -> None:
    street.open("/passing/")
    street.page.get_by_text("Lent a hand").click()
    street.page.get_by_role("button", name="Save").click()
    expect(street.page.get_by_text("Small words build trust")).to_be_visible()
    kept = LightTouch.objects.get()
    assert (kept.gave, kept.belongs_more) == ("hand", None)
    street.page.get_by_role("button", name="Undo").click()
    expect(street.page.get_by_text("The word in passing has been deleted.")).to_be_visible()
    assert not LightTouch.objects.exists()
