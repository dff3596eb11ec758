"""When to ask for the outcome of an introduction, and its direction."""

from datetime import date, timedelta

import pytest

from connectors.models import Introduction
from connectors.rules.introductions import direction, first_question_date, next_question_date

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("outcome", "days_ago", "asked_in"),
    [
        ("waiting", 0, 28),
        ("waiting", 10, 18),
        ("waiting", 27, 1),
        ("waiting", 28, 28),
        ("waiting", 400, 28),
        ("not_yet", 0, 42),
        ("not_yet", 400, 42),
        ("met", 5, None),
        ("together", 5, None),
    ],
)
def test_when_it_is_asked_again(outcome, days_ago, asked_in):
    again = next_question_date(outcome, introduced_on=TODAY - timedelta(days=days_ago), today=TODAY)
    assert again == (None if asked_in is None else TODAY + timedelta(days=asked_in))


def test_a_new_introduction_is_asked_about_after_four_weeks():
    assert first_question_date(TODAY) == date(2026, 6, 17)


def test_the_direction_of_an_introduction():
    assert direction(Introduction(from_person_id=1, to_asset_id=2)) == ("person", "asset")
    assert direction(Introduction(from_partner_id=1, to_person_id=2)) == ("partner", "person")
