"""Every URL as every user, from literal tables; a URL in no table fails."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from tests.hostile import HostileClient
from tests.markup import lone_dashes, outline_faults, several_bold
from tests.standing import Standing, as_built
from tests.url_table import CAST, MANAGERS, POST_ONLY, TEAM, Page, build_signed_in_world, tables

PAGES = tables()
REFUSALS = {302, 403, 404, 405}


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield the full name and the pattern of every URL except the admin's, which are tested by model in
    test_admin_walk.
    """
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from named(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}" if pattern.name else f"nameless {space}{pattern.pattern}", pattern


def test_the_tables_list_exactly_the_existing_addresses() -> None:
    found = {name for name, _ in named(get_resolver())}
    assert sorted(found - set(PAGES)) == [], "addresses in no table of tests/url_table"
    assert sorted(set(PAGES) - found) == [], "lines of tests/url_table for addresses that are gone"


def client_of(world: SimpleNamespace, person: str) -> HostileClient:
    """Return a client signed in as one of the users."""
    client = HostileClient(raise_request_exception=True)
    if person in getattr(world, "sessions", ()):
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[person]
    elif person != "anonymous":
        client.force_login(getattr(world, person))
    return client


def is_sign_in(response: HttpResponseBase) -> bool:
    """Return whether a response redirects to the sign-in page."""
    return response.status_code == 302 and response.headers["Location"].startswith(reverse(settings.LOGIN_URL))


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the users and their team's rows for all tests here."""
    return build_once(build_signed_in_world)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the users and their team's rows."""
    with as_built(standing_world) as world:
        yield world


def address_of(name: str, world: SimpleNamespace) -> str:
    """Return a page's URL in the world."""
    page = PAGES[name]
    return reverse(name, kwargs=page.kwargs(world) if page.kwargs else None) + (f"?{page.query}" if page.query else "")


@pytest.mark.parametrize("name", PAGES)
def test_each_user_gets_the_status_in_the_table(name: str, world: SimpleNamespace) -> None:
    page, address = PAGES[name], address_of(name, world)
    got = {person: client_of(world, person).get(address) for person in CAST}
    for response in got.values():
        if response.streaming:
            response.getvalue()  # A file is closed after it is read to its end.
    assert {person: response.status_code for person, response in got.items()} == {
        person: page.answers_get(person) for person in CAST
    }
    if "anonymous" not in page.who:
        assert is_sign_in(got["anonymous"])
    for person, response in got.items():
        html = "" if response.streaming else response.content.decode(errors="replace")
        if "</html>" in html:
            assert (person, outline_faults(html), lone_dashes(html)) == (person, [], [])
            assert (person, closed_links(html, person)) == (person, [])
            assert (person, several_bold(html)) == (person, []) or name == "styleguide"


def closed_links(html: str, person: str) -> list[str]:
    """Return the addresses that a page links to and that refuse its reader, whatever row they name."""
    pages = {path: page_at(path) for path in re.findall(r'<a\b[^>]*?\bhref="(/[^"#?]*)', html)}
    return [path for path, page in pages.items() if page and page.answers_get(person) in (403, 405)]


@cache
def page_at(path: str) -> Page | None:
    """Return the line of the tables for an address; None for the admin and for files."""
    try:
        return PAGES.get(resolve(path).view_name)
    except Resolver404:
        return None


