"""The tour in README: every button, link, field and heading that it names is on a page of the demonstration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from communities.models import User
from tests.hostile import HostileClient

#: The password widget of the admin has a variable that is not always defined.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors, pytest.mark.once]
README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text()
SIGN_IN = re.compile(r"Sign in as `([^`]+)`")
#: What is pressed is a button or a link. What is chosen, ticked or only named can also be a choice, a label or a heading.
PRESSED = re.compile(r"\b[Pp]ress \*\*([^*]+)\*\*")
NAMED = re.compile(r"\*\*([^*]+)\*\*|(?<!\*)\*([^*`]+)\*(?!\*)")
BUTTONS = {"a", "button", "summary"}
WORDS = {*BUTTONS, "option", "label", "h1", "h2", "h3", "legend", "th", "dt", "caption"}
#: How many pages of each view are visited: there are many residents, and their pages have the same buttons.
ALIKE = 2
#: How many links away from Today the farthest page is.
FARTHEST = 3


@dataclass
class Shown:
    """The texts on pages: of buttons and links, and of these, choices, labels and headings."""

    buttons: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


class PageReader(HTMLParser):
    """Collect the links of a page, each with its text, and the texts of its buttons, choices, headings and labels."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = shown
        self.links: list[tuple[str, str]] = []
        self.open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a submit button of the admin, or the beginning of an element whose text counts."""
        values = dict(attrs)
        if tag == "input" and values.get("type") == "submit":
            self.shown.buttons.add(values.get("value") or "")
        if tag in WORDS:
            self.open.append((tag, values.get("href") or "", []))

    def handle_data(self, data: str) -> None:
        """Add text to every element that is open."""
        for _tag, _href, texts in self.open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note the text of an element."""
        if self.open and self.open[-1][0] == tag:
            _tag, href, texts = self.open.pop()
            text = " ".join("".join(texts).split())
            self.shown.words.add(text)
            if href:
                self.links.append((href, text))
            if tag in BUTTONS:
                self.shown.buttons.add(text)


def sections() -> list[tuple[str, str]]:
    """Return (address to sign in with, text) of each part of the tour."""
    tour = README.partition("## Five minutes as")[2].partition("\n## ")[0]
    parts = re.split(r"^### ", tour, flags=re.MULTILINE)[1:]
    return [(SIGN_IN.search(part)[1], " ".join(part.split())) for part in parts]


def walk(client: HostileClient, names: list[str], *, in_admin: bool) -> Shown:
    """Return what is on the pages that links lead to from Today: two of each view, and all that have one of the names.

    in_admin: only pages of the admin; otherwise only the others.
    """
    shown, seen, visits = Shown(), set(), {}
    level = ["/"]
    for _step in range(FARTHEST + 1):
        following = []
        for url in level:
            for link, text in _read(client, url, shown):
                path, query = urlsplit(link).path, urlsplit(link).query
                kind = _kind(path)
                if link in seen or not kind or (visits.get(kind, 0) >= ALIKE and text not in names):
                    continue
                if path.startswith("/admin/") != in_admin:
                    continue
                seen.add(link)
                visits[kind] = visits.get(kind, 0) + 1
                following.append(f"{path}?{query}" if query else path)
        level = following
    return shown


def _read(client: HostileClient, url: str, shown: Shown) -> Iterator[tuple[str, str]]:
    answer = client.get(url)
    if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
        # Reading a file closes it, without the database connection that `close` would close too.
        b"".join(answer.streaming_content if answer.streaming else ())
        return
    reader = PageReader(shown)
    reader.feed(answer.content.decode())
    for link, text in reader.links:
        whole = urljoin(url, link)
        if whole.startswith("/"):
            yield whole.partition("#")[0], text


def _kind(path: str) -> str:
    """Return the name of the view that answers a path; empty for none and for files."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def is_there(name: str, texts: set[str]) -> bool:
    """Return whether a text is the name, or begins with it as a whole word."""
    return any(text == name or re.match(rf"{re.escape(name)}(?![\w’])", text) for text in texts)


def names_in(part: str) -> list[str]:
    """Return what a part of the tour names, in bold or in italics."""
    return [one or other for one, other in NAMED.findall(part)]


def missing(part: str, shown: Shown) -> list[str]:
    """Return what a part of the tour names and no page shows."""
    pressed = PRESSED.findall(part)
    return [name for name in names_in(part) if not is_there(name, shown.buttons if name in pressed else shown.words)]


class TestTour:
    @pytest.mark.parametrize(("email", "part"), [pytest.param(*each, id=each[0]) for each in sections()])
    def test_what_it_names_is_on_a_page(self, email, part, built, db, clock, client_for):
        user = User.objects.get(email=email)
        shown = walk(client_for(user), names_in(part), in_admin=user.is_superuser)
        assert missing(part, shown) == []


def test_a_button_that_is_not_there_is_found():
    shown = Shown(buttons={"Search"}, words={"Search", "Show", "Who did you meet?"})
    part = "Write under *Who did you meet?*, press **Show** and **Search**, and look at **Show**, *Whatever*."
    assert missing(part, shown) == ["Show", "Show", "Whatever"]


def test_the_tour_has_a_part_for_each_role():
    assert [email.partition("@")[0] for email, _part in sections()] == ["builder", "manager", "evaluator", "admin"]
