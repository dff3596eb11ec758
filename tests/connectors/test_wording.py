"""Deficit words: found in any form, never inside quotations, in time that grows with the text."""

import ast
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import wording
from connectors.wording import mutations
from tests import checks
from tests.test_architecture import ROOT

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


def test_the_list_is_long_enough_and_complete() -> None:
    assert len(wording.ENGLISH) >= 40
    assert len(wording.WELSH) >= 25
    assert len(FORMS) == len(set(FORMS))
    assert len({entry.name for entry in wording.ENTRIES}) == len(wording.ENTRIES)
    for entry in wording.ENTRIES:
        assert entry.alternatives, entry
        assert entry.source in {wording.NESTA, wording.COVENTRY, wording.NETWORK}
        assert entry.reason.endswith(".")
        assert entry.reason_in_english.endswith(".") == (entry.language == wording.WELSH_CODE)
        assert entry.reason != entry.reason_in_english
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
def test_matches_are_in_order_at_their_positions_and_outside_quotations(text) -> None:
    found = wording.notice(text)
    spans = wording.quotations(text)
    for each in found:
        assert text[each.start : each.end] == each.word
        assert not any(start <= each.start < end for start, end in spans)
    assert all(first.end <= second.start for first, second in zip(found, found[1:], strict=False))
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(TEXTS)
def test_a_text_in_curly_quotation_marks_is_not_noticed(text) -> None:
    quiet = "".join(letter for letter in text if letter not in '“”"\n')
    assert wording.notice(f"“{quiet}”") == []


