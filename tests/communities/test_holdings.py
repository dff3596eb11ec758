"""Texts that the apps tell a resident on their own sheet."""

import pytest

from communities.holdings import sentences


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), ""),
        (("Supper: Closed", "", "£150 asked for"), "Supper: Closed. £150 asked for"),
        (("So that nobody eats alone.", "Forty came."), "So that nobody eats alone. Forty came."),
        (("“Now I have a key.”", "Bartek said so"), "“Now I have a key.” Bartek said so"),
    ],
)
def test_a_sentence_that_has_an_end_gets_no_other(parts: tuple[str, ...], said: str) -> None:
    assert sentences(*parts) == said
