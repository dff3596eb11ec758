"""The “?” of a page stands beside the last word of its heading, however the heading wraps."""

import pytest
from playwright.sync_api import Page

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory

#: Where the mark stands: its middle, whether it is away from the end of the heading, and the last line of that.
PLACES = """() => {
  const lines = [...document.querySelector(".page__headline > h1").getClientRects()];
  const mark = document.querySelector(".help__mark").getBoundingClientRect();
  const last = lines.at(-1);
  return {middle: (mark.top + mark.bottom) / 2, top: last.top, bottom: last.bottom, away: mark.left < last.right - 60 || mark.left > last.right,
          wider: document.documentElement.scrollWidth - innerWidth};
}"""


@pytest.mark.parametrize("width", [768, 900, 1280])
def test_the_mark_never_stands_on_a_line_alone(page: Page, signed_in, live_server, width: int) -> None:
    team = TeamFactory(name="Brookside")
    signed_in(UserFactory(roles={team: [Role.MANAGER]}))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/people/")
    alone = []
    for letters in range(1, 120):
        words = "We meet " * (letters // 8) + "neighbour"[: 1 + letters % 8]
        page.locator(".page__headline > h1").evaluate("(h1, words) => { h1.textContent = words; }", words)
        found = page.evaluate(PLACES)
        if not found["top"] <= found["middle"] <= found["bottom"] or found["away"] or found["wider"] > 0:
            alone.append((letters, found))
    assert alone == []
