"""How a search query of the full-text index is parsed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.typed_words import MOST_WORDS, phrases


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("growing food", [["growing"], ["food"]]),
        ("  Growing, FOOD!  ", [["growing"], ["food"]]),
        ('"fish supper" Mae', [["fish", "supper"], ["mae"]]),
        ("“fish supper” Mae", [["fish", "supper"], ["mae"]]),
        ('half "a quotation', [["a", "quotation"], ["half"]]),
        ("Tŷ Gŵyl café Łódź", [["ty"], ["gwyl"], ["cafe"], ["lodz"]]),
        ("snake_case bike-mending", [["snake"], ["case"], ["bike"], ["mending"]]),
        ("2026 a1", [["2026"], ["a1"]]),
        ("Mae’s O'Neill", [["maes"], ["oneill"]]),
        ('" " * : ( ) -', []),
        ("", []),
    ],
)
def test_a_query_is_split_into_words(text: str, wanted: list[list[str]]) -> None:
    assert phrases(text) == wanted


def test_a_long_query_is_cut() -> None:
    assert len(phrases("word " * 500)) == MOST_WORDS
    assert sum(map(len, phrases('"' + "word " * 500 + '" and more'))) == MOST_WORDS


@given(st.text(max_size=300))
def test_words_have_letters_and_digits_only(text: str) -> None:
    assert all(word.isalnum() for phrase in phrases(text) for word in phrase)
