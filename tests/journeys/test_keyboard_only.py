"""A builder's morning with the keyboard alone: sign in, record a conversation, introduce two residents, start a spark.

Each press of Tab is checked: the focused element is visible, has an outline, and is further down the page than the one
before, or in the same line.
"""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Conversation, Introduction
from sparks.models import Spark, Status
from tests.factories.communities import PASSWORD, NeighbourhoodFactory, PartnerFactory, TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory, ThemeFactory
from tests.factories.sparks import RoundFactory

#: The focused element: its name, whether it is visible, its outline, and its position in the document.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = [element, element.closest('.who__chip, .choice, .tick, label')].filter(Boolean).some((part) => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== 'rgba(0, 0, 0, 0)';
  }) || [...(element.labels || [])].some((part) => parseFloat(getComputedStyle(part).outlineWidth) >= 2
    && getComputedStyle(part).outlineStyle !== 'none');
  const box = element.getBoundingClientRect();
  const label = (element.labels && element.labels[0] && element.labels[0].textContent) || '';
  const previous = window.kithBefore;
  window.kithBefore = element;
  return {
    words: (element.getAttribute('aria-label') || label || element.textContent || element.name || '').trim().replace(/\\s+/g, ' '),
    id: element.id, tag: element.tagName, ring,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    follows: !previous || previous === element || !previous.isConnected
      || Boolean(previous.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder with a password, two residents, a host and an open round."""
    team = TeamFactory(name="Brookside")
    here = NeighbourhoodFactory(team=team, name="Mill Row")
    ThemeFactory(team=team, name="Growing food")
    PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)
    RoundFactory(team=team, fund__name="Small sparks", name="Spring")
    return SimpleNamespace(
        team=team,
        builder=UserFactory(name="Bea Builder", email="bea@example.org", roles={team: [Role.BUILDER]}),
        rose=PersonFactory(team=team, known_as="Rose", neighbourhood=here),
        tom=PersonFactory(team=team, known_as="Tom", neighbourhood=here),
    )


class Keys:
    """A keyboard that checks the focus."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def tab_to(self, words: str, most: int = 60) -> None:
        """Press Tab until the focus is on an element whose text begins like this, and check every stop on the way."""
        passed = []
        for _ in range(most):
            self.press("Tab")
            here = self.page.evaluate(FOCUSED)
            if here is None:
                continue
            passed.append(here["words"])
            assert here["seen"], f"{here} has the focus and cannot be seen"
            assert here["ring"], f"{here} has the focus and nothing shows it"
            assert here["follows"], f"{here} comes before {passed[-2:]} on the page"
            if here["words"].startswith(words):
                return
        raise AssertionError(f"Tab does not reach {words!r}; it stopped at {passed}")

    def arrive(self, heading: str) -> None:
        """Wait for a page by its heading, and for its stylesheets, because they show the focus."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.page.wait_for_load_state("load")


@pytest.fixture
def keys(page: Page) -> Keys:
    """Return the keyboard of the page; no mouse is used here."""
    return Keys(page)


def sign_in(keys: Keys) -> None:
    """Sign in on the sign-in page."""
    keys.page.goto("/sign-in/")
    expect(keys.page.get_by_label("Email address")).to_be_focused()
    keys.type("bea@example.org")
    keys.tab_to("Password")
    keys.type(PASSWORD)
    keys.press("Enter")
    keys.arrive("Today")


def test_a_builders_morning_by_keyboard_alone(page: Page, keys: Keys, world, shot) -> None:
    sign_in(keys)
    keys.tab_to("Log a conversation")
    keys.press("Enter")
    keys.arrive("Log a conversation")
    log(keys)
    keys.arrive("Rose")
    talk = Conversation.objects.get()
    assert (talk.summary, talk.idea) == ("Her beans are up.", "A seed swap in the hall.")
    assert list(talk.people.all()) == [world.rose]
    assert list(talk.gifts_heard.values_list("name", "kind")) == [("Growing beans", "heart")]

    keys.tab_to("Introductions")
    keys.press("Enter")
    keys.arrive("Introductions")
    keys.tab_to("Make an introduction")
    keys.press("Enter")
    keys.arrive("Make an introduction")
    introduce(keys)
    keys.arrive("Rose – Tom")
    made = Introduction.objects.get()
    assert (made.from_end, made.to_end, made.reason) == (world.rose, world.tom, "Both grow beans")

    keys.tab_to("Sparks")
    keys.press("Enter")
    keys.arrive("Sparks")
    keys.tab_to("Start a spark")
    keys.press("Enter")
    keys.arrive("Start a spark")
    write(keys)
    keys.arrive("Seed swap")
    spark = Spark.objects.get()
    assert (spark.title, spark.status, spark.amount_gbp) == ("Seed swap", Status.SUBMITTED, 60)
    shot(page, "keyboard-spark")


def log(keys: Keys) -> None:
    """Fill the capture page."""
    keys.tab_to("Who did you meet?")
    keys.type("Ros")
    expect(keys.page.locator('[role=option][data-label="Rose"]')).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(keys.page.locator(".who__chip")).to_have_text("Rose Mill Row")
    keys.tab_to("What did you hear?")
    keys.type("Her beans are up.")
    keys.tab_to("What can they share?")
    keys.type("Growing beans")
    keys.tab_to("Hands")
    keys.press("ArrowRight")
    keys.tab_to("An idea they had")
    keys.press("Enter")
    keys.tab_to("An idea they had")
    keys.type("A seed swap in the hall.")
    keys.tab_to("Save")
    keys.press("Enter")


def introduce(keys: Keys) -> None:
    """Choose both residents and introduce them."""
    for words, typed, name in (
        ("Search for who you are introducing", "Ros", "Rose, Mill Row"),
        ("Search for who they should meet", "Tom", "Tom, Mill Row"),
    ):
        keys.tab_to(words)
        keys.type(typed)
        expect(keys.page.get_by_role("radio", name=name)).to_be_visible()
        keys.tab_to(name)
        keys.press("Space")
        expect(keys.page.get_by_role("radio", name=name)).to_be_checked()
    keys.tab_to("Why these two?")
    keys.type("Both grow beans")
    keys.tab_to("Introduce them")
    keys.press("Enter")


def write(keys: Keys) -> None:
    """Answer the four questions and hand the spark in."""
    for words, answer in (
        ("What shall we call it?", "Seed swap"),
        ("What do you want to do?", "Bring a packet, take a packet."),
        ("Who will you do it with?", "Rose and Tom"),
        ("What will it cost?", "Soup £60"),
        ("How much would help?", "60"),
    ):
        keys.tab_to(words)
        keys.type(answer)
    keys.press("Tab")
    keys.press("Space")
    keys.tab_to("Which organisation holds it?")
    keys.type("Chapel")
    keys.tab_to("Round")
    keys.type("Small")
    keys.tab_to("Submit")
    keys.press("Enter")


def test_the_first_tab_stop_skips_to_the_content(page: Page, keys: Keys, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto("/")
    keys.press("Tab")
    here = page.evaluate(FOCUSED)
    assert here["ring"]
    assert "Skip" in here["words"]
    keys.press("Enter")
    keys.tab_to("Log a conversation")
