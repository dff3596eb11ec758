"""The search on every page, by keyboard, on a phone, and while there is no signal."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import GiftFactory, PersonFactory

NO_SIGNAL = "No signal. Your words stay here, and Kith searches when the signal is back."


@pytest.fixture
def sian(live_server, signed_in):
    """Return a resident with a gift, in the team of the builder who is signed in."""
    team = TeamFactory(name="Brookside")
    person = PersonFactory(team=team, known_as="Siân Ŵyn")
    GiftFactory(person=person, name="Baking bread", offered=True)
    signed_in(UserFactory(roles={team: [Role.BUILDER]}))
    return person


def test_results_appear_while_somebody_types_and_the_keyboard_reaches_them(
    page: Page, live_server, sian, assert_accessible
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(live_server.url)
    page.keyboard.press("/")
    box = page.get_by_label("Search everything")
    expect(box).to_be_focused()
    page.keyboard.type("sian")
    panel = page.locator("#search-panel")
    expect(panel.get_by_role("link", name="Siân Ŵyn").first).to_be_visible()
    expect(panel.get_by_role("link", name="Baking bread")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("link").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(box).to_have_value("sian")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('communities:search')}?q=sian")
    page.get_by_role("main").get_by_role("link", name="Siân Ŵyn").first.click()
    page.wait_for_url(f"**{reverse('connectors:person-detail', kwargs={'uuid': sian.uuid})}")


def test_a_slash_that_somebody_types_is_only_a_letter(page: Page, live_server, sian) -> None:
    page.goto(live_server.url + reverse("connectors:conversation-create"))
    words = page.locator("textarea").first
    words.click()
    page.keyboard.type("either/or")
    expect(words).to_have_value("either/or")
    expect(words).to_be_focused()


def test_without_signal_the_words_stay_and_are_searched_for_when_it_is_back(
    page: Page, context: BrowserContext, live_server, sian, console_is_clean
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(live_server.url + reverse("communities:team-detail"))
    context.set_offline(True)
    page.keyboard.press("/")
    page.keyboard.type("sian")
    notice = page.locator("[data-search-offline]")
    expect(notice).to_have_text(NO_SIGNAL)
    page.keyboard.press("Enter")
    expect(page).to_have_url(live_server.url + reverse("communities:team-detail"))
    expect(page.get_by_label("Search everything")).to_have_value("sian")
    context.set_offline(False)
    expect(page.locator("#search-panel").get_by_role("link", name="Siân Ŵyn").first).to_be_visible()
    expect(notice).to_have_text("")
    console_is_clean.clear()  # The browser says that it is offline.


def test_on_a_phone_a_sign_in_the_head_leads_to_the_search(phone: Page, live_server, sian, assert_accessible) -> None:
    phone.goto(live_server.url)
    phone.get_by_role("banner").get_by_role("link", name="Search").click()
    field = phone.get_by_role("main").get_by_label("Search everything")
    expect(field).to_be_focused()
    field.fill("wyn")
    field.press("Enter")
    expect(phone.get_by_role("main").get_by_role("link", name="Siân Ŵyn").first).to_be_visible()
    assert_accessible(phone)


def test_letters_typed_on_the_way_to_the_search_are_in_its_field(phone: Page, live_server, sian) -> None:
    def slowly(route):
        phone.wait_for_timeout(300)
        route.continue_()

    phone.goto(live_server.url)
    phone.route(f"**{reverse('communities:search')}", slowly)
    phone.keyboard.press("/")
    phone.keyboard.type("sian")
    field = phone.get_by_role("main").get_by_label("Search everything")
    expect(field).to_have_value("sian")


def test_a_list_is_found_where_it_was_left(page: Page, live_server, sian) -> None:
    for number in range(30):
        PersonFactory(team=sian.team, known_as=f"Rose {number:02}")
    # Narrower than the reading pane, beside which a list stays anyway.
    page.set_viewport_size({"width": 1100, "height": 600})
    page.goto(f"{live_server.url}{reverse('connectors:person-list')}?q=rose")
    row = page.get_by_role("link", name="Rose 15")
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    row.click()
    page.wait_for_url("**/people/*-*/")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="People").click()
    page.wait_for_url("**?q=rose")
    assert abs(page.evaluate("scrollY") - before) < 5
