"""In a browser: texts in the line of names that may be no names wait there, and the page asks."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Conversation, Person
from tests.browser import assert_accessible, assert_fits
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory

pytestmark = [pytest.mark.browser]


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team with a builder and a resident of another neighbourhood."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    there = NeighbourhoodFactory(team=team, name="Hill End")
    return SimpleNamespace(
        team=team, builder=builder, william=PersonFactory(team=team, known_as="William", neighbourhood=there)
    )


def test_what_may_be_no_name_waits_in_the_line_and_is_asked_about(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto("/record/")
    phone.locator("#id_people").fill("Maud, Bill, 3 kids, Patel, Asha")
    phone.wait_for_load_state("networkidle")
    phone.keyboard.press("Enter")
    expect(phone.locator(".who__chip")).to_have_count(1)
    expect(phone.locator(".who__chip")).to_contain_text("Maud")
    expect(phone.locator("#id_people")).to_have_value("Bill, 3 kids, Patel, Asha, ")
    phone.wait_for_load_state("networkidle")
    phone.locator("#id_summary").fill("Talked about swifts")
    phone.get_by_role("button", name="Save", exact=True).click()
    phone.wait_for_url("**/conversations/**")
    expect(phone.locator("section[aria-labelledby=unsorted] form")).to_have_count(3)
    assert_fits(phone)
    assert_accessible(phone)
    for name, answer in (("Bill", "William"), ("3 kids", "Add it to the text"), ("Patel, Asha", "Someone new")):
        form = phone.locator(f'section[aria-labelledby=unsorted] form:has(input[value="{name}"])')
        form.locator("button", has_text=answer).click()
        expect(form).to_have_count(0)
    expect(phone.locator("section[aria-labelledby=unsorted]")).to_have_count(0)
    talk = Conversation.objects.get()
    assert set(talk.people.values_list("known_as", flat=True)) == {"Maud", "William", "Asha Patel"}
    assert talk.summary == "Talked about swifts\n\nAlso there: 3 kids."
    assert Person.objects.count() == 3
