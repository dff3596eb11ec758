"""The map as a page: the screen of a phone with sheets over it, list and map side by side on a desktop, and the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from assets.models import Kind
from tests.browser import assert_accessible, assert_fits, assert_readable_in_the_dark
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory

LONG = "13.78acresoflandatLockLanePartingtonPARTINGTONFreeholdLANDwithoutasinglebreak"


@pytest.fixture
def street(transactional_db, team):
    """Return assets of each kind, far enough apart to be pins, inside one outline."""
    NeighbourhoodFactory(team=team, name="Brook Lane", outlined=True)
    kinds = list(Kind)
    return [
        AssetFactory(
            team=team,
            name=f"Asset {n}",
            kind=kinds[n],
            latitude=INSIDE[0] + (n % 3 - 1) / 400,
            longitude=INSIDE[1] + (n // 3 - 1) / 250,
            is_bumping_place=n == 1,
        )
        for n in range(5)
    ]


def opened(page: Page, query: str = "") -> None:
    """Open the map and wait for its pins."""
    page.goto(f"/assets/{query}")
    expect(page.locator(".map-pin, .map-cluster").first).to_be_visible()


def test_the_map_fills_the_screen_of_a_phone(phone, signed_in, builder, street):
    signed_in(builder)
    opened(phone)
    box = phone.locator("[data-map-canvas]").bounding_box()
    head = phone.locator(".masthead").bounding_box()
    bar = phone.locator(".nav").bounding_box()
    assert box["width"] == 360
    assert abs(box["y"] - (head["y"] + head["height"])) <= 2, "it begins below the head"
    assert abs(box["y"] + box["height"] - bar["y"]) <= 2, "it ends at the bar"
    assert phone.evaluate("document.scrollingElement.scrollHeight") <= 740
    assert_accessible(phone)
    assert_fits(phone)
    assert_readable_in_the_dark(phone)


def test_the_list_is_pulled_up_by_button_keyboard_and_drag(phone, signed_in, builder, street):
    signed_in(builder)
    opened(phone)
    sheet, grip = phone.locator("[data-sheet]"), phone.locator("[data-sheet-grip]")
    row = phone.get_by_role("link", name="Asset 0")
    expect(row).to_be_hidden()
    expect(grip).to_have_text(re.compile(r"List\s+\(5\)"))
    for height in ("half", "full", "peek"):
        grip.click()
        expect(sheet).to_have_attribute("data-height", height)
    grip.focus()
    for key, height in (("ArrowUp", "half"), ("End", "full"), ("ArrowDown", "half"), ("Home", "peek")):
        phone.keyboard.press(key)
        expect(sheet).to_have_attribute("data-height", height)
    box = grip.bounding_box()
    phone.mouse.move(180, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(180, box["y"] - 260, steps=5)
    phone.mouse.up()
    expect(sheet).to_have_attribute("data-height", "half")
    expect(grip).to_have_attribute("aria-expanded", "true")
    expect(row).to_be_visible()
    assert_accessible(phone)


def test_filters_are_a_sheet_and_zoom_to_what_they_find(phone, signed_in, builder, street):
    signed_in(builder)
    opened(phone)
    before = phone.locator(".map-outline").bounding_box()
    phone.get_by_role("button", name="Filters").click()
    expect(phone.get_by_role("heading", name="Filters")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("checkbox", name="Story or culture").check()
    phone.get_by_role("button", name="Apply filters").click()
    expect(phone.get_by_role("heading", name="Filters")).to_be_hidden()
    expect(phone.locator(".map-pin")).to_have_count(1)
    expect(phone.locator(".map-pin .sign--story")).to_be_visible()
    after = phone.locator(".map-outline").bounding_box()
    assert after["width"] > before["width"] * 1.5, "the map is nearer"


def test_nothing_found_keeps_the_view_and_says_so(page, signed_in, builder, street):
    signed_in(builder)
    opened(page)
    before = page.locator(".map-outline").bounding_box()
    page.get_by_label("Keyword").fill("zeppelin")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("[data-map-status]")).to_have_text("Nothing on the map matches. The map stays where it was.")
    expect(page.locator(".map-pin")).to_have_count(0)
    assert page.locator(".map-outline").bounding_box() == before


def test_an_area_is_listed_when_somebody_asks_and_back_undoes_it(page, signed_in, builder, street):
    signed_in(builder)
    opened(page)
    search = page.get_by_role("button", name="Search this area")
    expect(search).to_be_hidden()
    box = page.locator("[data-map-canvas]").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 900, steps=6)
    page.mouse.up()
    expect(page.locator(".asset-row")).to_have_count(5)
    search.click()
    expect(page).to_have_url(re.compile(r"area=-?\d+\.\d+%2C\d+\.\d+"))
    expect(page.locator(".asset-row")).to_have_count(0)
    page.go_back()
    expect(page.locator(".asset-row")).to_have_count(5)
    page.go_forward()
    expect(page.get_by_role("link", name="Clear filter: Only this part of the map")).to_be_visible()
    page.get_by_role("link", name="Clear filter: Only this part of the map").click()
    expect(page.locator(".asset-row")).to_have_count(5)


def test_a_row_lights_its_pin_and_a_pin_marks_its_row(page, signed_in, builder, street):
    signed_in(builder)
    opened(page)
    page.locator(".asset-row", has_text="Asset 3").hover()
    expect(page.locator(".map-pin--marked")).to_have_attribute("title", "Asset 3")
    page.get_by_role("link", name="Asset 4").focus()
    expect(page.locator(".map-pin--marked")).to_have_attribute("title", "Asset 4")
    page.locator('.map-pin[title="Asset 2"]').click()
    expect(page.locator(".asset-row--chosen")).to_contain_text("Asset 2")


def test_the_map_stays_while_the_list_scrolls(page, signed_in, builder, team, street):
    for n in range(20):
        AssetFactory(team=team, name=f"More {n}")
    signed_in(builder)
    page.set_viewport_size({"width": 1280, "height": 800})
    opened(page)
    page.mouse.wheel(0, 0)
    page.evaluate("window.scrollTo(0, 900)")
    box = page.locator("[data-map-canvas]").bounding_box()
    assert 0 <= box["y"] <= 40
    assert box["height"] >= 700
    assert_accessible(page)


def test_the_map_is_one_tab_stop_with_arrows_between_pins(page, signed_in, builder, street):
    signed_in(builder)
    page.set_viewport_size({"width": 1280, "height": 800})
    opened(page)
    inside = page.locator("[data-map-canvas]").evaluate(
        """canvas => [canvas, ...canvas.querySelectorAll("a, button, [tabindex], summary")]
        .filter(part => part.tabIndex >= 0 && !part.closest("[data-map-over]") && part.checkVisibility()).length"""
    )
    assert inside == 1
    canvas = page.locator("[data-map-canvas]")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    seen = set()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.title"))
    assert len(seen) >= 4
    name = page.evaluate("document.activeElement.title")
    page.keyboard.press("Enter")
    link = page.get_by_role("dialog", name=name).get_by_role("link", name=name)
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.locator(f'.map-pin[title="{name}"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(canvas).to_be_focused()


def test_pins_on_one_spot_are_a_disc_that_opens_a_list(page, signed_in, builder, team, street):
    for n in range(3):
        AssetFactory(team=team, name=f"Same spot {n}", latitude=INSIDE[0] + 0.004, longitude=INSIDE[1] + 0.004)
    signed_in(builder)
    opened(page, "?q=spot")
    disc = page.get_by_role("button", name="3 together. Press to open.")
    disc.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_count(3)
    expect(page.get_by_role("link", name="Same spot 0").last).to_be_focused()


def test_ones_own_place_is_asked_for_only_when_pressed(page, context, signed_in, builder, street):
    signed_in(builder)
    page.add_init_script(
        "window.asked = 0; const g = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; return g(...all); };"
    )
    opened(page)
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Where am I?").click()
    expect(page.locator("[data-map-status]")).to_contain_text("is not allowed to share your location")
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 51.8655, "longitude": -2.2345, "accuracy": 40})
    page.get_by_role("button", name="Where am I?").click()
    expect(page.locator("[data-map-status]")).to_have_text("You are here, give or take 40 m.")
    expect(page.locator("path.map-here-ring")).to_be_visible()
    page.get_by_role("link", name="Add something here").click()
    expect(page.locator("#id_latitude")).to_have_value("51.865500")
    expect(page.locator("#id_longitude")).to_have_value("-2.234500")


def test_a_press_and_hold_offers_to_add_something(page, signed_in, builder, street):
    signed_in(builder)
    opened(page)
    page.locator("[data-map-canvas]").click(button="right", position={"x": 60, "y": 120})
    page.get_by_role("link", name="Add something here").click()
    expect(page.locator("#id_latitude")).to_have_value(re.compile(r"^51\.\d{6}$"))


def test_a_reader_is_not_offered_to_add(page, signed_in, evaluator, street):
    signed_in(evaluator)
    opened(page)
    page.locator("[data-map-canvas]").click(button="right", position={"x": 60, "y": 120})
    expect(page.locator(".leaflet-popup")).to_have_count(0)


def test_any_word_wraps_at_360_px_and_200_percent(phone, signed_in, builder, team, street):
    AssetFactory(team=team, name=LONG, placed=True)
    signed_in(builder)
    opened(phone, "?q=Lock")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    phone.locator("[data-sheet-grip]").click()
    assert_fits(phone)
    phone.keyboard.press("Home")
    phone.locator(".map-pin").first.focus()
    phone.keyboard.press("Enter")
    popup = phone.locator(".leaflet-popup-content-wrapper").bounding_box()
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= 360


def test_the_view_is_in_the_address_and_back_finds_it(page, signed_in, builder, street):
    signed_in(builder)
    opened(page)
    page.get_by_role("button", name="Zoom in").click()
    expect(page).to_have_url(re.compile(r"#map=[\d.]+/51\.\d+/-2\.\d+$"))
    at = page.url
    page.get_by_role("link", name="Asset 1").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asset 1")
    page.go_back()
    expect(page.locator(".map-pin").first).to_be_visible()
    assert page.url == at


def test_without_javascript_a_phone_shows_filters_and_list(browser, context, live_server, signed_in, builder, street):
    signed_in(builder)
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"{live_server.url}/assets/")
    expect(page.get_by_label("Keyword")).to_be_visible()
    page.get_by_label("Keyword").fill("Asset 3")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".asset-row")).to_have_count(1)
    expect(page.get_by_role("link", name="Asset 3", exact=True)).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    plain.close()


def test_the_map_prints_on_a4_with_numbers_beside_a_numbered_list(page, signed_in, builder, street):
    signed_in(builder)
    opened(page, "?kind=place")
    page.get_by_role("link", name="Print the map with numbers").click()
    expect(page.locator(".paper-map__mark")).to_have_count(1)
    page.goto("/assets/print/")
    assert_accessible(page)
    page.emulate_media(media="print")
    marks = page.locator(".paper-map__mark text")
    expect(marks).to_have_text(["1", "2", "3", "4", "5"])
    expect(page.locator(".paper-list__number")).to_have_text(["1", "2", "3", "4", "5"])
    expect(page.locator(".paper-map__key .sign")).to_have_count(5)
    fills = page.locator(".paper-list .sign").evaluate_all("signs => signs.map(sign => getComputedStyle(sign).fill)")
    assert set(fills) == {"none"}, "shape and letter, without colour"
    assert page.locator(".nav").is_hidden()
