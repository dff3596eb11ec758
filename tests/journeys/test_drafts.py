"""Ten forms and eight ways of losing what was typed. `python -m pytest tests/journeys/test_drafts.py -s` prints the table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Locator, Page

from assets.models import Asset
from communities.models import Draft, Partner, Role, User
from connectors.models import Ask, Conversation, Journey, Person, PromptSet, SealedItem
from evaluation.models import Story
from sparks.models import Round, Spark
from tests.factories.communities import MembershipFactory, UserFactory
from tests.factories.connectors_capture import SealingKeyFactory
from tests.factories.sparks import FundFactory
from tests.journeys.conftest import SHOTS
from tests.journeys.queue import wait_for

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
    saved: str = ""


FORMS = {
    "conversation": Form("connectors:conversation-create", "summary", Conversation),
    "story": Form("evaluation:story-create", "self_text", Story, {"title": "A bench"}, {"title": ""}),
    "spark": Form("sparks:spark-create", "what", Spark, {"title": "A bench"}, {"title": ""}),
    "ask": Form("connectors:ask-create", "words", Ask, {}, {"asked_on": "2999-01-01"}),
    "asset": Form("assets:asset-create", "description", Asset, {"name": "Hall"}, {"name": ""}),
    "resident": Form("connectors:person-create", "street", Person, {"known_as": "Wil"}, {"known_as": ""}),
    "journey": Form("connectors:journey-create", "vision", Journey, {}, {"began_on": "2999-01-01"}, of_person=True),
    "partner": Form("communities:partner-create", "name", Partner, {}, {"website": "no address"}),
    "round": Form("sparks:round-create", "name", Round, {"budget_gbp": "100"}, {"budget_gbp": "much"}),
    "questions": Form("connectors:prompt-create", "prompts", PromptSet, {"name": "Spring"}, {"name": ""}),
}


class Street:
    """A builder's browser, in which tabs are opened and closed."""

    def __init__(self, context: BrowserContext, sign_in: Callable[[User], None], complaints: list[str]) -> None:
        self.context, self.sign_in, self.complaints = context, sign_in, complaints
        self.user = UserFactory(name="Fiona")
        self.team = MembershipFactory(user=self.user, role=Role.BUILDER).team
        MembershipFactory(user=self.user, team=self.team, role=Role.MANAGER)
        FundFactory(team=self.team)
        SealingKeyFactory()
        self.person = None
        sign_in(self.user)

    def address(self, form: Form) -> str:
        """Return the path of a form's page; a journey needs a resident of its own."""
        if not form.of_person:
            return reverse(form.url)
        person = Person.objects.create(team=self.team, known_as="Amina", created_by=self.user)
        return reverse(form.url, kwargs={"uuid": person.uuid})

    def tab(self, path: str) -> Page:
        """Return a new tab with a page."""
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.goto(path)
        return page


def box(page: Page, form: Form) -> Locator:
    """Return the field with the words, on the form that saves it."""
    return page.locator(f"form:has(input[name=draft]) [name={form.words}]")


def write(page: Page, form: Form, words: str, *, refused: bool = False) -> None:
    """Type words and the other answers."""
    for name, value in (form.also | (form.refused if refused else {})).items():
        page.locator(f"form:has([name={form.words}]) [name={name}]").fill(value)
    # The last, so that the pause of the script has not passed when the page goes.
    box(page, form).press_sequentially(words)


def press(page: Page, form: Form, *, twice: bool = False) -> None:
    """Press the button that saves."""
    button = page.locator(f"form:has([name={form.words}]) button.button:not(.button--quiet, .button--secondary)").last
    (button.dblclick if twice else button.click)()


def is_saved(form: Form, words: str) -> bool:
    """Return whether a row with the words is there, or a sealed item that came from the phone."""
    if form.model is Conversation and SealedItem.objects.exclude(state="draft").exclude(sealed=None).exists():
        return True
    return form.model._base_manager.filter(**{f"{form.words}__contains": words}).exists()


def is_back(page: Page, form: Form, path: str, words: str) -> bool:
    """Return whether the words are in the form, or are offered on its page and then are in the form."""
    offers = page.get_by_role("link").filter(has_text="Continue draft")

    def is_in_form() -> bool:
        return box(page, form).count() == 1 and box(page, form).input_value() == words

    wait_for(lambda: is_in_form() or offers.count(), page=page, seconds=8)
    for number in range(0 if is_in_form() else offers.count()):
        page.goto(path)
        offers.nth(number).click()
        page.wait_for_selector("[data-draft-shown]")
        if is_in_form():
            break
    return is_in_form()


def refused(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words, refused=True)
    press(page, form)
    page.wait_for_load_state()
    return is_saved(form, words) if form.model is Conversation else box(page, form).input_value() == words


def session_ended(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    street.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, form)
    if form.model is Conversation:
        street.sign_in(street.user)
        return bool(wait_for(lambda: is_saved(form, words), page=page))
    sign_in = page.get_by_role("link", name="Sign in")
    after = parse_qs(urlsplit(sign_in.get_attribute("href")).query)["next"][0]
    street.sign_in(street.user)
    page.goto(after)
    return box(page, form).input_value() == words


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


def closed(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    return is_back(street.tab(path), form, path, words)


def pressed_twice(street: Street, form: Form, path: str, words: str) -> bool:
    page = street.tab(path)
    write(page, form, words)
    press(page, form, twice=True)
    wait_for(lambda: is_saved(form, words), page=page)
    return form.model._base_manager.filter(**{f"{form.words}__contains": words}).count() == 1


def two_tabs(street: Street, form: Form, path: str, words: str) -> bool:
    first, second = street.tab(path), street.tab(path)
    write(first, form, words)
    write(second, form, f"{words} too")
    for page in (first, second):
        page.close(run_before_unload=True)
    return is_back(street.tab(path), form, path, words) and is_back(street.tab(path), form, path, f"{words} too")


def stale(street: Street, form: Form, path: str, words: str) -> bool:
    """Signing in in another tab changes the token of every form, so this one is refused as a whole."""
    page = street.tab(path)
    write(page, form, words)
    street.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    press(page, form)
    if form.model is Conversation:
        return bool(wait_for(lambda: is_saved(form, words), page=page))
    page.wait_for_load_state()
    page.goto(path)
    return is_back(page, form, path, words)


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
    for form in FORMS:
        marks = (("kept" if found.get((form, way)) else "LOST").ljust(len(way)) for way in WAYS)
        lines.append(form.ljust(wide) + "  ".join(marks))
    lost = sum(not each for each in found.values())
    return "\n".join([*lines, f"{len(found)} times typed, {lost} lost"])


def test_ten_forms_and_eight_ways_of_losing_words(context, signed_in, console_is_clean) -> None:
    street = Street(context, signed_in, console_is_clean)
    found = {}
    for name, form in FORMS.items():
        for number, (way, lose) in enumerate(WAYS.items()):
            words = f"The {name} of day {number}"
            try:
                found[name, way] = lose(street, form, street.address(form), words)
            except (AssertionError, Error) as error:
                print(f"{name}, {way}: {error}")
                found[name, way] = False
            for page in context.pages:
                page.close()
            Draft.objects.all().delete()
            SealedItem.objects.exclude(sealed=None).delete()
    SHOTS.mkdir(exist_ok=True)
    (SHOTS / "drafts.txt").write_text(table(found) + "\n")
    print(f"\n{table(found)}")
    assert all(found.values()), table(found)
