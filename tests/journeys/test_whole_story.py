"""The fish and chip suppers in a real browser: recorded on a phone, decided at a desk, told, counted, downloaded."""

import csv
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Conversation, Introduction
from evaluation.models import Story, StoryStatus
from sparks.models import Spark, Status
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory

pytestmark = pytest.mark.both_databases
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
HEARD = "Beryl misses sitting down together. Half the street used to queue for chips on a Friday."
IDEA = "A fish and chip supper every month in the chapel hall."


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team of a builder, two managers and an evaluator, with a place, a host and an open round."""
    team = TeamFactory(name="Brookside", slug="brookside")
    roles = {"builder": Role.BUILDER, "manager": Role.MANAGER, "payer": Role.MANAGER, "evaluator": Role.EVALUATOR}
    names = {"builder": "Bea Builder", "manager": "Mo Manager", "payer": "Sal Second", "evaluator": "Eve Evaluator"}
    people = {key: UserFactory(name=names[key], roles={team: [role]}) for key, role in roles.items()}
    PersonFactory(team=team, known_as="Len", first_met_on=timezone.localdate() - timedelta(days=200))
    NeighbourhoodFactory(team=team, name="Mill Row", outlined=True)
    PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)
    RoundFactory(team=team, fund__name="Small sparks", name="This season")
    return SimpleNamespace(team=team, **people)


@pytest.fixture
def as_(page: Page, signed_in, signed_out):
    """Return a function that changes the user, on a phone or at a desk, and opens Today."""

    def sit_down(user, window: dict[str, int]) -> None:
        signed_out()
        signed_in(user)
        page.set_viewport_size(window)
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")

    return sit_down


def press(page: Page, words: str) -> None:
    """Press the button with this text."""
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow the first link with this text in the page's main content."""
    page.locator("main").get_by_role("link", name=words).first.click()


def headed(page: Page, words: str) -> None:
    """Wait for the page with this heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def hear(page: Page) -> None:
    """Record the conversation, with the gift and the idea, as a builder on a phone."""
    follow(page, "Log a conversation")
    headed(page, "Log a conversation")
    line = page.get_by_label("Who did you meet?")
    line.press_sequentially("Beryl")
    expect(page.locator('[role=option][data-label="Beryl"]')).to_be_visible()
    line.press("Enter")
    page.get_by_label("I told the people I met for the first time").check()
    page.get_by_label("What did you hear?").fill(HEARD)
    page.get_by_label("Something else they care about").fill("Cooking together")
    page.get_by_label("What can they share?").first.fill("Cooking for fifty")
    page.locator(".where__change > summary").click()
    page.get_by_label("Neighbourhood").select_option(label="Mill Row")
    page.get_by_text("An idea they had, a photo").click()
    page.locator("#id_idea").fill(IDEA)
    press(page, "Save")
    headed(page, "Beryl")
    expect(page.locator("main")).to_contain_text("Cooking for fifty")


def introduce(page: Page) -> None:
    """Offer Beryl's gift, and introduce her to Len."""
    page.locator("main").get_by_role("link", name="Beryl").click()
    follow(page, "Cooking for fifty")
    page.get_by_label("Happy to offer it to neighbours").check()
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("Offered to neighbours")
    follow(page, "Introduce")
    headed(page, "Make an introduction")
    expect(page.get_by_role("radio", name="Beryl")).to_be_checked()
    page.get_by_label("Search for who they should meet").press_sequentially("Le")
    page.get_by_role("radio", name="Len").check()
    page.get_by_label("Why these two?").fill("Both would cook")
    press(page, "Introduce them")
    headed(page, "Beryl – Len")
    page.get_by_role("radio", name="They are doing something together").check()
    press(page, "Save")
    expect(page.locator("main").get_by_role("status").first).to_contain_text("Saved.")


def apply(page: Page) -> None:
    """Start the spark from the conversation, which fills in the text, and hand it in."""
    talk = Conversation.objects.get()
    page.goto(f"/conversations/{talk.uuid}/")
    follow(page, "Start a spark")
    headed(page, "Start a spark")
    assert page.get_by_label("What do you want to do?").input_value() == IDEA
    page.get_by_label("What shall we call it?").fill("Fish and chip suppers")
    page.get_by_label("Who will you do it with?").fill("Beryl, Len and the street")
    page.get_by_label("What will it cost?").fill("Fish £120\nOil £30")
    page.get_by_label("How much would help?").fill("150")
    page.get_by_label("Which organisation holds it?").select_option(label="Chapel Hall Trust")
    page.get_by_label("Round").select_option(index=1)
    press(page, "Submit")
    headed(page, "Fish and chip suppers")


