"""Unexpected requests to every URL: NUL, lone surrogates, giant numbers, dates that do not exist."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve, reverse

from config.errors import OnlyTextMiddleware
from tests.form_reader import form_with, forms_of
from tests.url_table import build_world, tables

PAGES = tables()
GIANT = "9" * 40
ODD_VALUES = (f"-{GIANT}", "1e999", "0001-01-01", "9999-12-31", "%zz")
NOT_TEXT = "This contains a character that cannot be saved"


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Return the users and their team's rows."""
    return build_world()


@pytest.fixture
def browsers(world: SimpleNamespace) -> dict[str, Client]:
    """Return clients that get an error page instead of an exception: of a member of the team, and anonymous."""
    found = {"manager": Client(raise_request_exception=False), "anonymous": Client(raise_request_exception=False)}
    found["manager"].force_login(world.manager)
    return found


def addresses(world: SimpleNamespace) -> Iterator[tuple[str, str]]:
    """Yield the name and URL of every page."""
    for name, page in PAGES.items():
        yield name, reverse(name, kwargs=page.kwargs(world) if page.kwargs else None)
    yield "admin:index", reverse("admin:index")
    yield "admin:communities_partner_changelist", reverse("admin:communities_partner_changelist")


def is_sealed(path: str) -> bool:
    """Return whether a URL takes data that only the server can open, without a CSRF token."""
    return getattr(resolve(path).func, "csrf_exempt", False)


def test_nul_is_refused_with_a_message_in_every_address_and_form(world, browsers) -> None:
    odd = {}
    for name, path in addresses(world):
        for person, browser in browsers.items():
            answers = {
                "value": browser.get(f"{path}?q=a%00b"),
                "name": browser.get(f"{path}?a%00b=q"),
                "form": browser.post(path, {"known_as": "Ro\0se", "street": "Mill Row"}),
                "parts": browser.post(path, "q=%00", content_type="application/x-www-form-urlencoded"),
            }
            if is_sealed(path):
                assert answers.pop("form").status_code < 500
                assert answers.pop("parts").status_code < 500
            odd |= {
                (name, person, how): answer.status_code
                for how, answer in answers.items()
                if answer.status_code != 400 or NOT_TEXT not in answer.content.decode()
            }
    assert odd == {}


def test_a_lone_surrogate_is_refused_with_a_message(rf) -> None:
    request = rf.post("/people/new/", {})
    request.POST = QueryDict(mutable=True)
    request.POST.appendlist("known_as", "Ro\ud800se")
    answer = OnlyTextMiddleware(lambda _request: None).process_view(request, lambda _request: None, (), {})
    assert (answer.status_code, NOT_TEXT in answer.content.decode()) == (400, True)
    assert 'value="Rose"' in answer.content.decode()


def test_what_was_typed_is_shown_without_nul(world, browsers) -> None:
    path = reverse("connectors:person-create")
    form = form_with(browsers["manager"].get(path), "known_as")
    answer = browsers["manager"].post(path, {**form.data, "known_as": "Wil\0helmina", "street": "Mill Row"})
    assert answer.status_code == 400
    (again,) = forms_of(answer)
    assert (again.data["known_as"], again.data["street"], again.action) == (["Wilhelmina"], ["Mill Row"], path)
    assert browsers["manager"].post(path, again.data).status_code == 302


def test_a_form_from_another_site_gets_no_button(world) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.manager)
    for path in ("/people/new/", "/people/new/?q=%00"):
        answer = browser.post(path, {"known_as": "Ro\0se"})
        assert answer.status_code in {400, 403}
        assert "Send it" not in answer.content.decode()


def test_a_password_with_nul_is_not_written_into_a_page(browsers) -> None:
    answer = browsers["anonymous"].post("/sign-in/", {"username": "bea\0@example.org", "password": "walk by the brook"})
    assert answer.status_code == 400
    assert "brook" not in answer.content.decode()


