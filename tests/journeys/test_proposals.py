"""What a phone hears in the words, where it finds itself, and that both read as the server would."""

import json
import random
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.geometry import BoundaryIndex, contains
from communities.models import Role
from connectors.gift_words import GIFT_WORDS
from connectors.models import Conversation
from tests.browser import assert_accessible, assert_fits
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_prompts import PromptSetFactory

NEW = "/record/"
WORDS = {
    "themes": [[1, "Growing food"], [2, "Dancing"], [3, "Arts and crafts"], [4, "The old railway"], [5, "IT"]],
    "gifts": [["Mending kites", "hands"], ["baking", "heart"]],
    "shipped": [[gift.name, gift.kind, *gift.phrases] for gift in GIFT_WORDS],
}
PEOPLE = [{"value": "r", "label": "Rose"}, {"value": "Ama", "label": "Ama"}, {"value": "Li", "label": "Li"}]


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team with a builder and two outlined neighbourhoods side by side."""
    team = TeamFactory(name="Brookside")
    here = NeighbourhoodFactory(team=team, name="Brook Street", outlined=True)
    return SimpleNamespace(team=team, here=here, builder=UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]}))


def heard(page: Page, text: str, people: list[dict[str, str]] = PEOPLE) -> list[tuple[str, str]]:
    """Return (what was heard, whose it is) as the page's script finds it."""
    found = page.evaluate(
        "([text, words, people]) => kithMatching.hear(text, kithMatching.prepare(words), people)", [text, WORDS, people]
    )
    return [(each["label"], each.get("whose", "-")) for each in found]


SENTENCES = [
    ("She grows her own food.", [("Growing food", "-"), ("Growing vegetables", "")]),
    ("Food was grown by everybody", [("Growing food", "-"), ("Growing vegetables", "")]),
    ("We danced all night", [("Dancing", "-"), ("Dancing", "")]),
    ("An art class with crafts", [("Arts and crafts", "-")]),
    ("A walk along the old railway line", [("The old railway", "-")]),
    ("It rained.", []),
    ("Rose bakes", [("baking", "r")]),
    ("Ama is a baker, and Rose sings", [("baking", "Ama"), ("Singing", "r")]),
    ("Rose and Ama knit", [("Knitting", "Ama")]),
    ("Rose, Ama and Li all met there. Somebody knits.", [("Knitting", "")]),
    ("Li mends all the children's bikes", [("Mending bikes", "Li")]),
    ("Li's kites: Li has mended every kite", [("Mending kites", "Li")]),
    ("Rose speaks Polish and Arabic", [("Speaking Arabic", "r"), ("Speaking Polish", "r")]),
    ("Rose taught at the school; Ama’s singing", [("Singing", "Ama")]),
    ("Rose does not sing", []),
    ("Rose can't cook", []),
    ("Rose would like to learn to knit", []),
    ("Ama needs someone to mend bikes", []),
    ("We met in her garden and had fish and chips", []),
    ("Rose loves gardening", [("Gardening", "r")]),
    ("He plays the guitar. She is a drummer.", [("Playing the drums", ""), ("Playing the guitar", "")]),
    ("Ama looks in on her neighbours", [("Looking out for neighbours", "Ama")]),
    ("Everyone grows. Food was late.", []),
    ("", []),
    ("بريد 🎈 ‮", []),
]


