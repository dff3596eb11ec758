"""Initials of names, and the names that pages show."""

import pytest
from django.utils import timezone

from connectors.models import Person
from connectors.models.initials import initials_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Margaret Tate", "M. T."),
        ("Margaret", "M."),
        ("margaret", "M."),
        ("  Margaret   Tate ", "M. T."),
        ("Anne-Marie", "A."),
        ("“Big” Joe", "B. J."),
        ("Ana Maria da Silva Costa", "A. M. D."),
        ("E\u0301mile", "É."),
        ("ß", "ß."),
        ("محمد علي", "م ع"),
        ("王小明", "王"),
        ("नि", "नि"),
        ("👵🏽", "👵🏽"),
        ("👨‍👩‍👧 Smith", "👨‍👩‍👧 S."),
        ("🇬🇧 Bob", "🇬🇧 B."),
        ("Resident 7", "R. 7"),
        ("-", "-"),
        ("...", "."),
        ("", "?"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_name_is_shown_once_the_resident_was_told() -> None:
    person = Person(known_as="Margaret Tate")
    assert (person.shown_as, str(person)) == ("M. T.", "M. T.")
    person.told_on = timezone.localdate()
    assert (person.shown_as, str(person)) == ("Margaret Tate", "Margaret Tate")
