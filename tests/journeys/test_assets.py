"""A builder adds an asset to the map: with the keyboard alone on a small phone, and by clicking on the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from assets.models import Asset, Kind
from communities.models import Role
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory


@pytest.fixture
def team(live_server):
    """Return a team with one outline drawn."""
    team = TeamFactory(name="Brookside")
    NeighbourhoodFactory(team=team, name="Brook", outlined=True)
    return team


@pytest.fixture
def builder(team):
    """Return a builder of the team."""
    return UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the field with this label has the focus."""
    wanted = page.get_by_label(label, exact=True).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("field => field === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def test_an_asset_is_added_with_the_keyboard_on_a_phone(phone, builder, team, signed_in, assert_accessible):
    signed_in(builder)
    phone.goto("/assets/add/")
    tab_to(phone, "Name")
    phone.keyboard.type("Friday breakfast")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    fold = phone.locator("summary", has_text="Address, or the position in numbers")
    for _ in range(20):
        phone.keyboard.press("Tab")
        if fold.evaluate("summary => summary === document.activeElement"):
            break
    phone.keyboard.press("Enter")
    tab_to(phone, "Latitude (needed with the longitude)")
    phone.keyboard.type("51,865")
    phone.keyboard.press("Tab")
    phone.keyboard.type(str(round(INSIDE[1], 4)))
    phone.keyboard.press("Enter")

    summary = phone.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Write it with a full stop: 51.865.")
    assert phone.get_by_label("Name", exact=True).input_value() == "Friday breakfast"
    assert phone.get_by_label("Latitude (").input_value() == "51,865"
    assert_accessible(phone)

    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.get_by_label("Latitude (")).to_be_focused()
    phone.keyboard.press("Control+a")
    phone.keyboard.type("51.865")
    phone.keyboard.press("Enter")

    expect(phone.locator("main").get_by_role("status").first).to_contain_text(
        "“Friday breakfast” has been saved, in Brook."
    )
    asset = Asset.objects.get()
    assert (asset.kind, asset.latitude, asset.neighbourhood.name) == (Kind.ASSOCIATION, 51.865, "Brook")


def test_the_page_to_add_an_asset_is_short_and_its_folds_open_by_themselves(phone, builder, team, signed_in):
    signed_in(builder)
    phone.goto("/assets/add/")
    assert phone.evaluate("document.scrollingElement.scrollHeight") < 2600
    expect(phone.get_by_label("Website")).to_be_hidden()
    phone.locator("summary", has_text="Who runs it").click()
    phone.get_by_label("Website").fill("not an address")
    phone.get_by_role("button", name="Add to the map").click()
    expect(phone.get_by_label("Website")).to_be_visible()


def test_an_asset_is_added_by_pressing_the_map(page: Page, builder, team, signed_in):
    signed_in(builder)
    page.goto("/assets/add/")
    page.get_by_label("Name", exact=True).fill("The long bench")
    page.get_by_role("radio", name=re.compile("^Place")).check()
    expect(page.locator(".map-outline")).to_have_count(1)
    page.locator("[data-map-canvas]").click()

    page.locator("summary", has_text="the position in numbers").click()
    expect(page.get_by_label("Latitude (")).to_have_value(re.compile(r"^51\.86\d{4}$"))
    page.get_by_role("button", name="Add to the map").click()
    expect(page.locator("main").get_by_role("status").first).to_contain_text(
        "“The long bench” has been saved, in Brook."
    )
    expect(page.locator(".map-pin--place")).to_have_count(1)
    asset = Asset.objects.get()
    assert abs(asset.latitude - INSIDE[0]) < 0.001
    assert abs(asset.longitude - INSIDE[1]) < 0.001


def test_the_map_follows_the_list(page: Page, builder, team, signed_in):
    for n, kind in enumerate([Kind.PLACE, Kind.PLACE, Kind.STORY]):
        AssetFactory(team=team, name=f"Asset {n}", kind=kind, latitude=INSIDE[0] + n / 1000, longitude=INSIDE[1])
    signed_in(builder)
    page.goto("/assets/")
    expect(page.locator(".map-pin")).to_have_count(3)
    page.get_by_role("checkbox", name="Story or culture").check()
    page.get_by_role("button", name="Apply filters", exact=True).click()

    expect(page.locator(".asset-row")).to_have_count(1)
    expect(page.locator(".map-pin")).to_have_count(1)
    expect(page).to_have_url(re.compile("kind=story"))
    page.locator(".map-pin").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Asset 2").get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Asset 2")


def test_the_list_works_without_javascript(browser, builder, team, live_server):
    from django.conf import settings
    from django.test import Client

    AssetFactory(team=team, name="The old chapel", placed=True)
    client = Client()
    client.force_login(builder)
    context = browser.new_context(java_script_enabled=False)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/assets/?q=chapel")

    expect(page.get_by_role("link", name="The old chapel")).to_be_visible()
    expect(page.get_by_text("Everything on it is in the list too")).to_be_visible()
    context.close()
