"""Noticed words: the page finds the same as the server, at the same positions and with the same alternatives."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import wording
from tests.node import Node

VECTORS = json.loads((Path(__file__).parent.parent / "connectors" / "wording_vectors.json").read_text())
FORMS = [form for entry in wording.ENTRIES for form in entry.forms]
READ = "(list, texts) => texts.map(kithNoticing.reader({ ...list, quiet: new Set(list.quiet) }))"
PIECES = st.sampled_from(
    [*FORMS, "a", "needs a", "it's", "neighbours'", "'", '"', "“", "”", "‘", "’", "\n\n", ".", ",", "é", "🎈"]
)
TEXTS = st.lists(PIECES, max_size=30).map(" ".join)


def noticed(node: Node, words: wording.WordList, texts: list[str]) -> list[list[tuple[object, ...]]]:
    """Return the words that the page notices in each text, as (start, word, alternatives, reason, name, language)."""
    found = node.run("noticing", READ, words.for_browser(), texts)
    keys = ("start", "word", "alternatives", "reason", "name", "language")
    return [[tuple(each[key] for key in keys) for each in some] for some in found]


def expected(words: wording.WordList, text: str) -> list[tuple[object, ...]]:
    """Return the words that the server notices, with positions as JavaScript counts them: in UTF-16 code units."""
    return [
        (
            len(text[: each.start].encode("utf-16-le")) // 2,
            each.word,
            list(each.alternatives),
            each.reason,
            each.name,
            each.language,
        )
        for each in words.notice(text)
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"][:30])
def test_vector(node: Node, vector: dict) -> None:
    (found,) = noticed(node, wording.SHIPPED, [vector["text"]])
    assert [[word, alternatives] for _start, word, alternatives, *_rest in found] == vector["found"]
    assert found == expected(wording.SHIPPED, vector["text"])


def test_every_form_alone_in_capitals_and_in_quotation_marks(node: Node) -> None:
    texts = [text for form in FORMS for text in (form, form.upper(), form.capitalize(), f"“{form}”", f"'{form}'")]
    found = noticed(node, wording.SHIPPED, texts)
    assert [len(each) for each in found] == [1, 1, 1, 0, 0] * len(FORMS)
    assert found == [expected(wording.SHIPPED, text) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_page_and_server_notice_the_same_in_any_text(node: Node, texts: list[str]) -> None:
    assert noticed(node, wording.SHIPPED, texts) == [expected(wording.SHIPPED, text) for text in texts]


@given(st.lists(st.lists(PIECES, max_size=30).map("".join) | TEXTS, min_size=1, max_size=20))
def test_page_and_server_see_the_same_quotations(node: Node, texts: list[str]) -> None:
    found = node.run("noticing", "(texts) => texts.map(kithNoticing.quotations)", texts)
    for text, spans in zip(texts, found, strict=True):
        places = [[len(text[:at].encode("utf-16-le")) // 2 for at in span] for span in wording.quotations(text)]
        assert spans == places, text


def test_words_of_a_team_count_and_ignored_ones_do_not(node: Node) -> None:
    own = wording.Entry(
        forms=("hot spot", "hot spots"),
        alternatives=(("lively corner", "lively corners"),),
        reason="Ours.",
        source="",
    )
    words = wording.WordList([*wording.ENTRIES, own]).without(["client"])
    texts = ["Two hot spots, a hot-spot.", "Clients and service users", "Hot spot"]
    assert noticed(node, words, texts) == [expected(words, text) for text in texts]
    assert [[each[1] for each in some] for some in noticed(node, words, texts)] == [
        ["hot spots", "hot-spot"],
        ["service users"],
        ["Hot spot"],
    ]


@pytest.mark.parametrize("piece", ["'a ", '"a ', "clients' x ", "hard to ", "hard   ", "\n \n"])
def test_a_long_text_is_read_to_its_end(node: Node, piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert noticed(node, wording.SHIPPED, [text]) == [expected(wording.SHIPPED, text)]
