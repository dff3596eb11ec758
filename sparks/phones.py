"""Every phone number in a text, so that a second one beside it hides nobody."""

import re
from collections.abc import Collection
from itertools import accumulate

from django.db.models import QuerySet

from communities.compiled import compiled_once
from communities.json_rows import in_one_text, values_of
from communities.models import Team
from connectors.models import Person, SeveralNumbers
from connectors.rules.people import phone_key
from sparks.models import Applicant

#: A phone number with fewer digits, such as an extension, is nobody's alone.
FEWEST_DIGITS = 6
#: A phone number with more digits is several. Source: ITU-T E.164.
MOST_DIGITS = 15
#: How many digits a number of the United Kingdom has: nine or ten, after 0, 44 or neither; with more, something follows it.
#: Source: Ofcom, National Telephone Numbering Plan.
NATIONAL_DIGITS = range(9, 13)
_PHONES = re.compile(r"\+?\d[\d\s().-]*")
_NEXT_BEGINS = re.compile(r"\s+(?=[+0(])")
_NO_DIGITS = re.compile(r"\D+")
_NATIONAL = re.compile(r"(?:(?:00)?440?|0)(\d{9,10})")


def phones_of(key: str, typed: str) -> set[str]:
    """Return the keys of every phone number in a text, besides that of the whole text, which is of the last one."""
    keys = {key}
    for run in _PHONES.findall(typed):
        keys |= {phone_key(each) for each in (run, *_numbers_in(run))}
    return {each for each in keys if len(each) >= FEWEST_DIGITS}


def _numbers_in(run: str) -> list[str]:
    """Return the numbers that can stand in digits with only spaces and signs between them, rather too many than too few.

    Local numbers without a 0 are parts with enough digits each: “496012 496555”. What follows a national number can be an
    extension. More digits than one number has are parted where the next one begins with a 0 or a plus, and wherever that
    gives a national number.
    """
    groups = run.split()
    digits = [sum(map(str.isdecimal, each)) for each in groups]
    local = [each for each, n in zip(groups, digits, strict=True) if n >= FEWEST_DIGITS and each[0] not in "+0("]
    plain = "".join(filter(str.isdecimal, run))
    begins = _NATIONAL.match(plain)
    before = [begins[1], begins[1][: NATIONAL_DIGITS[0]]] if begins and begins.end() < len(plain) else []
    if len(plain) <= MOST_DIGITS:
        return [*before, *(local if len(local) == len(groups) else [])]
    joined = [
        "".join(groups[first : first + number])
        for first in range(len(groups))
        for number, total in enumerate(accumulate(digits[first:]), 1)
        if total in NATIONAL_DIGITS
    ]
    return [*before, *local, *joined, *_NEXT_BEGINS.split(run)]


def among_texts(phones: Collection[str], texts: Collection[tuple[int, str, str]]) -> set[int]:
    """Return what has one of these phone numbers. texts: whose each is, its key, and the text in which to look for several."""
    # The digits of a number stand one after another in the text, so few texts are ever taken apart.
    digits = _NO_DIGITS.sub("", "".join(f"{key} {typed}" for _whose, key, typed in texts))
    if not any(phone in digits for phone in phones):
        return set()
    return {whose for whose, key, typed in texts if not phones_of(key, typed).isdisjoint(phones)}


def people_reached(phones: Collection[str], *, team: Team) -> set[int]:
    """Return the residents of a team with one of these phone numbers in a text that can hold several, or an extension; one query.

    The key of a text is that of one number. So every text is read in which `phones_of` can find another.
    """
    return among_texts(phones, values_of(_people_with_several(team=team)))


@compiled_once
def _people_with_several(*, team: Team) -> QuerySet[Person, str | None]:
    # As one text: a large team has hundreds, and which sparks those are behind is only asked about the few that are reached.
    return in_one_text(Person.everyone.filter(SeveralNumbers("phone"), team=team), "pk", "phone_key", "phone")


def named_with_several(*, team: Team) -> QuerySet[Applicant]:
    """Return who is named in an application for a spark with such a text for a phone number, for a part of a larger query."""
    return Applicant.objects.filter(SeveralNumbers("phone"), application__team=team, application__spark__isnull=False)
