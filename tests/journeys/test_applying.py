"""A resident without an account: from the poster to submitted, on a phone, by keyboard, without JavaScript, with trouble on the way."""

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from communities.models import Role
from sparks.models import Application, Enclosure, EnclosureKind, Stage
from tests.factories.communities import PartnerFactory, TeamFactory, UserFactory
from tests.factories.sparks import ApplyPageFactory, RoundFactory

QUESTIONS = (
    "What do you want to do?",
    "Who will you do it with?",
    "What will it cost?",
    "Who holds the money?",
    "How do we reach you?",
)


@pytest.fixture
def door(live_server) -> SimpleNamespace:
    """Return an open public page, a builder, and a host."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", email="bea@example.org", roles={team: [Role.BUILDER]})
    PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)
    grant_round = RoundFactory(team=team, fund__name="Small sparks", name="Spring")
    public = ApplyPageFactory(
        round=grant_round, code="brookside", shows_money=True,
        first_check="Would it happen in our neighbourhoods?", second_check="Would £500 or less be enough?",
    )  # fmt: skip
    return SimpleNamespace(team=team, builder=builder, round=grant_round, public=public)


class Hand:
    """Somebody's finger: counts the taps and the letters, and looks at each screen."""

    def __init__(self, page: Page, look=None):
        self.page, self.look, self.taps, self.letters = page, look, 0, 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def write(self, label: str, words: str) -> None:
        box = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        self.tap(box)
        self.letters += len(words)
        box.fill(words)

    def press(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def reads(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, heading
        if self.look:
            self.look(heading)


def fill_in(hand: Hand, *, since: int = 0) -> None:
    """Answer the questions from one of them on, and read everything once more."""
    answers = (
        lambda: (hand.write("Your idea", "A bench in the sun"), hand.write("What shall we call it?", "Sunny bench")),
        lambda: hand.write("Who is in it?", "Four of us from Mill Row"),
        lambda: (hand.write("What is the money for?", "Wood, £30"), hand.write("How much would help?", "30")),
        lambda: hand.tap(hand.page.get_by_label("No money, please: buy the things for us")),
        lambda: (hand.write("Your name", "Rose"), hand.write("Phone", "0117 496 0001")),
    )
    for question, answer in list(zip(QUESTIONS, answers, strict=True))[since:]:
        hand.reads(question)
        answer()
        hand.press("Save and continue")
    hand.reads("Check your answers and send them")


def open_door(hand: Hand) -> None:
    """Open the address of the poster and say yes twice."""
    hand.page.goto("/apply/brookside/")
    hand.reads("Have an idea?")
    for question in hand.page.get_by_role("radio", name="Yes", exact=True).all():
        hand.tap(question)
    hand.press("Continue")


def sent(hand: Hand) -> Application:
    """Send it, and return it as stored."""
    hand.press("Send")
    hand.reads("Sunny bench")
    expect(hand.page.get_by_text("Sent. Thank you for your idea.")).to_be_visible()
    application = Application.objects.get()
    assert (application.stage, application.what, application.held_by) == (Stage.SENT, "A bench in the sun", "goods")
    assert [each.name for each in application.people.all()] == ["Rose"]
    return application


def walk(page: Page, how: str, look=None) -> None:
    """Go from the poster to submitted, and print what it took."""
    hand, begun = Hand(page, look), time.perf_counter()
    open_door(hand)
    fill_in(hand)
    sent(hand)
    print(f"\n{how}: {hand.taps} taps, {hand.letters} letters, {time.perf_counter() - begun:.1f} s of the machine")
    assert hand.taps <= 20
    assert page.context.cookies() == []


def test_from_the_poster_to_submitted_on_a_phone(phone: Page, door, shot, assert_accessible):
    def look(heading: str) -> None:
        name = re.sub(r"\W+", "-", heading.lower()).strip("-")
        for width, height in ((360, 740), (1280, 900)):
            phone.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                phone.emulate_media(color_scheme=scheme)
                shot(phone, f"applying-{name}-{width}-{scheme}")
                assert_accessible(phone)
        phone.emulate_media(color_scheme="light")
        phone.set_viewport_size({"width": 360, "height": 740})

    walk(phone, "on a phone", look)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_from_the_poster_to_submitted_without_javascript(phone: Page, door):
    walk(phone, "without JavaScript")


def test_from_the_poster_to_submitted_by_keyboard(page: Page, door):
    page.goto("/apply/brookside/")
    keys = [0]

    def key(name: str) -> None:
        keys[0] += 1
        page.keyboard.press(name)

    def go_to(target: Locator) -> None:
        for _press in range(30):
            if target.evaluate("element => element === document.activeElement"):
                return
            key("Tab")
        raise AssertionError(f"{target} is not reached by Tab")

    def write(label: str, words: str) -> None:
        go_to(page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")))
        page.keyboard.type(words)

    def go_on(name: str = "Save and continue") -> None:
        go_to(page.get_by_role("button", name=name, exact=True))
        key("Enter")

    for question in page.get_by_role("radio", name="Yes", exact=True).all():
        go_to(question)
        key("Space")
    go_on("Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[0])
    write("Your idea", "A bench in the sun")
    write("What shall we call it?", "Sunny bench")
    go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[1])
    write("Who is in it?", "Four of us")
    go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[2])
    write("How much would help?", "30")
    go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[3])
    go_to(page.get_by_role("radio", name="A local organisation holds it for us"))
    key("ArrowDown")
    key("ArrowDown")
    go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTIONS[4])
    write("Your name", "Rose")
    go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers and send them")
    go_on("Send")
    expect(page.get_by_text("Sent. Thank you for your idea.")).to_be_visible()
    application = Application.objects.get()
    assert (application.stage, application.held_by) == (Stage.SENT, "goods")
    print(f"\nby keyboard: {keys[0]} keys besides the words")


