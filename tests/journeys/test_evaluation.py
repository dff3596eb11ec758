"""An evaluator opens a figure to its rows and downloads the figures, without using a mouse."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Role, Team, User
from communities.periods import quarter_of
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import StoryFactory


@pytest.fixture
def team(transactional_db: None) -> Team:
    """Return a team with a year of conversations, six of them this quarter."""
    team = TeamFactory(name="Brookside", slug="brookside")
    mill, green = NeighbourhoodFactory(team=team, name="Mill Row"), NeighbourhoodFactory(team=team, name="The Green")
    today = timezone.localdate()
    for n in range(6):
        person = PersonFactory(team=team, known_as=f"Rosamund {n}", neighbourhood=mill)
        ConversationFactory(team=team, neighbourhood=mill, people=[person], summary="Loves to knit")
        ConversationFactory(team=team, neighbourhood=green, held_on=quarter_of(today).start - timedelta(days=30 + n))
    StoryFactory(
        team=team, title="The long table", published=True, indicators=["conversations-held"], neighbourhood=mill
    )
    return team


@pytest.fixture
def evaluator(team: Team) -> User:
    """Return an evaluator of the team."""
    return UserFactory(name="Eve Evaluator", roles={team: [Role.EVALUATOR]})


def tab_to(page: Page, words: str, most: int = 120) -> None:
    """Press Tab until an element with this text has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        )
        if said.startswith(words):
            return
    raise AssertionError(f"Tab never reached {words!r}")


def test_the_rows_behind_a_figure_open_by_keyboard_alone(
    page: Page, evaluator: User, signed_in, assert_accessible, shot
) -> None:
    signed_in(evaluator)
    page.goto("/indicators/")
    assert_accessible(page)
    tab_to(page, "Conversations held")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Conversations held")
    tab_to(page, "The records behind it")
    page.keyboard.press("Enter")
    rows = page.get_by_role("table", name="The records behind the number").get_by_role("rowheader")
    expect(rows).to_have_count(6)
    expect(page.locator("body")).not_to_contain_text("Rosamund")
    assert_accessible(page)
    tab_to(page, "The long table")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The long table")
    assert_accessible(page)
    tab_to(page, "Conversations held")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Conversations held")


def test_figures_can_be_downloaded_by_keyboard_alone(page: Page, evaluator: User, signed_in, tmp_path: Path) -> None:
    signed_in(evaluator)
    page.goto("/indicators/?by=year")
    tab_to(page, "Download CSV")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    path = tmp_path / "numbers.csv"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.startswith("brookside-indicators-")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    latest = {
        name: [row for row in rows if row["indicator"] == name][-4:] for name in ("Conversations held", "Residents met")
    }
    places = {"Mill Row", "The Green", "No neighbourhood", "All neighbourhoods"}
    assert [{row["neighbourhood"] for row in each} for each in latest.values()] == [places, places]
    # People are published by releases only, and this year has none.
    assert {row["value"] for row in latest["Residents met"]} == {""}
    assert {row["neighbourhood"]: row["value"] for row in latest["Conversations held"]}["Mill Row"] == "6"


def test_the_table_is_cards_on_a_phone(phone: Page, evaluator: User, signed_in, assert_accessible, shot) -> None:
    signed_in(evaluator)
    for address in ("/indicators/", "/indicators/residents-met/", "/stories/"):
        phone.goto(address)
        assert_accessible(phone)
        assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_forms_can_be_used_on_a_phone(phone: Page, team: Team, signed_in, assert_accessible) -> None:
    manager = UserFactory(roles={team: [Role.MANAGER]})
    story = StoryFactory(team=team, created_by=manager, published=True, people=[PersonFactory(team=team)])
    signed_in(manager)
    for address in (
        "/indicators/data-dictionary/",
        "/indicators/strategies-changed/",
        "/indicators/strategies-changed/measurements/new/",
        "/stories/new/",
        f"/stories/{story.uuid}/edit/",
        f"/stories/{story.uuid}/withdraw/",
    ):
        phone.goto(address)
        assert_accessible(phone)
        assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), address