def test_sentences_say_what_they_say_and_no_more(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    wrong = {}
    for text, expected in SENTENCES:
        found = heard(page, text)
        if sorted(found) != sorted(expected):
            wrong[text] = found
    assert wrong == {}
    assert heard(page, "sings and bakes", [PEOPLE[0]]) == [("baking", "r"), ("Singing", "r")]
    slow = page.evaluate(
        """words => Math.max(...["knit ", "grow ", "a ", "mend bikes, ", "é́ "].map((piece) => {
          const ready = kithMatching.prepare(words);
          const begun = performance.now();
          kithMatching.hear(piece.repeat(20000 / piece.length), ready, [{value: "a", label: "a a a"}]);
          return performance.now() - begun;
        }))""",
        WORDS,
    )
    assert slow < 3000


STEMS = [
    "bake baking bakes baked", "sing sings singing sang", "knit knits knitting knitted", "bike bikes",
    "potato potatoes", "story stories", "dress dresses", "hobby hobbies", "organise organises organising",
    "child children", "bee bees", "horse horses", "teach teaches taught teaching", "dance dances danced dancing",
    "spell spells spelling", "rose rose's rose’s", "café cafe cafés",
]  # fmt: skip


def test_forms_of_one_word_share_a_stem_and_others_do_not(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    stems = [page.evaluate("words => words.map(kithMatching.stem)", family.split()) for family in STEMS]
    assert [len(set(each)) for each in stems] == [1] * len(STEMS)
    assert len({each[0] for each in stems}) == len(STEMS)


def test_proposals_are_added_by_a_tap_and_left_out_for_good(phone: Page, world, signed_in) -> None:
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


def test_a_day_is_one_tap_and_brings_words_to_be_changed(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    words = phone.locator("#id_next_step")
    phone.get_by_label("Tomorrow").click()
    expect(words).to_have_value("Come back to this")
    phone.locator("#id_people").press_sequentially("Ama,")
    expect(words).to_have_value("Come back to Ama")
    phone.get_by_label("No day yet").click()
    expect(words).to_have_value("")
    words.fill("Bring seeds")
    phone.get_by_label("Next week").click()
    expect(words).to_have_value("Bring seeds")
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("A")
    talk = Conversation.objects.get()
    assert (talk.next_step, (talk.next_step_on - talk.held_on).days) == ("Bring seeds", 7)


def test_where_it_was_last_is_remembered_on_the_phone_and_one_tap_away(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    AssetFactory(team=world.team, name="The Green")
    ConversationFactory(team=world.team, builder=world.builder, neighbourhood=hill)
    signed_in(world.builder)
    phone.goto(NEW)
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
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(world.here.pk))
    expect(phone.locator("#id_place_name")).to_have_value("The Green")
    phone.get_by_role("button", name="Clear the place").click()
    expect(phone.locator("#id_place_name")).to_have_value("")
    phone.goto(NEW)
    phone.get_by_role("button", name="Not where I was last").click()
    expect(phone.locator("#id_neighbourhood")).to_have_value("")
    expect(phone.locator("#id_place")).to_have_value("")
    phone.goto(NEW)
    phone.locator("#id_neighbourhood").select_option(label="Hill End")
    expect(phone.locator("#id_place_name")).to_have_value("")


def middle(world: SimpleNamespace) -> dict[str, float]:
    """Return a position in the middle of the outlined neighbourhood."""
    here = world.here
    here.refresh_from_db()
    ((outer, *_),) = [json.loads(here.boundary)["coordinates"]]
    lngs, lats = zip(*outer, strict=True)
    return {"latitude": (min(lats) + max(lats)) / 2, "longitude": (min(lngs) + max(lngs)) / 2}


def test_here_i_am_finds_the_neighbourhood_and_sends_no_position(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    ConversationFactory(team=world.team, builder=world.builder, neighbourhood=hill)
    signed_in(world.builder)
    phone.context.set_geolocation(middle(world))
    sent = []
    phone.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    phone.goto(NEW)
    phone.get_by_role("button", name="Here I am").click()
    status = phone.locator("[data-where-status]")
    expect(status).to_have_text("Your phone keeps its position to itself. Choose the neighbourhood.")
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(hill.pk))
    phone.context.grant_permissions(["geolocation"])
    phone.goto(NEW)
    expect(phone.locator("#id_neighbourhood")).to_have_value(str(world.here.pk))
    expect(status).to_have_text("You are in Brook Street.")
    assert len([url for url, _ in sent if "/outlines/" in url]) == 1
    phone.context.set_geolocation({"latitude": -33.0, "longitude": 151.0})
    phone.get_by_role("button", name="Here I am").click()
    expect(status).to_have_text("You are outside the neighbourhoods on the map. Choose one.")
    phone.locator("#id_summary").fill("Found")
    phone.click(".capture__save")
    expect(phone.get_by_role("heading", level=1)).to_have_text("A conversation")
    at = middle(world)
    assert not any(f"{value:.3f}" in url + body for url, body in sent for value in at.values())


def test_no_outlines_is_a_sentence(phone: Page, world, signed_in, console_is_clean) -> None:
    signed_in(world.builder)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation(middle(world))
    phone.route("**/outlines/", lambda route: route.abort())
    phone.goto(NEW)
    phone.get_by_role("button", name="Here I am").click()
    expect(phone.locator("[data-where-status]")).to_have_text(
        "The outlines of the neighbourhoods are not here just now. Choose one."
    )
    console_is_clean.clear()


def test_questions_change_with_the_neighbourhood(phone: Page, world, signed_in) -> None:
    hill = NeighbourhoodFactory(team=world.team, name="Hill End")
    PromptSetFactory(team=world.team, prompts="What grows here?\nWho shares?", neighbourhoods=[world.here])
    PromptSetFactory(team=world.team, prompts="Who sings?", neighbourhoods=[hill])
    signed_in(world.builder)
    phone.goto(NEW)
    phone.locator("#id_neighbourhood").select_option(label="Brook Street")
    phone.locator("[data-prompts] > summary").click()
    line = phone.locator("[data-prompt-line]")
    expect(line).to_have_text("What grows here?")
    phone.get_by_role("button", name="Another one").click()
    expect(line).to_have_text("Who shares?")
    # Out from under the bar with Save, where a finger would bring it.
    phone.locator("#id_told").evaluate("tick => tick.scrollIntoView({ block: 'center' })")
    assert_accessible(phone)
    phone.locator("#id_neighbourhood").select_option(label="Hill End")
    expect(line).to_have_text("Who sings?")
    expect(phone.get_by_role("button", name="Another one")).to_be_hidden()
    phone.locator("#id_neighbourhood").select_option(label="Not said")
    expect(phone.get_by_text("No questions for this neighbourhood yet.")).to_be_visible()


ODD = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]],
        [[[6, 0], [8, 0], [6, 2], [6, 0]]],
    ],
}


