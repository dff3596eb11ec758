"""What a phone recognises in typed text: forms of a word, phrases, and whose gift it is."""

import pytest

from connectors.catalogue.gift_words import GIFT_WORDS
from tests.node import Node

WORDS = {
    "themes": [
        [1, "Growing food"],
        [2, "Dancing"],
        [3, "Arts and crafts"],
        [4, "The old railway"],
        [5, "IT"],
        [6, "DJ"],
    ],
    "gifts": [["Mending kites", "hands"], ["baking", "heart"]],
    "shipped": [[gift.name, gift.kind, *gift.phrases] for gift in GIFT_WORDS],
}
PEOPLE = [{"value": "r", "label": "Rose"}, {"value": "Ama", "label": "Ama"}, {"value": "Li", "label": "Li"}]
HEAR = "(text, words, people) => kithMatching.hear(text, kithMatching.prepare(words), people)"


def heard(node: Node, text: str, people: list[dict[str, str]] = PEOPLE) -> list[tuple[str, str]]:
    """Return (match, whose it is) in alphabetical order; "-" for a theme, which is nobody's."""
    return sorted((each["label"], each.get("whose", "-")) for each in node.run("matching", HEAR, text, WORDS, people))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She grows her own food.", [("Growing food", "-"), ("Growing vegetables", "")]),
        ("Food was grown by everybody", [("Growing food", "-"), ("Growing vegetables", "")]),
        ("We danced all night", [("Dancing", "-"), ("Dancing", "")]),
        ("An art class with crafts", [("Arts and crafts", "-")]),
        ("A walk along the old railway line", [("The old railway", "-")]),
        ("It rained.", []),
        ("Rose bakes", [("baking", "r")]),
        ("Ama is a baker, and Rose sings", [("baking", "Ama"), ("Singing", "r")]),
        ("Rose and Ama knit", [("Knitting", "Ama")]),
        ("Rose, Ama and Li all met there. Somebody knits.", [("Knitting", "")]),
        ("Li mends all the children's bikes", [("Mending bikes", "Li")]),
        ("Li's kites: Li has mended every kite", [("Mending kites", "Li")]),
        ("Rose speaks Polish and Arabic", [("Speaking Arabic", "r"), ("Speaking Polish", "r")]),
        ("Rose taught at the school; Ama’s singing", [("Singing", "Ama")]),
        ("Rose does not sing", []),
        ("Rose can't cook", []),
        ("Rose would like to learn to knit", [("Knitting", "-")]),
        ("Li wants to grow vegetables", [("Growing food", "-")]),
        ("Rose would love to cook with others", [("Cooking", "-")]),
        ("Ama bakes soda bread", [("baking", "Ama")]),
        ("Rose loves gardening and wants to dance", [("Dancing", "-"), ("Gardening", "r")]),
        ("Ama needs someone to mend bikes", []),
        ("We met in her garden and had fish and chips", []),
        ("Rose loves gardening", [("Gardening", "r")]),
        ("He plays the guitar. She is a drummer.", [("Playing the drums", ""), ("Playing the guitar", "")]),
        ("Ama looks in on her neighbours", [("Looking out for neighbours", "Ama")]),
        ("Everyone grows. Food was late.", []),
        ("Rose does not drive, but she sings", [("Singing", "r")]),
        ("Rose said no thanks to us yesterday evening because she sings", [("Singing", "r")]),
        ("Li can mend a chair or a table at home near bikes", []),
        ("A DJ played", []),
        ("", []),
        ("بريد 🎈 ‮", []),
    ],
)
def test_only_gifts_in_the_text_are_suggested(node: Node, text: str, expected: list[tuple[str, str]]) -> None:
    assert heard(node, text) == sorted(expected)


def test_a_suggested_gift_belongs_to_the_only_resident(node: Node) -> None:
    assert heard(node, "sings and bakes", [PEOPLE[0]]) == [("Singing", "r"), ("baking", "r")]


