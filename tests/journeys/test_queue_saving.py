"""Written without signal and sent later: nothing lost, nothing duplicated."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from connectors.models import Conversation, SealedItem
from tests.journeys.queue import CAPTURE, NO_LOCKS, NO_SYNC, RECORD, WAITING, Phone, brook, kept, wait_for
from tests.photos import photo_bytes

#: What the server saves, and how often, depends on its database; what the phone does by itself does not.
becomes_rows = pytest.mark.both_databases

#: A phone whose clock is three days ahead.
WRONG_CLOCK = """(() => {
  const Real = Date;
  const off = 3 * 24 * 60 * 60 * 1000;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [Real.now() + off])); }
    static now() { return Real.now() + off; }
  };
})()"""
FULL = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"


def test_with_signal_saving_leads_to_the_conversation(street: Phone) -> None:
    street.open()
    street.write("Rose has the key to the hall.")
    street.page.wait_for_url("**/conversations/*/")
    assert kept() == street.said
    assert SealedItem.objects.get().state == "kept"
    assert street.items() == []


@becomes_rows
def test_five_conversations_saved_without_signal_arrive(street: Phone) -> None:
    asked: list[str] = []
    street.open()
    street.offline()
    street.context.on("request", lambda request: asked.append(request.url) if "/capture/" in request.url else None)
    street.page.reload()
    for number in range(5):
        street.save_here(f"Heard {number}")
    assert len(street.items()) == 5
    assert (asked, kept()) == ([], [])
    street.online()
    street.until_sent()
    assert kept() == sorted(street.said)
    assert sorted(SealedItem.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_the_offline_copy_gets_a_new_uuid_and_todays_dates(street: Phone) -> None:
    street.open()
    street.offline()
    numbers = set()
    for _again in range(2):
        street.page.reload()
        numbers.add(street.page.locator("[name=uuid]").input_value())
        today = street.page.locator('[name=held_on][data-days="0"]')
        expect(today).to_have_value(timezone.localdate().isoformat())
        expect(today).to_be_checked()
    assert len(numbers) == 2
    street.online()


@becomes_rows
@pytest.mark.parametrize(("count", "has_locks"), [(6, True), (10, False)])
def test_two_tabs_send_each_item_once(street: Phone, count: int, has_locks: bool) -> None:
    if not has_locks:
        street.context.add_init_script(NO_LOCKS)
    street.open()
    other = street.context.new_page()
    other.goto(RECORD)
    street.offline()
    for number in range(count):
        street.save_here(f"Heard {number}")
    street.online()
    street.until_sent()
    assert kept() == sorted(street.said)
    assert SealedItem.objects.count() == count
    other.close()


@becomes_rows
def test_a_lost_response_creates_no_second_conversation(street: Phone) -> None:
    lost: list[int] = []

    def lose(route) -> None:
        if len(lost) < 3:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    street.context.add_init_script(NO_SYNC)
    street.open()
    street.context.route(CAPTURE, lose)
    street.write("Rose has the key to the hall.")
    for _time in range(4):
        street.flush()
    street.until_sent()
    assert lost == [201, 200, 200]
    assert kept() == street.said
    street.complaints.clear()


def test_a_clock_three_days_ahead_is_corrected(street: Phone) -> None:
    street.context.add_init_script(WRONG_CLOCK)
    street.open()
    street.offline()
    street.page.reload()
    began = timezone.now()
    street.save_here("Rose has the key to the hall.")
    street.online()
    street.until_sent()
    talk = Conversation.objects.get()
    # The phone counts in milliseconds.
    assert began - timedelta(milliseconds=2) <= talk.recorded_at <= timezone.now()
    assert talk.held_on in {timezone.localdate(began), timezone.localdate()}


def test_a_full_phone_keeps_the_text_on_the_page(street: Phone) -> None:
    street.open()
    street.page.evaluate(FULL)
    street.write("Rose has the key to the hall.")
    expect(street.page.locator("[data-record-status]")).to_contain_text("This phone could not save it")
    expect(street.page.locator("#id_summary")).to_have_value(street.said[0])
    assert kept() == []
    street.page.get_by_role("button", name="Send it now").click()
    street.page.wait_for_url("**/conversations/*/")
    assert kept() == street.said


@becomes_rows
def test_a_photo_is_sent_after_its_text(street: Phone) -> None:
    street.open()
    street.offline()
    street.page.locator(".capture__more > summary").click()
    picture = {"name": "brook.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}
    street.page.locator("[name=photo]").set_input_files([picture])
    street.page.locator("[name=photo_alt]").fill("The brook")
    street.save_here("The brook is high.")
    assert [item["kind"] for item in street.items()] == ["conversation", "photo"]
    street.online()
    street.until_sent()
    talk = Conversation.objects.get()
    assert (bool(talk.photo), talk.photo_alt) == (True, "The brook")
    assert list(SealedItem.objects.order_by("pk").values_list("kind", "state")) == [
        ("conversation", "kept"),
        ("photo", "kept"),
    ]


def test_a_draft_comes_back_after_the_page_was_closed(street: Phone) -> None:
    street.open()
    street.page.locator("#id_summary").fill("Half a sentence about")
    wait_for(lambda: SealedItem.objects.filter(state="draft").exists(), page=street.page)
    again = street.context.new_page()
    street.page.close()
    street.page = again
    again.goto(RECORD)
    again.get_by_role("link", name="Continue draft").click()
    expect(again.locator("#id_summary")).to_have_value("Half a sentence about")
    again.locator("#id_summary").fill("Half a sentence about the hall.")
    again.locator(".capture__save").click()
    again.wait_for_url("**/conversations/*/")
    assert kept() == ["Half a sentence about the hall."]
    assert not SealedItem.objects.filter(state="draft").exists()
    assert street.items() == []


def test_a_saved_draft_is_not_offered_again(street: Phone) -> None:
    street.open()
    street.page.locator("#id_summary").fill("Half a sentence")
    wait_for(lambda: SealedItem.objects.filter(state="draft").exists(), page=street.page)
    street.offline()
    street.page.locator(".capture__save").click()
    expect(street.page.locator("#id_summary")).to_have_value("")
    assert [item["kind"] for item in street.items()] == ["conversation"]
    street.online()
    street.until_sent()
    street.page.goto(RECORD)
    expect(street.page.get_by_role("link", name="Continue draft")).to_have_count(0)
    assert kept() == ["Half a sentence"]


def test_without_signal_other_pages_link_to_the_offline_copy(street: Phone) -> None:
    street.open()
    street.offline()
    street.page.goto("/people/")
    expect(street.page.get_by_role("heading", level=1)).to_have_text("No signal")
    street.page.get_by_role("link", name="Log a conversation").click()
    street.save_here("Rose has the key to the hall.")
    street.online()
    street.until_sent()
    assert kept() == street.said


def test_waiting_items_are_unreadable(street: Phone) -> None:
    """The list of waiting items shows the time and the kind, and none of the text."""
    street.open()
    street.offline()
    street.save_here("Rose has the key to the hall.")
    street.context.route(CAPTURE, lambda route: route.abort())
    street.context.set_offline(False)
    street.page.goto(WAITING)
    rows = street.page.locator(".waiting__item")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Conversation")
    assert "Rose" not in street.page.content()
    rows.get_by_role("button", name="Delete").click()
    rows.get_by_role("button", name="Keep it").click()
    assert len(street.items()) == 1
    rows.get_by_role("button", name="Delete").click()
    rows.get_by_role("button", name="Yes, delete it").click()
    expect(rows).to_have_count(0)
    assert street.items() == []
    street.complaints.clear()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_it_is_an_ordinary_form(live_server, page: Page, signed_in) -> None:
    signed_in(brook())
    page.goto(RECORD)
    page.locator("#id_summary").fill("Rose has the key to the hall.")
    page.locator(".capture__save").click()
    page.wait_for_url("**/conversations/*/")
    assert kept() == ["Rose has the key to the hall."]
    assert not SealedItem.objects.exists()


def test_the_page_says_that_a_photo_is_on_its_way_and_then_shows_it(street: Phone) -> None:
    def answer(route: Route) -> None:
        is_photo = b'"kind":"photo"' in (route.request.post_data_buffer or b"")
        (route.abort if is_photo else route.continue_)()

    street.open()
    street.context.route(CAPTURE, answer)
    street.page.locator(".capture__more > summary").click()
    street.page.locator("[name=photo]").set_input_files(
        [{"name": "brook.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}]
    )
    street.page.locator("[name=photo_alt]").fill("The brook")
    street.write("Rose has the key to the hall.")
    street.page.wait_for_url("**/conversations/*/")
    expect(street.page.get_by_text("The photo is on its way from this phone.")).to_be_visible()
    street.context.unroute(CAPTURE)
    street.flush()
    expect(street.page.get_by_alt_text("The brook")).to_be_visible()
    expect(street.page.get_by_text("The photo is on its way from this phone.")).to_be_hidden()
    street.complaints.clear()
