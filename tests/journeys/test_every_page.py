"""Every page, at the width of a phone and of a desk: accessible, large enough targets, and no wider than the window."""

import re
from itertools import batched
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page as BrowserPage

from tests.browser import (
    assert_accessible,
    assert_fits,
    assert_fits_with_large_text,
    assert_readable_in_the_dark,
    assert_styled,
)
from tests.url_table import CAST, build_world, tables

pytestmark = pytest.mark.once
PAGES = tables()
MEASURES = {
    360: (assert_accessible, assert_fits, assert_styled, assert_fits_with_large_text, assert_readable_in_the_dark),
    1280: (assert_accessible, assert_fits),
}


#: Pages in one test: enough to share a world and a sign-in, few enough to divide the work evenly between two workers.
TOGETHER = 6


def visits() -> list[tuple[str, tuple[str, ...]]]:
    """Return (user, names of pages) for each test: each page is checked as the first user who has access."""
    found: dict[str, list[str]] = {}
    for name, page in tables().items():
        seers = [person for person in CAST if page.answers_get(person) == 200]
        if page.visit and seers:
            found.setdefault(seers[0], []).append(name)
    return [(person, names) for person, all_names in found.items() for names in batched(all_names, TOGETHER)]


def kinds(html: str) -> set[tuple[str, ...]]:
    """Return the kinds of elements in the content of a page: their tag, class, type and name."""
    main = html.partition("<main")[2].partition("</main>")[0]
    said = ("class", "type", "name", "role")
    return {
        (tag, *(part[2] for part in re.finditer(r'\b([\w-]+)="([^"]*)"', rest) if part[1] in said))
        for tag, rest in re.findall(r"<([a-z][\w-]*)\b([^>]*)>", main)
    }


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return the users and their team's rows, committed, so that the server sees them."""
    return build_world()


@pytest.mark.parametrize(
    ("person", "names"), [pytest.param(*visit, id=f"{visit[0]} from {visit[1][0]}") for visit in visits()]
)
def test_every_page_is_accessible_and_fits(person, names, page: BrowserPage, world, signed_in, live_server) -> None:
    """Every fault of every page is reported at once."""
    if person != "anonymous":
        signed_in(getattr(world, person))
    faults = []
    for name in names:
        line = PAGES[name]
        address = reverse(name, kwargs=line.kwargs(world) if line.kwargs else None)
        page.set_viewport_size({"width": 360, "height": 800})
        response = page.goto(f"{live_server.url}{address}" + (f"?{line.query}" if line.query else ""))
        assert response is not None
        if "text/html" not in (response.header_value("content-type") or ""):
            continue
        for width, measures in MEASURES.items():
            page.set_viewport_size({"width": width, "height": 800})
            for measure in measures:
                try:
                    measure(page)
                except AssertionError as fault:
                    faults.append(f"{name} at {width} px: {fault}")
    assert not faults, "\n".join(faults)


def test_what_only_some_users_see_is_accessible_and_fits(page: BrowserPage, world, signed_in, live_server) -> None:
    """A page is visited again as each user who is shown a kind of element on it that nobody before them in CAST was."""
    clients = {person: Client() for person in CAST}
    for person in CAST[1:]:
        clients[person].force_login(getattr(world, person))
    more: dict[str, list[str]] = {}
    for name, line in PAGES.items():
        seen: set[tuple[str, ...]] = set()
        address = reverse(name, kwargs=line.kwargs(world) if line.kwargs else None)
        for person in CAST[:-1]:
            if line.visit and line.answers_get(person) == 200:
                shown = kinds(clients[person].get(f"{address}?{line.query}").content.decode())
                if seen and not shown <= seen:
                    more.setdefault(person, []).append(f"{address}?{line.query}")
                seen |= shown
    assert {"manager", "evaluator", "administrator"} <= set(more)
    page.set_viewport_size({"width": 360, "height": 800})
    faults = []
    for person, addresses in more.items():
        signed_in(getattr(world, person))
        for address in addresses:
            page.goto(live_server.url + address)
            for measure in (assert_accessible, assert_fits):
                try:
                    measure(page)
                except AssertionError as fault:
                    faults.append(f"as {person}: {fault}")
    assert not faults, "\n".join(faults)
