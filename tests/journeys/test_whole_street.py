"""A builder's whole journey on a small phone: a conversation by the brook, an introduction, and telling one about our
records.

Once with the keyboard alone, sealed on the phone, and once without JavaScript. Each page is checked as a screen reader
presents it: by the names of its headings, labels and live messages.
"""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from connectors.models import Conversation, Introduction, Person, SealedItem
from tests.browser import assert_fits
from tests.factories.connectors import PersonFactory, ThemeFactory
from tests.journeys import queue

SAID = "She grows beans by the brook."
STEP = "Bring Rose the seeds"
#: The name of the focused element; empty if the focus is on the page's body.
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const named = here.getAttribute('aria-label') || (here.labels && here.labels[0] && here.labels[0].textContent);
  return (named || here.textContent || here.name || here.id).trim().replace(/\\s+/g, ' ');
}"""

TODAY = """
- main:
  - heading "Today" [level=1]
  - link "Log a conversation"
"""
RECORD = """
- main:
  - heading "Log a conversation" [level=1]
  - {who} "Who did you meet?"
  - textbox "What did you hear?"
  - checkbox "I told the people I met for the first time that we note this down."
  - group "What do they care about?":
    - checkbox "Growing food"
  - group "Gifts you heard of"
  - textbox "Something to come back to"
  - button "Save"
"""
KEPT = f"""
- main:
  - heading "Rose, Tom" [level=1]
  - list "Who was there":
    - listitem:
      - link "Rose"
    - listitem:
      - link "Tom Not told yet"
  - region "Next steps":
    - list:
      - listitem:
        - paragraph:
          - link "{STEP}"
        - 'button "Done : {STEP}"'
        - 'button "Done, and log it : {STEP}"'
  - heading "What was heard" [level=2]
  - paragraph: {SAID}
  - heading "Gifts" [level=2]
  - heading "What they care about" [level=2]
  - list "What they care about":
    - listitem: Growing food
  - group:
    - group "Who cares about what?":
      - group "Growing food":
        - checkbox "Rose"
        - checkbox "Tom"
    - button "Save who cares about what"
  - region "What comes of it":
    - list:
      - listitem:
        - link "Introduce two of them"
"""
PAIRS = """
- main:
  - heading "Introduce two of them" [level=1]
  - article:
    - heading "Rose and Tom Not told yet" [level=2]
    - button "Introduce Rose and Tom"
"""
INTRODUCED = """
- main:
  - status:
    - paragraph: Introduced. We will ask what came of it.
  - heading "Rose – Tom" [level=1]
  - region "What came of it?":
    - heading "What came of it?" [level=2]
    - group "What came of it?":
      - radio "Not known yet" [checked]
    - button "Save"
"""
UNTOLD = """
- main:
  - heading "Tom Not told yet" [level=1]
  - region "Gifts":
    - heading "Gifts" [level=2]
  - region "Might like to meet":
    - heading "Might like to meet" [level=2]
  - group:
    - heading "What they agreed to" [level=2]
    - button "I told them what we note down"
"""
TOLD = """
- main:
  - status:
    - paragraph: "Saved: Tom has been told what we note down."
  - heading "Tom" [level=1]
  - group:
    - heading "What they agreed to" [level=2]
"""


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder with a sealing key, a theme, and Rose, who was told about our records."""
    builder = queue.brook()
    team = builder.memberships.get().team
    ThemeFactory(team=team, name="Growing food")
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=team.neighbourhoods.get())
    return SimpleNamespace(builder=builder, team=team, rose=rose)


def hear(page: Page, tree: str) -> None:
    """Wait until a screen reader can read this on the page, which is no wider than the phone."""
    expect(page.get_by_role("main")).to_match_aria_snapshot(tree)
    assert_fits(page)


def assert_kept(world: SimpleNamespace) -> None:
    """Check what the one conversation led to, and that it was saved once."""
    talk, made, tom = Conversation.objects.get(), Introduction.objects.get(), Person.objects.get(known_as="Tom")
    step = talk.steps.get()
    assert (talk.summary, step.words, (step.due_on - talk.held_on).days) == (SAID, STEP, 7)
    assert set(talk.people.all()) == {world.rose, tom}
    assert list(talk.themes.values_list("name", flat=True)) == ["Growing food"]
    assert list(talk.gifts_heard.values_list("person__known_as", "name", "kind")) == [
        ("Rose", "Growing beans", "hands")
    ]
    assert {made.from_person, made.to_person} == {world.rose, tom}
    assert made.conversation == talk
    assert tom.told_on is not None


class Keys:
    """A keyboard on a phone; something always has the focus."""

    def __init__(self, page: Page) -> None:
        self.page, self.type = page, page.keyboard.type

    def focused(self) -> str:
        """Return the name of the focused element; the focus must be on something."""
        here = self.page.evaluate(FOCUSED)
        assert here is not None, "the focus fell on the page's body"
        return here

    def stay(self, key: str) -> None:
        """Press a key that stays on the page and leaves the focus on something."""
        self.page.keyboard.press(key)
        self.focused()

    def leave(self, key: str = "Enter") -> None:
        """Press a key that opens another page."""
        self.page.keyboard.press(key)

    def tab_to(self, words: str, most: int = 60) -> None:
        """Press Tab until an element whose text begins like this has the focus."""
        passed = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(FOCUSED) or "")
            if passed[-1].startswith(words):
                return
        raise AssertionError(f"Tab does not reach {words!r}; it stopped at {passed}")


