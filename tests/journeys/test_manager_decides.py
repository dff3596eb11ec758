"""A manager decides at a desk: approves, asks a question, declines, steps back; and the round's money is updated."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from sparks.models import LedgerEntry, Spark, Status
from tests.browser import assert_fits
from tests.factories.communities import PartnerFactory, TeamFactory, UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a round of £500 with five sparks that wait for a decision, and three members of the team."""
    team = TeamFactory(name="Brookside")
    host = PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)
    pot = RoundFactory(team=team, fund__name="Small sparks", name="Spring", budget_gbp=Decimal(600))
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    asked = {"Seed swap": 100, "Film night": 85, "A coach to the sea": 90, "The choir": 60, "A wall to paint": 310}
    sparks = {
        title: SparkFactory(
            round=pot, title=title, amount_gbp=Decimal(pounds), handed_in=True, created_by=builder, host=host
        )
        for title, pounds in asked.items()
    }
    return SimpleNamespace(
        team=team, pot=pot, builder=builder, sparks=sparks,
        manager=UserFactory(name="Mo Manager", roles={team: [Role.MANAGER]}),
        second=UserFactory(name="Sal Second", roles={team: [Role.MANAGER]}),
    )  # fmt: skip


def money(page: Page) -> dict[str, str]:
    """Return the round's money as the page shows it: labels and amounts."""
    key = page.locator(".money-bar__key").first
    words = key.locator("dt").all_inner_texts()
    return dict(zip((word.strip() for word in words), key.locator("dd").all_inner_texts(), strict=True))


def open_spark(page: Page, title: str) -> None:
    """Go from Today to a spark that waits for a decision."""
    page.goto("/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def state(world, title: str) -> str:
    """Return the status of a spark."""
    return Spark.objects.get(pk=world.sparks[title].pk).status


def test_a_manager_decides_on_waiting_sparks(page: Page, world, signed_in, shot, assert_accessible) -> None:
    signed_in(world.manager)
    page.goto("/")
    expect(page.get_by_role("article")).to_have_count(6)
    assert money(page) == {"Paid": "£0", "Promised": "£0", "Left": "£600", "Budget": "£600"}

    open_spark(page, "Seed swap")
    expect(page.get_by_text("you can decide alone")).to_be_visible()
    page.get_by_label("Award").fill("95.50")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main").get_by_role("status").first).to_contain_text("Your approval has been saved.")
    assert money(page) == {"Paid": "£0", "Promised": "£95.50", "Left": "£504.50", "Budget": "£600"}
    assert state(world, "Seed swap") == Status.APPROVED

    open_spark(page, "Film night")
    page.get_by_text("Ask a question first").click()
    page.get_by_label("What would you like to know?").fill("Who brings the sheet?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("main")).to_contain_text("Who brings the sheet?")
    assert state(world, "Film night") == Status.NEEDS_INFO

    open_spark(page, "A coach to the sea")
    page.locator("summary").filter(has_text="Not this time").click()
    page.get_by_role("button", name="Not this time", exact=True).click()
    expect(page.get_by_text("People deserve to know why.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Why?").first.fill("The pot is for what stays on the street.")
    page.get_by_role("button", name="Not this time", exact=True).click()
    expect(page.locator("main")).to_contain_text("The pot is for what stays on the street.")
    assert state(world, "A coach to the sea") == Status.DECLINED

    open_spark(page, "The choir")
    page.get_by_role("button", name="I am too close to this one").click()
    expect(page.locator("main")).to_contain_text(
        "You said you are too close to this spark, so somebody else has to decide."
    )
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert state(world, "The choir") == Status.SUBMITTED

    open_spark(page, "A wall to paint")
    expect(page.get_by_text("so two people decide")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="A second person decides")).to_be_visible()
    assert state(world, "A wall to paint") == Status.RECOMMENDED
    assert money(page)["Left"] == "£504.50"

    page.goto("/")
    expect(page.locator("main")).to_contain_text("Nothing to decide.")
    shot(page, "manager-nothing-waits")
    assert_accessible(page)


def test_a_second_person_completes_a_decision_and_the_round_shows_it(
    page: Page, world, signed_in, signed_out, shot
) -> None:
    signed_in(world.manager)
    open_spark(page, "A wall to paint")
    page.get_by_role("button", name="Approve").click()
    signed_out()
    signed_in(world.second)
    open_spark(page, "A wall to paint")
    page.get_by_role("button", name="Approve").click()
    assert money(page) == {"Paid": "£0", "Promised": "£310", "Left": "£290", "Budget": "£600"}
    assert list(LedgerEntry.objects.values_list("kind", "amount_gbp")) == [("reserve", Decimal("310.00"))]
    page.get_by_role("link", name="Small sparks: Spring").click()
    expect(page.locator("main")).to_contain_text("The ledger adds up to these numbers.")
    shot(page, "manager-round")


def test_a_grant_above_the_pot_is_refused_and_keeps_what_was_typed(page: Page, world, signed_in) -> None:
    world.pot.committed_gbp = Decimal(550)
    world.pot.save()
    signed_in(world.manager)
    open_spark(page, "Seed swap")
    page.get_by_label("Award").fill("plenty")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Enter an amount in pounds").first).to_be_visible()
    assert page.get_by_label("Award").input_value() == "plenty"
    page.get_by_label("Award").fill("100")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text("£50")
    assert page.get_by_label("Award").input_value() == "100"
    assert state(world, "Seed swap") == Status.SUBMITTED
    assert not LedgerEntry.objects.exists()


def test_the_queue_fits_a_small_phone(phone: Page, world, signed_in, assert_accessible) -> None:
    signed_in(world.manager)
    for address in ("/", "/sparks/", f"/sparks/{world.sparks['Seed swap'].uuid}/", f"/sparks/rounds/{world.pot.pk}/"):
        phone.goto(address)
        assert_fits(phone)
        assert_accessible(phone)
    expect(phone).to_have_url(re.compile("/sparks/rounds/"))
