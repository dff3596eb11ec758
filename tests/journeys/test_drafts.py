"""What is typed is not lost: the day, a photo, signing in again; forms and ways of losing for `test_losing_words.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from assets.models import Asset
from communities.models import DraftPhoto, Partner, Role, User
from connectors.models import Ask, Conversation, Journey, Person, PromptSet, SealedItem
from evaluation.models import Story
from sparks.models import Round, Spark
from tests.factories.communities import PASSWORD, MembershipFactory, UserFactory
from tests.factories.connectors_capture import SealingKeyFactory
from tests.factories.sparks import FundFactory, RoundFactory
from tests.journeys.processes import PATIENCE
from tests.journeys.queue import ITEMS, wait_for
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Form:
    """A form: its page, the field with the words, other answers that it needs, and answers with which it is refused."""

    url: str
    words: str
    model: type[Model]
    also: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    of_person: bool = False


SPRING = {
    "budget_gbp": "100", "max_award_gbp": "50", "opens_at": f"{timezone.localdate().year + 1}-01-01T09:00",
    "closes_at": f"{timezone.localdate().year + 1}-02-01T09:00",
}  # fmt: skip
FORMS = {
    "conversation": Form(
        "connectors:conversation-create", "summary", Conversation, {}, {"held_on": "date", "held_on-date": "2999-01-01"}
    ),
    "story": Form("evaluation:story-create", "self_text", Story, {"title": "A bench"}, {"title": ""}),
    "spark": Form("sparks:spark-create", "what", Spark, {"title": "A bench"}, {"title": ""}),
    "ask": Form("connectors:ask-create", "words", Ask, {}, {"asked_on": "2999-01-01"}),
    "asset": Form("assets:asset-create", "description", Asset, {"name": "Hall", "kind": "place"}, {"name": ""}),
    "resident": Form("connectors:person-create", "street", Person, {"known_as": "Wil"}, {"known_as": ""}),
    "journey": Form("connectors:journey-create", "vision", Journey, {}, {"began_on": "2999-01-01"}, of_person=True),
    "partner": Form("communities:partner-create", "name", Partner, {"kind": "health"}, {"website": "no address"}),
    "round": Form("sparks:round-create", "name", Round, SPRING, {"budget_gbp": "much"}),
    "questions": Form("connectors:prompt-create", "prompts", PromptSet, {"name": "Spring"}, {"name": ""}),
}


class Street:
    """A builder's browser, in which tabs are opened and closed."""

    def __init__(self, context: BrowserContext, sign_in: Callable[[User], None], complaints: list[str]) -> None:
        self.context, self.sign_in, self.complaints = context, sign_in, complaints
        self.user = UserFactory(name="Fiona")
        self.team = MembershipFactory(user=self.user, role=Role.BUILDER).team
        MembershipFactory(user=self.user, team=self.team, role=Role.MANAGER)
        RoundFactory(team=self.team, fund=FundFactory(team=self.team))
        SealingKeyFactory()
        self.opener: Page | None = None
        sign_in(self.user)

    def address(self, form: Form) -> str:
        """Return the path of a form's page; a journey needs a resident of its own."""
        if not form.of_person:
            return reverse(form.url)
        person = Person.objects.create(team=self.team, known_as="Amina", created_by=self.user)
        return reverse(form.url, kwargs={"uuid": person.uuid})

    def tab(self, path: str) -> Page:
        """Return a new tab with a page, opened by a script, so that `close_tab` can close it as a person does."""
        if self.opener is None or self.opener.is_closed():
            self.opener = self.context.new_page()
            self.opener.goto(reverse("connectors:manifest"))
        with self.context.expect_page() as opening:
            self.opener.evaluate("(path) => { window.open(path); }", path)
        page = opening.value
        page.set_default_timeout(PATIENCE * 1000)
        page.wait_for_load_state()
        return page

    def close_tabs(self) -> None:
        """Close every tab. Chromium may wait for ever for one that is on its way to another page: an empty one goes nowhere."""
        for page in self.context.pages:
            if page != self.opener:
                go(page, "about:blank")
                close_tab(page)


def go(page: Page, path: str) -> None:
    """Open a page, again if the one before was on its way elsewhere: on a slow machine that takes more than one try."""
    for _try in range(4):
        try:
            page.goto(path)
        except Error:
            page.wait_for_timeout(500)
        else:
            return
    page.goto(path)


def box(page: Page, form: Form) -> Locator:
    """Return the field with the words, on the form that saves it."""
    return page.locator(f"form:has(input[name=draft]) [name={form.words}]")


def answer(page: Page, form: Form, name: str, value: str) -> None:
    """Give one of the other answers: tap or choose it if it is offered, otherwise type it."""
    field = page.locator(f"form:has([name={form.words}]) [name={name}]")
    offered = page.locator(f"form:has([name={form.words}]) [name={name}][type=radio][value={value!r}]")
    if offered.count():
        offered.check()
    elif field.evaluate("(field) => field.matches('select')"):
        field.select_option(value)
    else:
        field.fill(value)


