"""A slow phone, a slow connection and a failing store: no text is lost or duplicated, and nothing blocks the form."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from communities.models import Role, User
from connectors.models import Conversation, SealedItem
from tests.factories.communities import UserFactory
from tests.journeys.queue import CAPTURE, NO_SYNC, RECORD, WAITING, Phone, answer_with, kept, wait_for

PASS = "**/capture/pass/**"
#: Like a phone of 2014 on slow 3G: 400 ms for every response, 400 kbit/s.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
#: The store opens and never responds, as sometimes in Safari.
STUCK = "IDBFactory.prototype.open = () => ({});"
FORBIDDEN = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
LOCKED = """Object.defineProperty(Navigator.prototype, 'locks', {
  get: () => ({ request: () => Promise.reject(new DOMException('no', 'SecurityError')) }),
});"""


def another(street: Phone) -> User:
    """Return another builder of the same team."""
    return UserFactory(name="Cal Builder", roles={street.builder.memberships.get().team: [Role.BUILDER]})


def slow_down(street: Phone) -> None:
    """Make the phone six times as slow, and limit the connection to slow 3G."""
    session = street.context.new_cdp_session(street.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)


def test_on_a_slow_phone_nothing_is_lost_or_duplicated(street: Phone) -> None:
    """Typed and saved as soon as the page can be used, with or without its scripts; three times."""
    for number in range(3):
        # A new page each time, because the one before may be on its way to the conversation.
        before, street.page = street.page, street.context.new_page()
        before.close()
        slow_down(street)
        street.page.goto(RECORD, wait_until="commit", timeout=60_000)
        words = f"Heard {number}"
        street.page.locator("#id_summary").fill(words, timeout=60_000)
        street.page.locator(".capture__save").click(timeout=60_000)
        street.said.append(words)
        wait_for(lambda count=number: Conversation.objects.count() > count, page=street.page, seconds=60)
    wait_for(lambda: not street.items(), page=street.page, seconds=60)
    assert kept() == street.said


def test_text_typed_before_scripts_load_belongs_to_this_conversation(street: Phone) -> None:
    """It becomes a draft at once, and the page for the next one is empty."""
    street.open()
    held: list[Route] = []
    street.context.route(re.compile(r"/record(\.\w+)?\.js"), lambda route: held.append(route))
    street.page.goto(RECORD, wait_until="commit")
    street.page.locator("#id_summary").fill("Rose has the key")
    street.page.locator("#id_idea").evaluate("field => { field.value = 'A choir'; }")
    wait_for(lambda: held, page=street.page)
    for route in held:
        route.continue_()
    wait_for(lambda: SealedItem.objects.filter(state="draft").exists(), page=street.page)
    street.offline()
    street.page.locator(".capture__save").click()
    expect(street.page.locator("[data-record-status]")).to_contain_text("Saved on this phone")
    for name in ("summary", "idea"):
        expect(street.page.locator(f"#id_{name}")).to_have_value("")
    street.online()
    street.until_sent()
    assert kept() == ["Rose has the key"]


def test_enter_before_scripts_load_sends_nothing(street: Phone) -> None:
    """Whoever types a name and presses Enter wants the next name; on a slow phone the script for that is not here yet."""
    street.context.route(re.compile(r"/capture(\.\w+)?\.js"), lambda route: route.abort())
    street.page.goto(RECORD)
    street.page.locator("#id_people").fill("Rose")
    street.page.keyboard.press("Enter")
    street.page.wait_for_load_state("networkidle")
    expect(street.page.locator("#id_people")).to_have_value("Rose")
    assert not Conversation.objects.exists()
    assert not SealedItem.objects.filter(state="kept").exists()
    street.page.locator(".capture__save").click()
    street.page.wait_for_url("**/conversations/*/")
    street.complaints.clear()


def test_the_offline_copy_enables_save_once_it_can_store(street: Phone) -> None:
    """Without signal an ordinary submit would lead to the browser's own error page: the button waits for the script."""
    street.open()
    street.offline()
    answer = street.page.evaluate("async () => (await (await caches.match('/record/')).text())")
    assert re.search(r"<button[^>]*capture__save[^>]* disabled", answer)
    street.page.goto(RECORD)
    expect(street.page.locator(".capture__save")).to_be_enabled()
    street.save_here("Heard 1")
    street.online()
    street.until_sent()
    assert kept() == ["Heard 1"]


