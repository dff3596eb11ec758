"""The tables of a data package: their columns with types and meanings, their keys, and how they lead to each other.

Both descriptions of a package, `datapackage.json` and `csv-metadata.json`, are written from this one declaration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.models import ConsentScope, ValueStatus
from evaluation.queries.profiles import TABLES as PROFILE_TABLES

type Words = str | Promise


class Type(StrEnum):
    """The type of a column, by the name that Frictionless and CSVW share."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column. `choices` are all values that it can have."""

    name: str
    meaning: Words
    type: Type = Type.STRING
    is_required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """Columns whose values together are the key of a row of another table."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True)
class Table:
    """A table of a package, in the file `<name>.csv`."""

    name: str
    meaning: Words
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    links: tuple[Link, ...] = ()

    @property
    def file_name(self) -> str:
        """Return the name of its file."""
        return f"{self.name}.csv"

    @property
    def headings(self) -> list[str]:
        """Return the names of its columns, in order."""
        return [column.name for column in self.columns]


_RELEASE = Column("release", _("The release, named by its first and its last day."))
_INDICATOR = Column("indicator_key", _("The indicator."))
_OUTCOME = Column("outcome_key", _("The outcome."))
_PLACE = Column("place_code", _("The place, as the table of places has it for this release."))
_TO_RELEASE = Link(("release",), "releases")
_TO_INDICATOR = Link(("release", "indicator_key"), "indicators")
_TO_OUTCOME = Link(("release", "outcome_key"), "outcomes")
_TO_PLACE = Link(("release", "place_code"), "places")
_KINDS = ("count", "sum", "people", "stock", "share", "recorded", "surveyed")
_STATUSES = tuple(status.value for status in ValueStatus)


def _optional(name: str, meaning: Words, kind: Type = Type.STRING) -> Column:
    return Column(name, meaning, kind, is_required=False)


VALUES = Table(
    "values",
    _("One row for each fact: an indicator, a place and a period."),
    ("release", "indicator_key", "place_code"),
    (
        _RELEASE,
        _INDICATOR,
        _PLACE,
        Column("period", _("The quarter, or the year from April, named by its first and its last day.")),
        Column(
            "kind",
            _(
                "What may be done with values of places and quarters: “count” and “sum” can be added up; “people”, “stock”, “share”, "
                "“recorded” and “surveyed” cannot."
            ),
            choices=_KINDS,
        ),
        _optional("value", _("The number; empty when it is hidden or not known."), Type.NUMBER),
        _optional("numerator", _("Of a share that is shown: how many it is."), Type.INTEGER),
        _optional("denominator", _("Of a share that is shown: out of how many."), Type.INTEGER),
        Column(
            "status",
            _(
                "Whether the value is shown. “hidden_small” is 1 to just below the threshold; “hidden_other” says nothing about the "
                "size of the number; “unknown” means that it is not known."
            ),
            choices=_STATUSES,
        ),
        Column("is_complete", _("Whether the whole period had passed when the value was released."), Type.BOOLEAN),
    ),
    (_TO_RELEASE, _TO_INDICATOR, _TO_PLACE, Link(("period",), "periods")),
)

RELEASES = Table(
    "releases",
    _("The releases in this package: the figures of a period as they were shown on the day on which it was closed."),
    ("release",),
    (
        _RELEASE,
        Column("team", _("The short name of the team.")),
        Column("team_name", _("The name of the team.")),
        Column("period", _("The period that was closed.")),
        Column("closed_on", _("The day on which it was closed."), Type.DATE),
        Column("threshold", _("Counts of people from 1 to just below this number are hidden."), Type.INTEGER),
        Column("sha256", _("The SHA-256 of what was released.")),
    ),
    (Link(("period",), "periods"),),
)

PERIODS = Table(
    "periods",
    _("The quarters and years."),
    ("period",),
    (
        Column("period", _("The quarter, or the year from April, named by its first and its last day.")),
        Column("kind", _("A quarter or a year."), choices=("quarter", "year")),
        Column("period_start", _("The first day counted."), Type.DATE),
        Column("period_end", _("The last day counted."), Type.DATE),
    ),
)

PLACES = Table(
    "places",
    _("The places, as they were called and outlined when the period was closed."),
    ("release", "place_code"),
    (
        _RELEASE,
        Column(
            "place_code",
            _(
                "The code of the Office for National Statistics if the team entered one; otherwise a name that Kith gives."
            ),
        ),
        Column("place_key", _("The place in Kith, which stays the same when its code or its name changes.")),
        Column(
            "kind",
            _("A neighbourhood, “none” for records without one, or “team” for all of them together."),
            choices=("neighbourhood", "none", "team"),
        ),
        Column("name", _("The name.")),
        _optional("official_code", _("The code that the team entered, such as that of a ward.")),
        _optional("population", _("How many people live there, where the team entered it."), Type.INTEGER),
        _optional("outline_sha256", _("The SHA-256 of the outline that was used.")),
    ),
    (_TO_RELEASE,),
)

INDICATORS = Table(
    "indicators",
    _("The indicators, by the definitions of the day on which the period was closed."),
    ("release", "indicator_key"),
    (
        _RELEASE,
        _INDICATOR,
        Column("name", _("The name.")),
        Column("definition", _("How it is counted.")),
        Column("definition_version", _("Values of different versions are not compared."), Type.INTEGER),
        Column("unit", _("What the value is a number of.")),
        Column("kind", _("What may be done with its values; see the table of values."), choices=_KINDS),
        _optional("source", _("Where the idea comes from.")),
    ),
    (_TO_RELEASE,),
)

OUTCOMES = Table(
    "outcomes",
    _("The changes that the team hopes to contribute to."),
    ("release", "outcome_key"),
    (
        _RELEASE,
        _OUTCOME,
        Column("name", _("The name.")),
        Column("description", _("What it means.")),
        Column("framework", _("The framework that it is from.")),
    ),
    (_TO_RELEASE,),
)

OUTCOME_INDICATORS = Table(
    "outcome_indicators",
    _("Which indicators say something about which outcomes."),
    ("release", "outcome_key", "indicator_key"),
    (_RELEASE, _OUTCOME, _INDICATOR),
    (_TO_OUTCOME, _TO_INDICATOR),
)

INTRODUCTIONS = Table(
    "introductions",
    _("Introductions of a year by how they came about and by who was introduced to whom."),
    ("release", "table", "row"),
    (
        _RELEASE,
        Column("table", _("How they are broken down.")),
        Column("row", _("Which category; “total” for all.")),
        Column("name", _("What the row is called.")),
        _optional("introductions", _("How many; empty when hidden."), Type.INTEGER),
        Column("status", _("Whether the number is shown."), choices=_STATUSES),
    ),
    (_TO_RELEASE,),
)

PROFILES = Table(
    "profiles",
    _("How many of the residents met in a year answered about themselves, and what they answered; for the whole team."),
    ("release", "table", "row"),
    (
        _RELEASE,
        Column(
            "table",
            _(
                "The question; “asked” says how many answered at all, and “average_age” is worked out from the middles of the bands."
            ),
            choices=PROFILE_TABLES,
        ),
        Column("row", _("The answer; “total” for all who answered it, or the average.")),
        Column("name", _("What the row is called.")),
        _optional("number", _("How many people, or the average in years; empty when hidden."), Type.INTEGER),
        _optional("percent", _("Per cent of those who answered this; of “asked”, of all who were met."), Type.NUMBER),
        Column("status", _("Whether the number is shown."), choices=_STATUSES),
    ),
    (_TO_RELEASE,),
)

STORIES = Table(
    "stories",
    _(
        "Stories of the period that were published when it was closed, and whose people agree that they are shared in reports. A story leaves this table when they no "
        "longer agree."
    ),
    ("release", "story"),
    (
        _RELEASE,
        Column("story", _("The story in Kith.")),
        Column("title", _("The title.")),
        Column(
            "place_code",
            _(
                "The place; “team” for a story that explains a figure that counts people, or whose place is not in the release, "
                "and “none” for a story without a place."
            ),
        ),
        _optional("self", _("One person’s part.")),
        _optional("us", _("What neighbours did together.")),
        _optional("now", _("What is different, and what comes next.")),
        _optional("quote", _("Their own words.")),
        _optional("quote_by", _("Who said them, as they agreed to be named.")),
        _optional("residents_did", _("What residents did.")),
        _optional("others_did", _("What others did.")),
        _optional("we_did", _("What the team did.")),
        _optional(
            "anyway", _("Whether it would have happened anyway: “no”, “partly” or “yes”; empty if nobody has asked.")
        ),
        Column(
            "consent",
            _("How widely its people agree to share it: “reports” to partners, or “public”."),
            choices=(ConsentScope.REPORTS.value, ConsentScope.PUBLIC.value),
        ),
    ),
    (_TO_RELEASE, _TO_PLACE),
)

STORY_INDICATORS = Table(
    "story_indicators",
    _("Which indicators a story explains."),
    ("release", "story", "indicator_key"),
    (_RELEASE, Column("story", _("The story.")), _INDICATOR),
    (Link(("release", "story"), "stories"), _TO_INDICATOR),
)

TABLES: Sequence[Table] = (
    INDICATORS,
    INTRODUCTIONS,
    OUTCOME_INDICATORS,
    OUTCOMES,
    PERIODS,
    PLACES,
    PROFILES,
    RELEASES,
    STORIES,
    STORY_INDICATORS,
    VALUES,
)
