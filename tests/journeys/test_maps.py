"""Maps in a real browser: drawing, placing and reading, by mouse, touch, keyboard and without scripts."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assets.models import Asset
from communities.models import Neighbourhood
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import NextStepFactory
from tests.journeys.queue import wait_for

CREATE = reverse("communities:neighbourhood-create")
LIST = reverse("communities:neighbourhood-list")


def map_point(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the position in the window of a point given as fractions of the map's width and height."""
    page.locator(".map").scroll_into_view_if_needed()
    box = page.locator(".map").bounding_box()
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def said(page: Page, words: str) -> None:
    """Expect the map to have announced this."""
    expect(page.locator("[data-map-status]")).to_contain_text(words)


def corners(page: Page) -> list[str]:
    """Return the corners in the textarea."""
    return [line for line in page.locator("#id_boundary").input_value().splitlines() if line]


@pytest.fixture
def place(transactional_db, team) -> Neighbourhood:
    """Return a neighbourhood with an outline, so that the map has something to show."""
    return NeighbourhoodFactory(team=team, name="Brook Lane", outlined=True)


def test_an_outline_is_drawn_by_mouse_changed_and_saved(page, signed_in, manager, place, assert_accessible):
    signed_in(manager)
    page.goto(CREATE)
    expect(page.locator("path.map-outline")).to_have_count(1)
    assert_accessible(page)
    for share in ((0.4, 0.3), (0.6, 0.3), (0.6, 0.7), (0.4, 0.7), (0.2, 0.5)):
        page.mouse.click(*map_point(page, *share))
    assert len(corners(page)) == 5
    page.get_by_role("button", name="Undo the last corner").click()
    said(page, "Corner removed")
    page.locator(".map-corner").first.click()
    said(page, "The outline is closed")
    page.mouse.click(*map_point(page, 0.1, 0.1))
    assert len(corners(page)) == 4

    before = corners(page)[1]
    x, y = map_point(page, 0.6, 0.3)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 10, steps=4)
    page.mouse.up()
    said(page, "Corner moved")
    assert corners(page)[1] != before

    page.get_by_label("What residents call it").fill("Drawn")
    page.get_by_role("button", name="Add the neighbourhood").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drawn")
    assert Neighbourhood.objects.get(name="Drawn").boundary.startswith('{"type":"Polygon"')


def test_an_outline_is_drawn_by_keyboard_alone(page, signed_in, manager, place):
    signed_in(manager)
    page.goto(CREATE)
    expect(page.locator("path.map-outline")).to_have_count(1)
    page.get_by_label("What residents call it").fill("Keys")
    canvas, add = page.locator(".map"), page.get_by_role("button", name="Add a corner at the centre")
    for key in ("ArrowUp", "ArrowRight", "ArrowDown"):
        canvas.focus()
        page.keyboard.press(key)
        add.focus()
        page.keyboard.press("Enter")
    assert len(set(corners(page))) == 3
    page.locator(".map-corner").nth(1).focus()
    before = corners(page)[1]
    page.keyboard.press("ArrowLeft")
    said(page, "Corner moved")
    assert corners(page)[1] != before
    add.focus()
    page.keyboard.press("Enter")
    page.locator(".map-corner").nth(3).focus()
    page.keyboard.press("Delete")
    expect(canvas).to_be_focused()
    assert len(corners(page)) == 3
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id_boundary":
            break
    expect(page.locator("#id_boundary")).to_be_focused()
    page.get_by_role("button", name="Add the neighbourhood").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keys")


GLIDES = """() => {
  const map = document.querySelector(".map");
  map.focus();
  map.dispatchEvent(new KeyboardEvent("keydown", { keyCode: 38, key: "ArrowUp", bubbles: true }));
  return map.querySelector(".leaflet-pan-anim") !== null;
}"""


@pytest.mark.parametrize(("motion", "glides"), [("reduce", False), ("no-preference", True)])
def test_the_map_does_not_animate_with_reduced_motion(page, signed_in, manager, place, motion, glides):
    signed_in(manager)
    page.emulate_media(reduced_motion=motion)
    page.goto(CREATE)
    expect(page.locator("path.map-outline")).to_have_count(1)
    assert page.evaluate(GLIDES) is glides


