"""A builder's day on a phone: `.venv/bin/python -m tests.one_day` prints taps, seconds and the longest pages.

For maintainers, before and after a change to pages that builders use all day. It does each job once in a demonstration of its own, or
in the one at the URL given, and counts a tap for each press of a thumb; letters are not taps. Seconds are those of a script that
types at once: compare them with each other. A job that cannot be done is printed as such, with what stood in its way.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import nullcontext

from playwright.sync_api import Error, Locator, Page, expect, sync_playwright

from tests import browser
from tests.photos import photo_bytes
from tests.take_pictures import demonstration, sign_in

WIDTH, HEIGHT = 360, 740
#: Pages that builders open: the name that is printed, and the URL.
PAGES = {
    "Today": "/", "Log": "/record/", "Map": "/assets/", "People": "/people/", "Conversations": "/conversations/", "Next steps": "/steps/",
    "Introductions": "/introductions/", "Web": "/web/", "Gifts": "/gifts/", "Asks": "/asks/", "Sparks": "/sparks/", "Start a spark": "/sparks/new/",
    "Stories": "/stories/", "Tell a story": "/stories/new/", "Indicators": "/indicators/", "Words": "/words/", "Deleted": "/deleted/",
    "Add to the map": "/assets/add/",
}  # fmt: skip


class Thumb:
    """A thumb on a phone, which counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, found: Locator) -> None:
        """Tap an element."""
        found.first.click()
        self.taps += 1

    def write(self, selector: str, words: str) -> None:
        """Tap a field and type into it."""
        self.tap(self.page.locator(selector))
        self.page.keyboard.insert_text(words)

    def press(self, words: str, role: str = "button") -> None:
        """Tap a button or link by its name."""
        self.tap(self.page.locator("main").get_by_role(role, name=words))


def street_chat(thumb: Thumb) -> None:
    """Log a conversation with one resident."""
    thumb.page.goto("/")
    thumb.press("Log a conversation", "link")
    thumb.write("#id_people", "Brenda")
    thumb.page.keyboard.press("Enter")
    thumb.write("#id_summary", "Her hanging baskets are out again. She would show anybody how.")
    thumb.tap(thumb.page.locator(".capture__save"))
    thumb.page.wait_for_url("**/conversations/*/")


def barbecue(thumb: Thumb) -> None:
    """Log five people, a theme, three gifts and a next step, and introduce two of them."""
    page = thumb.page
    page.goto("/record/")
    thumb.write("#id_people", "Rosalba, Idwal, Amabel, Lin, Wiktoria")
    page.keyboard.press("Enter")
    expect(page.locator(".who__chip")).to_have_count(5)
    thumb.tap(page.locator("#id_told"))
    thumb.write(
        "#id_summary",
        "Barbecue on the green. Rosalba bakes bread, Amabel sings and Wiktoria mends bikes. All want to grow food.",
    )
    expect(page.locator(".propose__chip").first).to_be_visible()
    while page.locator(".propose__add").count():
        left = page.locator(".propose__add").count()
        thumb.tap(page.locator(".propose__add"))
        expect(page.locator(".propose__add")).to_have_count(left - 1)
    thumb.tap(page.locator("[data-cares] button"))
    thumb.tap(page.get_by_label("Next week"))
    thumb.tap(page.locator(".capture__save"))
    thumb.press("Introduce two of them", "link")
    thumb.press("Introduce")


def step_done(thumb: Thumb) -> None:
    """Come back to a promise, and say that it was kept."""
    thumb.page.goto("/")
    thumb.tap(thumb.page.locator(".step__done button"))


def find_somebody(thumb: Thumb) -> None:
    """Find a resident by their name, from any page."""
    thumb.page.goto("/assets/")
    thumb.tap(thumb.page.get_by_role("link", name="People"))
    thumb.write("main input[name=q]", "tariq")
    thumb.page.keyboard.press("Enter")
    thumb.tap(thumb.page.locator("tbody th a"))


def add_gift(thumb: Thumb) -> None:
    """Add a gift to the resident whose page is open."""
    thumb.press("Add a gift", "link")
    thumb.write("#id_name", "mends sewing machines")
    thumb.tap(thumb.page.locator("label", has_text="Hands"))
    thumb.press("Save")


