"""Lists of words within sentences."""

import re
from pathlib import Path

import pytest

from communities.lists import listed
from tests import checks

#: Values that are joined with commas because they are no list in a sentence, by module and placeholder, with what they are.
NO_SENTENCE = {
    ("assets/importing/cleaning.py", "kinds"): "values that a spreadsheet may hold, as a computer reads them",
    ("communities/actions/undo.py", "names"): "the first of many, before “and 3 more”",
    ("communities/forms/handover.py", "title"): "the title of a row and what tells it apart",
    ("communities/lists.py", "first"): "all but the last",
    ("config/templatetags/maps.py", "words"): "what a pin says",
    ("connectors/forms/people.py", "themes"): "what somebody types with commas",
    ("evaluation/framework/own.py", "names"): "the choices of a condition, in the definition of an indicator",
}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], ""),
        (["a fund"], "a fund"),
        (["a fund", "a round"], "a fund and a round"),
        (("a", "b", "c"), "a, b and c"),
        ((n for n in (1, 2)), "1 and 2"),
    ],
)
def test_words_are_listed_as_a_sentence_says_them(words, sentence) -> None:
    assert listed(words) == sentence


def test_no_sentence_joins_its_list_with_commas_alone() -> None:
    """Find placeholders whose value is joined by hand."""
    found = {
        (path.as_posix(), name)
        for app in (*checks.APPS, "config")
        for path in Path(app).rglob("*.py")
        for name in re.findall(r'"(\w+)": ", "\.join\(', path.read_text())
    }
    assert found == set(NO_SENTENCE)


def test_no_template_joins_the_list_of_a_sentence_with_commas_alone() -> None:
    found = [
        f"{path}: {tag}"
        for path in Path("templates").rglob("*.*")
        for tag in re.findall(r"{% blocktranslate [^%]*\|join:[^%]*%}", path.read_text())
    ]
    assert found == []
