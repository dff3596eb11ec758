"""The “?” of every page: its five sentences, as a part of the page and as a page of its own."""

from collections import Counter
from types import SimpleNamespace

import pytest
from django.urls import reverse

from config.help import TOPICS, slug_of, topic_of
from tests.test_urls import PAGES, address_of, client_of, standing_world, world

__all__ = ["standing_world", "world"]
#: Pages on which there is nothing to explain: what they say is the help.
WITHOUT_HELP = {
    "communities:no-team",
    "communities:password-change",
    "communities:password-reset",
    "communities:password-reset-confirm",
    "communities:password-reset-done",
    "communities:password-reset-sent",
    "help",
    "styleguide",
}
#: Forms of one sentence and one button, reached from a page that has help.
ASKS_ONLY = ("delete", "remove", "undo", "withdraw", "erase", "export", "file", "apply")
#: Pages whose topic begins with a page of another kind, and the words of the topic that are about them.
ALSO_ABOUT = {
    "assets:photo-create": "removes the location from a photo",
    "assets:photo-delete": "removes the location from a photo",
    "communities:invitation-create": "Invite somebody by email",
    "communities:member-confirm": "a second person has confirmed them",
    "communities:member-update": "Change somebody’s roles",
    "communities:undo": "can be restored",
    "connectors:asset-steps": "about a conversation, a resident, a place",
    "connectors:capture": "Without signal",
    "connectors:no-signal": "without signal",
    "connectors:past-people": "have not seen for a while",
    "connectors:person-merge": "Merging shows both",
    "connectors:person-suggestions": "Kith suggests neighbours",
    "connectors:wish-handle": "to answer a request",
    "connectors:wish-list": "to answer a request",
    "evaluation:data-dictionary": "The data dictionary",
    "evaluation:measurement-create": "measured and entered by hand",
    "evaluation:measurement-update": "measured and entered by hand",
    "evaluation:yardstick-list": "A baseline says where it began",
    "evaluation:outcome-create": "names a change that you hope for",
    "evaluation:observation-create": "Write down what you noticed",
    "evaluation:observation-update": "Whoever wrote it and managers can change it",
    "evaluation:record-priorities": "Tag sparks, stories",
    "sparks:application-aloud": "said aloud",
    "sparks:application-close": "when you take it up",
    "sparks:application-detail": "when you take it up",
    "sparks:application-list": "An idea becomes a spark",
    "sparks:application-words": "Six words",
    "sparks:holder-update": "holds the money",
    "sparks:spark-next-step": "a place or a spark",
}


def subject_of(page: str) -> str:
    """Return what a page is about by its name: "person" of "connectors:person-list"."""
    return page.rpartition(":")[2].partition("-")[0].removesuffix("s")


def test_the_help_on_a_page_is_about_that_page() -> None:
    others = {page: topic for topic in TOPICS for page in topic.pages if subject_of(page) != subject_of(topic.pages[0])}
    assert set(others) == set(ALSO_ABOUT), (
        "a page of another kind: has the topic a sentence on it, or does it need one of its own?"
    )
    for page, topic in others.items():
        assert ALSO_ABOUT[page] in " ".join(map(str, topic.sentences)), page


def test_a_topic_has_at_most_five_short_sentences_and_pages_that_exist() -> None:
    for topic in TOPICS:
        assert 3 <= len(topic.sentences) <= 5, topic.title
        assert all(len(str(sentence).split()) <= 32 for sentence in topic.sentences), topic.title
        assert set(topic.pages) <= set(PAGES), topic.title
    pages = Counter(page for topic in TOPICS for page in topic.pages)
    assert [page for page, times in pages.items() if times > 1] == []


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "GET" in page.methods])
def test_every_page_with_a_menu_has_help(name: str, world: SimpleNamespace) -> None:
    page = PAGES[name]
    person = next((each for each in ("builder", "manager", "evaluator", "administrator") if each in page.who), "")
    if not person or page.answers_get(person) != 200:
        return
    response = client_of(world, person).get(address_of(name, world))
    if response.streaming:
        response.getvalue()  # A file is closed after it is read to its end.
        return
    if not response["Content-Type"].startswith("text/html") or 'class="has-nav"' not in response.text:
        return
    if name in WITHOUT_HELP or name.rpartition("-")[2] in ASKS_ONLY:
        return
    assert topic_of(name), f"{name} has no help: add it to a topic in config/help"
    assert f'hx-get="{reverse("help", args=[slug_of(name)])}"' in response.text


def test_help_is_a_page_of_its_own_and_a_part_for_htmx(world: SimpleNamespace) -> None:
    address = reverse("help", args=["connectors-person-list"])
    builder = client_of(world, "builder")
    page = builder.get(address)
    assert "Type any part of a name" in page.text
    assert "<h1>People</h1>" in page.text
    part = builder.get(address, headers={"HX-Request": "true"}).text
    assert "Type any part of a name" in part
    assert "<html" not in part
    assert builder.get(reverse("help", args=["nothing"])).status_code == 404
    assert client_of(world, "anonymous").get(address).status_code == 302
