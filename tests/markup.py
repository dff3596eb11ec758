"""HTML in a form that tests can compare: line breaks in its template make no difference."""

import re
from html.parser import HTMLParser
from itertools import pairwise


def flat(html: str) -> str:
    """Return HTML on one line, without the spaces beside its tags."""
    return re.sub(r"\s*(<[^<>]*>)\s*", r"\1", " ".join(html.split())).replace(" >", ">")


def outline_faults(html: str) -> list[str]:
    """Return what is wrong with the headings of a page: not exactly one of level 1, or a level that is skipped."""
    found = [
        (int(level), " ".join(text.split())) for level, text in re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", html, re.S)
    ]
    titles = sum(level == 1 for level, _ in found)
    skipped = [
        f"h{level} “{re.sub('<[^>]*>', '', text)}” after h{before}"
        for (before, _), (level, text) in pairwise([(0, ""), *found])
        if level > before + 1
    ]
    return skipped if titles == 1 else [f"{titles} headings of level 1", *skipped]


def lone_dashes(html: str) -> list[str]:
    """Return the cells of tables that hold only a dash: `table.css` draws one in an empty cell, and none in a card."""
    tables = re.findall(r"<table class=\"table table--cards[^>]*>(.*?)</table>", html, re.S)
    return [cell for table in tables for cell in re.findall(r"<td\b[^>]*>\s*–\s*</td>", table)]


#: Elements without an end tag.
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Classes of buttons that are not bold, though they are buttons.
_QUIETER = {"button--secondary", "button--quiet"}


class _Bold(HTMLParser):
    """Collect the bold buttons of a page by the part in which they stand: a card, or a section or form in none."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.parts: list[tuple[str, list[str]]] = [("the page", [])]
        self.words: list[str] | None = None
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        found = dict(attrs)
        classes = set((found.get("class") or "").split())
        self.unseen += tag == "template"
        part = self.open[-1][1] if self.open else 0
        is_card = "card" in classes
        in_card = "card" in self.parts[part][0].split()
        if is_card or (tag in ("section", "article", "form", "dialog") and not in_card):
            name = f"{tag} {found.get('class') or ''} {found.get('aria-labelledby') or found.get('action') or ''}"
            self.parts.append((" ".join(name.split()), []))
            part = len(self.parts) - 1
        self.open.append((tag, part))
        if not self.unseen and "button" in classes and not classes & _QUIETER and "hidden" not in found:
            self.words = []
            self.parts[part][1].append("")

    def handle_data(self, data: str) -> None:
        if self.words is not None:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY or tag not in (each for each, _part in self.open):
            return
        while self.open:
            name, part = self.open.pop()
            if name in ("a", "button") and self.words is not None:
                self.parts[part][1][-1] = " ".join("".join(self.words).split())
                self.words = None
            if name == tag:
                break
        self.unseen -= tag == "template"


def several_bold(html: str) -> list[str]:
    """Return the parts of a page with more than one bold button: of a card, and of a section or form in none, one thing is bold."""
    reader = _Bold()
    reader.feed(html)
    return [f"{name}: {', '.join(words)}" for name, words in reader.parts if len(words) > 1]