def ask(thumb: Thumb) -> None:
    """Note what the resident whose page is open asks for."""
    thumb.press("They asked for something", "link")
    thumb.write("#id_words", "somebody to help carry a wardrobe")
    thumb.press("Save")


def journey(thumb: Thumb) -> None:
    """Begin to walk alongside a resident, from their page."""
    thumb.page.goto("/people/?q=tariq")
    thumb.tap(thumb.page.locator("tbody th a"))
    thumb.press("Their journey", "link")
    thumb.write("#id_vision", "Sing in front of people again.")
    thumb.press("Save")


def introduce(thumb: Thumb) -> None:
    """Introduce two, as Today suggests."""
    thumb.page.goto("/")
    thumb.press("Introduce them", "link")
    thumb.press("Introduce them")


def passing(thumb: Thumb) -> None:
    """Note a word in passing."""
    thumb.page.goto("/passing/")
    thumb.tap(thumb.page.locator("label:has(input[name=gave])"))
    thumb.press("Save")


def story(thumb: Thumb) -> None:
    """Begin a story from a conversation, with a photo."""
    thumb.page.goto("/conversations/")
    thumb.tap(thumb.page.locator("h2.card__title a"))
    thumb.press("Tell its story", "link")
    thumb.write("#id_title", "The table that grew")
    thumb.taps += 1
    photo = {"name": "table.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes((800, 600))}
    thumb.page.locator("#id_photo").set_input_files(photo)
    thumb.write("#id_photo_alt", "A long table")
    thumb.press("Save")


def sheet_link(thumb: Thumb) -> None:
    """Make a link to a resident's own sheet."""
    thumb.page.goto("/people/")
    thumb.tap(thumb.page.locator("tbody tr:nth-child(9) th a"))
    # The script of the page folds parts of it on a phone, so it must have run.
    thumb.page.wait_for_url("**/people/*-*/", wait_until="load")
    summary = thumb.page.locator("summary", has_text="What they agreed to")
    # It is open for a resident who has not been told yet.
    if not summary.evaluate("summary => summary.parentElement.open"):
        thumb.tap(summary)
    thumb.press("Their own sheet", "link")
    thumb.press("Make a link")


JOBS: dict[str, Callable[[Thumb], None]] = {
    "Street chat, one person": street_chat,
    "Barbecue, five people, and an introduction": barbecue,
    "A next step is done": step_done,
    "Find a person": find_somebody,
    "Add a gift": add_gift,
    "Note an ask": ask,
    "Introduce two": introduce,
    "Begin a journey": journey,
    "A word in passing": passing,
    "A story from a conversation, with a photo": story,
    "A link to a resident’s own sheet": sheet_link,
}


def spend(page: Page) -> None:
    """Do every job once, and print a row for each."""
    print(f"{'Job':46} {'Taps':>4} {'Seconds':>8}")
    for name, job in JOBS.items():
        thumb, began = Thumb(page), time.monotonic()
        try:
            job(thumb)
            page.wait_for_load_state()
            print(f"{name:46} {thumb.taps:4} {time.monotonic() - began:8.1f}", flush=True)
        except (Error, AssertionError) as error:
            print(f"{name:46} not done after {thumb.taps} taps: {str(error).splitlines()[0]}", flush=True)


def measure(page: Page) -> None:
    """Print how long each page is."""
    print(f"\n{'Page':46} {'Pixels':>6} of a window of {HEIGHT}")
    for name, url in PAGES.items():
        page.goto(url)
        page.wait_for_load_state("networkidle")
        print(f"{name:46} {page.evaluate('document.documentElement.scrollHeight'):6}", flush=True)


def main() -> None:
    """Serve a demonstration unless the URL of one is given, and spend the day in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="a demonstration that is served already; its data change")
    url = parser.parse_args().url
    with nullcontext(url) if url else demonstration() as served, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find_driven(), args=browser.ARGUMENTS)
        context = chromium.new_context(
            base_url=served,
            viewport={"width": WIDTH, "height": HEIGHT},
            has_touch=True,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        sign_in(page)
        spend(page)
        measure(page)
        chromium.close()


if __name__ == "__main__":
    main()
