"""Find Chromium, and check pages for accessibility, sizes of targets and sideways scrolling."""

import os
import shutil
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
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
#: Every interactive element that is smaller than it should be: [label, width, height, minimum]. A link within a
#: sentence is exempt (WCAG 2.2, 2.5.8), and so are hidden elements; a control's label counts as part of it.
MEASURE_TARGETS = """([least, capture]) => {
  const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex="0"]';
  const shown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const inSentence = element => {
    if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, dd, td, th, figcaption, blockquote, label, legend, small, h1, h2, h3, h4');
    return block !== null && block.textContent.trim() !== element.textContent.trim();
  };
  /* A list in the admin behind the control that is drawn in its place: that one is measured. */
  const isReplaced = element => element.matches('select.select2-hidden-accessible[tabindex="-1"]');
  const box = element => {
    const boxes = [element, ...(element.labels || [])].map(part => part.getBoundingClientRect());
    const tall = Math.max(...boxes.map(each => each.height)), wide = Math.max(...boxes.map(each => each.width));
    return [wide, tall];
  };
  return [...document.querySelectorAll(targets)].filter(shown).filter(element => !inSentence(element) && !isReplaced(element)).map(element => {
    const [wide, tall] = box(element);
    const need = element.closest('[data-capture]') ? capture : least;
    const name = (element.getAttribute('aria-label') || element.textContent || element.name || '').trim().slice(0, 40);
    return [`<${element.tagName.toLowerCase()}> ${name}`, Math.round(wide * 10) / 10, Math.round(tall * 10) / 10, need];
  }).filter(([, wide, tall, need]) => wide > 0.5 && tall > 0.5 && (wide < need - 0.1 || tall < need - 0.1));
}"""
#: Elements whose position on a map has a meaning: moving them apart would be wrong, and a list or a text box beside the
#: map does the same (WCAG 2.2, 2.5.8, exceptions "essential" and "equivalent"). Their own size is measured all the
#: same.
ON_THE_MAP = ("map-corner", "map-pin", "map-cluster")
#: Text that is cut off in its own box, for want of room: [element, its text]. What ends in an ellipsis on purpose has its whole
#: text on the page that it leads to, a select is drawn by the browser, and a map goes on beyond its edges.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(element => {
  const style = getComputedStyle(element);
  if (![style.overflowX, style.overflowY].some(each => each === 'hidden' || each === 'clip')) return false;
  if (style.textOverflow === 'ellipsis' || style.clipPath !== 'none' || element.closest('svg, select, .leaflet-container, [aria-hidden=true]')) return false;
  if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true}) || !element.textContent.trim()) return false;
  const hides = (scroll, client, flow) => scroll > client + 2 && (flow === 'hidden' || flow === 'clip');
  return hides(element.scrollWidth, element.clientWidth, style.overflowX)
    || hides(element.scrollHeight, element.clientHeight, style.overflowY);
}).slice(0, 5).map(element => `<${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent.trim().slice(0, 40)}`)"""
#: Words that break in a control: [the word, the whole text].
BROKEN_WORDS = r"""() => {
  const controls = 'button, .button, summary, .nav__link, .tabs__link, .chip, .badge';
  const broken = [];
  for (const control of document.querySelectorAll(controls)) {
    if (!control.checkVisibility({opacityProperty: true, visibilityProperty: true}) || control.closest('svg, .leaflet-container')) continue;
    const texts = document.createTreeWalker(control, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode, range = document.createRange();
      if (text.parentElement.closest('.visually-hidden')) continue;
      for (const word of text.data.matchAll(/[^\s\-–—\/]+/g)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].filter(each => each.width > 0.5).map(each => Math.round(each.top)));
        if (lines.size > 1) broken.push([word[0], control.textContent.replace(/\s+/g, ' ').trim().slice(0, 40)]);
      }
    }
  }
  return broken.slice(0, 5);
}"""
#: Texts that stand over each other: [one, the other]. What stays in its place while the page scrolls is compared with itself only.
OVERLAPS = r"""() => {
  const lines = new Map(), frames = new Map();
  /* What an element can be seen in: the part of the window that those around it leave, and what it scrolls with. */
  const frame = element => {
    if (!element || element === document.documentElement) return {left: -1e6, right: 1e6, top: -1e6, bottom: 1e6, layer: 'page'};
    if (!frames.has(element)) {
      const style = getComputedStyle(element), box = element.getBoundingClientRect(), around = {...frame(element.parentElement)};
      if (/fixed|sticky|absolute/.test(style.position)) around.layer = element;
      if (style.clipPath !== 'none') around.right = around.left;
      if (style.overflowX !== 'visible') Object.assign(around, {left: Math.max(around.left, box.left), right: Math.min(around.right, box.right)});
      if (style.overflowY !== 'visible') Object.assign(around, {top: Math.max(around.top, box.top), bottom: Math.min(around.bottom, box.bottom)});
      frames.set(element, around);
    }
    return frames.get(element);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement, range = document.createRange();
    if (!text.data.trim() || element.closest('svg, script, style, template, textarea, select, .leaflet-container')) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const seen = frame(element);
    range.selectNodeContents(text);
    for (const line of range.getClientRects()) {
      const box = {left: Math.max(line.left, seen.left), right: Math.min(line.right, seen.right), top: Math.max(line.top, seen.top), bottom: Math.min(line.bottom, seen.bottom), text, words: text.data.replace(/\s+/g, ' ').trim().slice(0, 40)};
      if (box.right - box.left < 3 || box.bottom - box.top < 3) continue;
      lines.set(seen.layer, [...(lines.get(seen.layer) || []), box]);
    }
  }
  const found = [];
  for (const layer of lines.values()) {
    layer.sort((one, other) => one.top - other.top);
    layer.forEach((one, at) => {
      for (let next = at + 1; next < layer.length && layer[next].top < one.bottom; next += 1) {
        const other = layer[next];
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const tall = Math.min(one.bottom, other.bottom) - other.top;
        if (one.text !== other.text && wide > 3 && tall > 0.4 * Math.min(one.bottom - one.top, other.bottom - other.top)) found.push([one.words, other.words]);
      }
    });
  }
  return found.slice(0, 5);
}"""
#: Fields and buttons that look as the browser draws them, which no stylesheet of ours has reached.
UNSTYLED = """() => document.styleSheets.length === 0 ? [] : [...document.querySelectorAll('button, select, textarea, input')].filter(element =>
  !element.matches('[type=checkbox], [type=radio], [type=file], [type=hidden], [type=color], [type=range]')
  && element.checkVisibility() && /inset|outset/.test(getComputedStyle(element).borderStyle)
).slice(0, 5).map(element => element.outerHTML.slice(0, 120))"""
LARGE_TEXT_FAULTS = {"cut off": CUT_OFF, "broken words": BROKEN_WORDS, "over each other": OVERLAPS}
MEASURE_WIDTH = "() => [document.scrollingElement.scrollWidth, window.innerWidth]"
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 5).map(element => `<${element.tagName.toLowerCase()} class="${element.className}">`)"""


