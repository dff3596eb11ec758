"""A filtered list on a phone says in one line what is chosen, and the rows are below it at once."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.sparks import SparkFactory

ADDRESS = "/sparks/?status=draft&status=submitted"


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder and a spark of their team."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    return SimpleNamespace(builder=builder, spark=SparkFactory(round__team=team, created_by=builder, title="A bench"))


def test_the_chosen_filters_are_one_line_on_a_phone(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(ADDRESS)
    line = phone.locator(".filters__fold > summary")
    expect(line).to_contain_text("Filters: Status: Draft, Status: Waiting for a decision")
    expect(phone.get_by_label("Paid", exact=True)).to_be_hidden()
    assert line.bounding_box()["height"] <= 48
    line.click()
    phone.get_by_label("Paid", exact=True).check()
    phone.get_by_role("button", name="Apply filters").click()
    phone.wait_for_url("**status=paid**")
    expect(phone.get_by_role("link", name="A bench")).to_be_visible()
    phone.reload()
    expect(line).to_contain_text("Status: Paid")
    expect(phone.get_by_label("Paid", exact=True)).to_be_hidden()


def test_a_long_line_of_filters_is_cut_and_the_page_is_not_wider(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/sparks/?waits=answer&status=submitted&status=needs_info&status=approved")
    expect(phone.locator(".filters__fold > summary")).to_be_visible()
    phone.locator(".filters__fold > summary").click()
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= phone.viewport_size["width"]


def test_filters_that_were_asked_for_are_open(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/sparks/")
    phone.get_by_role("link", name="More filters").click()
    expect(phone.get_by_label("Paid", exact=True)).to_be_visible()


def test_on_a_desktop_every_filter_is_seen(page: Page, world, signed_in) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    signed_in(world.builder)
    page.goto(ADDRESS)
    expect(page.get_by_label("Paid", exact=True)).to_be_visible()
    expect(page.locator(".filters__fold > summary")).to_be_hidden()
