"""Names folded on a phone and on the server: one rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.folding import compared, folded, visible
from tests.node import Node

FOLDED = [
    ("", ""), ("  Siân  Ŵyn ", "sian wyn"), ("Ángel", "angel"), ("Ángel", "angel"), ("Øystein Ærø", "oystein aero"),
    ("Łucja", "lucja"), ("Жанна", "жанна"), ("Йорданка", "иорданка"), ("İlker", "ilker"), ("ILKER", "ilker"),
    ("Straße", "strasse"), ("ẞ", "ss"), ("O’Neill", "oneill"), ("O'Neill", "oneill"), ("Oʼneill", "oneill"),
    ("Mary‑Ann Lloyd–Jones", "mary ann lloyd jones"), ("مُحَمَّد", "محمد"), ("राम", "राम"), ("김 민", "김 민"), ("Ｊｏｅ", "joe"),
    ("\u202aJo\u202c", "jo"), ("Jo\u200bAnn", "joann"), ("👩🏽\u200d🌾 Fern", "fern"), ("👩🏽\u200d🌾", ""), ("Σίσυφος", "σισυφοσ"),
    ("Nguyễn Thị", "nguyen thi"), ("Þóra", "thora"), ("3 kids", "3 kids"), ("a_b", "a b"), ("李小龍", "李小龍"),
]  # fmt: skip
SEEN = [
    ("", ""), ("\u200b\u2060\ufeff", ""), ("\u202a+44 7700 900401\u202c", "+44 7700 900401"), ("a\u00a0\t b", "a b"),
    ("👩🏽\u200d🌾", "👩🏽\u200d🌾"), ("❤\ufe0f", "❤\ufe0f"), ("a\u200db", "ab"), ("نامه\u200cای", "نامه\u200cای"), ("Jo\u00adan", "Joan"),
]  # fmt: skip
LETTERS = st.text(
    st.characters(min_codepoint=1, max_codepoint=0x24F)
    | st.characters(min_codepoint=0x370, max_codepoint=0x52F, categories=("L", "M", "N"))
    | st.sampled_from("’‘ʼ\u200b\u200d\u202a\u0301\u0327 -–—,.'👩🏽🌾❤\ufe0fẞẚ李김राم"),
    max_size=12,
)


@pytest.mark.parametrize(("text", "plain"), FOLDED)
def test_page_and_server_fold_alike(node: Node, text: str, plain: str) -> None:
    assert folded(text) == plain
    assert node.run("folding", "kithFolding.folded", text) == plain


@pytest.mark.parametrize(("text", "seen"), SEEN)
def test_page_and_server_leave_out_what_nobody_sees(node: Node, text: str, seen: str) -> None:
    assert visible(text) == seen
    assert node.run("folding", "kithFolding.visible", text) == seen


@given(LETTERS)
def test_page_and_server_fold_any_name_alike(node: Node, text: str) -> None:
    assert node.run("folding", "kithFolding.folded", text) == folded(text)
    assert node.run("folding", "kithFolding.compared", text) == compared(text)
    assert node.run("folding", "kithFolding.visible", text) == visible(text)


@given(LETTERS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zoë", "ZOE", True),
        ("Mary-Ann", "maryann", True),
        ("Rose", "Rosa", False),
        ("🌻", "🌻", True),
        ("–", "—", False),
    ],
)
def test_names_that_are_one(node: Node, one: str, other: str, same: bool) -> None:
    assert node.run("folding", "kithFolding.isSame", one, other) is same
