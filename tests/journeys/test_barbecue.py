"""One conversation about a barbecue updates five people's pages, the theme, Today and an introduction."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from communities.models import Role
from connectors.models import Conversation, Introduction, Person
from tests.browser import assert_accessible, assert_fits, assert_targets_are_large
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory, ThemeFactory

NEW = "/record/"
WHO = "Rose, Idris, Ama, Li, Wiktor"
SAID = "Barbecue on the green. Rose bakes bread, Ama sings and Wiktor mends bikes. All want to grow food."
GIFTS = {("Rose", "Baking", "hands"), ("Ama", "Singing", "heart"), ("Wiktor", "Mending bikes", "hands")}


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team that has met Rose and Idris at The Green of Brook Street, and has one theme."""
    team = TeamFactory(name="Brookside")
    here = NeighbourhoodFactory(team=team, name="Brook Street")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    theme, green = ThemeFactory(team=team, name="Growing food"), AssetFactory(team=team, name="The Green")
    for name in ("Rose", "Idris"):
        PersonFactory(team=team, known_as=name, neighbourhood=here)
    for _ in range(2):
        GiftFactory(person=PersonFactory(team=team), name="Mending bikes", kind="hands")
    ConversationFactory(team=team, builder=builder, neighbourhood=here, place=green, themes=[theme])
    return SimpleNamespace(team=team, here=here, builder=builder, theme=theme, green=green)


class Thumb:
    """Count taps and typed letters."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.letters = page, 0, 0

    def tap(self, found) -> None:
        """Tap an element."""
        found.click()
        self.taps += 1

    def type(self, words: str) -> None:
        """Type on the phone's keyboard."""
        self.page.keyboard.type(words)
        self.letters += len(words)


def assert_kept(world: SimpleNamespace) -> Conversation:
    """Check the conversation itself, and return it."""
    talk = Conversation.objects.get(summary=SAID)
    assert set(talk.people.values_list("known_as", flat=True)) == set(WHO.split(", "))
    assert set(talk.gifts_heard.values_list("person__known_as", "name", "kind")) == GIFTS
    assert (list(talk.themes.all()), talk.neighbourhood, talk.place) == ([world.theme], world.here, world.green)
    step = talk.steps.get()
    assert (step.words, (step.due_on - talk.held_on).days) == ("Come back to Rose", 7)
    new = Person.objects.filter(known_as__in=["Ama", "Li", "Wiktor"])
    assert [person.told_on for person in new] == [talk.held_on] * 3
    return talk


def assert_said_once(page: Page, talk: Conversation, origin: str = "") -> None:
    """Open the page of each of the five, which shows the conversation, what they care about and their gift."""
    gifts = {name: gift for name, gift, _ in GIFTS}
    for person in talk.people.all():
        page.goto(f"{origin}/people/{person.uuid}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(person.known_as)
        expect(page.locator("main")).to_contain_text("Barbecue on the green")
        expect(page.locator("main")).to_contain_text("Growing food")
        if person.known_as in gifts:
            expect(page.get_by_role("heading", name=gifts[person.known_as], exact=True)).to_be_visible()


def test_recording_the_barbecue_by_touch_takes_ten_taps(phone: Page, world, signed_in, shot) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    thumb = Thumb(phone)
    thumb.tap(phone.locator("#id_people"))
    thumb.type(WHO)
    phone.keyboard.press("Enter")
    thumb.letters += 1
    expect(phone.locator(".who__chip")).to_have_count(5)
    thumb.tap(phone.locator("#id_told"))
    thumb.tap(phone.locator("#id_summary"))
    thumb.type(SAID)
    expect(phone.locator(".propose__chip")).to_have_count(4)
    shot(phone, "barbecue-proposed")
    assert_fits(phone)
    assert_targets_are_large(phone)
    for words in ("Growing food", "Mending bikes, Wiktor", "Baking, Rose", "Singing, Ama"):
        thumb.tap(phone.get_by_role("button", name=f"Add {words}", exact=True))
    theirs = phone.get_by_role("group", name="Growing food")
    thumb.tap(theirs.get_by_role("button", name="All of them"))
    assert [tick.is_checked() for tick in theirs.get_by_role("checkbox").all()] == [True] * 5
    thumb.tap(phone.get_by_label("Next week"))
    expect(phone.locator("#id_next_step")).to_have_value("Come back to Rose")
    expect(phone.locator("#id_place_name")).to_have_value("The Green")
    assert_fits(phone)
    thumb.tap(phone.locator(".capture__save"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Wiktor")
    print(f"one entry: {thumb.taps} taps, {thumb.letters} letters")
    assert (thumb.taps, thumb.letters) == (10, 126)
    talk = assert_kept(world)

    thumb.tap(phone.get_by_role("link", name="Introduce two of them"))
    assert_accessible(phone)
    thumb.tap(phone.get_by_role("button", name="Introduce").first)
    made = Introduction.objects.get()
    assert {made.from_person, made.to_person} <= set(talk.people.all())
    print(f"with an introduction: {thumb.taps} taps")
    assert thumb.taps == 12
    assert_said_once(phone, talk)
    phone.goto("/conversations/")
    expect(phone.locator("main")).to_contain_text("Barbecue on the green")


def test_recording_the_barbecue_by_keyboard_alone(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    keys = page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(80):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            keys.press("Tab")
        pytest.fail(f"{selector} cannot be reached by Tab")

    tab_to("#id_people")
    keys.type(WHO)
    keys.press("Enter")
    expect(page.locator(".who__chip")).to_have_count(5)
    tab_to("#id_told")
    keys.press("Space")
    tab_to("#id_summary")
    keys.type(SAID)
    expect(page.locator(".propose__chip")).to_have_count(4)
    for left in range(3, -1, -1):
        tab_to(".propose__add")
        keys.press("Enter")
        expect(page.locator(".propose__chip")).to_have_count(left)
    assert page.evaluate("() => document.activeElement !== document.body")
    tab_to("[data-cares] button")
    keys.press("Enter")
    expect(page.locator("[data-cares] input:checked")).to_have_count(5)
    tab_to("#id_next_step")
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(page.locator("#id_next_step")).to_have_value("Come back to Rose")
    tab_to(".capture__save")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wiktor")
    assert_kept(world)


def test_recording_the_barbecue_without_javascript(
    browser: Browser, browser_context_args, world, live_server, context, signed_in
) -> None:
    signed_in(world.builder)
    plain = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}{NEW}")
    page.fill("#id_people", WHO)
    page.check("#id_told")
    page.fill("#id_summary", SAID)
    page.get_by_label("Growing food").check()
    for row, (whose, gift, kind) in enumerate(sorted(GIFTS)):
        page.fill(f"#id_gifts-{row}-whose", whose)
        page.fill(f"#id_gifts-{row}-name", gift)
        page.check(f'input[name="gifts-{row}-kind"][value="{kind}"]')
    page.get_by_label("Next week").check()
    assert page.locator("[data-propose]").is_hidden()
    page.click(".capture__save")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wiktor")
    # Without scripts the page of the conversation asks who cares about what.
    for name in WHO.split(", "):
        page.get_by_role("group", name="Growing food").get_by_label(name).check()
    page.get_by_role("button", name="Save who cares about what").click()
    assert_said_once(page, assert_kept(world), live_server.url)
    plain.close()