def write(page: Page, form: Form, words: str, *, refused: bool = False) -> None:
    """Type words and the other answers."""
    for name, value in (form.also | (form.refused if refused else {})).items():
        answer(page, form, name, value)
    for fold in box(page, form).locator("xpath=ancestor::details[not(@open)]/summary").all():
        fold.click()
    # The last, so that the pause of the script has not passed when the page goes.
    box(page, form).evaluate("(field) => addEventListener('input', () => { field.dataset.typed = Date.now(); })")
    box(page, form).fill(words[:-4])
    box(page, form).press_sequentially(words[-4:])
    if form.model is Conversation:
        wait_for(lambda: is_sealed(page, form), page=page)


def is_sealed(page: Page, form: Form) -> bool:
    """Return whether the phone or Kith has a sealed draft from after the last letter: it is sealed half a second later."""
    typed = datetime.fromtimestamp(int(box(page, form).get_attribute("data-typed")) / 1000, UTC)
    there = SealedItem.objects.filter(state="draft", recorded_at__gte=typed).exists()
    return there or any(datetime.fromisoformat(each["recorded_at"]) >= typed for each in page.evaluate(ITEMS))


def press(page: Page, form: Form, *, twice: bool = False) -> None:
    """Press the button that saves."""
    button = page.locator(f"form:has([name={form.words}]) button.button:not(.button--quiet, .button--secondary)").last
    (button.dblclick if twice else button.click)()


def saved(form: Form, words: str) -> int:
    """Return the number of rows with the words."""
    return form.model._base_manager.filter(**{f"{form.words}__contains": words}).count()


def is_in_form(page: Page, form: Form, words: str) -> bool:
    """Return whether the words are in the form, where somebody sees them."""
    try:
        return box(page, form).is_visible() and box(page, form).input_value(timeout=5000) == words
    except Error:  # the page is going
        return False


def within(seconds: float, true: Callable[[], object], page: Page) -> bool:
    """Ask until the answer is true, and return whether it was."""
    try:
        return bool(wait_for(true, seconds=seconds, page=page))
    except AssertionError:
        return False


def is_back(page: Page, form: Form, path: str, words: str) -> bool:
    """Return whether the words are in the form, or are offered on its page and then are in the form."""
    offers = page.get_by_role("link").filter(has_text="Continue draft")
    within(3, lambda: is_in_form(page, form, words) or offers.count(), page)
    # What was sent while a page went may come after the next one was made: it is there when the page is opened again.
    for _again in range(4):
        if is_in_form(page, form, words):
            return True
        for number in range(offers.count()):
            if number:
                go(page, path)
                expect(offers.nth(number)).to_be_visible()
            with page.expect_navigation():
                offers.nth(number).click()
            if is_in_form(page, form, words):
                return True
        go(page, path)
        within(2, offers.count, page)
    return False


def refused(street: Street, form: Form, path: str, words: str) -> bool:
    """What is wrong is said beside the words; a conversation waits on the page of what needs another look."""
    page = street.tab(path)
    write(page, form, words, refused=True)
    press(page, form)
    if form.model is Conversation:
        parked = SealedItem.objects.filter(state="parked", kind="conversation", reason="form")
        wait_for(parked.exists, page=page)
        go(page, reverse("connectors:capture-check", kwargs={"uuid": parked.get().uuid}))
        assert page.locator("form[data-capture] .errorlist").count(), "it does not say what is wrong"
        return page.locator("[name=summary]").input_value() == words and not saved(form, words)
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.wait_for_load_state()  # The summary is there before the fields are.
    return is_in_form(page, form, words) and not saved(form, words)


def session_ended(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    street.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, form)
    if form.model is Conversation:
        street.sign_in(street.user)
        return bool(wait_for(lambda: saved(form, words), page=page))
    sign_in = page.get_by_role("link", name="Sign in")
    after = parse_qs(urlsplit(sign_in.get_attribute("href")).query)["next"][0]
    street.sign_in(street.user)
    go(page, after)
    return is_in_form(page, form, words)