def test_holes_edges_and_corners_are_as_the_server_has_them(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    points = [[lat / 2, lng / 2] for lat in range(-2, 11) for lng in range(-2, 20)]
    found = page.evaluate(
        "([shape, points]) => points.map(([a, b]) => kithGeometry.contains(shape, a, b))", [ODD, points]
    )
    assert found == [contains(json.dumps(ODD), lat, lng) for lat, lng in points]


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["coventry_wards2013", "gloucester_lsoa2011"])
def test_the_phone_finds_what_the_server_finds(page: Page, world, signed_in, shared_data, name) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    features = json.loads((shared_data / "geo" / f"{name}.geojson").read_text())["features"]
    index = BoundaryIndex((at, json.dumps(each["geometry"])) for at, each in enumerate(features))
    chance = random.Random(1)  # noqa: S311 - points, not secrets
    corners = [corner for each in features for corner in _corners(each["geometry"]["coordinates"])]
    lngs, lats = zip(*corners, strict=True)
    points = [[chance.uniform(min(lats), max(lats)), chance.uniform(min(lngs), max(lngs))] for _ in range(500)]
    shapes = [{"id": at, "geometry": each["geometry"]} for at, each in enumerate(features)]
    found = page.evaluate(
        "([shapes, points]) => points.map(([a, b]) => kithGeometry.locate(shapes, a, b)?.id ?? null)", [shapes, points]
    )
    assert found == [index.locate(lat, lng) for lat, lng in points]
    assert len({each for each in found if each is not None}) > 10


def _corners(coordinates: list) -> list[list[float]]:
    """Return every corner of nested rings."""
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [coordinates[:2]]
    return [corner for each in coordinates for corner in _corners(each)]
