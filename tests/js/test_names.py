"""Names in a line, as the page reads them while typing and as the server reads them from the form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.forms.fields import split_names
from tests.node import Node

LINES = [
    ("", []),
    ("  ", []),
    ("Rose", ["Rose"]),
    ("Rose, Abdul and Mary", ["Rose", "Abdul", "Mary"]),
    ("Rose,Abdul;Mary", ["Rose", "Abdul", "Mary"]),
    ("Rose\nAbdul\r\nMary\rLi", ["Rose", "Abdul", "Mary", "Li"]),
    ("Rose & Abdul AND Mary", ["Rose", "Abdul", "Mary"]),
    (",, Rose ,; and ,", ["Rose"]),
    ("Rose and  and Li", ["Rose", "and Li"]),
    ("  Mary   Ann ,\tRose\u00a0Okafor ", ["Mary Ann", "Rose Okafor"]),
    ("Andy, Sandra and Anders", ["Andy", "Sandra", "Anders"]),
    ("B&B, Ann  and  Bo", ["B&B", "Ann", "Bo"]),
    ("Rose and", ["Rose and"]),
    ("and Rose", ["and Rose"]),
    ("Zoë, Łukasz and محمد", ["Zoë", "Łukasz", "محمد"]),
    ("O'Neill, Anne-Marie", ["O'Neill", "Anne-Marie"]),
]


@pytest.mark.parametrize(("line", "names"), LINES)
def test_page_and_server_read_the_same_names(node: Node, line: str, names: list[str]) -> None:
    assert split_names(line) == names
    assert node.run("names", "kithNames.split", line) == names


@given(st.lists(st.sampled_from(["Rose", "rose", "Mary Ann", "and", "&", " ", "\t", "  ", ",", ";", "\n", "\r", "é"])))
def test_page_and_server_read_any_line_the_same_way(node: Node, pieces: list[str]) -> None:
    line = "".join(pieces)
    names = node.run("names", "kithNames.split", line)
    # The server takes each name once, as it was last written.
    assert list({name.lower(): name for name in names}.values()) == split_names(line)


@pytest.mark.parametrize(
    ("line", "last"),
    [("", ""), ("Ro", "Ro"), ("Rose, ", ""), ("Rose, Mary  An", "Mary An"), ("Rose and ", ""), ("Rose and Li", "Li")],
)
def test_the_last_name_is_the_one_being_typed(node: Node, line: str, last: str) -> None:
    assert node.run("names", "kithNames.last", line) == last


@pytest.mark.parametrize(
    ("line", "name", "left"),
    [
        ("Rose, Mary, Li", "mary", "Rose, Li"),
        ("Rose, Mary, Li", "Rose", "Mary, Li"),
        ("Rose, Ma", "Rose", "Ma"),
        ("Rose and Mary  Ann; Li", "Mary Ann", "Rose and  Li"),
        ("Rose, rose, Li", "Rose", "Li"),
        ("Rose, Mary", "Idris", "Rose, Mary"),
        ("Rose", "Rose", ""),
        ("Rosemary, Rose", "Rose", "Rosemary,"),
    ],
)
def test_removing_a_name_keeps_the_rest_as_typed(node: Node, line: str, name: str, left: str) -> None:
    assert node.run("names", "kithNames.without", line, name) == left


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Mary", "MARY", True), ("Éva", "éva", True), ("Mary", "Mary Ann", False), ("", "a", False)],
)
def test_names_are_compared_ignoring_case(node: Node, one: str, other: str, same: bool) -> None:
    assert node.run("names", "kithNames.isSame", one, other) is same
    assert (one.lower() == other.lower()) is same
