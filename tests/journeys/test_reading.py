"""The reading pane: a record beside its list, on wide screens with scripts; elsewhere a row is an ordinary link."""

from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

WIDE = {"width": 1280, "height": 800}
#: Lists with a reading pane, and the pages of their records.
LISTS = {
    "connectors:person-list": "connectors:person-detail",
    "connectors:conversation-list": "connectors:conversation-detail",
    "connectors:introduction-list": "connectors:introduction-detail",
    "sparks:spark-list": "sparks:spark-detail",
    "evaluation:story-list": "evaluation:story-detail",
}


@pytest.fixture
def world(live_server, signed_in) -> SimpleNamespace:
    """Return two rows for each list, in the team of the builder who is signed in."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(roles={team: [Role.BUILDER]})
    people = [PersonFactory(team=team, known_as=name) for name in ("Amina", "Brenda", "Cerys")]
    for person in people:
        ConversationFactory(team=team, builder=builder, people=[person], summary=f"What {person.known_as} said.")
    for person in people[1:]:
        IntroductionFactory(team=team, from_person=people[0], to_person=person)
    for title in ("A bench", "A choir"):
        SparkFactory(team=team, title=title)
        StoryFactory(team=team, title=title)
    signed_in(builder)
    return SimpleNamespace(team=team, builder=builder, people=people)


def address_of(person) -> str:
    return reverse("connectors:person-detail", args=[person.uuid])


@pytest.mark.parametrize("name", LISTS)
def test_every_row_is_read_beside_its_list(name: str, page: Page, world, assert_accessible) -> None:
    page.set_viewport_size(WIDE)
    page.goto(reverse(name))
    row = page.locator("[data-read]").first
    path = row.get_attribute("href")
    row.click()
    expect(page.locator("#reading .reading__title")).to_be_visible()
    assert page.url.endswith(f"{reverse(name)}?open={path.split('/')[-2]}")
    expect(row).to_have_attribute("aria-current", "true")
    page.wait_for_load_state("networkidle")
    twice = page.evaluate(
        "[...document.querySelectorAll('[id]')].map((each) => each.id).filter((id, at, all) => all.indexOf(id) !== at)"
    )
    assert twice == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def test_keys_move_and_the_address_follows(page: Page, world) -> None:
    page.set_viewport_size(WIDE)
    page.goto(reverse("connectors:person-list"))
    amina, brenda, cerys = world.people
    title, said = page.locator("#reading .reading__title"), page.locator("[data-reading-says]")
    page.locator("main").get_by_role("link", name="Amina").click()
    expect(title).to_contain_text("Amina")
    page.keyboard.press("ArrowDown")
    expect(title).to_contain_text("Brenda")
    expect(said).to_contain_text("Brenda")
    expect(page).to_have_title("Brenda – Kith")
    page.keyboard.press("j")
    expect(title).to_contain_text("Cerys")
    page.keyboard.press("k")
    expect(title).to_contain_text("Brenda")
    assert f"open={brenda.uuid}" in page.url
    page.reload()
    expect(title).to_contain_text("Brenda")
    page.keyboard.press("ArrowDown")
    expect(title).to_contain_text("Cerys")
    page.keyboard.press("Escape")
    expect(title).to_be_hidden()
    expect(page).to_have_title("People – Kith")
    assert "open=" not in page.url
    page.go_back()
    expect(title).to_contain_text("Cerys")
    page.locator("main table").get_by_role("link", name="Amina").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address_of(amina)}")
    page.go_back()
    expect(title).to_contain_text("Cerys")


def test_a_copied_link_leads_to_the_record_on_a_phone_and_without_scripts(
    page: Page, world, browser: Browser, live_server, context
) -> None:
    brenda = world.people[1]
    link = f"{reverse('connectors:person-list')}?open={brenda.uuid}"
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(link)
    page.wait_for_url(f"**{address_of(brenda)}")
    plain = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, storage_state=context.storage_state(), viewport=WIDE
    )
    without = plain.new_page()
    without.goto(link)
    without.get_by_role("link", name="Open the whole page").click()
    without.wait_for_url(f"**{address_of(brenda)}")
    without.goto(reverse("connectors:person-list"))
    without.locator("main").get_by_role("link", name="Amina").click()
    without.wait_for_url(f"**{address_of(world.people[0])}")
    plain.close()


def test_a_session_that_ended_shows_the_page_to_sign_in(page: Page, world, console_is_clean) -> None:
    page.set_viewport_size(WIDE)
    page.goto(reverse("connectors:person-list"))
    Session.objects.all().delete()  # a late answer may set a cookie again
    page.locator("main").get_by_role("link", name="Amina").click()
    page.wait_for_url("**/sign-in/**")
    console_is_clean.clear()  # The browser says that a request was refused.


def test_a_search_keeps_the_record_that_is_open(page: Page, world) -> None:
    page.set_viewport_size(WIDE)
    page.goto(reverse("connectors:person-list"))
    page.locator("main").get_by_role("link", name="Amina").click()
    expect(page.locator("#reading .reading__title")).to_contain_text("Amina")
    page.locator("main input[name=q]").fill("br")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#reading .reading__title")).to_contain_text("Amina")
    assert f"open={world.people[0].uuid}" in page.url
