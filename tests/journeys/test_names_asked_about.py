"""In a browser: texts in the line of names that may be no names wait there, and the page asks."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Conversation, Person
from tests.browser import assert_accessible, assert_fits
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory

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


#: The answers of an open question that something lies over, or that are out of sight.
COVERED = """() => [...document.querySelectorAll('.who__ask button')].filter(button => {
  const box = button.getBoundingClientRect();
  return [box.top + 2, box.bottom - 2].some(y => !button.contains(document.elementFromPoint(box.left + box.width / 2, y)));
}).map(button => button.textContent)"""


@pytest.mark.parametrize("height", [740, 560])
def test_nothing_lies_over_the_question_who_is_meant(phone: Page, world, signed_in, height: int) -> None:
    for name in ("Brook Street", "Mill Lane"):
        there = NeighbourhoodFactory(team=world.team, name=name)
        PersonFactory(team=world.team, known_as="Amina", neighbourhood=there, street=f"12 {name}")
    phone.set_viewport_size({"width": 360, "height": height})
    signed_in(world.builder)
    phone.goto("/record/")
    phone.locator("#id_people").fill("Rosalba, Idwal, Wiktoria, Lin, Amina")
    phone.keyboard.press("Enter")
    expect(phone.locator(".who__chip")).to_have_count(4)
    expect(phone.locator(".who__ask button")).to_have_count(3)
    phone.wait_for_load_state("networkidle")
    # The list of who might be meant closes by itself, and a late answer does not open it again.
    expect(phone.get_by_role("listbox")).to_be_hidden()
    assert phone.evaluate(COVERED) == []
    phone.locator(".who__ask button").first.click()
    expect(phone.locator(".who__ask")).to_have_count(0)
    expect(phone.locator(".capture__foot")).to_have_css("position", "sticky")


def test_the_list_closes_for_the_question_and_when_the_field_is_left(phone: Page, world, signed_in) -> None:
    for street in ("Mill Lane", "Weir Road"):
        PersonFactory(team=world.team, known_as="Amina", street=street)
    signed_in(world.builder)
    phone.goto("/record/")
    line, options = phone.locator("#id_people"), phone.get_by_role("listbox")
    line.press_sequentially("Amina")
    expect(options).to_be_visible()
    phone.keyboard.press("Tab")
    expect(options).to_be_hidden()
    expect(phone.locator(".who__ask button")).to_have_count(3)
    # Back in the line: the list of the same name stays closed while the question is there.
    line.focus()
    with phone.expect_response("**/conversations/people/?*Amina*"):
        phone.keyboard.press("End")
        phone.keyboard.press("Space")
    phone.wait_for_load_state("networkidle")
    expect(options).to_be_hidden()


def test_the_foot_of_a_change_lies_over_nothing(phone: Page, world, signed_in) -> None:
    talk = ConversationFactory(team=world.team, builder=world.builder, people=[world.william])
    signed_in(world.builder)
    phone.goto(reverse("connectors:conversation-update", args=[talk.uuid]))
    expect(phone.locator(".capture__foot")).to_have_css("position", "static")
