"""Finding a resident's name in a text: whole words, ignoring case and accents."""

from itertools import product

import pytest

from communities.mentions import flat, mentions_of, texts_in

ZOE = mentions_of(
    names=["Zoë O'Neil", "Zo", ""],
    phones=["0117 496 0123"],
    emails=["zoe@example.org"],
    streets=["4 Mill Row", "Brook Lane"],
)


@pytest.mark.parametrize(
    ("text", "might", "very_likely", "tells"),
    [
        ("Zoë O'Neil came", True, True, True),
        ("ZOE O'NEIL came", True, True, True),
        ("zoe o'neil came", True, True, True),
        ("Zoe\u0308 O'Neil, as some phones write it", True, True, True),
        ("Zoe came", True, True, False),
        ("zoe came", True, False, False),
        ("Zoeline came", False, False, False),
        ("Zo, as she likes to be called", True, True, True),
        ("+44 117 496 0123", True, True, True),
        ("(0117) 496-0123", True, True, True),
        ("01174960123", True, True, True),
        ("0117 496 01234", False, False, False),
        ("write to ZOE@example.org", True, True, True),
        ("at 4 mill row", True, True, True),
        ("at Brook Lane", False, False, False),
        ("", False, False, False),
    ],
)
def test_which_texts_mention_a_resident(text, might, very_likely, tells) -> None:
    assert (ZOE.might_name(text), ZOE.names_them(text), ZOE.identifies(text)) == (might, very_likely, tells)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Zoe and ZOË and zoe", "Somebody and Somebody and zoe"),
        ("Ring 0117 496 0123 or zoe@example.org.", "Ring Somebody or Somebody."),
        ("Nobody here", "Nobody here"),
    ],
)
def test_a_name_is_removed_from_a_text(text, after) -> None:
    assert ZOE.remove_name(text, "Somebody") == after


def test_a_nickname_in_lower_case_is_found_as_it_was_entered() -> None:
    assert mentions_of(names=["zozo"]).remove_name("zozo came", "Somebody") == "Somebody came"


def test_a_resident_without_a_name_is_mentioned_nowhere() -> None:
    nobody = mentions_of(names=[""])
    assert not nobody.might_name("Zoe")
    assert nobody.remove_name("Zoe", "Somebody") == nobody.without("Zoe") == "Zoe"


def test_texts_anywhere_in_json_are_read() -> None:
    assert list(texts_in({"a": ["b", {"c": 1}], "d": None})) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("glue", [" ", "\n", "\x1f", "-", ".", ""])
def test_the_quick_check_never_misses_a_mention(glue: str) -> None:
    """A quick check avoids running the pattern on most texts, and never misses a match."""
    pieces = [
        "Zoë",
        "ZOE",
        "O'Neil",
        "Zo",
        "0117",
        "496",
        "0123",
        "4",
        "Mill",
        "Row",
        "bread",
        "\u017fo",
        "zoe@example.org",
    ]
    for first, second, third in product(pieces, repeat=3):
        text = flat(f"so {first}{glue}{second}{glue}{third} came")
        for finder in (ZOE._any, ZOE._whole):
            found = [each.span() for each in finder.finditer(text)]
            assert found == [each.span() for each in finder.pattern.finditer(text)], text
