"""Any form without signal: what was typed is sealed on the phone, and offered as a draft when there is signal again."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from communities.models import Draft, DraftPhoto, Partner
from evaluation.models import Story
from tests.journeys.processes import Server, session_cookie
from tests.journeys.queue import ITEMS, brook, wait_for
from tests.journeys.test_drafts import FORMS, Street, box, is_sealed, press, write
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db(transaction=True)

#: Everything in the phone's own stores, as text; sealed bytes as letters.
STORED = """async () => {
  const base = await new Promise((resolve) => { indexedDB.open('kith').onsuccess = (event) => resolve(event.target.result); });
  const read = (name) => new Promise((resolve) => {
    base.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result);
  });
  const found = [...await read('items'), ...await read('memory')];
  base.close();
  const bytes = found.map((each) => each.sealed ? new TextDecoder('latin1').decode(each.sealed) : '').join();
  return JSON.stringify([found, {...localStorage}, {...sessionStorage}, document.cookie]) + bytes;
}"""


def test_what_is_typed_without_signal_comes_back_after_the_tab_was_closed(
    context, signed_in, console_is_clean, media
) -> None:
    street = Street(context, signed_in, console_is_clean)
    words = {"story": "Fiona mended the bench", "partner": "Brookside surgery"}
    tabs = {name: street.tab(reverse(FORMS[name].url)) for name in words}
    for page in tabs.values():
        wait_for(lambda page=page: page.evaluate("() => window.kithQueue.passes()"), page=page)
    context.set_offline(True)
    tabs["story"].locator("[name=photo]").set_input_files(
        [{"name": "bench.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}]
    )
    for name, page in tabs.items():
        write(page, FORMS[name], words[name])
        wait_for(lambda page=page, form=FORMS[name]: is_sealed(page, form), page=page)
    # The button says what happened to the words, and the form stays.
    press(tabs["partner"], FORMS["partner"])
    expect(tabs["partner"].locator("[data-draft-status]")).to_contain_text("encrypted on this phone")
    expect(box(tabs["partner"], FORMS["partner"])).to_have_value(words["partner"])
    wait_for(lambda: len(tabs["partner"].evaluate(ITEMS)) == 3, page=tabs["partner"])
    stored = tabs["partner"].evaluate(STORED)
    assert "form-key" not in stored, "a builder's phone has the key of its pass"
    assert not [each for each in words.values() if each in stored]
    assert not Draft.objects.exists()
    for page in tabs.values():
        page.close()
    context.set_offline(False)
    page = street.tab("/")
    wait_for(lambda: Draft.objects.count() == 2 and DraftPhoto.objects.count() == 1, page=page)
    wait_for(lambda: page.evaluate(ITEMS) == [], page=page)
    for name, text in words.items():
        page.goto(reverse(FORMS[name].url))
        page.get_by_role("link").filter(has_text="Continue draft").click()
        expect(box(page, FORMS[name])).to_have_value(text)
    press(page, FORMS["partner"])
    wait_for(Partner.objects.exists, page=page)
    assert Draft.objects.filter(closed_at=None).count() == 1
    console_is_clean.clear()


def test_a_form_and_its_draft_survive_a_restart_of_kith(live_server, context, page, tmp_path, console_is_clean) -> None:
    """Typed before, while nothing answers, and saved afterwards; `live_server` only empties the database."""
    story, user, server = FORMS["story"], brook(), Server(tmp_path)
    context.add_cookies([session_cookie(user, server.url)])
    try:
        server.start()
        page.goto(f"{server.url}{reverse(story.url)}")
        wait_for(lambda: page.evaluate("() => window.kithQueue.passes()"), page=page)
        write(page, story, "The bench")
        wait_for(lambda: Draft.objects.filter(version__gt=0).exists(), page=page)
        server.kill()
        box(page, story).press_sequentially(" came back")
        wait_for(lambda: [each["kind"] for each in page.evaluate(ITEMS)] == ["form"], page=page)
        press(page, story)
        expect(page.locator("[data-draft-status]")).to_contain_text("encrypted on this phone")
        other = context.new_page()
        server.start()
        other.goto(f"{server.url}{reverse(story.url)}")
        wait_for(lambda: "came back" in str(Draft.objects.get().fields), page=other)
        expect(other.get_by_role("link").filter(has_text="Continue draft")).to_be_visible()
        press(page, story)
        wait_for(Story.objects.exists, page=page)
        assert Story.objects.get().self_text == "The bench came back"
        assert not Draft.objects.filter(closed_at=None).exists()
    finally:
        server.stop()
    console_is_clean.clear()


def test_a_form_says_that_the_signal_is_slow_and_not_that_there_is_none(context, signed_in, console_is_clean) -> None:
    """The draft could not be sent once; on Save the server does not answer within ten seconds."""
    street = Street(context, signed_in, console_is_clean)
    page = street.tab(reverse(FORMS["partner"].url))
    wait_for(lambda: page.evaluate("() => window.kithQueue.passes()"), page=page)
    for address in ("**/drafts/save/", "**/capture/form/"):
        context.route(address, lambda route: route.abort())
    write(page, FORMS["partner"], "Brookside surgery")
    wait_for(lambda: is_sealed(page, FORMS["partner"]), page=page)
    context.route("**/capture/key/", lambda route: None)
    press(page, FORMS["partner"])
    said = page.locator("[data-draft-status]")
    expect(said).to_contain_text("The signal is slow")
    expect(said).not_to_contain_text("no signal")
    expect(box(page, FORMS["partner"])).to_have_value("Brookside surgery")
    console_is_clean.clear()
