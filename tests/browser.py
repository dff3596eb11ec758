"""Finding Chromium, and what a page is measured for: accessibility, target sizes, sideways scrolling."""

import os
import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/{0}.app/Contents/MacOS/{0}"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TARGET_PX, CAPTURE_PX = 24, 44
#: Every element a finger may aim at, smaller than it should be: [label, width, height, least]. A link within a sentence
#: is exempt (WCAG 2.2, 2.5.8), and so is what is not shown; a control's label counts as part of it.
MEASURE_TARGETS = """([least, capture]) => {
  const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex="0"]';
  const shown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const inSentence = element => {
    if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, dd, td, th, figcaption, blockquote, label, legend, small, h1, h2, h3, h4');
    return block !== null && block.textContent.trim() !== element.textContent.trim();
  };
  const box = element => {
    const boxes = [element, ...(element.labels || [])].map(part => part.getBoundingClientRect());
    const tall = Math.max(...boxes.map(each => each.height)), wide = Math.max(...boxes.map(each => each.width));
    return [wide, tall];
  };
  return [...document.querySelectorAll(targets)].filter(shown).filter(element => !inSentence(element)).map(element => {
    const [wide, tall] = box(element);
    const need = element.closest('[data-capture]') ? capture : least;
    const name = (element.getAttribute('aria-label') || element.textContent || element.name || '').trim().slice(0, 40);
    return [`<${element.tagName.toLowerCase()}> ${name}`, Math.round(wide * 10) / 10, Math.round(tall * 10) / 10, need];
  }).filter(([, wide, tall, need]) => wide > 0.5 && tall > 0.5 && (wide < need - 0.1 || tall < need - 0.1));
}"""
#: What stands where it is on a map: moving it apart would say something untrue, and a list or a text box beside the map does
#: the same (WCAG 2.2, 2.5.8, exceptions "essential" and "equivalent"). Their own size is measured all the same.
ON_THE_MAP = ("map-corner", "map-pin", "map-cluster")
MEASURE_WIDTH = "() => [document.scrollingElement.scrollWidth, window.innerWidth]"
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 5).map(element => `<${element.tagName.toLowerCase()} class="${element.className}">`)"""


def find_chromium() -> str | None:
    """Return the path of a Chromium to drive: CHROMIUM when set, or one on the PATH; None when there is none."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return named if Path(named).exists() else None
    mac = (MAC.format(name) for name in ("Google Chrome", "Chromium"))
    found = (shutil.which(name) for name in CHROMIUMS)
    return next((path for path in (*found, *mac) if path and Path(path).exists()), None)


def assert_accessible(page: Page) -> None:
    """Fail when axe finds a breach of WCAG 2.2 AA on the page, or a target is too small for a finger."""
    assert_axe_is_content(page, {"type": "tag", "values": WCAG})
    assert_targets_are_large(page)


def assert_readable_in_the_dark(page: Page) -> None:
    """Fail when a text is too faint in the dark colours; the page is left in the light ones."""
    page.emulate_media(color_scheme="dark")
    try:
        assert_axe_is_content(page, {"type": "rule", "values": ["color-contrast"]})
    finally:
        page.emulate_media(color_scheme="light")


def assert_axe_is_content(page: Page, chosen: dict[str, object]) -> None:
    """Fail when axe finds a breach of the chosen rules."""
    # Without preload axe does not fetch the stylesheets again, from addresses that it gets wrong for an @import.
    found = Axe().run(page, options={"runOnly": chosen, "preload": False})
    breaches = [
        f"{breach['id']} ({breach['help']}): {'; '.join(node['html'][:160] for node in nodes[:3])}"
        for breach in found.response["violations"]
        if (nodes := [node for node in breach["nodes"] if not stands_on_the_map(breach["id"], node["html"])])
    ]
    assert not breaches, f"{page.url}: " + "\n".join(breaches)


def stands_on_the_map(rule: str, html: str) -> bool:
    """Return whether a breach is only that two things on a map lie close together."""
    return rule == "target-size" and any(f'class="{name} ' in html or f" {name} " in html for name in ON_THE_MAP)


def assert_targets_are_large(page: Page) -> None:
    """Fail when something to press is less than 24 px either way, or 44 px on the form used in the street."""
    small = page.evaluate(MEASURE_TARGETS, [TARGET_PX, CAPTURE_PX])
    assert not small, f"{page.url}: too small to press: " + "; ".join(
        f"{name} is {wide}x{tall} px, not {need}" for name, wide, tall, need in small
    )


def assert_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    needed, there = page.evaluate(MEASURE_WIDTH)
    assert needed <= there, f"{page.url} is {needed} px wide in a window of {there}: {page.evaluate(WIDEST)}"
