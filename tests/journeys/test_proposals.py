"""What a phone suggests from the text, and which neighbourhood it is in. The functions are tested in tests/js."""

import json
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import Conversation
from tests.browser import assert_accessible, assert_fits
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_prompts import PromptSetFactory

NEW = "/record/"


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team with a builder and two outlined neighbourhoods side by side."""
    team = TeamFactory(name="Brookside")
    here = NeighbourhoodFactory(team=team, name="Brook Street", outlined=True)
    return SimpleNamespace(team=team, here=here, builder=UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]}))


def test_suggestions_are_added_by_a_tap_or_dismissed_for_good(phone: Page, world, signed_in) -> None:
    dance = ThemeFactory(team=world.team, name="Tea dances")
    ConversationFactory(team=world.team, builder=world.builder, neighbourhood=world.here)
    for _ in range(9):
        ThemeFactory(team=world.team)
    for _ in range(2):
        GiftFactory(person=PersonFactory(team=world.team), name="Mending kites", kind="hands")
    signed_in(world.builder)
    phone.goto(NEW)
    assert phone.locator(f'[name=themes][value="{dance.pk}"]').count() == 0
    phone.locator("#id_people").fill("Ama")
    phone.locator("#id_summary").fill("Ama mends kites, sings and runs the tea dance.")
    chips = phone.locator(".propose__chip")
    expect(chips).to_have_count(4)
    expect(phone.locator("[data-gift]:visible [name$=-name]")).to_have_value("")
    assert_fits(phone)
    phone.set_viewport_size({"width": 360, "height": 3000})
    assert_accessible(phone)
    phone.get_by_role("button", name="Add Tea dances").click()
    expect(phone.locator(f'[name=themes][value="{dance.pk}"]')).to_be_checked()
    phone.get_by_role("button", name="Not this: Dancing").click()
    phone.get_by_role("button", name="Add Mending kites, Ama").click()
    expect(phone.locator("#id_gifts-0-name")).to_have_value("Mending kites")
    expect(phone.locator("#id_gifts-0-whose")).to_have_value("Ama")
    expect(phone.locator("[data-propose-status]")).to_have_text("Added: Mending kites, Ama")
    expect(chips).to_have_count(1)
    phone.locator("#id_summary").press_sequentially(" She loves to dance.")
    phone.wait_for_timeout(400)
    expect(chips).to_have_count(1)
    phone.get_by_role("button", name="Add Singing, Ama").click()
    assert phone.locator('[name="gifts-1-kind"][value="heart"]').is_checked()
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("A")
    talk = Conversation.objects.get(summary__startswith="Ama mends")
    assert set(talk.gifts_heard.values_list("name", "kind")) == {("Mending kites", "hands"), ("Singing", "heart")}
    assert list(talk.themes.all()) == [dance]


def test_a_follow_up_date_takes_one_tap_and_suggests_a_text(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    words = phone.locator("#id_next_step")
    phone.get_by_label("Tomorrow").click()
    expect(words).to_have_value("Come back to this")
    phone.locator("#id_people").press_sequentially("Ama,")
    expect(words).to_have_value("Come back to Ama")
    phone.get_by_label("No date yet").click()
    expect(words).to_have_value("")
    words.fill("Bring seeds")
    phone.get_by_label("Next week").click()
    expect(words).to_have_value("Bring seeds")
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("A")
    talk = Conversation.objects.get()
    step = talk.steps.get()
    assert (step.words, (step.due_on - talk.held_on).days) == ("Bring seeds", 7)


def change_where(phone: Page) -> None:
    """Open the fields behind the line that says where it was."""
    phone.locator(".where__change > summary").click()


def test_the_last_place_is_remembered_on_the_phone_and_takes_one_tap(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    AssetFactory(team=world.team, name="The Green")
    ConversationFactory(team=world.team, builder=world.builder, neighbourhood=hill)
    signed_in(world.builder)
    phone.goto(NEW)
    line = phone.locator("[data-where-words]")
    expect(line).to_have_text("Hill End")
    change_where(phone)
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(hill.pk))
    phone.locator("#id_neighbourhood").select_option(label="Brook Street")
    phone.locator("#id_place_name").press_sequentially("gree")
    phone.locator('[role=option][data-label="The Green"]').click()
    phone.locator("#id_summary").fill("Hello")
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_have_text("A conversation")
    kept = phone.evaluate("() => Object.entries(localStorage).filter(([key]) => key.startsWith('kith-where'))")
    assert [sorted(json.loads(words)) for _, words in kept] == [["hood", "name", "place"]]
    Conversation.objects.all().delete()
    phone.goto(NEW)
    expect(line).to_have_text("The Green · Brook Street")
    box, names = line.bounding_box(), phone.locator("#id_people").bounding_box()
    assert 0 < box["y"] - names["y"] - names["height"] < 60, "directly under the names"
    assert box["y"] + box["height"] < phone.locator(".capture__foot").bounding_box()["y"], (
        "not behind Save, without scrolling"
    )
    change_where(phone)
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(world.here.pk))
    expect(phone.locator("#id_place_name")).to_have_value("The Green")
    phone.get_by_role("button", name="Clear the place").click()
    expect(phone.locator("#id_place_name")).to_have_value("")
    expect(line).to_have_text("Brook Street")
    phone.goto(NEW)
    change_where(phone)
    phone.get_by_role("button", name="Somewhere else").click()
    expect(line).to_have_text("Place not said")
    expect(phone.locator("#id_neighbourhood")).to_have_value("")
    expect(phone.locator("#id_place")).to_have_value("")
    phone.goto(NEW)
    change_where(phone)
    phone.locator("#id_neighbourhood").select_option(label="Hill End")
    expect(phone.locator("#id_place_name")).to_have_value("")


def middle(world: SimpleNamespace) -> dict[str, float]:
    """Return a position in the middle of the outlined neighbourhood."""
    here = world.here
    here.refresh_from_db()
    ((outer, *_),) = [json.loads(here.boundary)["coordinates"]]
    lngs, lats = zip(*outer, strict=True)
    return {"latitude": (min(lats) + max(lats)) / 2, "longitude": (min(lngs) + max(lngs)) / 2}


def test_here_i_am_finds_the_neighbourhood_without_sending_a_position(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    ConversationFactory(team=world.team, builder=world.builder, neighbourhood=hill)
    signed_in(world.builder)
    phone.context.set_geolocation(middle(world))
    sent = []
    phone.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    phone.goto(NEW)
    change_where(phone)
    phone.get_by_role("button", name="Use my location").click()
    status = phone.locator("[data-where-status]")
    expect(status).to_have_text("Your phone does not share its location. Choose the neighbourhood.")
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(hill.pk))
    phone.context.grant_permissions(["geolocation"])
    phone.goto(NEW)
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(world.here.pk))
    expect(status).to_have_text("You are in Brook Street.")
    assert len([url for url, _ in sent if "/outlines/" in url]) == 1
    change_where(phone)
    phone.context.set_geolocation({"latitude": -33.0, "longitude": 151.0})
    phone.get_by_role("button", name="Use my location").click()
    expect(status).to_have_text("You are outside the neighbourhoods on the map. Choose one.")
    phone.locator("#id_summary").fill("Found")
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_have_text("A conversation")
    at = middle(world)
    assert not any(f"{value:.3f}" in url + body for url, body in sent for value in at.values())


def test_missing_outlines_are_explained(phone: Page, world, signed_in, console_is_clean) -> None:
    signed_in(world.builder)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation(middle(world))
    phone.route("**/outlines/", lambda route: route.abort())
    phone.goto(NEW)
    change_where(phone)
    phone.get_by_role("button", name="Use my location").click()
    expect(phone.locator("[data-where-status]")).to_have_text(
        "The map of neighbourhoods is not available at the moment. Choose one."
    )
    console_is_clean.clear()


def test_questions_change_with_the_neighbourhood(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    PromptSetFactory(team=world.team, prompts="What grows here?\nWho shares?", neighbourhoods=[world.here])
    PromptSetFactory(team=world.team, prompts="Who sings?", neighbourhoods=[hill])
    signed_in(world.builder)
    phone.goto(NEW)
    change_where(phone)
    phone.locator("#id_neighbourhood").select_option(label="Brook Street")
    phone.locator("[data-prompts] > summary").click()
    line = phone.locator("[data-prompt-line]")
    expect(line).to_have_text("What grows here?")
    phone.get_by_role("button", name="Another one").click()
    expect(line).to_have_text("Who shares?")
    # Out from under the bar with Save, where a finger can tap it.
    phone.locator("#id_told").evaluate("tick => tick.scrollIntoView({ block: 'center' })")
    assert_accessible(phone)
    phone.locator("#id_neighbourhood").select_option(label="Hill End")
    expect(line).to_have_text("Who sings?")
    expect(phone.get_by_role("button", name="Another one")).to_be_hidden()
    phone.locator("#id_neighbourhood").select_option(label="Not said")
    expect(phone.get_by_text("No questions for this neighbourhood yet.")).to_be_visible()