def test_without_a_pass_or_signal_the_text_stays_on_the_page(street: Phone) -> None:
    """A wifi without internet: the browser says that there is signal, and there is none."""
    street.context.add_init_script(NO_SYNC)
    street.context.route(PASS, lambda route: route.abort())
    street.page.goto(RECORD)
    street.write("Rose has the key to the hall.")
    expect(street.page.locator("[data-record-status]")).to_contain_text("this phone cannot save it yet")
    expect(street.page.locator("#id_summary")).to_have_value(street.said[0])
    street.context.unroute(PASS)
    street.page.locator(".capture__save").click()
    street.page.wait_for_url("**/conversations/*/")
    assert kept() == street.said
    street.complaints.clear()


def test_without_a_usable_store_it_is_an_ordinary_form(street: Phone) -> None:
    for number, trick in enumerate((FORBIDDEN, STUCK)):
        page = street.context.new_page()
        page.add_init_script(trick)
        page.goto(RECORD)
        page.locator("#id_summary").fill(f"Heard {number}")
        page.locator(".capture__save").click()
        page.wait_for_url("**/conversations/*/", timeout=40_000)
        page.close()
    assert kept() == ["Heard 0", "Heard 1"]
    assert not SealedItem.objects.exists()


def test_refused_locks_block_nothing(street: Phone) -> None:
    street.context.add_init_script(LOCKED)
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.write("Heard 1")
    street.page.wait_for_url("**/conversations/*/")
    assert SealedItem.objects.get().state == "kept"


def test_three_unsendable_items_do_not_block_the_others(street: Phone) -> None:
    """The server fails on three items: they are tried last from then on."""
    refused: set[str] = set()

    def reply(route: Route) -> None:
        number = json.loads(
            re.search(r'name="meta"\r\n\r\n(.+)\r\n', route.request.post_data_buffer.decode("latin-1"))[1]
        )["uuid"]
        if len(refused) < 3 or number in refused:
            refused.add(number)
            route.fulfill(status=500, content_type="text/html", body="Trouble")
        else:
            route.continue_()

    answer_with(street.context, reply)
    street.open()
    street.offline()
    for number in range(5):
        street.save_here(f"Heard {number}")
    street.online()
    for _again in range(2):
        street.flush()
    wait_for(lambda: len(street.items()) == 3, page=street.page)
    assert kept() == ["Heard 3", "Heard 4"]
    street.context.unroute(CAPTURE)
    street.flush()
    street.until_sent()
    assert kept() == street.said
    street.complaints.clear()


def test_sending_now_during_an_attempt_that_fails_does_not_wait(street: Phone) -> None:
    """After six failures the next attempt would be a minute away."""
    tries: list[Route] = []

    def reply(route: Route) -> None:
        tries.append(route)
        if len(tries) < 6:
            route.abort()
        elif len(tries) > 6:
            route.continue_()

    answer_with(street.context, reply)
    street.open()
    street.write("Heard 1")
    for _again in range(6):
        street.ask("() => { window.kithQueue.flush({ now: true }); }")
        street.page.wait_for_timeout(200)
    wait_for(lambda: len(tries) == 6, page=street.page)
    street.ask("() => { window.kithQueue.flush({ now: true }); }")
    tries[-1].abort()
    street.until_sent(seconds=20)
    assert kept() == street.said
    street.complaints.clear()


def test_no_number_is_used_twice_while_a_pass_is_loading(street: Phone) -> None:
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.write("Heard 1")
    street.page.wait_for_url("**/conversations/*/")
    street.open()
    street.context.route(CAPTURE, lambda route: route.abort())
    street.save_here("Heard 2")
    held: list[Route] = []
    # The phone knows of more items than the server, and asks a second time.
    street.context.route(
        PASS, lambda route: held.append(route) if "saved=2" in route.request.url else route.continue_()
    )
    street.page.evaluate("() => { window.renewed = window.kithQueue.renew({ force: true }); }")
    wait_for(lambda: held, page=street.page)
    street.save_here("Heard 3")
    held[0].continue_()
    street.page.evaluate("() => window.renewed.then(() => null)")
    street.save_here("Heard 4")
    assert [item["sequence"] for item in street.items()] == [2, 3, 4]
    street.context.unroute(PASS)
    street.context.unroute(CAPTURE)
    street.flush()
    street.until_sent()
    assert kept() == street.said
    street.complaints.clear()


