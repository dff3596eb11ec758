"""Every component in the browser, in each colour scheme and width, and the three enhancements of site.js."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route

from communities.models import Role
from tests.browser import assert_accessible, assert_fits
from tests.factories.communities import TeamFactory, UserFactory
from tests.journeys.queue import wait_for


@pytest.fixture
def guide(page: Page, live_server, signed_in: Callable[[object], None]) -> Page:
    """Return the style guide, open, for a person of two teams."""
    signed_in(UserFactory(roles={TeamFactory(): [Role.MANAGER], TeamFactory(): [Role.BUILDER]}))
    page.goto(f"{live_server.url}{reverse('styleguide')}")
    return page


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_every_component_is_accessible_in_every_scheme(guide: Page, width: int) -> None:
    guide.set_viewport_size({"width": width, "height": 800})
    for media in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        guide.emulate_media(**media)
        assert_accessible(guide)
        assert_fits(guide)


def test_the_error_summary_takes_focus_and_links_to_its_field(guide: Page) -> None:
    assert guide.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    guide.keyboard.press("Tab")
    assert guide.evaluate("document.activeElement.getAttribute('href')") == "#refused_summary"
    guide.keyboard.press("Enter")
    assert guide.evaluate("location.hash") == "#refused_summary"


def test_the_same_markup_is_a_bar_on_a_phone_and_a_rail_on_a_desk(guide: Page) -> None:
    bar, more = guide.locator("nav.nav"), guide.locator(".nav__more")
    guide.set_viewport_size({"width": 360, "height": 740})
    box = bar.bounding_box()
    assert box["width"] == 360
    assert round(box["y"] + box["height"]) == 740
    assert not more.is_visible()
    assert [link.inner_text() for link in bar.locator(".nav__link:visible").all()] == [
        "Today",
        "Log",
        "Map",
        "People",
        "More",
    ]
    guide.set_viewport_size({"width": 1280, "height": 740})
    assert bar.bounding_box()["width"] < 260
    assert more.is_visible()
    assert not bar.get_by_text("More", exact=True).is_visible()


def test_a_table_stays_a_table_when_it_is_drawn_as_cards(guide: Page) -> None:
    guide.set_viewport_size({"width": 360, "height": 740})
    table = guide.get_by_role("table", name="This quarter, by neighbourhood")
    assert table.get_by_role("row").count() == 4
    assert table.get_by_role("rowheader", name="Hill Street").is_visible()
    assert table.get_by_role("columnheader").count() == 4


def test_a_second_press_is_ignored_until_the_first_is_done(guide: Page) -> None:
    sent = []

    def hold(route: Route) -> None:
        """Count requests and never respond, like a slow connection."""
        sent.append(route.request.post_data)
        route.abort("aborted")

    guide.route("**/styleguide/", lambda route: hold(route) if route.request.method == "POST" else route.continue_())
    guide.evaluate(
        """() => {
          const button = document.querySelector('.form button');
          button.click();
          button.click();
        }"""
    )
    wait_for(lambda: sent, page=guide)
    guide.wait_for_timeout(300)
    assert len(sent) == 1


def test_the_skip_link_is_the_first_tab_stop_and_becomes_visible(guide: Page) -> None:
    first = "document.querySelector('a[href], button, input, summary').className"
    assert guide.evaluate(first) == "skip-link"
    link = guide.locator(".skip-link")
    assert link.bounding_box()["y"] < 0
    link.focus()
    assert link.bounding_box()["y"] >= 0