def test_a_cookie_with_nul_is_ignored(browsers, settings) -> None:
    cookie = f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaa"; kith-device="\\000"'
    assert browsers["anonymous"].get("/sign-in/", headers={"cookie": cookie}).status_code == 200
    assert browsers["anonymous"].get("/", headers={"cookie": cookie}).status_code == 302


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "%FF%FE", "%zz", "%", GIANT, "..%2f..%2fetc"])
def test_an_odd_path_is_not_found(odd: str, world, browsers) -> None:
    for browser in browsers.values():
        for start in ("/", "/people/", "/join/", "/neighbourhoods/", "/sheet/open/", "/password/reset/"):
            answer = browser.get(f"{start}{odd}/")
            assert answer.status_code in {200, 302, 400, 403, 404}, f"{start}{odd}/ answers {answer.status_code}"


def test_a_giant_number_in_an_address_is_not_found(world, browsers) -> None:
    found = {}
    for name, page in PAGES.items():
        kwargs = page.kwargs(world) if page.kwargs else {}
        numbers = {key: int(GIANT) for key, value in kwargs.items() if isinstance(value, int)}
        if not numbers:
            continue
        path = reverse(name, kwargs=kwargs | numbers)
        for answer in (browsers["manager"].get(path), browsers["manager"].post(path)):
            found[name, answer.request["REQUEST_METHOD"]] = answer.status_code
    assert len(found) > 30
    assert {name: status for name, status in found.items() if status not in {404, 405, 403}} == {}


def test_odd_values_in_every_filter_get_a_response(world, browsers) -> None:
    browser, found, asked = browsers["manager"], {}, set()
    for _name, path in addresses(world):
        answer = browser.get(path)
        if answer.streaming:
            answer.getvalue()
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html") or answer.streaming:
            continue
        # The same form on many pages, such as the search, leads to one address, which is asked once.
        filters = {
            (form.action.partition("?")[0], name)
            for form in forms_of(answer)
            if form.method == "get"
            for name in form.data
        }
        for address, name in sorted(filters - asked):
            for odd in ODD_VALUES:
                said = browser.get(f"{address}?{name}={quote(odd, safe='%')}")
                if said.status_code not in {200, 302, 400, 404}:
                    found[address, name, odd] = said.status_code
        asked |= filters
    assert len(asked) > 30
    assert found == {}


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "FeatureCollection", "features": 5},
        {"a": 1},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Feature", "geometry": 5},
        [],
        5,
        None,
        {"type": "Polygon", "coordinates": [[[1e400, 2], [3, 4], [5, 6], [1, 2]]]},
    ],
    ids=str,
)
def test_an_invalid_outline_shows_an_error_beside_its_field(outline: object, manager) -> None:
    browser, path = Client(raise_request_exception=False), reverse("communities:neighbourhood-create")
    browser.force_login(manager)
    form = form_with(browser.get(path), "boundary")
    answer = browser.post(path, {**form.data, "name": "Brook Street", "boundary": json.dumps(outline)})
    assert answer.status_code == 200
    assert "boundary" in answer.context["form"].errors
    assert 'value="Brook Street"' in answer.content.decode()


FIELDS = ("people", "gifts", "memberships", "team", "nothing", "pk", "_state", "people__pk")
LOOKED_UP = (("communities", "team"), ("connectors", "person"), ("connectors", "conversation"), ("sparks", "round"))


@pytest.mark.parametrize("term", ["a", "%00", GIANT])
def test_the_admins_autocomplete_refuses_odd_fields(term: str, manager) -> None:
    browser, found = Client(raise_request_exception=False), {}
    browser.force_login(manager)
    for app, model in LOOKED_UP:
        for field in FIELDS:
            path = f"/admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term={term}"
            found[model, field] = browser.get(path).status_code
    assert {asked: status for asked, status in found.items() if status not in {200, 400, 403, 404}} == {}