def test_six_words_bring_them_back_after_everything_is_gone(phone: Page, door, context: BrowserContext, browser):
    hand = Hand(phone)
    open_door(hand)
    hand.reads(QUESTIONS[0])
    hand.write("Your idea", "A bench in the sun")
    expect(phone.get_by_text("Saved", exact=True)).to_be_visible()
    six = phone.locator(".six-words").inner_text()
    context.clear_cookies()
    phone.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    phone.goto("about:blank")
    phone.goto("/apply/brookside/")
    hand.tap(phone.get_by_role("link", name="I have started already: open my idea"))
    hand.write("Your six words", six.upper())
    hand.press("Open")
    hand.tap(phone.get_by_role("link", name="Continue writing"))
    expect(phone.get_by_label("Your idea")).to_have_value("A bench in the sun")
    fill_in(hand)
    sent(hand)


def test_no_signal_is_said_and_saved_when_it_is_back(phone: Page, door, context: BrowserContext, console_is_clean):
    hand = Hand(phone)
    open_door(hand)
    hand.reads(QUESTIONS[0])
    phone.wait_for_load_state()  # so that the script listens before the signal goes
    context.set_offline(True)
    phone.get_by_label("Your idea").fill("A bench in the sun")
    expect(phone.get_by_text("No signal: what you typed is not saved yet.")).to_be_visible()
    assert Application.objects.get().what == ""
    context.set_offline(False)
    expect(phone.get_by_text("Saved", exact=True)).to_be_visible()
    assert Application.objects.get().what == "A bench in the sun"
    console_is_clean.clear()


def test_two_tabs_lose_neither_text(phone: Page, door, context: BrowserContext, console_is_clean):
    hand = Hand(phone)
    open_door(hand)
    hand.reads(QUESTIONS[0])
    other = context.new_page()
    other.goto(phone.url)
    phone.get_by_label("Your idea").fill("A bench")
    expect(phone.get_by_text("Saved", exact=True)).to_be_visible()
    other.get_by_label("Your idea").fill("A swing")
    expect(other.get_by_text("This was changed somewhere else, so your words are not saved yet.")).to_be_visible()
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_label("Your idea")).to_have_value("A swing")
    expect(other.get_by_text("A bench", exact=True)).to_be_visible()
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(QUESTIONS[1])
    assert Application.objects.get().what == "A swing"
    console_is_clean.clear()


