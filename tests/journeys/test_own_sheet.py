"""A resident opens their own sheet with a link, at 360 px and without JavaScript: reads, corrects, withdraws."""

import re

import pytest
from playwright.sync_api import Page, expect

from connectors.actions.readback import make_link
from connectors.models import ConsentRecord, Person, Wish
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory


@pytest.fixture
def address(team, builder) -> str:
    """Return a link to the sheet of Rose, with whom a builder has talked."""
    rose = PersonFactory(team=team, known_as="Rose Tate", street="Mill Row", untold=True)
    GiftFactory(person=rose, name="Baking bread", offered=True)
    ConversationFactory(team=team, builder=builder, people=[rose], summary="Wants a bench by the brook.")
    secret = make_link(person=rose, by=builder).secret
    return f"/sheet/open/{secret}/"


def unfold(page: Page, heading: str) -> None:
    """Open a part of the sheet that a script has closed on a phone."""
    closed = page.locator("details:not([open]) > summary", has_text=heading)
    if closed.count():
        closed.click()


def walk(page: Page, address: str) -> None:
    """Open the sheet, correct the street, say no to a purpose and ask to be erased."""
    page.goto(address)
    page.get_by_role("button", name="Open my sheet").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rose Tate")
    unfold(page, "What we talked about")
    expect(page.get_by_text("Wants a bench by the brook.")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    unfold(page, "Correct your details")
    page.get_by_label("Your street").fill("Alder Road")
    page.get_by_role("button", name="Change my details").click()
    expect(page.get_by_text("Your details have been changed.")).to_be_visible()
    page.get_by_role("group", name="Tell neighbours what I offer").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_text("We will follow what you said")).to_be_visible()
    page.get_by_role("link", name="Erase my data").click()
    page.get_by_role("button", name="Yes, erase my data").click()
    expect(page.get_by_text("We will erase your data within a month.")).to_be_visible()
    page.get_by_role("button", name="Close my sheet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sheet is closed")
    assert Wish.objects.get().kind == "forget"
    assert set(ConsentRecord.objects.values_list("purpose", "is_given")) == {("offer", False), ("remember", False)}


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_own_sheet_works_without_javascript(phone: Page, address: str) -> None:
    walk(phone, address)


def test_the_own_sheet_is_accessible(phone: Page, address: str, assert_accessible) -> None:
    phone.goto(address)
    assert_accessible(phone)
    phone.get_by_role("button", name="Open my sheet").click()
    assert_accessible(phone)
    phone.get_by_role("link", name="Erase my data").click()
    assert_accessible(phone)


def test_a_link_is_copied_and_shared(page: Page, signed_in, builder, address, assert_accessible) -> None:
    signed_in(builder)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(
        "navigator.share = async (data) => { window.shared = data; }; navigator.canShare = () => true;"
    )
    page.goto(f"/people/{Person.objects.get(known_as='Rose Tate').uuid}/sheet/")
    page.get_by_role("button", name=re.compile("link", re.I)).click()
    expect(page.get_by_role("img", name="QR code that opens the sheet, once")).to_be_visible()
    link = page.locator("[data-hand-on-address]").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == link
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("() => window.shared")
    assert shared["url"] == link
    assert "everything" in shared["text"]
    assert_accessible(page)
