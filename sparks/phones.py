"""Every phone number in a text, so that a second one beside it hides nobody."""

import re
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet

from communities.compiled import compiled_once
from communities.models import Team
from connectors.models import Person, SeveralNumbers
from connectors.rules.people import phone_key
from sparks.models import Applicant, Spark

#: A phone number with fewer digits, such as an extension, is nobody's alone.
FEWEST_DIGITS = 6
#: A phone number with more digits is several. Source: ITU-T E.164.
MOST_DIGITS = 15
#: How many digits a number of the United Kingdom has: nine or ten, after 0, 44 or neither; with more, something follows it.
#: Source: Ofcom, National Telephone Numbering Plan.
NATIONAL_DIGITS = range(9, 13)
_PHONES = re.compile(r"\+?\d[\d\s().-]*")
_NEXT_BEGINS = re.compile(r"\s+(?=[+0(])")
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


@compiled_once
def with_several_phones(*, spark: Spark, team: Team) -> QuerySet[Any, Any]:
    """Return other sparks behind which is somebody with a text for a phone number that can hold several, or an extension.

    The key of a text is that of one number. So every text is returned in which `phones_of` can find another.
    """
    applied = Applicant.objects.filter(SeveralNumbers("phone"), application__team=team)
    applied = applied.filter(application__spark__isnull=False).exclude(application__spark=spark).order_by()
    several = Person.everyone.filter(SeveralNumbers("phone"), team=team).order_by()
    behind = Spark.applicants.through.objects.filter(person__in=several.values("pk"), spark__team=team)
    rows = applied.values_list("application__spark_id", "application__spark__status", "phone_key", "phone")
    others = behind.exclude(spark=spark).values_list("spark_id", "spark__status", "person__phone_key", "person__phone")
    return rows.union(others, all=True).order_by()
