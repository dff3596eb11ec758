"""Every page that has an address, at a phone's and a desk's width: accessible, in reach, and no wider than the window."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page as BrowserPage

from tests.browser import assert_accessible, assert_fits, assert_readable_in_the_dark
from tests.url_table import CAST, Page, build_world, tables

pytestmark = pytest.mark.every_page
MEASURES = {360: (assert_accessible, assert_fits, assert_readable_in_the_dark), 1280: (assert_accessible, assert_fits)}


def visits() -> dict[str, list[tuple[str, Page]]]:
    """Return the pages to look at, by the one of the cast who looks: the first whom the page serves."""
    found: dict[str, list[tuple[str, Page]]] = {}
    for name, page in tables().items():
        seers = [person for person in CAST if page.answers_get(person) == 200]
        if page.visit and seers:
            found.setdefault(seers[0], []).append((name, page))
    return found


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return the cast and their team's rows, committed, so that the server sees them."""
    return build_world()


@pytest.mark.parametrize("person", CAST)
def test_every_page_is_accessible_and_fits(person, page: BrowserPage, world, signed_in, live_server) -> None:
    """One sign-in for all of a person's pages keeps this cheap; every fault of every page is told at once."""
    if person != "anonymous":
        signed_in(getattr(world, person))
    faults = []
    for name, line in visits().get(person, []):
        address = reverse(name, kwargs=line.kwargs(world) if line.kwargs else None)
        for width in MEASURES:
            page.set_viewport_size({"width": width, "height": 800})
            response = page.goto(f"{live_server.url}{address}" + (f"?{line.query}" if line.query else ""))
            assert response is not None
            if "text/html" not in (response.header_value("content-type") or ""):
                continue
            for measure in MEASURES[width]:
                try:
                    measure(page)
                except AssertionError as fault:
                    faults.append(f"{name} at {width} px: {fault}")
    assert not faults, "\n".join(faults)
