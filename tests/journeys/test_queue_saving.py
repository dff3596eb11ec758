"""Written without signal, sent when there is some: nothing lost, nothing doubled."""

import pytest
from playwright.sync_api import BrowserContext, Page

from connectors.models import SealedItem
from tests.journeys.queue import RECORD, Phone, brook, kept


@pytest.fixture
def phone_of(live_server, page: Page, context: BrowserContext, signed_in, console_is_clean) -> Phone:
    """Return the phone of a builder who is signed in."""
    _team, builder = brook(live_server)
    signed_in(builder)
    return Phone(page, context, console_is_clean)


def test_saved_with_signal_leads_to_the_conversation(phone_of: Phone) -> None:
    phone_of.open()
    phone_of.write("Rose has the key to the hall.")
    phone_of.page.wait_for_url("**/conversations/*/")
    assert kept() == ["Rose has the key to the hall."]
    assert SealedItem.objects.get().state == "kept"
    assert phone_of.items() == []


def test_five_written_without_signal_arrive(phone_of: Phone) -> None:
    phone_of.open()
    phone_of.offline()
    phone_of.page.goto(RECORD)
    for number in range(5):
        phone_of.save_here(f"Heard {number}")
    assert len(phone_of.items()) == 5
    assert kept() == []
    phone_of.online()
    phone_of.until_sent()
    assert kept() == sorted(phone_of.said)
