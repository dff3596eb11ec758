"""Who may change the list of words, and which words a team may add."""

import pytest

from connectors.wording import rules

FINE = {"phrase": "gap filler", "alternatives": "neighbour, friend", "reason": "Nobody is a gap."}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sees", "manages", "ignores"),
    [
        ("builder", True, False, True),
        ("manager", True, True, True),
        ("evaluator", True, False, False),
        ("stranger", False, False, False),
        ("administrator", True, True, True),
    ],
)
def test_permissions_of_each_role(role, sees, manages, ignores, team, request) -> None:
    user = request.getfixturevalue(role)
    found = rules.can_see_words(user, team), rules.can_manage_words(user, team), rules.can_ignore_words(user, team)
    assert found == (sees, manages, ignores)


def test_alternatives_are_split_at_commas_and_cleaned() -> None:
    assert rules.split_alternatives(" neighbour ,, a   friend,neighbour, ") == ["neighbour", "a friend"]
    assert rules.split_alternatives("") == []


@pytest.mark.parametrize(
    "phrase", ["gap filler", "hard-to-reach", "defnyddiwr gwasanaeth", "can’t cope", "o'r", "tŷ", "A1", "弱者"]
)
def test_valid_phrases_are_accepted(phrase) -> None:
    assert rules.refusals_of_word(FINE | {"phrase": phrase}) == {}


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "a",
        "12",
        "(a+)+$",
        ".*",
        "gap|filler",
        "gap, filler",
        "-gap",
        "gap-",
        "gap_filler",
        "one two three four five six seven eight nine",
        None,
        "a\\b",
        "[ab]",
    ],
)
def test_invalid_phrases_are_refused(phrase) -> None:
    assert list(rules.refusals_of_word(FINE | {"phrase": phrase})) == ["phrase"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"alternatives": ""}, "alternatives"),
        ({"alternatives": " , "}, "alternatives"),
        ({"alternatives": "a, b, c, d, e"}, "alternatives"),
        ({"alternatives": "friend, Gap-Filler"}, "alternatives"),
        ({"reason": "  "}, "reason"),
        ({"reason": None}, "reason"),
    ],
)
def test_a_word_needs_alternatives_and_a_reason(values, field) -> None:
    assert list(rules.refusals_of_word(FINE | values)) == [field]
