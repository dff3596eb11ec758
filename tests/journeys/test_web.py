"""The web of connections as a picture, with us and without us, on a phone and a desk, by keyboard, and as text and
figures.
"""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from tests.browser import assert_fits, assert_readable_in_the_dark
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, TeamFactory, UserFactory
from tests.factories.connectors import IntroductionFactory, PersonFactory
from tests.factories.connectors_web import talked, tied

NAMES = ("Rose", "Tom", "Amina", "Gwen", "Idris", "Bronwen", "Yusuf", "Mair", "Dilys", "Owen", "Zora", "Kofi")
SIZES = pytest.mark.parametrize("width", [360, 1280])
SIDES = pytest.mark.parametrize(
    ("us", "sentence"),
    [
        ("with", "12 neighbours, 21 recorded connections, ours among them"),
        ("without", "12 neighbours, 9 recorded connections without us"),
    ],
)


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return twelve neighbours whom a builder met, connected in a chain, and a few of them to a group and a partner."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    here = NeighbourhoodFactory(team=team, name="Mill Row")
    people = [PersonFactory(team=team, known_as=name, neighbourhood=here) for name in NAMES]
    talked(builder, *people)
    for one, other in ((0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (5, 6), (6, 7)):
        tied(people[one], people[other], builder)
    for person, end in ((people[8], {"to_asset": AssetFactory(team=team, name="Singing group")}),
                        (people[0], {"to_partner": PartnerFactory(team=team, name="Surgery")})):  # fmt: skip
        IntroductionFactory(
            team=team, from_person=person, to_person=None, introduced_by=builder, source="resident", met=True, **end
        )
    return SimpleNamespace(team=team, builder=builder, rose=people[0])


@SIZES
@SIDES
def test_the_drawing_fits_and_has_a_description(
    page: Page, world, signed_in, assert_accessible, shot, width, us, sentence
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(world.builder)
    page.goto(f"/web/?us={us}")
    picture = page.locator(".web__svg")
    expect(page.locator(".web__sentence")).to_contain_text(sentence)
    assert sentence in picture.get_attribute("aria-label")
    label = "With us" if us == "with" else "Without us"
    expect(page.get_by_role("link", name=label, exact=True)).to_have_attribute("aria-current", "page")
    assert page.locator(".web__shape--builder").count() == (2 if us == "with" else 0)
    page.get_by_role("heading", name="Who is connected").click()
    expect(page.get_by_role("table", name="Introductions that led to contact, newest first")).to_be_visible()
    expect(page.get_by_role("table", name="Recorded connections of 12 neighbours")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    assert_readable_in_the_dark(page)
    shot(page, f"web-{us}-{width}-light")
    page.emulate_media(color_scheme="dark")
    shot(page, f"web-{us}-{width}-dark")


def test_the_drawing_fits_a_phone_and_nodes_can_be_reached_by_keyboard(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/web/")
    assert phone.locator(".web__frame").evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    phone.locator(".tabs__link").last.focus()
    for _stop in range(30):
        phone.keyboard.press("Tab")
        if phone.evaluate(
            "() => (document.activeElement.getAttribute('aria-label') || '').startsWith('Rose (Neighbour, Mill Row)')"
        ):
            break
    rose = phone.get_by_role("link", name="Rose (Neighbour, Mill Row)")
    expect(rose).to_be_focused()
    box = rose.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    widths = "shape => parseFloat(getComputedStyle(shape).strokeWidth)"
    assert rose.locator(".web__shape").evaluate(widths) == 5
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Rose")


def test_the_web_of_one_resident(phone: Page, world, signed_in, assert_accessible, shot) -> None:
    signed_in(world.builder)
    phone.goto(f"/people/{world.rose.uuid}/web/")
    for name in ("Tom", "Gwen", "Idris", "Surgery"):
        expect(phone.get_by_role("link", name=name).last).to_be_visible()
    assert_accessible(phone)
    assert_fits(phone)
    shot(phone, "web-rose-360-light")
    phone.emulate_media(color_scheme="dark")
    shot(phone, "web-rose-360-dark")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_web_is_complete_without_javascript(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/web/")
    phone.get_by_role("link", name="Without us", exact=True).click()
    expect(phone.locator(".web__sentence")).to_contain_text("9 recorded connections without us")
    expect(phone.locator(".web__svg")).to_be_visible()
    assert_fits(phone)
