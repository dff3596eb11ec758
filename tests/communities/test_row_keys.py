"""Keys of rows as text: what a hand-written URL or a file can contain never becomes an error."""

from uuid import UUID

import pytest

from communities.row_keys import pk_of, pks_of, uuid_of

ONE = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("7", 7), ("007", 7), (7, 7), ("9" * 18, 10**18 - 1),
        ("9" * 19, None), ("", None), (None, None), ("-7", None), ("7.0", None), (" 7", None), ("1_0", None), ("²", None),
    ],
)  # fmt: skip
def test_a_primary_key_is_a_number_that_fits(text: object, pk: int | None) -> None:
    assert pk_of(text) == pk


def test_of_several_those_that_fit_remain_in_order() -> None:
    assert pks_of(["3", "x", "1", "9" * 30, ""]) == [3, 1]


@pytest.mark.parametrize(
    ("text", "uuid"),
    [(str(ONE), ONE), (ONE.hex, ONE), (str(ONE).upper(), ONE), ("", None), (None, None), ("7", None), ("\0", None), ("x" * 36, None)],
)  # fmt: skip
def test_a_uuid_is_nothing_else(text: str | None, uuid: UUID | None) -> None:
    assert uuid_of(text) == uuid