def find_chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM if set, or one on the PATH; None when there is none."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return named if Path(named).exists() else None
    mac = (MAC.format(name) for name in ("Google Chrome", "Chromium"))
    found = (shutil.which(name) for name in CHROMIUMS)
    return next((path for path in (*found, *mac) if path and Path(path).exists()), None)


def find_driven() -> str | None:
    """Return the path of the browser for journeys: Debian's headless shell, if it is installed beside Chromium.

    It is the same engine from the same build, and takes half the time. Tests that kill the browser use Chromium itself.
    """
    chromium = find_chromium()
    beside = chromium is not None and chromium == shutil.which("chromium")
    return (shutil.which("chromium-headless-shell") if beside else None) or chromium


def assert_accessible(page: Page) -> None:
    """Fail when axe finds a violation of WCAG 2.2 AA on the page, or when a target is too small."""
    assert_axe_is_content(page, {"type": "tag", "values": WCAG})
    assert_targets_are_large(page)


def assert_readable_in_the_dark(page: Page) -> None:
    """Fail when text has too little contrast in dark mode; the page is left in light mode."""
    page.emulate_media(color_scheme="dark")
    try:
        assert_axe_is_content(page, {"type": "rule", "values": ["color-contrast"]})
    finally:
        page.emulate_media(color_scheme="light")


