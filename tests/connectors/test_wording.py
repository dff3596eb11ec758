"""Deficit words: found as people write them, never inside quotations, in time that grows with the text."""

import ast
import inspect
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import wording

VECTORS = json.loads((Path(__file__).parent / "wording_vectors.json").read_text())
FORMS = [form for entry in wording.ENTRIES for form in entry.forms]
PIECES = st.sampled_from(
    [
        *FORMS,
        "a",
        "garden",
        "needs a",
        "in",
        "it's",
        "neighbours'",
        "'",
        '"',
        "“",
        "”",
        "‘",
        "’",
        "\n\n",
        ".",
        ",",
        "é",
        "😀",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=80)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"][:30])
def test_vector(vector) -> None:
    found = wording.notice(vector["text"])
    assert [[each.word, list(each.alternatives)] for each in found] == vector["found"]


def test_list_is_long_enough_and_whole() -> None:
    assert len(wording.ENTRIES) >= 40
    assert len(FORMS) == len(set(FORMS))
    for entry in wording.ENTRIES:
        assert entry.alternatives, entry
        assert entry.source in {wording.NESTA, wording.COVENTRY, wording.NETWORK}
        assert entry.reason.endswith(".")
        assert all(len(forms) in {1, len(entry.forms)} for forms in entry.alternatives), entry
        assert not entry.not_after & {""}


def test_no_alternative_is_itself_a_deficit_word() -> None:
    offered = {words for entry in wording.ENTRIES for forms in entry.alternatives for words in forms}
    assert [words for words in offered if wording.notice(words)] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_noticed_alone_and_in_capitals(form) -> None:
    for text in (form, form.upper(), form.capitalize()):
        (found,) = wording.notice(f"({text})")
        assert (found.start, found.word) == (1, text)
        assert found.alternatives
        assert found.alternatives[0][0].isupper() == text[0].isupper()


@pytest.mark.parametrize(("open_mark", "close_mark"), [("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'")])
@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_noticed_in_a_quotation(form, open_mark, close_mark) -> None:
    assert wording.notice(f"They said {open_mark}we met {form} there{close_mark} at the fair.") == []


@given(TEXTS)
def test_what_is_noticed_stands_where_it_says_in_order_and_outside_quotations(text) -> None:
    found = wording.notice(text)
    spans = wording.quotations(text)
    for each in found:
        assert text[each.start : each.end] == each.word
        assert not any(start <= each.start < end for start, end in spans)
    assert all(first.end <= second.start for first, second in zip(found, found[1:], strict=False))
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(TEXTS)
def test_a_text_in_curly_marks_holds_nothing_to_notice(text) -> None:
    quiet = "".join(letter for letter in text if letter not in '“”"\n')
    assert wording.notice(f"“{quiet}”") == []


@pytest.mark.parametrize(
    "piece",
    ["'a ", '"a ', "“", "‘a", "clients' x ", "hard to ", "hard   ", "\n \n", "\n" + " " * 50, "the ", "needs ", "'s "],
)
def test_time_grows_with_the_length(piece) -> None:
    """Twenty times the text may take some forty times as long, on a busy machine; a square would take four hundred."""
    short, long = piece * (5_000 // len(piece)), piece * (100_000 // len(piece))

    def seconds(text: str) -> float:
        best = 9e9
        for _ in range(3):
            begun = time.perf_counter()
            wording.notice(text)
            best = min(best, time.perf_counter() - begun)
        return best

    wording.notice(piece)
    assert seconds(long) < 100 * max(seconds(short), 0.001)


def test_browser_gets_every_form_longest_first() -> None:
    rows = wording.for_browser()
    assert {row["words"] for row in rows} == {form.replace("-", " ") for form in FORMS}
    assert [len(row["words"]) for row in rows] == sorted((len(row["words"]) for row in rows), reverse=True)
    client = next(row for row in rows if row["words"] == "clients")
    assert client["alternatives"] == ["citizens", "neighbours"]
    assert json.loads(json.dumps(rows)) == rows


def test_it_is_pure() -> None:
    tree = ast.parse(inspect.getsource(wording))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert named == {"re", "collections.abc", "dataclasses"}