def test_every_shipped_gift_is_found_by_each_of_its_phrases(node: Node) -> None:
    only, missing = {"themes": [], "gifts": [], "shipped": WORDS["shipped"]}, []
    for gift in GIFT_WORDS:
        for phrase in gift.phrases:
            text = " ".join(word.removeprefix("=") for word in phrase.split())
            if gift.name not in {each["label"] for each in node.run("matching", HEAR, text, only, PEOPLE)}:
                missing.append((gift.name, phrase))
    assert missing == []


@pytest.mark.parametrize("piece", ["knit ", "grow ", "a ", "mend bikes, ", "é́ "])
def test_a_long_text_is_read_to_its_end(node: Node, piece: str) -> None:
    text = piece * (20_000 // len(piece)) + ". Rose bakes."
    assert ("baking", "r") in heard(node, text)


STEMS = [
    "bake baking bakes baked", "sing sings singing sang", "knit knits knitting knitted", "bike bikes",
    "potato potatoes", "story stories", "dress dresses", "hobby hobbies", "organise organises organising",
    "child children", "bee bees", "horse horses", "teach teaches taught teaching", "dance dances danced dancing",
    "spell spells spelling", "breed breeds breeding", "rose rose's rose’s", "café cafe cafés",
]  # fmt: skip


@pytest.mark.parametrize("family", STEMS)
def test_forms_of_one_word_share_a_stem(node: Node, family: str) -> None:
    stems = node.run("matching", "(words) => words.map(kithMatching.stem)", family.split())
    assert len(set(stems)) == 1


def test_different_words_have_different_stems(node: Node) -> None:
    firsts = [family.split()[0] for family in STEMS]
    stems = node.run("matching", "(words) => words.map(kithMatching.stem)", firsts)
    assert len(set(stems)) == len(STEMS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mending bikes", "bike mending", True),
        ("The old railway", "Old railways", True),
        ("Café", "cafe", True),
        ("Baking", "Knitting", False),
        ("Growing food", "Growing", False),
    ],
)
def test_two_spellings_of_one_name_have_one_key(node: Node, one: str, other: str, same: bool) -> None:
    assert (
        node.run("matching", "kithMatching.keyOf", one) == node.run("matching", "kithMatching.keyOf", other)
    ) is same


def test_a_theme_comes_with_those_named_in_its_sentence(node: Node) -> None:
    text = "Rose and Ama grow food together. Li was dancing. Everybody loves crafts and art."
    found = {each["label"]: each["who"] for each in node.run("matching", HEAR, text, WORDS, PEOPLE) if "who" in each}
    assert found == {"Growing food": ["r", "Ama"], "Dancing": ["Li"], "Arts and crafts": []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ama wants to grow vegetables, Li mends bikes, Rose sings in a choir", ["Ama"]),
        ("Ama, Rose and Li grow food", ["Ama", "Li", "r"]),
        ("Ama and Rose and Li grow food", ["Ama", "Li", "r"]),
        ("Li mends bikes, and Ama and Rose grow food", ["Ama", "r"]),
        ("Rose was there, and food was grown", ["r"]),
    ],
)
def test_a_theme_belongs_to_those_named_in_its_clause(node: Node, text: str, expected: list[str]) -> None:
    found = {each["label"]: each["who"] for each in node.run("matching", HEAR, text, WORDS, PEOPLE) if "who" in each}
    assert sorted(found["Growing food"]) == expected


def test_a_wish_is_a_theme_of_the_one_who_wishes(node: Node) -> None:
    found = node.run("matching", HEAR, "Li wants to grow vegetables", WORDS, PEOPLE)
    assert [(each["type"], each["value"], each["label"], each["who"]) for each in found] == [
        ("theme", "1", "Growing food", ["Li"])
    ]


def test_of_gifts_in_the_same_words_the_one_that_says_more_is_proposed(node: Node) -> None:
    words = {**WORDS, "gifts": [["Baking bread", "hands"], ["Cooking with others", "hands"]]}
    found = node.run("matching", HEAR, "Ama bakes soda bread", words, PEOPLE)
    assert [each["label"] for each in found] == ["Baking bread"]
