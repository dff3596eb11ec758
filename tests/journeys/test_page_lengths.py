"""No list and no page of a resident is longer on a phone than a thumb likes to scroll, with as many rows as a page has."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Role
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)

#: Pixels at 360 px width: five and a half screens.
LONGEST = 4000
LISTS = ("connectors:person-list", "connectors:conversation-list", "connectors:gift-list", "connectors:step-list")
LISTS += (
    "connectors:introduction-list",
    "connectors:word-list",
    "connectors:web",
    "evaluation:indicator-list",
    "today",
)


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder and a resident who was met often, in a team with more rows than a page of any list."""
    team = TeamFactory(name="Brookside")
    here, builder = NeighbourhoodFactory(team=team, name="Brook Street"), UserFactory(roles={team: [Role.BUILDER]})
    themes = [ThemeFactory(team=team, name=name) for name in ("Growing food", "Faith and festivals")]
    hall = AssetFactory(team=team, name="Cooper’s Yard Community Hall")
    people = [PersonFactory(team=team, known_as=f"Rosalind {n}", neighbourhood=here, themes=themes) for n in range(24)]
    for person in people:
        GiftFactory(person=person, name="telling stories children listen to", is_offered=True, theme=themes[0])
        summary = "Stopped at the gate. Two sacks of potatoes from one raised bed, and half of them given away already."
        ConversationFactory(
            team=team,
            builder=builder,
            place=hall,
            people=[people[0], person],
            themes=themes[:1],
            summary=summary,
            stepped=True,
        )
    for person in people[1:]:
        IntroductionFactory(team=team, from_person=people[0], to_person=person)
    return SimpleNamespace(builder=builder, person=people[0])


def test_no_page_is_too_long_for_a_phone(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    lengths = {}
    for address in (*map(reverse, LISTS), reverse("connectors:person-detail", args=[world.person.uuid])):
        phone.goto(address)
        phone.wait_for_load_state("networkidle")
        lengths[address] = phone.evaluate("document.documentElement.scrollHeight")
    print(lengths)
    assert {address: length for address, length in lengths.items() if length > LONGEST} == {}


def test_what_is_closed_on_a_phone_is_open_on_a_desk_and_by_its_own_link(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    url = reverse("connectors:person-detail", args=[world.person.uuid])
    part = phone.locator("details:has(> summary #met)")
    phone.goto(url)
    expect(part).not_to_have_attribute("open", "")
    part.locator("summary").click()
    expect(part.get_by_role("link").first).to_be_visible()
    phone.goto("about:blank")
    phone.goto(f"{url}#met")
    expect(part).to_have_attribute("open", "")
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.goto("about:blank")
    phone.goto(url)
    expect(part).to_have_attribute("open", "")