def write_by_keyboard(keys: Keys) -> None:
    """Fill in the capture page: two people, what was said, a theme, a gift, a step."""
    page = keys.page
    keys.tab_to("Who did you meet?")
    keys.type("Ros")
    expect(page.get_by_role("option", name="Rose")).to_be_visible()
    keys.stay("ArrowDown")
    keys.stay("Enter")
    expect(page.get_by_role("checkbox", name="Rose")).to_be_checked()
    keys.type("Tom")
    keys.stay("Enter")
    expect(page.get_by_role("list", name="People in this conversation").get_by_role("listitem")).to_have_count(2)
    expect(page.locator("[data-people-status]")).to_have_text("Added: Tom")
    assert keys.focused().startswith("Who did you meet?")
    keys.tab_to("What did you hear?")
    keys.type(SAID)
    keys.tab_to("Growing food")
    keys.stay("Space")
    keys.tab_to("Whose")
    keys.type("Ro")
    keys.tab_to("What can they share?")
    keys.type("Growing beans")
    keys.stay("Enter")
    assert keys.focused().startswith("Whose"), "another row, ready to be filled in"
    keys.tab_to("Something to come back to")
    keys.type(STEP)
    keys.stay("Tab")
    keys.stay("ArrowRight")
    keys.stay("ArrowRight")
    expect(page.get_by_role("radio", name="Next week")).to_be_checked()
    keys.tab_to("Save")


def test_the_journey_works_by_keyboard_and_screen_reader(phone: Page, world, signed_in, shot) -> None:
    signed_in(world.builder)
    keys = Keys(phone)
    phone.goto("/")
    hear(phone, TODAY)
    queue.wait_for(lambda: phone.evaluate(queue.PASSES), page=phone)
    keys.tab_to("Log a conversation")
    keys.leave()
    hear(phone, RECORD.format(who="combobox"))
    write_by_keyboard(keys)
    keys.leave()
    phone.wait_for_url("**/conversations/*/")
    hear(phone, KEPT)
    assert SealedItem.objects.get(kind="conversation").state == "kept", "it went sealed, not as an ordinary form"
    assert Person.objects.get(known_as="Tom").told_on is None

    keys.tab_to("Introduce two of them")
    keys.leave()
    hear(phone, PAIRS)
    keys.tab_to("Introduce Rose and Tom")
    keys.leave()
    hear(phone, INTRODUCED)
    keys.tab_to("Tom")
    keys.leave()
    hear(phone, UNTOLD)
    keys.tab_to("I told them what we note down")
    keys.leave()
    hear(phone, TOLD)
    expect(phone.get_by_role("button", name="I told them what we note down")).to_have_count(0)
    shot(phone, "street-told-360")
    assert_kept(world)


def test_after_saving_a_message_has_the_focus(street: queue.Phone) -> None:
    """Without signal the page stays: the message has the focus, and the next conversation starts at the first question."""
    page, keys = street.page, Keys(street.page)
    page.set_viewport_size({"width": 360, "height": 740})
    street.open()
    street.offline()
    page.locator("#id_summary").fill(SAID)
    keys.tab_to("Save")
    keys.leave()
    said = page.get_by_role("status").filter(has_text="Saved on this phone")
    expect(said).to_be_focused()
    expect(page.locator("#id_summary")).to_have_value("")
    keys.tab_to("Who did you meet?")
    street.online()
    street.until_sent()
    assert queue.kept() == [SAID]


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_journey_works_without_javascript(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/")
    hear(phone, TODAY)
    phone.get_by_role("main").get_by_role("link", name="Log a conversation").click()
    hear(phone, RECORD.format(who="textbox"))
    phone.get_by_label("Who did you meet?").fill("Rose, Tom")
    phone.get_by_label("What did you hear?").fill(SAID)
    phone.get_by_label("Growing food").check()
    first = phone.locator("[data-gift]").first
    first.get_by_label("Whose").fill("Rose")
    first.get_by_label("What can they share?").fill("Growing beans")
    first.get_by_label("Hands").check()
    phone.get_by_label("Something to come back to").fill(STEP)
    phone.get_by_label("Next week").check()
    phone.get_by_role("button", name="Save").click()
    hear(phone, KEPT)
    assert not SealedItem.objects.exists()
    phone.get_by_role("link", name="Introduce two of them").click()
    hear(phone, PAIRS)
    phone.get_by_role("button", name="Introduce Rose and Tom").click()
    hear(phone, INTRODUCED)
    phone.get_by_role("main").get_by_role("link", name=re.compile("^Tom")).click()
    hear(phone, UNTOLD)
    phone.get_by_role("button", name="I told them what we note down").click()
    hear(phone, TOLD)
    assert_kept(world)
