"""Every phone number in a text, so that a second one beside it hides nobody."""

import re
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from communities.compiled import compiled_once
from communities.models import Team
from connectors.rules.people import phone_key
from sparks.models import Applicant, Spark

#: A phone number with fewer digits, such as an extension, is nobody's alone.
FEWEST_DIGITS = 6
#: A phone number with more digits is several. Source: ITU-T E.164.
MOST_DIGITS = 15
#: A text of fewer characters holds one phone number.
SEVERAL_PHONES = 18
_PHONES = re.compile(r"\+?\d[\d\s().-]*")


def phones_of(key: str, typed: str) -> set[str]:
    """Return the keys of every phone number in a text, besides that of the whole text, which is of the last one."""
    keys = {key}
    for run in _PHONES.findall(typed):
        parts = re.split(r"\s+(?=[+0])", run) if sum(map(str.isdecimal, run)) > MOST_DIGITS else []
        keys |= {phone_key(each) for each in (run, *parts)}
    return {each for each in keys if len(each) >= FEWEST_DIGITS}


@compiled_once
def with_several_phones(*, spark: Spark, team: Team) -> QuerySet[Any, Any]:
    """Return other sparks behind which is somebody with a text for a phone number that is long enough for several."""
    long = {"letters__gte": SEVERAL_PHONES}
    applied = Applicant.objects.filter(application__team=team, application__spark__isnull=False)
    applied = applied.alias(letters=Length("phone")).filter(**long).exclude(application__spark=spark).order_by()
    behind = Spark.applicants.through.objects.filter(spark__team=team).alias(letters=Length("person__phone"))
    behind = behind.filter(**long).exclude(spark=spark)
    rows = applied.values_list("application__spark_id", "application__spark__status", "phone_key", "phone")
    others = behind.values_list("spark_id", "spark__status", "person__phone_key", "person__phone")
    return rows.union(others, all=True).order_by()
