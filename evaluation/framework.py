"""The outcomes and indicators that ship with Kith: what each number means, in plain words.

Plain data. `evaluation.actions.install_framework` writes it to the database; `evaluation.indicators` counts. Change how a
number is counted, and its `version` here goes up by one.

Source: Leeds City Council, Community Builders and Leeds Beckett University, the framework of three outcomes and its
indicators as printed in a guide to asset-based community development for local authorities ("Evaluation").
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEEDS = "Leeds ABCD"
LEEDS_SOURCE = _("The Leeds framework, made with Community Builders and Leeds Beckett University")
LAC_SOURCE = _("The social return study of Local Area Coordination in Derby and Thurrock, 2016")
KITH_SOURCE = _("Kith, in the spirit of the Leeds framework")
COMPUTED, RECORDED = "computed", "recorded"

CONNECTED, CHANGES, FRIENDS = "better-connected", "changes-they-want", "good-friends"


@dataclass(frozen=True)
class OutcomeSpec:
    """A change that the team hopes to contribute to."""

    key: str
    name: str | Promise
    description: str | Promise
    framework: str = LEEDS


@dataclass(frozen=True)
class IndicatorSpec:
    """A number, the question it answers, and how it is counted."""

    key: str
    name: str | Promise
    question: str | Promise
    definition: str | Promise
    unit: str | Promise
    outcomes: tuple[str, ...]
    kind: str = COMPUTED
    #: Whether small numbers are hidden, because they could point at somebody. Connectors are counted in the open: theirs
    #: is a public role that they chose, and a running total beside the new ones could hide neither.
    counts_people: bool = False
    version: int = 1
    source: str | Promise = KITH_SOURCE

    @property
    def is_in_people(self) -> bool:
        """Return whether the number is one of people, hidden when small or not."""
        return self.unit is _PEOPLE

    @property
    def is_computed(self) -> bool:
        """Return whether the number is counted from the records."""
        return self.kind == COMPUTED


OUTCOMES = (
    OutcomeSpec(
        CONNECTED,
        _("Individuals and communities are better connected"),
        _("More people know their neighbours, and the places and groups where neighbours meet."),
    ),
    OutcomeSpec(
        CHANGES,
        _("Communities identify and work to bring about the changes they want to see"),
        _("Neighbours choose what matters to them and act on it together, with or without outside help."),
    ),
    OutcomeSpec(
        FRIENDS, _("People have good friends"), _("People have somebody to turn to, and to share a pot of tea with.")
    ),
)

_PEOPLE, _TALKS, _GIFTS = _("residents"), _("conversations"), _("gifts")
_INTRODUCTIONS, _GROUPS, _SPARKS, _ASSETS = _("introductions"), _("groups"), _("sparks"), _("assets")
_CHANGES_UNIT = _("changes")

INDICATORS = (
    IndicatorSpec(
        "conversations-held",
        _("Conversations held"),
        _("How much listening is going on?"),
        _("Every conversation written down, on the day it was held, in the neighbourhood where it was held."),
        _TALKS,
        (CONNECTED,),
    ),
    IndicatorSpec(
        "residents-met",
        _("Residents met"),
        _("How many different people are being listened to?"),
        _(
            "Different residents named in the conversations held in this time. Somebody met twice counts once. Somebody "
            "met in two neighbourhoods counts once in each and once for the team."
        ),
        _PEOPLE,
        (CONNECTED,),
        counts_people=True,
    ),
    IndicatorSpec(
        "residents-met-first",
        _("Residents met for the first time"),
        _("Is the circle growing?"),
        _("Residents whom the team first met in this time, in the neighbourhood where they live."),
        _PEOPLE,
        (CONNECTED,),
        counts_people=True,
    ),
    IndicatorSpec(
        "connectors",
        _("Connectors"),
        _("How many residents share a gift as connectors?"),
        _(
            "Residents who are connectors and had become so by the last day of this time. Theirs is a public role that they "
            "chose, so small numbers are shown."
        ),
        _PEOPLE,
        (CONNECTED, CHANGES),
    ),
    IndicatorSpec(
        "new-connectors",
        _("New connectors"),
        _("How many residents became connectors?"),
        _(
            "Residents who are connectors and became so in this time. Theirs is a public role that they chose, so small "
            "numbers are shown."
        ),
        _PEOPLE,
        (CONNECTED,),
    ),
    IndicatorSpec(
        "connector-knowledge",
        _("Connectors with a thorough knowledge of their area"),
        _("Do connectors know the people, groups and places around them?"),
        _(
            "Connectors who, asked by a builder or an evaluator, can name groups, places and people across their "
            "neighbourhood without looking them up. Written down by the team, with how it knows. Theirs is a public role that "
            "they chose, so small numbers are shown."
        ),
        _PEOPLE,
        (CONNECTED,),
        kind=RECORDED,
        source=LEEDS_SOURCE,
    ),
    IndicatorSpec(
        "gifts-heard",
        _("Gifts heard"),
        _("Are we hearing what people can do?"),
        _("Gifts of head, hands and heart that were heard in this time, in the neighbourhood where their owner lives."),
        _GIFTS,
        (CONNECTED,),
    ),
    IndicatorSpec(
        "gifts-offered",
        _("Gifts offered to neighbours"),
        _("What are people ready to share?"),
        _("Of the gifts heard in this time, those that their owners offer to neighbours."),
        _GIFTS,
        (CONNECTED, FRIENDS),
    ),
    IndicatorSpec(
        "introductions-made",
        _("Introductions made"),
        _("Are people being brought together?"),
        _("Introductions made in this time between residents, groups, places and partners, whoever made them."),
        _INTRODUCTIONS,
        (CONNECTED, FRIENDS),
    ),
    IndicatorSpec(
        "introductions-met",
        _("Introductions after which people met"),
        _("Do introductions come to something?"),
        _("Of the introductions made in this time, those after which the two met or are doing something together."),
        _INTRODUCTIONS,
        (CONNECTED, FRIENDS),
    ),
    IndicatorSpec(
        "introductions-met-share",
        _("Share of introductions after which people met"),
        _("When we know what came of it, how often did people meet?"),
        _(
            "Of the introductions made in this time whose outcome is known, the percentage after which the two met or are "
            "doing something together. Those not known yet are left out."
        ),
        _("per cent"),
        (FRIENDS,),
    ),
    IndicatorSpec(
        "asks-met-by-neighbours",
        _("Share of asks met by neighbours"),
        _("When somebody asks for something, do neighbours have it?"),
        _(
            "Of the asks that were met in this time, the percentage met by a neighbour, not by a group or a service, in the "
            "neighbourhood where they were asked. Asks still open, and those let go, are left out."
        ),
        _("per cent"),
        (CONNECTED, FRIENDS),
    ),
    IndicatorSpec(
        "words-in-passing",
        _("Words in passing"),
        _("How much light, nameless kindness is there on the street?"),
        _("Words in passing noted in this time, with people whose names nobody asked."),
        _("words in passing"),
        (CONNECTED,),
    ),
    IndicatorSpec(
        "belonging-after-a-word",
        _("Share who feel more part of the place after a word in passing"),
        _("Does a word in passing do more than inform?"),
        _(
            "Of the words in passing noted in this time, without those that were useful information alone, the percentage "
            "after which somebody said that they feel more part of the place."
        ),
        _("per cent"),
        (CONNECTED, FRIENDS),
        source=LAC_SOURCE,
    ),
    IndicatorSpec(
        "journeys-begun",
        _("Journeys begun"),
        _("Whom do we walk alongside for a while?"),
        _("Journeys towards somebody's own vision of a good life that began in this time, coming back included."),
        _("journeys"),
        (FRIENDS,),
        counts_people=True,
    ),
    IndicatorSpec(
        "residents-leaning",
        _("Residents who lean on us more than they wish to"),
        _("Do we stand in the way of people's own strength?"),
        _(
            "Different residents on whose journey it was noticed in this time that they lean on the builder more than they "
            "wish to. Nobody hopes for it, so it is counted beside what people hope for."
        ),
        _PEOPLE,
        (FRIENDS,),
        counts_people=True,
        source=LAC_SOURCE,
    ),
    IndicatorSpec(
        "groups-formed",
        _("Groups formed around an interest"),
        _("Are people coming together around what they care about?"),
        _("Associations and groups on the asset map that were formed in this time, still going or not."),
        _GROUPS,
        (CONNECTED, CHANGES),
        source=LEEDS_SOURCE,
    ),
    IndicatorSpec(
        "groups-formed-by-residents",
        _("Groups formed and led by residents"),
        _("Who leads what is new?"),
        _("Of the groups formed in this time, those led by residents."),
        _GROUPS,
        (CHANGES,),
        source=LEEDS_SOURCE,
    ),
    IndicatorSpec(
        "ideas-heard",
        _("Ideas heard"),
        _("Are people saying what they would like to see?"),
        _("Conversations held in this time in which a resident had an idea."),
        _("ideas"),
        (CHANGES,),
    ),
    IndicatorSpec(
        "sparks-applied",
        _("Sparks applied for"),
        _("Are ideas being acted on?"),
        _("Sparks handed in for a decision in this time, whatever was decided."),
        _SPARKS,
        (CHANGES,),
    ),
    IndicatorSpec(
        "sparks-approved",
        _("Sparks approved"),
        _("How many ideas were backed?"),
        _("Sparks approved in this time that were not withdrawn, cancelled or paid back since."),
        _SPARKS,
        (CHANGES,),
    ),
    IndicatorSpec(
        "money-awarded",
        _("Money awarded"),
        _("How much has been put into residents' hands?"),
        _("The awards of the sparks approved in this time that were not withdrawn, cancelled or paid back since."),
        _("pounds"),
        (CHANGES,),
    ),
    IndicatorSpec(
        "sparks-held-by-host",
        _("Sparks whose money a host holds"),
        _("Can neighbours without a bank account or a constitution take part?"),
        _("Of the sparks approved in this time, those whose money is held for the group by a host organisation."),
        _SPARKS,
        (CHANGES,),
    ),
    IndicatorSpec(
        "residents-behind-sparks",
        _("Residents behind a spark"),
        _("How many people put their name to an idea?"),
        _("Different residents behind the sparks handed in for a decision in this time."),
        _PEOPLE,
        (CHANGES, FRIENDS),
        counts_people=True,
    ),
    IndicatorSpec(
        "assets-on-the-map",
        _("Assets on the map"),
        _("How much of what is strong here is known?"),
        _("Groups, institutions, places, exchanges and stories on the asset map on the last day of this time."),
        _ASSETS,
        (CONNECTED,),
    ),
    IndicatorSpec(
        "assets-confirmed",
        _("Assets known to be still true"),
        _("Can the map be trusted?"),
        _(
            "Of the assets on the map on the last day of this time, those confirmed in the twelve months before that "
            "day, or later."
        ),
        _ASSETS,
        (CONNECTED,),
    ),
    IndicatorSpec(
        "stories-told",
        _("Stories told with consent"),
        _("Do people tell what is changing in their own words?"),
        _("Published stories of what happened in this time, told with the agreement of the people in them."),
        _("stories"),
        (CONNECTED, CHANGES, FRIENDS),
    ),
    IndicatorSpec(
        "changes-by-residents",
        _("Changes started and kept going by local people"),
        _("Do changes begin with residents, and last?"),
        _(
            "Changes in the neighbourhood that local people began and still carry on. Written down by the team, with how "
            "it knows."
        ),
        _CHANGES_UNIT,
        (CHANGES, FRIENDS),
        kind=RECORDED,
        source=LEEDS_SOURCE,
    ),
    IndicatorSpec(
        "strategies-changed",
        _("Changes to strategies and funding agreements"),
        _("Are organisations changing what they do?"),
        _(
            "Business strategies, policies and funding agreements of partners that changed towards what residents want to "
            "do for themselves. Written down by the team, with how it knows."
        ),
        _CHANGES_UNIT,
        (CHANGES,),
        kind=RECORDED,
        source=LEEDS_SOURCE,
    ),
)

BY_KEY = {spec.key: spec for spec in INDICATORS}
OUTCOME_BY_KEY = {spec.key: spec for spec in OUTCOMES}


def under(outcome: str) -> list[IndicatorSpec]:
    """Return the indicators of an outcome, in order."""
    return [spec for spec in INDICATORS if outcome in spec.outcomes]
