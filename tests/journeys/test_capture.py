"""A builder records the barbecue: by thumb at 360 px, by keyboard alone, without scripts; and words are noticed."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from communities.models import Role
from connectors.models import Conversation
from tests.browser import assert_accessible, assert_fits, assert_targets_are_large
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory

NEW = "/record/"
SAID = "A barbecue on the green. Rose has the key to the hall."


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team with a builder, two known residents of Brook Street, a theme and a place."""
    team = TeamFactory(name="Brookside")
    here = NeighbourhoodFactory(team=team, name="Brook Street")
    NeighbourhoodFactory(team=team, name="Hill End")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    theme = ThemeFactory(team=team, name="Growing food")
    ConversationFactory(team=team, builder=builder, neighbourhood=here, themes=[theme])
    return SimpleNamespace(
        team=team,
        here=here,
        builder=builder,
        theme=theme,
        rose=PersonFactory(team=team, known_as="Rose", neighbourhood=here),
        idris=PersonFactory(team=team, known_as="Idris", neighbourhood=here),
        green=AssetFactory(team=team, name="The Green"),
    )


class Thumb:
    """Count taps and typed texts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).click()
        self.taps += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def option(page: Page, words: str) -> None:
    """Wait until the list suggests somebody or something with this text."""
    expect(page.locator(f'[role=option][data-label="{words}"]').first).to_be_visible()


@pytest.mark.parametrize("late", ["pick", "names", "capture", "noticing", "wording", "htmx"])
def test_text_typed_before_scripts_load_is_looked_up_afterwards(phone: Page, world, signed_in, late) -> None:
    signed_in(world.builder)
    held: list[Route] = []
    phone.route(re.compile(rf"/{late}[^/]*\.js"), lambda route: held.append(route))
    phone.goto(NEW, wait_until="commit")
    phone.locator("#id_people").press_sequentially("Rose")
    assert len(held) == 1
    held[0].continue_()
    option(phone, "Rose")
    phone.keyboard.press("Enter")
    expect(phone.locator(".who__chip")).to_contain_text("Rose")


def assert_barbecue(world: SimpleNamespace) -> None:
    """Check the one conversation and everything that was updated from it."""
    talk = Conversation.objects.get(summary=SAID)
    assert set(talk.people.values_list("known_as", flat=True)) == {"Rose", "Idris", "Ama", "Li", "Wiktor"}
    assert {world.rose, world.idris} < set(talk.people.all())
    assert list(talk.themes.all()) == [world.theme]
    assert (talk.neighbourhood, talk.builder, talk.place) == (world.here, world.builder, world.green)
    assert set(talk.gifts_heard.values_list("person__known_as", "name", "kind")) == {
        ("Rose", "Baking", "hands"),
        ("Ama", "Singing", "heart"),
        ("Wiktor", "Polish", "head"),
    }
    step = talk.steps.get()
    assert (step.words, (step.due_on - talk.held_on).days) == ("Bring charcoal", 7)


def test_recording_by_touch_on_a_small_phone(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    assert_fits(phone)
    assert_accessible(phone)
    assert_targets_are_large(phone)
    thumb = Thumb(phone)
    thumb.tap("#id_people")
    for name in ("Rose", "Idris"):
        thumb.type(name[:3])
        option(phone, name)
        thumb.tap(f'[role=option][data-label="{name}"]')
    for name in ("Ama", "Li", "Wiktor"):
        thumb.type(name)
        option(phone, name)
        thumb.press("Enter")
    expect(phone.locator(".who__chip")).to_have_count(5)
    thumb.tap("#id_summary")
    thumb.type(SAID)
    thumb.tap("text=Growing food")
    for row, (whose, gift, kind) in enumerate(
        [("Rose", "Baking", "hands"), ("Ama", "Singing", "heart"), ("Wiktor", "Polish", "head")]
    ):
        if row:
            thumb.tap("[data-gift-add]")
        phone.locator(f"#id_gifts-{row}-whose").select_option(label=whose)
        thumb.taps += 2
        thumb.tap(f"#id_gifts-{row}-name")
        thumb.type(gift)
        if kind != "hands":
            thumb.tap(f'[data-gift]:nth-of-type({row + 1}) input[value="{kind}"]')
    thumb.tap("#id_next_step")
    thumb.type("Bring charcoal")
    thumb.tap("text=Next week")
    thumb.tap(".where__change > summary")
    thumb.tap("#id_place_name")
    thumb.type("gree")
    option(phone, "The Green")
    thumb.tap('[role=option][data-label="The Green"]')
    assert_fits(phone)
    assert_accessible(phone)
    thumb.tap(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Rose")
    assert_barbecue(world)
    # Five people, three gifts, a theme, a place and a step, saved once.
    assert thumb.taps <= 25, thumb.taps


def test_a_light_touch_takes_three_taps(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    thumb = Thumb(phone)
    thumb.tap("#id_people")
    thumb.type("Rose")
    thumb.tap("#id_summary")
    thumb.type("Her tomatoes are ripe.")
    thumb.tap(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rose")
    talk = Conversation.objects.get(summary="Her tomatoes are ripe.")
    assert (list(talk.people.all()), talk.neighbourhood) == ([world.rose], world.here)
    assert thumb.taps == 3


def test_recording_by_keyboard_alone(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    keys = page.keyboard
    page.locator("#id_people").focus()
    line = page.locator("#id_people")
    expect(line).to_have_attribute("role", "combobox")
    keys.type("Ros")
    option(page, "Rose")
    expect(line).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowDown")
    expect(line).to_have_attribute("aria-activedescendant", "person-option-1")
    keys.press("Enter")
    keys.type("idris")
    option(page, "Idris")
    keys.press("Enter")
    keys.type("Nobody")
    option(page, "Nobody")
    keys.press("Escape")
    expect(line).to_have_attribute("aria-expanded", "false")
    keys.press("Enter")
    expect(page.locator(".who__chip")).to_have_count(3)
    keys.press("Backspace")
    keys.press("Delete")
    expect(page.locator(".who__chip")).to_have_count(2)
    expect(page.locator("[data-people-status]")).to_have_text("Removed: Nobody")
    line.focus()
    keys.type("Ama, Li and Wiktor")
    keys.press("Enter")
    expect(page.locator(".who__chip")).to_have_count(5)

    def tab_to(selector: str) -> None:
        for _ in range(12):
            keys.press("Tab")
            if page.locator(selector).evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"{selector} cannot be reached by Tab")

    tab_to(".where__change > summary")
    keys.press("Enter")
    tab_to("#id_place_name")
    keys.type("the green")
    keys.press("Escape")
    tab_to("#id_summary")
    keys.type(SAID)
    tab_to("#id_themes_0")
    keys.press("Space")
    for row, (whose, gift, steps) in enumerate(
        [("Rose", "Baking", 0), ("Ama", "Singing", 1), ("Wiktor", "Polish", -1)]
    ):
        if row:
            tab_to("[data-gift-add]")
            keys.press("Enter")
        else:
            tab_to("#id_gifts-0-whose")
        keys.type(whose[:2])
        tab_to(f"#id_gifts-{row}-name")
        keys.type(gift)
        keys.press("Tab")
        if steps:
            keys.press("ArrowRight" if steps > 0 else "ArrowLeft")
    tab_to("#id_next_step")
    keys.type("Bring charcoal")
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    tab_to(".capture__save")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rose")
    assert_barbecue(world)


def test_recording_without_javascript(
    browser: Browser, browser_context_args, world, live_server, context, signed_in
) -> None:
    signed_in(world.builder)
    plain = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}{NEW}")
    assert page.locator("[data-gift]").count() == 3
    page.fill("#id_people", "Rose, Idris, Ama, Li and Wiktor")
    page.fill("#id_summary", SAID)
    page.check("#id_themes_0")
    for row, (whose, gift, kind) in enumerate(
        [("Rose", "Baking", "hands"), ("Ama", "Singing", "heart"), ("Wiktor", "Polish", "head")]
    ):
        page.fill(f"#id_gifts-{row}-whose", whose)
        page.fill(f"#id_gifts-{row}-name", gift)
        page.check(f'input[name="gifts-{row}-kind"][value="{kind}"]')
    page.fill("#id_next_step", "Bring charcoal")
    page.get_by_label("Next week").check()
    page.click(".where__change > summary")
    page.fill("#id_place_name", "the green")
    page.click(".capture__save")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rose")
    plain.close()
    assert_barbecue(world)


def test_an_ambiguous_name_is_never_guessed(phone: Page, world, signed_in) -> None:
    marys = [
        PersonFactory(team=world.team, known_as="Mary", neighbourhood=world.here, street=street)
        for street in ("Mill Lane", "Weir Road")
    ]
    signed_in(world.builder)
    phone.goto(NEW)
    phone.locator("#id_people").press_sequentially("mary")
    option(phone, "Mary")
    phone.keyboard.press("Enter")
    expect(phone.locator(".who__chip")).to_have_count(0)
    expect(phone.get_by_role("group", name="Which Mary?")).to_contain_text("Mill Lane")
    expect(phone.get_by_role("listbox")).to_be_hidden()
    phone.locator("#id_summary").fill("Hello")
    phone.click(".capture__save")
    # It is saved at once, and the question is asked on a page of its own.
    expect(phone.get_by_role("heading", name="Who was it?")).to_be_visible()
    assert Conversation.objects.get(summary="Hello").people.count() == 0
    assert_fits(phone)
    assert_accessible(phone)
    phone.get_by_role("button", name="Weir Road").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Mary")
    assert list(Conversation.objects.get(summary="Hello").people.all()) == [marys[1]]


def test_which_of_several_is_asked_below_the_line_of_names(phone: Page, world, signed_in) -> None:
    marys = [PersonFactory(team=world.team, known_as="Mary", neighbourhood=world.here, street=s) for s in ("A", "B")]
    signed_in(world.builder)
    phone.goto(NEW)
    # Who and what stand first: nobody scrolls to reach them.
    expect(phone.locator("#id_people")).to_be_in_viewport()
    phone.locator("#id_people").press_sequentially("Mary, Rose, ")
    question = phone.get_by_role("group", name="Which Mary?")
    expect(question.get_by_role("button")).to_have_count(3)
    expect(phone.locator(".who__chip")).to_have_count(1)  # Rose, whose chip moves the line and what is below it
    line, below = phone.locator("#id_people").bounding_box(), question.bounding_box()
    assert 0 <= below["y"] - line["y"] - line["height"] <= 40
    question.get_by_role("button", name=re.compile("^Mary, Brook Street, B,")).click()
    expect(question).to_have_count(0)
    expect(phone.locator(f'.who__chip input[value="{marys[1].uuid}"]')).to_be_checked()
    expect(phone.locator(".who__chip")).to_have_count(2)
    phone.locator("#id_people").press_sequentially("Mary, ")
    expect(question).to_have_count(1)
    phone.locator("#id_people").fill("")
    expect(question).to_have_count(0)


def test_an_error_keeps_chips_rows_and_text(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    phone.locator("#id_people").press_sequentially("Ama")
    option(phone, "Ama")
    phone.keyboard.press("Enter")
    phone.locator("#id_gifts-0-name").fill("Singing")
    for row in (1, 2, 3):
        phone.click("[data-gift-add]")
        phone.locator(f"#id_gifts-{row}-name").fill(f"Gift {row}")
    phone.get_by_label("A date").last.check()
    phone.locator("#id_held_on_date").fill("2019-05-01")
    phone.click(".capture__save")
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    expect(phone.locator(".who__chip")).to_contain_text("Ama")
    expect(phone.locator("#id_gifts-3-name")).to_have_value("Gift 3")
    expect(phone.locator("#id_gifts-3-whose")).to_have_value("Ama")
    expect(phone.locator("#id_held_on_date")).to_have_value("2019-05-01")
    phone.get_by_label("Today").check()
    phone.click(".capture__save")
    expect(phone.locator("[data-error-summary]")).to_have_count(0)
    assert Conversation.objects.get(people__known_as="Ama").gifts_heard.count() == 4


def test_a_deficit_word_is_noticed_and_replaced(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    field = phone.locator("#id_summary")
    field.fill("A service user said “I am a client”.")
    hint = phone.locator("#id_summary + .wording")
    expect(hint).to_contain_text("You wrote “service user”.")
    expect(hint).not_to_contain_text("client")
    # Out from under the bar with Save, where a finger can tap it.
    hint.evaluate("hint => hint.scrollIntoView({ block: 'center' })")
    assert_accessible(phone)
    phone.get_by_role("button", name="Use “citizen”").click()
    expect(field).to_have_value("A citizen said “I am a client”.")
    expect(field).to_be_focused()
    expect(hint).to_be_empty()
    field.fill("A referral.")
    phone.get_by_role("button", name="Keep my word").click()
    expect(hint).to_be_empty()
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_have_text("A conversation")
    # Dismissed once beside the field: the next page does not ask again.
    expect(phone.get_by_role("region", name="Words that could start with strengths")).to_have_count(0)


def test_a_double_tap_saves_one(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    phone.locator("#id_summary").fill("Twice")
    phone.locator(".capture__save").dblclick()
    expect(phone.get_by_role("heading", level=1)).to_have_text("A conversation")
    assert Conversation.objects.filter(summary="Twice").count() == 1
