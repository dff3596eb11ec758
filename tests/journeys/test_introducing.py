"""Introducing neighbours on a phone: an outcome with one tap, a suggestion dismissed and restored, an ask met by a
neighbour.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Ask, Dismissal, IntroductionOutcome, WhoMet
from tests.browser import assert_fits
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import IntroductionFactory, PersonFactory, ThemeFactory

ASKING = "/introductions/asking/"


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder and three residents of one street: Rose and Tom share a theme, Rose and Amina were introduced."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    here, food = NeighbourhoodFactory(team=team, name="Mill Row"), ThemeFactory(team=team, name="Growing food")
    rose, tom, amina = (
        PersonFactory(team=team, known_as=name, neighbourhood=here, themes=themes)
        for name, themes in (("Rose", [food]), ("Tom", [food]), ("Amina", []))
    )
    introduced_on = timezone.localdate() - timedelta(days=30)
    made = IntroductionFactory(
        team=team, from_person=rose, to_person=amina, introduced_by=builder, introduced_on=introduced_on
    )
    return SimpleNamespace(team=team, builder=builder, rose=rose, tom=tom, amina=amina, introduction=made)


@pytest.fixture
def bea(phone: Page, world, signed_in) -> Page:
    """Return the phone of the builder."""
    signed_in(world.builder)
    return phone


def they_met(world) -> bool:
    """Return whether it was saved that they met today."""
    world.introduction.refresh_from_db()
    kept = world.introduction
    return (kept.outcome, kept.outcome_on) == (IntroductionOutcome.MET, timezone.localdate())


def judge(page: Page, assert_accessible) -> None:
    """Fail unless the page in its current state is accessible on a phone."""
    assert_accessible(page)
    assert_fits(page)


def test_recording_that_they_met_takes_one_tap(bea: Page, world, assert_accessible, shot) -> None:
    bea.goto(ASKING)
    judge(bea, assert_accessible)
    bea.get_by_role("button", name="They met").click()
    answered = bea.get_by_role("status").filter(has_text="Rose → Amina")
    expect(answered).to_contain_text("They met")
    expect(bea.get_by_role("button", name="They met")).to_have_count(0)
    assert bea.url.endswith(ASKING), "the page stays"
    assert they_met(world)
    judge(bea, assert_accessible)
    shot(bea, "introducing-they-met-360")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_recording_that_they_met_takes_one_tap_without_javascript(bea: Page, world) -> None:
    bea.goto(ASKING)
    bea.get_by_role("button", name="They met").click()
    expect(bea.get_by_text("Saved. Thank you for asking them.")).to_be_visible()
    expect(bea.get_by_text("Nobody to ask about today")).to_be_visible()
    assert they_met(world)


def test_recording_that_they_met_by_keyboard_alone(bea: Page, world) -> None:
    bea.goto(ASKING)
    button = bea.get_by_role("button", name="They met")
    passed = []
    while not button.evaluate("button => button === document.activeElement"):
        bea.keyboard.press("Tab")
        passed.append(bea.evaluate("() => document.activeElement.textContent.trim()"))
        assert len(passed) < 40, f"Tab does not reach the answer: {passed}"
    ring = button.evaluate(
        "button => [getComputedStyle(button).outlineStyle, parseFloat(getComputedStyle(button).outlineWidth)]"
    )
    assert ring[0] != "none"
    assert ring[1] >= 2
    bea.keyboard.press("Enter")
    expect(bea.get_by_role("status").filter(has_text="Rose → Amina")).to_contain_text("They met")
    assert they_met(world)


def test_a_suggestion_is_dismissed_and_restored(bea: Page, world, assert_accessible, shot) -> None:
    bea.goto(f"/people/{world.rose.uuid}/meet/")
    expect(bea.get_by_text("both care about growing food", exact=False)).to_be_visible()
    judge(bea, assert_accessible)
    bea.get_by_role("button", name="Not these two").click()
    expect(bea.get_by_role("status").filter(has_text="Rose and Tom will not be suggested again")).to_be_visible()
    assert Dismissal.objects.get().until is None
    judge(bea, assert_accessible)
    shot(bea, "introducing-aside-360")
    bea.get_by_role("button", name="Undo").click()
    expect(bea.get_by_role("status").filter(has_text="Rose and Tom can be suggested again")).to_be_visible()
    assert not Dismissal.objects.exists()
    bea.reload()
    bea.get_by_role("button", name="Not now").click()
    expect(bea.get_by_role("status").filter(has_text="will not be suggested until")).to_be_visible()
    bea.goto("/introductions/dismissed/")
    judge(bea, assert_accessible)
    bea.get_by_role("button", name="Restore").click()
    expect(bea.get_by_role("status").filter(has_text="can be suggested again")).to_be_visible()
    assert not Dismissal.objects.exists()


def test_an_ask_is_added_and_met_by_a_neighbour(bea: Page, world, assert_accessible, shot) -> None:
    bea.goto("/asks/")
    bea.get_by_role("link", name="Add an ask").first.click()
    bea.get_by_label("What was asked for?").fill("Somebody to share a greenhouse")
    bea.get_by_label("Search for who asked").press_sequentially("ros")
    bea.get_by_role("radio", name="Rose, Mill Row").check()
    judge(bea, assert_accessible)
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_role("heading", level=1)).to_have_text("Somebody to share a greenhouse")
    judge(bea, assert_accessible)
    bea.get_by_role("link", name="Mark as met").click()
    bea.get_by_label("Search by name").press_sequentially("tom")
    bea.get_by_role("radio", name="Tom, Mill Row").check()
    judge(bea, assert_accessible)
    shot(bea, "introducing-who-met-it-360")
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_text("Marked as met.")).to_be_visible()
    kept = Ask.objects.get()
    assert (kept.person, kept.met_by, kept.met_by_person) == (world.rose, WhoMet.NEIGHBOUR, world.tom)
    bea.goto("/asks/?state=met")
    bea.get_by_label("Keywords").fill("greenhouse")
    bea.get_by_role("button", name="Search", exact=True).click()
    expect(bea.get_by_role("link", name="Clear filter: Keywords: greenhouse")).to_be_visible()
    expect(bea.get_by_role("heading", name="Somebody to share a greenhouse")).to_be_visible()
    assert "state=met" in bea.url
    judge(bea, assert_accessible)
    shot(bea, "introducing-asks-met-360")
    bea.get_by_role("link", name="Clear filter: Keywords: greenhouse").click()
    expect(bea.get_by_role("link", name="Met", exact=True)).to_have_attribute("aria-current", "page")
    expect(bea.get_by_role("heading", name="Somebody to share a greenhouse")).to_be_visible()