@pytest.mark.parametrize("name", PAGES)
def test_users_without_permission_cannot_write(name: str, world: SimpleNamespace) -> None:
    page, address = PAGES[name], address_of(name, world)
    for person in CAST:
        if not page.refuses_post(person):
            continue
        response = client_of(world, person).post(address)
        allowed = {page.refusal(person), 405} if person != "anonymous" else {403}
        assert response.status_code in allowed, f"{person} wrote: {response.status_code}"
        if person == "anonymous":
            assert "You are signed out" in response.content.decode()
    # Django's own class-based sign-in views respond to some users before they check the method.
    if not hasattr(resolve(address.split("?")[0]).func, "view_class"):
        assert client_of(world, "administrator").patch(address).status_code == 405, "it takes a method that no page has"


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "POST" not in page.methods])
def test_a_read_only_page_refuses_post(name: str, world: SimpleNamespace) -> None:
    person = next(person for person in CAST if PAGES[name].serves(person, PAGES[name].who))
    assert client_of(world, person).post(address_of(name, world)).status_code == 405


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "GET" in page.methods])
def test_a_page_answers_head_as_it_answers_get(name: str, world: SimpleNamespace) -> None:
    page = PAGES[name]
    person = next(person for person in CAST if page.serves(person, page.who))
    response = client_of(world, person).head(address_of(name, world))
    assert (response.status_code, response.getvalue()) == (page.answers_get(person), b"")


# Django's own class-based views take their arguments as they come.
@pytest.mark.parametrize(
    ("name", "pattern"), [each for each in named(get_resolver()) if not hasattr(each[1].callback, "view_class")]
)
def test_a_view_says_the_types_of_what_its_address_names(name: str, pattern: URLPattern) -> None:
    types = {UUIDConverter: UUID, IntConverter: int, StringConverter: str, SlugConverter: str}
    said = {
        parameter.name: parameter.annotation
        for parameter in inspect.signature(inspect.unwrap(pattern.callback), eval_str=True).parameters.values()
    }
    for argument, converter in pattern.pattern.converters.items():
        assert said[argument] is types[type(converter)], f"{name} takes {argument} as {said[argument]}"


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        (Page(TEAM), (302, 200, 200, 200, 200, 200)),
        (Page(MANAGERS), (302, 403, 200, 403, 200, 200)),
        (Page(MANAGERS, lambda world: {"pk": 1}), (302, 403, 200, 403, 200, 404)),
        (Page(MANAGERS, lambda world: {"pk": 1}, hidden_from=frozenset({"evaluator"})), (302, 403, 200, 404, 200, 404)),
        (POST_ONLY(MANAGERS, lambda world: {"pk": 1}), (302, 405, 405, 405, 405, 405)),
        (Page(TEAM, statuses={"administrator": 302}), (302, 200, 200, 200, 302, 200)),
    ],
)
def test_the_table_is_parsed_correctly(page: Page, answers: tuple[int, ...]) -> None:
    assert tuple(page.answers_get(person) for person in CAST) == answers


def test_a_page_needs_one_title_and_no_skipped_level() -> None:
    assert outline_faults("<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>") == []
    assert outline_faults("<h2>A</h2><h3>B</h3>") == ["0 headings of level 1", "h2 “A” after h0"]
    assert outline_faults("<h1>A</h1><h3 id='b'>B <b>c</b></h3>") == ["h3 “B c” after h1"]


def test_a_dash_alone_in_a_table_of_cards_is_found() -> None:
    table = '<table class="table table--cards"><td>{}</td></table>'
    assert lone_dashes(table.format(" – ")) == ["<td> – </td>"]
    assert lone_dashes(table.format("")) == lone_dashes(table.format("a – b")) == []


def test_two_bold_buttons_in_one_card_are_found() -> None:
    bold, quiet = '<a class="button">{}</a>', '<a class="button button--secondary">Quiet</a>'
    one, two = bold.format("One"), bold.format("Two")
    assert several_bold(f'<div class="card">{one}<form>{two}<img></form></div>') == ["div card: One, Two"]
    assert several_bold(f'<div class="card">{one}</div><div class="card">{two}{quiet}</div>') == []
    assert several_bold(f"<section>{one}<form>{two}</form></section>") == []
    assert several_bold(f'<form action="/a/">{one}{two}</form>') == ["form /a/: One, Two"]
    assert several_bold(f"<main>{one}<p>{two}</p></main><template>{one}</template>") == ["the page: One, Two"]


def test_the_table_refuses_the_right_writers() -> None:
    page = Page(TEAM, lambda world: {"pk": 1}, writers=MANAGERS)
    assert [person for person in CAST if page.refuses_post(person)] == ["anonymous", "builder", "evaluator", "stranger"]
