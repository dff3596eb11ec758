"""Every page of the tables of URLs on a phone, with more rows than a page of any list: none is longer than a thumb likes to scroll, and none scrolls sideways or puts words over each other with text at twice its size.

`test_page_lengths.py` has the busiest pages, with as much on them as a good year brings.
"""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from connectors.actions.readback import make_link
from tests.browser import LARGE_TEXT_FAULTS, WIDEST
from tests.crowded import build_crowded_world
from tests.test_urls import address_of
from tests.url_table import CAST, tables

# Once is enough: how long a page is does not depend on the database.
pytestmark = pytest.mark.sqlite
#: Pixels at 360 px width: five and a half screens.
LONGEST = 4000
ROLES = [person for person in CAST if person not in ("anonymous", "stranger")]
#: Pages on which somebody with another role has more.
FOR_EACH_ROLE = {
    "today",
    "communities:more",
    "communities:team-detail",
    "sparks:spark-detail",
    "connectors:person-detail",
}
#: Pages that may be longer, and why.
MAY_BE_LONGER = {"styleguide": "samples of everything, for those who write Kith"}
#: The bottom bar stays one row with text at twice its size, and a thumb's height.
BAR_PX = 80


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return the users and their team's many rows, committed, so that the server sees them."""
    return build_crowded_world()


def visits() -> dict[str, list[str]]:
    """Return the names of the pages by who opens them: the builder, whose rows they are, or whoever has access first."""
    found: dict[str, list[str]] = {}
    for name, page in tables().items():
        # A form to add something is that of its change, but shorter; a page to delete or undo is a sentence.
        if name.endswith(("-create", "-delete", "-undo", "-remove")):
            continue
        seers = [person for person in (*ROLES, "anonymous") if page.answers_get(person) == 200] if page.visit else []
        for person in seers if name in FOR_EACH_ROLE else seers[:1]:
            found.setdefault(person, []).append(name)
    return found


def length_of(phone: Page, address: str, faults: list[str]) -> int:
    """Open a page and return its height in pixels; note what is wrong with it when text is twice as large."""
    phone.goto(address)
    length = phone.evaluate("document.documentElement.scrollHeight")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = phone.evaluate("document.documentElement.scrollWidth")
    found = {fault: phone.evaluate(script) for fault, script in LARGE_TEXT_FAULTS.items()}
    faults.extend(f"{address}: {fault}: {what}" for fault, what in found.items() if what)
    if (bar := phone.evaluate("document.querySelector('.nav')?.offsetHeight ?? 0")) > BAR_PX:
        faults.append(f"{address}: the bottom bar is {bar} px high")
    if wide > 360:
        faults.append(f"{address}: {wide} px wide: {phone.evaluate(WIDEST)}")
    return length


def test_no_page_of_the_tables_is_too_long_for_a_phone_or_breaks_with_large_text(
    phone: Page, world, signed_in, signed_out
) -> None:
    lengths, faults = {}, []
    for person, names in visits().items():
        signed_out()
        if person != "anonymous":
            signed_in(getattr(world, person))
        lengths |= {f"{name} as {person}": length_of(phone, address_of(name, world), faults) for name in names}
    secret = make_link(person=world.person, by=world.builder).secret
    phone.goto(reverse("connectors:sheet-open", kwargs={"secret": secret}))
    phone.get_by_role("button", name="Open").click()
    phone.wait_for_load_state()
    lengths["connectors:sheet"] = phone.evaluate("document.documentElement.scrollHeight")
    assert faults == []
    print(dict(sorted(lengths.items(), key=lambda pair: -pair[1])))
    assert {
        name: length for name, length in lengths.items() if length > LONGEST and name.split()[0] not in MAY_BE_LONGER
    } == {}
