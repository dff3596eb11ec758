"""A steering group reads a pack at its link: on a phone, without an account, and printed on A4."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Role
from communities.periods import last
from evaluation.models import Release
from evaluation.packs.actions import make_pack_link, publish_pack
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import ObservationFactory, PackFactory, StoryFactory, YardstickFactory, release

NUMBERS = 8
#: A4 in points, as Chromium writes it.
A4 = (595, 842)


@pytest.fixture
def link(transactional_db: None) -> str:
    """Return the link of a pack with eight numbers over eight quarters, six stories, and what was learned."""
    team = TeamFactory(name="Brookside")
    manager = UserFactory(name="Mo Manager", roles={team: [Role.MANAGER]})
    for number, quarter in enumerate(last(8, until=date(2026, 2, 1))):
        PersonFactory.create_batch(number, team=team, known_as="Quentin", first_met_on=quarter.start)
        ConversationFactory.create_batch(number, team=team, held_on=quarter.start)
        release(team, quarter)
    latest = Release.objects.get(team=team, period_start=date(2026, 1, 1))
    for kind, value in (("target", 12), ("baseline", 3), ("comparator", 5)):
        YardstickFactory(team=team, kind=kind, value=value)
    keys = [each["key"] for each in latest.document["definitions"]][:NUMBERS]
    pack = PackFactory(
        team=team, release=latest, numbers=keys, created_by=manager, opening="This was our spring. " * 20
    )
    pack.stories.set(StoryFactory.create_batch(6, team=team, published=True, now_text="They cook. " * 60))
    pack.observations.set([ObservationFactory(team=team, went=went) for went in ("well", "wrong") * 4])
    made = make_pack_link(by=manager, published=publish_pack(by=manager, pack=pack), reader="Police", days=31)
    return reverse("evaluation:pack-read", args=[made.secret])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pack_is_read_on_a_phone(phone: Page, link: str, scheme: str, assert_accessible, shot) -> None:
    phone.emulate_media(color_scheme=scheme)
    phone.goto(link)
    expect(phone.get_by_role("img")).to_have_count(NUMBERS)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    # No table is wider than its frame: what is only reached by scrolling sideways, a keyboard does not reach.
    frames = phone.locator(".table-wrap").evaluate_all(
        "(found) => found.map((each) => each.scrollWidth - each.clientWidth)"
    )
    assert max(frames) <= 0, frames
    phone.set_viewport_size({"width": 320, "height": 740})
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    frames = phone.locator(".table-wrap").evaluate_all(
        "(found) => found.map((each) => each.scrollWidth - each.clientWidth)"
    )
    assert max(frames) <= 0, frames
    assert_accessible(phone)
    assert phone.context.cookies() == []
    shot(phone, f"pack-phone-{scheme}")


def test_a_chart_is_saved_from_the_link(page: Page, link: str) -> None:
    page.goto(link)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the picture Conversations held").click()
    assert saved.value.suggested_filename.endswith("-conversations-held-2026-01-01-2026-03-31.svg")
    svg = ElementTree.fromstring(Path(saved.value.path()).read_bytes())  # noqa: S314 - Kith wrote it
    assert svg.find("{http://www.w3.org/2000/svg}title").text == "Conversations held"


def test_it_prints_on_a4(page: Page, link: str) -> None:
    page.goto(link)
    printed = page.pdf(prefer_css_page_size=True)
    sizes = [
        tuple(round(float(each)) for each in box)
        for box in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    ]
    assert len(sizes) > 4
    assert set(sizes) == {A4}


def test_no_chart_row_or_heading_is_cut_or_left_alone_on_paper(page: Page, link: str) -> None:
    """What is asked of the browser, for every number, line of a table, story and heading of the pack."""
    page.goto(link)
    page.emulate_media(media="print")
    style = "(found, name) => found.map((each) => getComputedStyle(each)[name])"
    for selector in (".pack__number", ".pack__table tr", "article.card", ".facts__row", ".chart"):
        found = page.locator(selector)
        assert found.count() > 3
        assert set(found.evaluate_all(style, "breakInside")) == {"avoid"}
    assert set(page.locator("h2, h3").evaluate_all(style, "breakAfter")) == {"avoid"}
    # Chromium lays a grid that goes over the end of a sheet on top of itself: nothing higher than a sheet is one.
    tops = page.locator(".pack__number").evaluate_all(
        "(found) => found.map((each) => each.getBoundingClientRect().top)"
    )
    assert all(above < below for above, below in pairwise(tops))