def test_deleting_an_item_tells_the_server_so_that_counts_agree(street: Phone) -> None:
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.context.route(CAPTURE, lambda route: route.abort())
    street.offline()
    for number in range(2):
        street.save_here(f"Heard {number}")
    street.context.set_offline(False)
    street.page.goto(WAITING)
    rows = street.page.locator(".waiting__item")
    rows.first.get_by_role("button", name="Delete").click()
    rows.first.get_by_role("button", name="Yes, delete it").click()
    expect(rows).to_have_count(1)
    street.context.unroute(CAPTURE)
    street.flush()
    street.until_sent()
    wait_for(lambda: SealedItem.objects.filter(state="dropped", reason="deleted-on-phone").exists(), page=street.page)
    street.page.reload()
    expect(street.page.locator("#main")).to_contain_text("Your phone saved 2, we have 1. 1 was deleted on the phone.")
    assert kept() == ["Heard 1"]
    street.complaints.clear()


def test_items_of_another_user_on_the_same_phone_stay_theirs(street: Phone, signed_in) -> None:
    """They are shown without any text, are sent by themselves, and nobody else can delete them."""
    street.context.add_init_script(NO_SYNC)
    street.open()
    street.context.route(CAPTURE, lambda route: route.abort())
    street.offline()
    street.save_here("Heard 1")
    street.context.set_offline(False)
    signed_in(another(street))
    street.page.goto(WAITING)
    row = street.page.locator(".waiting__item")
    expect(row).to_contain_text("by someone else who uses this phone")
    expect(row.get_by_role("button", name="Delete")).to_be_hidden()
    street.context.unroute(CAPTURE)
    street.flush()
    street.until_sent()
    talk = Conversation.objects.get()
    assert (talk.summary, talk.builder) == ("Heard 1", street.builder)
    street.complaints.clear()


def test_a_draft_from_a_phone_with_a_fast_clock_can_be_continued(street: Phone) -> None:
    street.open()
    street.page.locator("#id_summary").fill("Half a sentence")
    wait_for(lambda: SealedItem.objects.filter(state="draft").exists(), page=street.page)
    ahead = SealedItem.objects.get()
    SealedItem.objects.filter(pk=ahead.pk).update(draft_version=2_000_000_000)
    street.page.goto(f"{RECORD}?draft={ahead.uuid}")
    street.page.locator("#id_summary").fill("Half a sentence, and more")
    wait_for(lambda: SealedItem.objects.get().draft_version == 2_000_000_001, page=street.page)


def test_slow_signal_is_not_called_none(street: Phone) -> None:
    """Kith does not answer for a while: the page says that it is still sending, and later that it arrived."""
    held: list[Route] = []
    answer_with(street.context, lambda route: held.append(route))
    street.open()
    said = street.page.locator("[data-record-status]")
    street.save_here("Rose has the key to the hall.")
    expect(said).to_contain_text("sending it now")
    wait_for(lambda: held, page=street.page)
    expect(said).to_contain_text("Slow signal: still sending")
    expect(said).not_to_contain_text("when the signal is back")
    street.page.locator("#id_summary").fill("The next one")
    held[0].continue_()
    expect(said).to_contain_text("Sent: it is with Kith now")
    expect(street.page.locator("#id_summary")).to_be_focused()
    said.get_by_role("link", name="See what you wrote").click()
    street.page.wait_for_url("**/conversations/*/")
    assert kept() == street.said


@pytest.mark.parametrize("way", ["offline", "failed"])
def test_no_signal_is_said_when_the_browser_says_so_or_the_request_failed(street: Phone, way: str) -> None:
    answer_with(street.context, lambda route: route.abort() if way == "failed" else route.continue_())
    street.open()
    if way == "offline":
        street.offline()
    street.save_here("Rose has the key to the hall.")
    said = street.page.locator("[data-record-status]")
    expect(said).to_contain_text("not sent yet")
    expect(said).to_contain_text("when the signal is back")
    street.complaints.clear()