@pytest.mark.parametrize(
    "piece",
    ["'a ", '"a ', "“", "‘a", "clients' x ", "hard to ", "hard   ", "\n \n", "\n" + " " * 50, "the ", "needs ", "'s "],
)
def test_work_grows_linearly_with_the_length(piece) -> None:
    """A hundred times the text may take some two hundred times as long; quadratic time would be ten thousand times.

    Only this thread's processor time is measured, and the limit is far from both.
    """
    short, long = piece * (4_000 // len(piece)), piece * (400_000 // len(piece))

    def seconds(text: str) -> float:
        best = 9e9
        for _ in range(3):
            begun = time.thread_time()
            wording.notice(text)
            best = min(best, time.thread_time() - begun)
        return best

    wording.notice(piece)
    assert seconds(long) < 1_500 * max(seconds(short), 0.0005)


def test_no_phrase_is_in_both_languages() -> None:
    languages = [
        {wording.key(form) for entry in half for form in entry.forms} for half in (wording.ENGLISH, wording.WELSH)
    ]
    assert languages[0] & languages[1] == set()


@pytest.mark.parametrize(
    ("word", "soft", "nasal", "aspirate", "aitched"),
    [
        ("pobl", "bobl", "mhobl", "phobl", "pobl"),
        ("tlodion", "dlodion", "nhlodion", "thlodion", "tlodion"),
        ("cymydog", "gymydog", "nghymydog", "chymydog", "cymydog"),
        ("buddiolwr", "fuddiolwr", "muddiolwr", "buddiolwr", "buddiolwr"),
        ("defnyddiwr", "ddefnyddiwr", "nefnyddiwr", "defnyddiwr", "defnyddiwr"),
        ("gweithiwr", "weithiwr", "ngweithiwr", "gweithiwr", "gweithiwr"),
        ("llwyth", "lwyth", "llwyth", "llwyth", "llwyth"),
        ("rheoli", "reoli", "rheoli", "rheoli", "rheoli"),
        ("mynd", "fynd", "mynd", "mynd", "mynd"),
        ("anghenion", "anghenion", "anghenion", "anghenion", "hanghenion"),
        ("chwaer", "chwaer", "chwaer", "chwaer", "chwaer"),
        ("iaith", "iaith", "iaith", "iaith", "iaith"),
        ("sgwrs", "sgwrs", "sgwrs", "sgwrs", "sgwrs"),
    ],
)
def test_initial_mutations_follow_the_grammar(word, soft, nasal, aspirate, aitched) -> None:
    changed = (mutations.soft, mutations.nasal, mutations.aspirate, mutations.aitched)
    assert [change(word) for change in changed] == [soft, nasal, aspirate, aitched]
    assert mutations.radical(word) == word


OWN = wording.Entry(forms=("gap filler",), alternatives=(("neighbour",), ("citizen",)), reason="Nobody is a gap.")


def test_a_team_can_add_replace_and_ignore_words() -> None:
    friend = wording.Entry(forms=("client",), alternatives=(("friend",),), reason="Ours.")
    words = wording.WordList((*wording.ENTRIES, OWN, friend), quiet={"needs assessment"})
    said = [(each.word, each.alternatives, each.name) for each in words.notice("Gap-Filler, client, clients.")]
    assert said == [
        ("Gap-Filler", ("Neighbour", "Citizen"), "gap filler"),
        ("client", ("friend",), "client"),
        ("clients", ("citizens", "neighbours"), "client"),
    ]
    assert words.notice("a needs assessment") == [], "nor is what stands inside the phrase"
    quieter = words.without({"client"})
    assert [each.word for each in quieter.notice("gap filler, client, clients")] == ["gap filler"]
    assert [each.word for each in words.notice("client")] == ["client"], "the list it was made from stays"


def test_words_that_a_team_avoids_are_not_suggested() -> None:
    citizen = wording.Entry(forms=("citizen",), alternatives=(("resident",),), reason="Some of us are none.")
    words = wording.WordList((*wording.ENTRIES, citizen))
    assert words.notice("a client")[0].alternatives == ("neighbour",)
    assert words.without({"citizen"}).notice("a client")[0].alternatives == ("citizen", "neighbour")


def test_lookalike_letters_are_different_words() -> None:
    assert wording.notice("ſervice uſer, \u212alient") == []


def test_ten_thousand_team_words_are_compiled_in_linear_work() -> None:
    """A hundred times the words may take twice the work; one alternation of all words took three hundred times."""
    text = "Rose mends bikes and would teach anybody about the old railway. " * 300
    few = wording.WordList(wording.ENTRIES)
    many = wording.WordList(
        (*wording.ENTRIES, *(wording.Entry((f"gap{n} word",), (("gift",),), "Why.") for n in range(10_000)))
    )

    def seconds(words: wording.WordList) -> float:
        best = 9e9
        for _ in range(3):
            begun = time.thread_time()
            words.notice(text)
            best = min(best, time.thread_time() - begun)
        return best

    assert seconds(many) < 25 * max(seconds(few), 0.002)


def test_the_browser_gets_every_form_and_the_ignored_words() -> None:
    given = wording.SHIPPED.without({"needs"}).for_browser()
    assert [form for row in given["entries"] for form in row["forms"]] == [wording.key(form) for form in FORMS]
    client = next(row for row in given["entries"] if row["name"] == "client")
    assert client == {
        "name": "client",
        "forms": ["client", "clients"],
        "alternatives": [["citizen", "citizens"], ["neighbour", "neighbours"]],
        "reason": 0,
        "language": "en-gb",
    }
    assert given["reasons"][0] == "People are citizens with something to offer, not recipients of a service."
    assert given["quiet"] == ["needs"]
    assert "notAfter" in next(row for row in given["entries"] if row["name"] == "case")
    assert json.loads(json.dumps(given)) == given
    assert len(json.dumps(given, ensure_ascii=False)) < 30_000


def test_the_wording_modules_import_only_each_other() -> None:
    named = set()
    pure = [name for name, layer in checks.LAYER_OF_MODULE["connectors"].items() if layer == "pure"]
    for path in (Path(ROOT, "connectors", f"{name}.py") for name in pure if name.startswith("wording/")):
        tree = ast.parse(path.read_text())
        named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    ours = {name for name in named if name.startswith("connectors.wording")}
    assert named - ours == {"re", "collections.abc", "copy", "dataclasses"}