def test_back_and_a_double_press_keep_what_was_typed(phone: Page, door):
    hand = Hand(phone)
    open_door(hand)
    hand.reads(QUESTIONS[0])
    phone.get_by_label("Your idea").fill("A bench in the sun")
    phone.get_by_role("button", name="Save and continue").dblclick()
    hand.reads(QUESTIONS[1])
    phone.go_back()
    expect(phone.get_by_label("Your idea")).to_have_value("A bench in the sun")
    phone.get_by_label("Your idea").fill("A bench in the shade")
    phone.get_by_role("button", name="Save and continue").click()
    hand.reads(QUESTIONS[1])
    assert Application.objects.get().what == "A bench in the shade"


def test_the_button_pressed_while_it_saves_meets_no_question(phone: Page, door):
    hand = Hand(phone)
    open_door(hand)
    hand.reads(QUESTIONS[0])

    def slowly(route) -> None:
        if route.request.headers.get("x-while-typing"):
            time.sleep(1)
        route.continue_()

    phone.wait_for_load_state()  # so that the script listens
    phone.route("**/apply/mine/**", slowly)
    with phone.expect_request(lambda request: "x-while-typing" in request.headers):
        phone.get_by_label("Your idea").fill("A bench")
    phone.get_by_label("Your idea").fill("A bench in the sun")
    phone.get_by_role("button", name="Save and continue").click()
    hand.reads(QUESTIONS[1])
    assert Application.objects.get().what == "A bench in the sun"


#: A microphone that hums, and a browser that allows it without asking.
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def hearing(browser_type, browser_type_launch_args, browser_context_args, base_url) -> Iterator[Page]:
    """Return a page on a phone that has a microphone."""
    arguments = [*browser_type_launch_args["args"], *MICROPHONE]
    own = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    narrow = {"base_url": base_url, "viewport": {"width": 360, "height": 740}, "permissions": ["microphone"]}
    yield own.new_context(**{**browser_context_args, **narrow}).new_page()
    own.close()


def test_a_voice_note_is_recorded_heard_removed_and_sent(hearing: Page, door):
    hand, faults = Hand(hearing), []
    hearing.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    hearing.on("pageerror", lambda error: faults.append(str(error)))
    hearing.on("dialog", lambda dialog: faults.append(dialog.message) or dialog.accept())

    def record() -> None:
        fold = hearing.locator("details", has=hearing.locator("[data-recorder]"))
        if fold.get_attribute("open") is None:
            hand.tap(hearing.get_by_text("Say it, or show a photo"))
        hand.press("Record")
        expect(hearing.locator("[data-record-said]")).to_have_text(re.compile("0:0[1-9]"))
        hand.press("Stop")
        expect(hearing.get_by_text("Your voice note is ready.")).to_be_visible()
        plays(hearing.locator("[data-record-player]"))

    def plays(sound: Locator) -> None:
        sound.evaluate("sound => sound.play()")
        expect(sound).to_be_visible()
        hearing.wait_for_function("sound => sound.currentTime > 0 && !sound.error", arg=sound.element_handle())

    open_door(hand)
    hand.reads(QUESTIONS[0])
    record()
    hand.press("Save and continue")
    hand.reads(QUESTIONS[1])
    hand.tap(hearing.get_by_role("link", name="Back"))
    plays(hearing.locator(".enclosed audio"))
    hand.tap(hearing.get_by_label("Remove it"))
    hand.press("Save and continue")
    hand.reads(QUESTIONS[1])
    assert not Enclosure.objects.exists()
    hand.tap(hearing.get_by_role("link", name="Back"))
    record()
    fill_in(hand)
    note = sent(hand).enclosures.get()
    assert (note.kind, note.file.name[-5:]) == (EnclosureKind.VOICE, ".webm")
    assert faults == []


def test_said_aloud_to_a_connector(phone: Page, door, signed_in):
    signed_in(door.builder)
    hand = Hand(phone)
    phone.goto("/sparks/applications/")
    hand.press("Write it down for somebody")
    fill_in(hand)
    hand.tap(phone.get_by_role("link", name="Read it aloud and send it"))
    hand.reads("Read it aloud")
    hand.tap(phone.get_by_label("In person, after I read it to them"))
    hand.tap(phone.get_by_label(re.compile("They heard all of it")))
    hand.press("Send it for them")
    expect(phone.get_by_text("Sent, with their yes.")).to_be_visible()
    application = Application.objects.get()
    assert (application.stage, application.helper, application.consent_how) == (Stage.SENT, door.builder, "person")
    print(f"\nsaid aloud: {hand.taps} taps, {hand.letters} letters")
