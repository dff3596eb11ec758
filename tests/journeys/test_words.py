"""Words are noticed while typing: replaced with one tap, dismissed once or for good, in English and Welsh."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Role
from connectors.models import IgnoredWord
from connectors.wording.queries.lists import list_for
from tests.browser import assert_accessible, assert_fits
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory
from tests.factories.connectors_words import IgnoredWordFactory, TeamWordFactory

VECTORS = json.loads((Path(__file__).parent.parent / "connectors" / "wording_vectors.json").read_text())
NEW = reverse("connectors:conversation-create")


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a team with words of its own, and a builder."""
    team = TeamFactory(name="Brookside")
    builder = UserFactory(name="Bea Builder", roles={team: [Role.BUILDER]})
    TeamWordFactory(team=team, phrase="can't cope", alternatives="has a lot on", reason="We all do.")
    TeamWordFactory(team=team, phrase="client", alternatives="friend", reason="Ours.")
    TeamWordFactory(team=team, phrase="awen ddu", alternatives="dydd llwyd", reason="Ein gair ni.", language="cy")
    TeamWordFactory(team=team, phrase="deprived", silent=True)
    return SimpleNamespace(team=team, builder=builder)


def hint_of(page: Page, field: str = "summary"):
    return page.locator(f"#id_{field} + .wording")