def back(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    page.goto("/")
    page.go_back()
    return is_back(page, form, path, words)


def reloaded(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    page.reload()
    return is_back(page, form, path, words)


def close_tab(page: Page) -> None:
    """Close a tab as a person does, with what its scripts do when it goes, and wait until it is gone."""
    with page.expect_event("close"):
        try:
            page.evaluate("() => { setTimeout(() => window.close()); }")
        except Error:  # The page before was still going.
            page.evaluate("() => { setTimeout(() => window.close()); }")


def closed(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    close_tab(page)
    return is_back(street.tab(path), form, path, words)


def pressed_twice(street: Street, form: Form, path: str, words: str) -> bool:
    """It is saved, and once."""
    page = street.tab(path)
    write(page, form, words)
    press(page, form, twice=True)
    wait_for(lambda: saved(form, words), page=page)
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    return saved(form, words) == 1


def two_tabs(street: Street, form: Form, path: str, words: str) -> bool:
    first, second = street.tab(path), street.tab(path)
    write(first, form, words)
    write(second, form, f"{words} too")
    for page in (first, second):
        close_tab(page)
    return is_back(street.tab(path), form, path, words) and is_back(street.tab(path), form, path, f"{words} too")


def stale(street: Street, form: Form, path: str, words: str) -> bool:
    """Signing in in another tab changes the token of every form, so this one is refused as a whole."""
    page = street.tab(path)
    write(page, form, words)
    street.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    if form.model is Conversation:
        press(page, form)
        return bool(wait_for(lambda: saved(form, words), page=page))
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 403):
        press(page, form)
    page.wait_for_load_state()
    go(page, path)
    return is_back(page, form, path, words) and not saved(form, words)


WAYS = {
    "refused": refused,
    "session ended": session_ended,
    "Back": back,
    "reload": reloaded,
    "closed tab": closed,
    "double press": pressed_twice,
    "two tabs": two_tabs,
    "stale page": stale,
}


def table(found: dict[tuple[str, str], bool]) -> str:
    """Return a table of the forms and the ways, with the number of texts that were lost."""
    wide = max(map(len, FORMS)) + 2
    lines = ["".ljust(wide) + "  ".join(WAYS)]
    for form in dict.fromkeys(form for form, _way in found):
        marks = (("kept" if found.get((form, way)) else "LOST").ljust(len(way)) for way in WAYS)
        lines.append(form.ljust(wide) + "  ".join(marks))
    lost = sum(not each for each in found.values())
    return "\n".join([*lines, f"{len(found)} times typed, {lost} lost"])


@pytest.mark.parametrize(
    ("url", "words", "day"), [("ask", "words", "asked_on"), ("conversation", "summary", "held_on")]
)
def test_today_is_the_day_on_which_somebody_begins_to_write(
    context, signed_in, console_is_clean, url: str, words: str, day: str
) -> None:
    street = Street(context, signed_in, console_is_clean)
    page = street.tab(reverse(FORMS[url].url))
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    # As the page would be if it had been opened yesterday.
    page.evaluate(
        """([name, day, before]) => {
          document.querySelectorAll(`[name="${name}-today"], input[type=date][name="${name}"]`)
            .forEach((field) => { field.value = day; });
          document.querySelectorAll(`[name="${name}"][data-days]`)
            .forEach((tap) => { tap.value = tap.dataset.days === "0" ? day : before; });
        }""",
        [day, yesterday.isoformat(), (yesterday - timedelta(days=1)).isoformat()],
    )
    page.locator(f"[name={words}]").press_sequentially("A lift to the market")
    expect(page.get_by_text("This page was opened on an earlier day")).to_be_visible()
    chosen = page.locator(f'[name={day}]:is([type=date], [data-days="0"])')
    expect(chosen).to_have_value(today.isoformat())
    expect(page.locator(f'[name="{day}-today"]')).to_have_value("")


def test_a_chosen_photo_is_there_after_a_reload_and_a_refusal(context, signed_in, console_is_clean, media) -> None:
    street = Street(context, signed_in, console_is_clean)
    page = street.tab(reverse("evaluation:story-create"))
    page.locator("[name=self_text]").press_sequentially("The bench came back.")
    page.locator("[name=photo]").set_input_files(
        [{"name": "bench.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}]
    )
    wait_for(DraftPhoto.objects.exists, page=page)
    page.reload()
    expect(page.get_by_text("Your photo is still here")).to_be_visible()
    press(page, FORMS["story"])
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.get_by_text("Your photo is still here")).to_be_visible()
    assert "again, please" not in page.content()
    page.locator("[name=title]").fill("A bench")
    page.locator("[name=photo_alt]").fill("A green bench")
    press(page, FORMS["story"])
    page.wait_for_url("**/stories/*-*/")
    story = Story.objects.get()
    assert (bool(story.photo), story.self_text) == (True, "The bench came back.")


def test_signing_in_again_returns_to_what_was_typed(context, signed_in, console_is_clean) -> None:
    street = Street(context, signed_in, console_is_clean)
    page = street.tab(reverse("evaluation:story-create"))
    write(page, FORMS["story"], "The bench came back.")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, FORMS["story"])
    page.get_by_role("link", name="Sign in").click()
    page.locator("[name=username]").fill(street.user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[name=self_text]")).to_have_value("The bench came back.")
    expect(page.get_by_text("This is your draft from")).to_be_visible()