def tell(page: Page) -> None:
    """Report on it, make it a story with consent, and hand that in."""
    follow(page, "Tell what happened")
    headed(page, "What came of it?")
    page.get_by_label("What happened?").fill("Forty came, and sixty the second time.")
    page.get_by_label("What is different now?").fill("Nobody eats alone on the last Friday.")
    press(page, "Save the report")
    headed(page, "Fish and chip suppers")
    follow(page, "Make it a story")
    headed(page, "Tell a story")
    assert (
        page.get_by_label("Us: what neighbours did together").input_value() == "Forty came, and sixty the second time."
    )
    page.get_by_label("In their own words").fill("I only came for the chips, and now I do the potatoes.")
    page.get_by_label("Said by").fill("Len")
    page.get_by_label("What residents did").fill("Thought of it, peeled, fried and washed up.")
    page.get_by_label("What we did").fill("Heard it and introduced two people.")
    page.locator("#id_consent_scope").select_option("public")
    page.locator("#id_consent_on").fill(timezone.localdate().isoformat())
    press(page, "Save")
    headed(page, "Fish and chip suppers")
    press(page, "Submit")
    expect(page.locator("main")).to_contain_text("Waiting to be approved")


def test_from_a_conversation_to_the_exported_figures(
    page: Page, world, as_, shot, assert_accessible, tmp_path: Path
) -> None:
    as_(world.builder, PHONE)
    hear(page)
    shot(page, "story-1-heard")
    introduce(page)
    shot(page, "story-2-introduced")
    apply(page)
    shot(page, "story-3-applied")
    assert_accessible(page)
    assert Introduction.objects.get().outcome == "together"
    assert Spark.objects.get().status == Status.SUBMITTED

    as_(world.manager, DESK)
    shot(page, "story-4-manager-today")
    follow(page, "Fish and chip suppers")
    page.get_by_label("Reason (optional)").fill("Neighbours lead it.")
    shot(page, "story-5-deciding")
    press(page, "Approve")
    expect(page.locator("main").get_by_role("status").first).to_contain_text("Your approval has been saved.")
    press(page, "They said yes")
    expect(page.locator("main")).to_contain_text(
        "You approved this spark, so another manager has to pay it, or a payer or deputy."
    )

    as_(world.payer, DESK)
    page.goto(f"/sparks/{Spark.objects.get().uuid}/")
    page.get_by_label("Bank reference").fill("BACS 17")
    press(page, "Record payment")
    expect(page.get_by_role("table")).to_contain_text("Chapel Hall Trust")
    shot(page, "story-6-paid")
    assert_accessible(page)

    as_(world.builder, PHONE)
    page.goto(f"/sparks/{Spark.objects.get().uuid}/")
    tell(page)
    assert_accessible(page)

    as_(world.manager, DESK)
    follow(page, "Fish and chip suppers")
    press(page, "Approve and publish")
    expect(page.locator("main")).to_contain_text("Published")
    shot(page, "story-7-published")
    assert Story.objects.get().status == StoryStatus.PUBLISHED

    as_(world.evaluator, DESK)
    shot(page, "story-8-evaluator-today")
    expect(page.locator("main")).not_to_contain_text("Beryl")
    follow(page, "See the indicators")
    page.get_by_label("Neighbourhood").select_option(label="Mill Row")
    press(page, "Apply filters")
    row = page.get_by_role("row").filter(has_text="Sparks approved").first
    expect(row).to_contain_text("1")
    shot(page, "story-9-indicators")
    row.get_by_role("link", name="Sparks approved").first.click()
    headed(page, "Sparks approved")
    expect(page.get_by_role("table", name="The records behind the number")).to_contain_text("Fish and chip suppers")
    shot(page, "story-10-number")
    assert_accessible(page)
    follow(page, "Fish and chip suppers")
    headed(page, "Fish and chip suppers")
    page.goto("/indicators/")
    with page.expect_download() as waiting:
        follow(page, "Download CSV")
    path = tmp_path / "numbers.csv"
    waiting.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = {
            (row["neighbourhood"], row["indicator"]): (row["value"], row["stories"]) for row in csv.DictReader(file)
        }
    assert found["Mill Row", "Sparks approved"] == ("1", "1")
    assert found["Mill Row", "Money awarded"] == ("150.00", "0")
    assert found["All neighbourhoods", "Gifts offered to neighbours"] == ("1", "0")
    assert found["All neighbourhoods", "Introductions after which people met"] == ("", "0")