def assert_axe_is_content(page: Page, chosen: dict[str, object]) -> None:
    """Fail when axe finds a violation of the chosen rules."""
    # After a click, a new page may be there before its stylesheets are.
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # With preload, axe would fetch the stylesheets again, from URLs that it gets wrong for an @import.
    options = {"runOnly": chosen, "preload": False, "resultTypes": ["violations"]}
    violations = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    breaches = [
        f"{breach['id']} ({breach['help']}): {'; '.join(node['html'][:160] for node in nodes[:3])}"
        for breach in violations
        if (nodes := [node for node in breach["nodes"] if not is_excused(page, breach["id"], node)])
    ]
    assert not breaches, f"{page.url}: " + "\n".join(breaches)


def is_excused(page: Page, rule: str, node: dict) -> bool:
    """Return whether a violation is none: a target on the map, or one that is only covered until somebody scrolls.

    axe measures what the bar at the foot of the window leaves of a target; in the middle of the window nothing covers it.
    """
    if rule != "target-size" or stands_on_the_map(rule, node["html"]):
        return stands_on_the_map(rule, node["html"])
    page.locator(node["target"][0]).first.evaluate("target => target.scrollIntoView({ block: 'center' })")
    options = {"runOnly": {"type": "rule", "values": [rule]}, "preload": False, "resultTypes": ["violations"]}
    ask = "([at, options]) => axe.run(at, options).then(results => results.violations.length)"
    return page.evaluate(ask, [node["target"][0], options]) == 0


def stands_on_the_map(rule: str, html: str) -> bool:
    """Return whether a violation is only that two elements on a map are close together."""
    return rule == "target-size" and any(f'class="{name} ' in html or f" {name} " in html for name in ON_THE_MAP)


def assert_targets_are_large(page: Page) -> None:
    """Fail when a target is smaller than 24 px in either direction, or 44 px on the capture form."""
    small = page.evaluate(MEASURE_TARGETS, [TARGET_PX, CAPTURE_PX])
    assert not small, f"{page.url}: too small to press: " + "; ".join(
        f"{name} is {wide}x{tall} px, not {need}" for name, wide, tall, need in small
    )


def assert_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    needed, there = page.evaluate(MEASURE_WIDTH)
    assert needed <= there, f"{page.url} is {needed} px wide in a window of {there}: {page.evaluate(WIDEST)}"


def assert_styled(page: Page) -> None:
    """Fail when a field or a button looks as the browser draws it."""
    unstyled = page.evaluate(UNSTYLED)
    assert not unstyled, f"{page.url}: without a style of ours: {unstyled}"


def assert_fits_with_large_text(page: Page) -> None:
    """Fail when text at 200 % (WCAG 2.2, 1.4.4), or a window of 320 px (1.4.10), makes the page scroll sideways, cuts text off, breaks the words of a control or puts texts over each other.

    The window has its width and text of 100 % again afterwards.
    """
    size = page.viewport_size or {"width": 360, "height": 800}
    try:
        for width, percent in ((size["width"], 200), (320, 100)):
            page.set_viewport_size({"width": width, "height": size["height"]})
            page.evaluate("percent => { document.documentElement.style.fontSize = `${percent}%`; }", percent)
            wide, window = page.evaluate(MEASURE_WIDTH)
            assert wide <= window, f"{page.url}: {wide} px in {width} px, text at {percent} %: {page.evaluate(WIDEST)}"
            for fault, script in LARGE_TEXT_FAULTS.items():
                found = page.evaluate(script)
                assert not found, f"{page.url}: {fault} in {width} px, text at {percent} %: {found}"
    finally:
        page.evaluate("() => { document.documentElement.style.removeProperty('font-size'); }")
        page.set_viewport_size(size)