def test_an_outline_is_drawn_by_touch(
    browser: Browser, browser_context_args, live_server, context, signed_in, manager, place
):
    signed_in(manager)
    phone = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    )
    phone.add_cookies(context.cookies())
    complaints = []
    page = phone.new_page()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.goto(f"{live_server.url}{CREATE}")
    expect(page.locator("path.map-outline")).to_have_count(1)
    for count, share in enumerate(((0.3, 0.3), (0.7, 0.3), (0.5, 0.7)), start=1):
        page.touchscreen.tap(*map_point(page, *share))
        expect(page.locator(".map-corner")).to_have_count(count)
    page.get_by_role("button", name="Close the outline").tap()
    said(page, "The outline is closed")
    sizes = page.evaluate(
        "[...document.querySelectorAll('[data-map-action]:not([hidden]), .leaflet-bar a, .map-corner')]"
        ".map(part => Math.min(part.getBoundingClientRect().width, part.getBoundingClientRect().height))"
    )
    assert min(sizes) >= 44
    assert complaints == []
    phone.close()


CORNERS_OFF = """() => {
  const path = document.querySelector("path.map-drawn").getAttribute("d");
  const { x: left, y: top } = document.querySelector(".leaflet-map-pane").getBoundingClientRect();
  const drawn = [...path.matchAll(/[ML](-?[\\d.]+)[ ,](-?[\\d.]+)/g)].map(([, x, y]) => [left + Number(x), top + Number(y)]);
  return [...document.querySelectorAll(".map-corner > span")].map((handle, at) => {
    const box = handle.getBoundingClientRect();
    return Math.hypot(box.x + box.width / 2 - drawn[at][0], box.y + box.height / 2 - drawn[at][1]);
  });
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_handles_stand_on_their_corners(page, signed_in, manager, place, width):
    signed_in(manager)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(CREATE)
    expect(page.locator("path.map-outline")).to_have_count(1)
    for share in ((0.4, 0.3), (0.6, 0.3), (0.5, 0.7)):
        page.mouse.click(*map_point(page, *share))
    off = page.evaluate(CORNERS_OFF)
    assert len(off) == 3
    assert max(off) <= 1.5, f"handles are {off} px from their corners"


def test_typed_corners_are_drawn_and_invalid_ones_reported(page, signed_in, manager, place):
    signed_in(manager)
    page.goto(CREATE)
    expect(page.locator("path.map-outline")).to_have_count(1)
    field = page.locator("#id_boundary")
    field.fill("51.86, -2.25\n51.86, -2.22\n51.88, -2.22")
    field.blur()
    expect(page.locator(".map-corner")).to_have_count(3)
    field.fill("51.86, somewhere")
    field.blur()
    said(page, "cannot be drawn yet")
    expect(page.locator(".map-corner")).to_have_count(0)


def test_an_outline_of_two_parts_is_unchanged_until_the_user_starts_again(
    page, signed_in, manager, team, transactional_db
):
    rings = [[[[x, 51.86], [x + 0.01, 51.86], [x + 0.01, 51.87], [x, 51.86]]] for x in (-2.24, -2.2)]
    boundary = f'{{"type": "MultiPolygon", "coordinates": {rings}}}'
    two = NeighbourhoodFactory(team=team, name="Two", outlined=True, boundary=boundary)
    signed_in(manager)
    page.goto(reverse("communities:neighbourhood-update", args=[two.pk]))
    said(page, "too detailed to change by hand")
    expect(page.locator("#id_boundary")).to_have_value(boundary)
    page.mouse.click(*map_point(page, 0.5, 0.5))
    expect(page.locator("#id_boundary")).to_have_value(boundary)
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#id_boundary")).to_have_value("")


def test_an_asset_is_placed_by_press_drag_keyboard_and_typing(page, signed_in, builder, place):
    signed_in(builder)
    page.goto(reverse("assets:asset-create"))
    expect(page.locator("path.map-outline")).to_have_count(1)
    lat, lng = page.locator("#id_latitude"), page.locator("#id_longitude")
    page.mouse.click(*map_point(page, 0.5, 0.5))
    said(page, "The pin is set")
    assert re.fullmatch(r"51\.\d{6}", lat.input_value())
    pressed = lat.input_value(), lng.input_value()
    page.locator(".map-pin--picked").focus()
    page.keyboard.press("ArrowUp")
    assert float(lat.input_value()) > float(pressed[0])
    page.get_by_role("button", name="Put the pin at the centre").click()
    centred = lat.input_value()
    x, y = map_point(page, 0.5, 0.5)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    assert float(lat.input_value()) < float(centred)
    page.locator("summary", has_text="the position in numbers").click()
    lat.fill("51.8601")
    lng.fill("-2.2301")
    lng.blur()
    expect(lat).to_have_value(re.compile(r"51\.8601"))


def test_own_location_is_used_or_its_absence_explained(page, context, signed_in, builder, place):
    signed_in(builder)
    page.goto(reverse("assets:asset-create"))
    page.get_by_role("button", name="Use my location").click()
    said(page, "is not allowed to share your location")
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 51.8655, "longitude": -2.2345})
    page.get_by_role("button", name="Use my location").click()
    said(page, "The pin is set")
    expect(page.locator("#id_latitude")).to_have_value("51.865500")
    expect(page.locator("#id_longitude")).to_have_value("-2.234500")


def test_names_in_data_are_escaped(page, signed_in, builder, team, place):
    name = "<img src=x onerror=alert(1)>"
    asset = AssetFactory(team=team, placed=True, name=name)
    place.name = name
    place.save()
    signed_in(builder)
    page.goto(reverse("assets:asset-list"))
    pin = page.locator(".map-pin")
    expect(pin).to_have_attribute("aria-label", f"{name}, Place")
    pin.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup a", has_text=name)
    expect(link).to_have_attribute("href", re.compile(reverse("assets:asset-detail", args=[asset.pk])))
    expect(page.locator(".map-label")).to_have_text(name)
    assert page.locator(".map img").count() == 0


def test_pins_that_fail_to_load_are_explained(page, signed_in, builder, team, place, console_is_clean):
    signed_in(builder)
    page.route("**/assets/pins/**", lambda route: route.fulfill(status=503, body=""))
    page.goto(reverse("assets:asset-list"))
    said(page, "could not fetch everything")
    console_is_clean.clear()


def test_a_cluster_opens_into_pins(page, signed_in, builder, team, place):
    served = {
        "type": "FeatureCollection",
        "grouped": True,
        "features": [
            {
                "type": "Feature",
                "properties": {"count": 12},
                "bbox": [-2.24, 51.86, -2.23, 51.87],
                "geometry": {"type": "Point", "coordinates": [-2.235, 51.865]},
            }
        ],
    }
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(json=served)

    signed_in(builder)
    page.route("**/assets/pins/**", answer)
    page.goto(reverse("assets:asset-list"))
    bubble = page.get_by_role("button", name="12 together. Press to open.", exact=True)
    expect(bubble).to_have_text("12")
    assert "bbox" not in asked[0], "first everything, to see where it is"
    part = re.compile(r"bbox=-?[\d.]+%2C[\d.]+%2C-?[\d.]+%2C[\d.]+&zoom=\d+$")
    wait_for(lambda: part.search(asked[-1]), page=page)
    before = len(asked)
    with page.expect_request("**/assets/pins/**"):
        bubble.click()
    assert len(asked) > before


def test_the_browsers_own_print_has_pins_with_numbers(page, signed_in, builder, team, place):
    for name in ("Village Hall", "Swap Shelf"):
        AssetFactory(team=team, placed=True, name=name)
    AssetFactory(team=team, name="Choir without a place")
    signed_in(builder)
    page.goto(f"{reverse('assets:asset-list')}?q=s")
    expect(page.locator(".map-pin, .map-cluster").first).to_be_visible()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("[data-paper] .paper-map__mark")).to_be_visible()
    assert page.locator("[data-paper] .paper-list__number").all_inner_texts() == ["1"]
    expect(page.locator(".asset-row").first).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator("[data-paper]")).to_be_hidden()
    expect(page.locator(".asset-row").first).to_be_visible()


def test_without_signal_the_list_is_printed(page, signed_in, builder, team, place, context, console_is_clean):
    AssetFactory(team=team, placed=True, name="Village Hall")
    signed_in(builder)
    page.goto(reverse("assets:asset-list"))
    expect(page.locator(".map-pin")).to_be_visible()
    context.set_offline(True)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".asset-row")).to_be_visible()
    context.set_offline(False)
    console_is_clean.clear()


def test_forced_colours_show_the_chosen_row_its_pin_and_the_counts(page, signed_in, builder, team, place):
    asset = AssetFactory(team=team, placed=True, name="Village Hall")
    NextStepFactory(team=team, owner=builder, due_on=asset.created_at.date())
    page.emulate_media(forced_colors="active")
    signed_in(builder)
    page.goto(reverse("assets:asset-list"))
    page.locator(".map-pin").click()
    row = page.locator(".asset-row--chosen")
    expect(row).to_have_css("outline-style", "solid")
    expect(page.locator(".leaflet-popup-content-wrapper")).to_have_css("border-top-width", "2px")
    expect(page.locator(".nav__count").first).to_have_css("forced-color-adjust", "none")
    row.hover()
    expect(page.locator(".map-pin--marked")).to_be_visible()


def test_skip_link_goes_past_the_map(page, signed_in, builder, place):
    signed_in(builder)
    page.goto(LIST)
    skip = page.get_by_role("link", name="Skip the map")
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#neighbourhood-map-after")).to_be_focused()


@pytest.mark.parametrize("path", [LIST, CREATE, reverse("communities:boundary-upload")])
def test_pages_are_accessible_and_fit_a_phone(phone, signed_in, manager, place, assert_accessible, path):
    signed_in(manager)
    phone.goto(path)
    if path != reverse("communities:boundary-upload"):
        expect(phone.locator("path.map-outline").first).to_be_attached()
    assert_accessible(phone)
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 360


def test_everything_works_without_javascript(browser: Browser, live_server, context, signed_in, manager, place):
    signed_in(manager)
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"{live_server.url}{LIST}")
    expect(page.locator(".map")).to_contain_text("Everything on it is in the list too")
    expect(page.get_by_role("link", name="Brook Lane")).to_be_visible()
    page.goto(f"{live_server.url}{CREATE}")
    expect(page.locator("[data-map-tools]")).to_be_hidden()
    page.get_by_label("What residents call it").fill("Typed")
    page.locator("#id_boundary").fill("51.86, -2.25\n51.86, -2.22\n51.88, -2.22")
    page.get_by_role("button", name="Add the neighbourhood").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Typed")
    assert Neighbourhood.objects.get(name="Typed").max_lat == 51.88
    plain.close()
    assert not Asset.objects.exists()


def test_tiles_that_do_not_come_are_said_and_the_rest_is_there(
    page, signed_in, builder, team, place, settings, console_is_clean
):
    settings.MAP_TILE_URL = "http://localhost:1/{z}/{x}/{y}.png"
    settings.MAP_TILE_ATTRIBUTION = "Map data by somebody"
    AssetFactory(team=team, placed=True, name="Bench")
    signed_in(builder)
    page.goto(reverse("assets:asset-list"))
    said(page, "The background of the map could not be fetched.")
    expect(page.locator(".map-pin")).to_have_count(1)
    expect(page.locator(".leaflet-control-attribution")).to_have_text("Map data by somebody")
    console_is_clean.clear()


def test_a_disc_that_no_zoom_parts_opens_a_list_where_tiles_end(
    page, signed_in, builder, team, place, settings, console_is_clean
):
    settings.MAP_TILE_URL = "http://localhost:1/{z}/{x}/{y}.png"
    settings.MAP_TILE_ATTRIBUTION = "Map data by somebody"
    for n in range(2):
        AssetFactory(team=team, name=f"Door {n}", latitude=51.865 + n * 0.0002, longitude=-2.235)
    signed_in(builder)
    page.goto(reverse("assets:asset-list"))
    disc = page.get_by_role("button", name="2 together. Press to open.")
    expect(disc).to_be_visible()
    for _ in range(6):
        if page.get_by_role("dialog").count() or not disc.count():
            break
        disc.click()
        page.wait_for_timeout(500)  # the map zooms in between
    expect(page.get_by_role("dialog").get_by_role("link").or_(page.locator(".map-pin"))).to_have_count(2)
    console_is_clean.clear()