def test_one_tap_replaces_the_word_and_keeps_the_cursor(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    field = phone.locator("#id_summary")
    field.click()
    phone.keyboard.type("A service user said “I am a service user” and sang. And then")
    hint = hint_of(phone)
    expect(hint).to_contain_text("You wrote “service user”. People are citizens with something to offer")
    phone.get_by_role("button", name="Use “citizen”").click()
    expect(field).to_have_value("A citizen said “I am a service user” and sang. And then")
    expect(field).to_be_focused()
    phone.keyboard.type(" more.")
    expect(field).to_have_value("A citizen said “I am a service user” and sang. And then more.")
    expect(hint).to_be_empty()
    assert_fits(phone)


def test_a_word_is_announced_once_and_politely(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    voice = page.locator("form.capture > [role=status].visually-hidden").last
    field = page.locator("#id_summary")
    field.fill("A service user")
    expect(voice).to_have_text("You wrote “service user”. You could say “citizen” or “resident”.")
    field.fill("A service user, isolated")
    expect(voice).to_have_text("You wrote “isolated”. You could say “looking for company”.")
    field.fill("A service user, again")
    expect(hint_of(page)).to_contain_text("service user")
    expect(voice).to_have_text("You wrote “isolated”. You could say “looking for company”.")
    expect(hint_of(page)).not_to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("group", name="You wrote “service user”.")).to_be_visible()
    assert_accessible(page)


def test_a_word_can_be_replaced_by_keyboard_alone(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    field = page.locator("#id_summary")
    field.focus()
    page.keyboard.type("Two service users")
    expect(hint_of(page)).to_contain_text("service users")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use “citizens”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Two citizens")
    expect(field).to_be_focused()


def test_welsh_and_team_words_are_noticed(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    field = phone.locator("#id_summary")
    field.fill("Siaradais i ddefnyddiwr gwasanaeth.")
    expect(hint_of(phone).locator("[lang=cy]").first).to_contain_text("Dinasyddion â rhywbeth i'w gynnig")
    phone.get_by_role("button", name="Use “ddinesydd”").click()
    expect(field).to_have_value("Siaradais i ddinesydd.")
    field.fill("She can’t cope in a deprived street.")
    expect(hint_of(phone)).to_contain_text("You wrote “can’t cope”. We all do.")
    expect(hint_of(phone)).not_to_contain_text("deprived")
    assert_accessible(phone)


def test_keeping_a_word_for_good_survives_a_reload_and_once_does_not(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    phone.goto(NEW)
    field = phone.locator("#id_summary")
    field.fill("A service user.")
    with phone.expect_response("**/words/ignore/") as answered:
        phone.get_by_role("button", name="Don’t tell me about this word again").click()
    assert answered.value.status == 204
    expect(hint_of(phone)).to_be_empty()
    expect(field).to_be_focused()
    expect(phone.get_by_text("You will not be told about “service user” again.")).to_be_attached()
    field.fill("A referral.")
    phone.get_by_role("button", name="Keep my word").click()
    expect(hint_of(phone)).to_be_empty()
    phone.goto(NEW)
    field.fill("Service users and a referral.")
    expect(hint_of(phone)).to_contain_text("referral")
    expect(hint_of(phone)).not_to_contain_text("Service users")
    assert list(IgnoredWord.objects.values_list("user", "phrase")) == [(world.builder.pk, "service user")]
    phone.goto("/words/?show=quiet")
    phone.get_by_role("button", name="Tell me again service user").click()
    expect(phone.get_by_text("You are told about “service user” again.")).to_be_visible()
    assert not IgnoredWord.objects.exists()


def test_without_signal_a_word_is_ignored_on_this_phone_and_the_page_says_so(
    page: Page, world, signed_in, console_is_clean
) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    page.route("**/words/ignore/", lambda route: route.abort())
    page.locator("#id_summary").fill("A referral.")
    page.get_by_role("button", name="Don’t tell me about this word again").click()
    expect(hint_of(page)).to_be_empty()
    expect(page.get_by_text("“referral” is ignored on this page only")).to_be_attached()
    console_is_clean.clear()


def test_text_that_is_already_there_is_noticed_inline(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    talk = ConversationFactory(team=world.team, builder=world.builder, summary="A service user.")
    phone.goto(reverse("connectors:conversation-update", args=[talk.uuid]))
    expect(hint_of(phone)).to_contain_text("service user")
    # The form comes back with what was typed, because of its day. Steps saved before are not on it.
    phone.locator("#id_next_step").fill("Refer Rose")
    phone.get_by_label("A date").last.check()
    phone.locator("#id_held_on_date").fill("2019-05-01")
    phone.get_by_role("button", name="Save the changes").click()
    expect(phone.locator("[data-error-summary]")).to_be_visible()
    expect(hint_of(phone)).to_contain_text("service user")
    expect(hint_of(phone, "next_step")).to_contain_text("Refer")
    use = phone.get_by_role("button", name="Use “Introduce”")
    use.focus()
    box, bar = use.bounding_box(), phone.locator(".capture__foot").bounding_box()
    assert box["y"] + box["height"] <= bar["y"], "the bar at the foot covers the button"
    assert_accessible(phone)
    assert_fits(phone)


def test_browser_and_server_apply_the_same_team_list(page: Page, world, signed_in) -> None:
    IgnoredWordFactory(team=world.team, user=world.builder, phrase="cleient")
    signed_in(world.builder)
    page.goto(NEW)
    words = list_for(world.builder, world.team)
    texts = [vector["text"] for vector in VECTORS] + [form for entry in words.entries for form in entry.forms]
    page.wait_for_function("() => globalThis.kithNotice")
    texts += ["CAN’T  COPE, can't-cope", "two clients, a client, “a client”", "awen ddu", "deprived area, deprived"]
    found = page.evaluate("texts => texts.map(text => kithNotice(text))", texts)
    for text, each in zip(texts, found, strict=True):
        expected = [
            [one.word, list(one.alternatives), one.reason, one.name, one.language] for one in words.notice(text)
        ]
        given = [[one["word"], one["alternatives"], one["reason"], one["name"], one["language"]] for one in each]
        assert given == expected, text


COVERED = """() => {
  const bar = document.querySelector(".capture__foot").getBoundingClientRect();
  const here = document.activeElement;
  const shown = here.closest("label") || here.labels?.[0] || here;
  const box = here.getBoundingClientRect();
  const inBar = here.closest(".capture__foot, nav, header, .skip-link") !== null || here === document.body;
  return inBar || box.height > bar.top || box.bottom <= bar.top + 1 || box.top >= bar.bottom ? "" : shown.outerHTML.slice(0, 200);
}"""


def test_the_focused_element_is_never_behind_the_bar(page: Page, world, signed_in) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    signed_in(world.builder)
    page.goto(NEW)
    page.locator("#id_people").focus()
    covered = []
    for _step in range(60):
        if found := page.evaluate(COVERED):
            covered.append(found)
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('.capture__foot') !== null"):
            break
    else:
        pytest.fail("the keyboard never came to Save")
    for _step in range(60):
        page.keyboard.press("Shift+Tab")
        if found := page.evaluate(COVERED):
            covered.append(found)
        if page.evaluate("() => document.activeElement.id === 'id_people'"):
            break
    assert covered == []


@pytest.mark.parametrize("field", ["summary", "new_themes", "gifts-0-name", "next_step"])
def test_a_hint_that_appears_is_not_behind_the_bar(page: Page, world, signed_in, field) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    signed_in(world.builder)
    page.goto(NEW)
    page.wait_for_function("() => globalThis.kithNotice")
    written = page.locator(f"#id_{field}")
    written.focus()
    # At the bottom edge of the visible area, where a hint has no room.
    written.evaluate("field => scrollBy(0, field.getBoundingClientRect().bottom - innerHeight + 150)")
    page.keyboard.type("A service user")
    row = hint_of(page, field).locator(".wording__words").first
    expect(row).to_be_visible()
    box, bar = row.bounding_box(), page.locator(".capture__foot").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]
    expect(written).to_be_focused()
    assert written.bounding_box()["y"] >= 0, "the words themselves stay in sight"


OF_OTHER_FORMS = [
    ("ask-create", "words"),
    ("introduction-create", "reason"),
    ("asset-create", "description"),
    ("spark-create", "what"),
    ("story-create", "us_text"),
    ("person-create", "gift"),
]


@pytest.mark.parametrize(("form", "field"), OF_OTHER_FORMS)
def test_every_form_about_people_notices_words(phone: Page, world, signed_in, form, field) -> None:
    app = {"asset": "assets", "spark": "sparks", "story": "evaluation"}.get(form.split("-")[0], "connectors")
    signed_in(world.builder)
    phone.goto(reverse(f"{app}:{form}"))
    written = phone.locator(f"#id_{field}")
    fold = phone.locator("details:not([open])", has=written).locator("summary")
    if fold.count():
        fold.click()
    written.focus()
    phone.keyboard.type("A service user said “client”")
    expect(hint_of(phone, field)).to_contain_text("You wrote “service user”.")
    expect(hint_of(phone, field)).not_to_contain_text("client”.")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("button", name="Use “citizen”")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(written).to_have_value("A citizen said “client”")
    expect(hint_of(phone, field)).to_be_empty()
    assert_accessible(phone)
    assert_fits(phone)


def test_the_list_is_fetched_only_where_a_field_asks_for_it(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/words/data/" in request.url else None)
    page.goto("/people/")
    page.wait_for_load_state("networkidle")
    assert fetched == []
    page.goto(reverse("connectors:ask-create"))
    page.wait_for_function("() => globalThis.kithNotice")
    assert len(fetched) == 1


def test_words_in_added_rows_are_noticed(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    page.goto(NEW)
    page.wait_for_function("() => globalThis.kithNotice")
    page.get_by_role("button", name="Another gift").click()
    page.get_by_role("button", name="Another gift").click()
    page.get_by_role("button", name="Another gift").click()
    page.locator("#id_gifts-3-name").fill("Helping the needy")
    expect(hint_of(page, "gifts-3-name")).to_contain_text("needy")


def write_an_ask(page: Page, words: str) -> None:
    page.goto(reverse("connectors:ask-create"))
    page.locator("#id_words").fill(words)


def test_a_word_kept_once_is_not_shown_after_saving(page: Page, world, signed_in) -> None:
    signed_in(world.builder)
    write_an_ask(page, "A referral for a service user")
    hint_of(page, "words").get_by_role("group", name="You wrote “A referral”.").get_by_role(
        "button", name="Keep my word"
    ).click()
    expect(hint_of(page, "words")).not_to_contain_text("referral")
    page.locator("form.form button:not([type=button])").last.click()
    told = page.get_by_role("region", name="Words that could start with strengths")
    expect(told).to_contain_text("You wrote “service user”. You could say “citizen”")
    expect(told).not_to_contain_text("referral")
    assert_accessible(page)


@pytest.mark.browser_context_args(java_script_enabled=False)
@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_the_next_page_shows_the_words(page: Page, world, signed_in, width, shot) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(world.builder)
    write_an_ask(page, "Two service users and “a client”, i ddefnyddiwr gwasanaeth")
    page.locator("form.form button:not([type=button])").last.click()
    told = page.get_by_role("region", name="Words that could start with strengths")
    expect(told).to_contain_text("You wrote “service users”. You could say “citizens”")
    expect(told).to_contain_text("You wrote “ddefnyddiwr gwasanaeth”. You could say “ddinesydd”")
    expect(told).not_to_contain_text("You wrote “client”")
    shot(page, f"told-{width}")
    here = page.url
    page.get_by_role("button", name="Don’t tell me about “service users” again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You will not be told about “service user” again.")).to_be_visible()
    assert page.url == here
    write_an_ask(page, "Two service users")
    page.locator("form.form button:not([type=button])").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(told).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_words_are_accessible(page: Page, world, signed_in, width) -> None:
    manager = UserFactory(name="Mo Manager", roles={world.team: [Role.MANAGER]})
    for person in [manager, *UserFactory.create_batch(2)]:
        for noticed in (0, 0, 2, 2):
            ConversationFactory(team=world.team, builder=person, words_noticed=noticed)
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(manager)
    for name in ("word-list", "word-create", "word-trend"):
        page.goto(reverse(f"connectors:{name}"))
        assert_accessible(page)
        assert_fits(page)
    expect(page.get_by_role("cell", name="50.0%")).to_be_visible()
