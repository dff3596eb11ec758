"""A long list of tick boxes shows what is ticked and a few more; typing finds the rest; without scripts all are there."""

import pytest
from playwright.sync_api import Browser, Page, expect

from communities.models import Role, Team, User
from sparks.models import Spark
from tests.browser import assert_fits
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory

NAMES = [f"Neighbour {number}" for number in range(30)]


@pytest.fixture
def team(transactional_db: None) -> Team:
    """Return a team with thirty residents who come before Siân, and an open round."""
    team = TeamFactory()
    for name in [*NAMES, "Siân Ŵyn"]:
        PersonFactory(team=team, known_as=name)
    RoundFactory(team=team)
    return team


@pytest.fixture
def builder(team: Team) -> User:
    """Return a builder of the team."""
    return UserFactory(roles={team: [Role.BUILDER]})


def test_a_resident_is_found_by_typing_and_ticked_with_enter(
    phone: Page, builder: User, signed_in, assert_accessible
) -> None:
    signed_in(builder)
    phone.goto("/sparks/new/")
    people = phone.locator("[data-many]:has([name=applicants])")
    expect(people.locator(".choice:visible")).to_have_count(4)
    expect(people.get_by_role("status")).to_have_text("27 more. Type the first letters to find them.")
    find = people.get_by_role("searchbox")
    find.press_sequentially("wyn")
    expect(people.locator(".choice:visible")).to_have_text(["Siân Ŵyn"])
    assert_accessible(phone)
    find.press("Enter")
    expect(find).to_have_value("")
    assert people.get_by_label("Siân Ŵyn").is_checked()
    expect(people.locator(".choice:visible")).to_have_count(5)
    find.fill("zz")
    expect(people.get_by_role("status")).to_have_text("Nothing here begins with that.")
    expect(people.get_by_label("Siân Ŵyn")).to_be_visible()
    assert_fits(phone)
    phone.locator("[name=title]").fill("A bench")
    phone.get_by_role("button", name="Save as a draft").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("A bench")
    assert [person.known_as for person in Spark.objects.get().applicants.all()] == ["Siân Ŵyn"]


def test_without_scripts_every_resident_can_be_ticked(
    browser: Browser, builder: User, signed_in, context, live_server
) -> None:
    signed_in(builder)
    plain = browser.new_context(
        base_url=live_server.url, storage_state=context.storage_state(), java_script_enabled=False
    )
    page = plain.new_page()
    page.goto("/sparks/new/")
    assert page.locator(".choice:has([name=applicants])").count() == len(NAMES) + 1
    page.get_by_label("Siân Ŵyn").check()
    page.locator("[name=title]").fill("A bench")
    page.get_by_role("button", name="Save as a draft").click()
    plain.close()
    assert Spark.objects.get().applicants.count() == 1
