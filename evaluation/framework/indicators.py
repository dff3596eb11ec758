"""Every indicator that ships with Kith, each declared once: what it means, how it is counted and how it is shown.

This is the place to add one: a constant here is all that pages, files, the data dictionary and the database need. Other
modules ask for what a declaration says, never for a key. docs/indicators.md goes through it step by step.

Source: Leeds City Council, Community Builders and Leeds Beckett University, the framework of three outcomes and its
indicators as printed in a guide to asset-based community development for local authorities ("Evaluation").
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import LedBy
from connectors.models import Gave, IntroductionOutcome, WhoMet
from evaluation.framework import of_sparks, sources
from evaluation.framework.declaring import LAC_SOURCE, LEEDS_SOURCE, Counting, IndicatorSpec, Phase
from evaluation.framework.outcomes import CHANGES, CONNECTED, FRIENDS
from evaluation.models import Form

_PEOPLE, _TALKS, _GIFTS = _("residents"), _("conversations"), _("gifts")
_INTRODUCTIONS, _GROUPS, _ASSETS = _("introductions"), _("groups"), _("assets")
_CHANGES_UNIT, _PER_CENT = _("changes"), _("per cent")

MET = (IntroductionOutcome.MET, IntroductionOutcome.TOGETHER)

CONVERSATIONS_HELD = IndicatorSpec(
    "conversations-held",
    _("Conversations held"),
    _("How much listening is going on?"),
    _("Every conversation written down, on the day it was held, in the neighbourhood where it was held."),
    _TALKS,
    (CONNECTED,),
    counting=Counting(sources.CONVERSATIONS),
    shows_activity=True,
    phase=Phase.LISTENING,
)

RESIDENTS_MET = IndicatorSpec(
    "residents-met",
    _("Residents met"),
    _("How many different people are being listened to?"),
    _(
        "Different residents named in the conversations held in this period. Somebody met twice counts once. Somebody "
        "met in two neighbourhoods counts once in each and once for the team."
    ),
    _PEOPLE,
    (CONNECTED,),
    counting=Counting(sources.CONVERSATIONS, whom="people"),
    form=Form.PEOPLE,
    counts_people=True,
    phase=Phase.LISTENING,
)

RESIDENTS_MET_FIRST = IndicatorSpec(
    "residents-met-first",
    _("Residents met for the first time"),
    _("Is the circle growing?"),
    _("Residents whom the team first met in this period, in the neighbourhood where they live."),
    _PEOPLE,
    (CONNECTED,),
    counting=Counting(sources.RESIDENTS),
    form=Form.PEOPLE,
    counts_people=True,
)

CONNECTORS = IndicatorSpec(
    "connectors",
    _("Connectors"),
    _("How many residents share a gift as connectors?"),
    _(
        "Residents who were connectors on the last day of this period, whether or not they still are. Theirs is a public "
        "role that they chose, so small numbers are shown."
    ),
    _PEOPLE,
    (CONNECTED, CHANGES),
    counting=Counting(sources.CONNECTORS, on=sources.connector_by),
    form=Form.PEOPLE,
    version=2,
)

NEW_CONNECTORS = IndicatorSpec(
    "new-connectors",
    _("New connectors"),
    _("How many residents became connectors?"),
    _(
        "Residents who became connectors in this period, whether or not they still are. Theirs is a public role that they "
        "chose, so small numbers are shown."
    ),
    _PEOPLE,
    (CONNECTED,),
    counting=Counting(sources.CONNECTORS, during=sources.became_connector),
    form=Form.PEOPLE,
    version=2,
    phase=Phase.CONNECTING,
)

CONNECTOR_KNOWLEDGE = IndicatorSpec(
    "connector-knowledge",
    _("Connectors with a thorough knowledge of their area"),
    _("Do connectors know the people, groups and places around them?"),
    _(
        "Connectors who, asked by a builder or an evaluator, can name groups, places and people across their "
        "neighbourhood without looking them up. Recorded by the team, which notes how it knows. Theirs is a public "
        "role that they chose, so small numbers are shown."
    ),
    _PEOPLE,
    (CONNECTED,),
    form=Form.PEOPLE,
    source=LEEDS_SOURCE,
)

GIFTS_HEARD = IndicatorSpec(
    "gifts-heard",
    _("Gifts heard"),
    _("Are we hearing what people can do?"),
    _("Gifts of head, hands and heart that were heard in this period, in the neighbourhood where their owner lives."),
    _GIFTS,
    (CONNECTED,),
    counting=Counting(sources.GIFTS),
    phase=Phase.LISTENING,
)

GIFTS_OFFERED = IndicatorSpec(
    "gifts-offered",
    _("Gifts offered to neighbours"),
    _("What are people ready to share?"),
    _("Of the gifts heard in this period, those that their owners offer to neighbours."),
    _GIFTS,
    (CONNECTED, FRIENDS),
    counting=Counting(sources.GIFTS, Q(is_offered=True)),
)

INTRODUCTIONS_MADE = IndicatorSpec(
    "introductions-made",
    _("Introductions made"),
    _("Are people being brought together?"),
    _("Introductions made in this period between residents, groups, places and partners, whoever made them."),
    _INTRODUCTIONS,
    (CONNECTED, FRIENDS),
    counting=Counting(sources.INTRODUCTIONS),
    counts_people=True,
    shows_activity=True,
    phase=Phase.CONNECTING,
)

INTRODUCTIONS_MET = IndicatorSpec(
    "introductions-met",
    _("Introductions after which people met"),
    _("Do introductions lead to something?"),
    _("Of the introductions made in this period, those after which the two met or are doing something together."),
    _INTRODUCTIONS,
    (CONNECTED, FRIENDS),
    counting=Counting(sources.INTRODUCTIONS, Q(outcome__in=MET)),
    numerator_of="introductions-met-share",
    phase=Phase.CONNECTING,
)

INTRODUCTIONS_MET_SHARE = IndicatorSpec(
    "introductions-met-share",
    _("Share of introductions after which people met"),
    _("When we know what came of it, how often did people meet?"),
    _(
        "Of the introductions made in this period whose outcome is known, the percentage after which the two met or "
        "are doing something together. Those not known yet are left out."
    ),
    _PER_CENT,
    (FRIENDS,),
    counting=Counting(sources.INTRODUCTIONS, Q(outcome__in=MET), of=~Q(outcome=IntroductionOutcome.WAITING)),
    form=Form.SHARE,
    within=INTRODUCTIONS_MADE.key,
)

ASKS_MET_BY_NEIGHBOURS = IndicatorSpec(
    "asks-met-by-neighbours",
    _("Share of asks met by neighbours"),
    _("When somebody asks for something, do neighbours have it?"),
    _(
        "Of the asks that were met in this period, the percentage met by a neighbour, not by a group or a service, in "
        "the neighbourhood where they were asked. Asks still open, and those closed, are left out."
    ),
    _PER_CENT,
    (CONNECTED, FRIENDS),
    counting=Counting(sources.ASKS_MET, Q(met_by=WhoMet.NEIGHBOUR), of=Q(met_on__isnull=False)),
    form=Form.SHARE,
)

WORDS_IN_PASSING = IndicatorSpec(
    "words-in-passing",
    _("Words in passing"),
    _("How much everyday kindness is there on the street?"),
    _("Words in passing noted in this period, with people whose names nobody asked."),
    _("words in passing"),
    (CONNECTED,),
    counting=Counting(sources.LIGHT_TOUCHES),
    counts_people=True,
)

BELONGING_AFTER_A_WORD = IndicatorSpec(
    "belonging-after-a-word",
    _("Share who feel more part of the place after a word in passing"),
    _("Does a word in passing do more than inform?"),
    _(
        "Of the words in passing noted in this period, without those that were useful information alone, the "
        "percentage after which somebody said that they feel more part of the place."
    ),
    _PER_CENT,
    (CONNECTED, FRIENDS),
    counting=Counting(
        sources.LIGHT_TOUCHES, Q(belongs_more=True) & ~Q(gave=Gave.INFORMATION), of=~Q(gave=Gave.INFORMATION)
    ),
    form=Form.SHARE,
    within=WORDS_IN_PASSING.key,
    source=LAC_SOURCE,
)

JOURNEYS_BEGUN = IndicatorSpec(
    "journeys-begun",
    _("Journeys started"),
    _("Who do we walk alongside for a while?"),
    _(
        "Journeys towards somebody’s own vision of a good life that began in this period, including those of people who came back."
    ),
    _("journeys"),
    (FRIENDS,),
    counting=Counting(sources.JOURNEYS),
    counts_people=True,
)

RESIDENTS_LEANING = IndicatorSpec(
    "residents-leaning",
    _("Residents who lean on us more than they wish to"),
    _("Do we stand in the way of people’s own strength?"),
    _(
        "Different residents on whose journey it was noticed in this period that they lean on the builder more than "
        "they wish to. It is an unwanted change, so it is counted separately."
    ),
    _PEOPLE,
    (FRIENDS,),
    counting=Counting(sources.LEANING, whom="journey__person"),
    form=Form.PEOPLE,
    counts_people=True,
    source=LAC_SOURCE,
)

GROUPS_FORMED = IndicatorSpec(
    "groups-formed",
    _("Groups formed around an interest"),
    _("Are people coming together around what they care about?"),
    _("Associations and groups on the asset map that were formed in this period, still going or not."),
    _GROUPS,
    (CONNECTED, CHANGES),
    counting=Counting(sources.GROUPS),
    source=LEEDS_SOURCE,
    phase=Phase.ACTING,
)

GROUPS_FORMED_BY_RESIDENTS = IndicatorSpec(
    "groups-formed-by-residents",
    _("Groups formed and led by residents"),
    _("Who leads what is new?"),
    _("Of the groups formed in this period, those led by residents."),
    _GROUPS,
    (CHANGES,),
    counting=Counting(sources.GROUPS, Q(led_by=LedBy.RESIDENTS)),
    source=LEEDS_SOURCE,
)

IDEAS_HEARD = IndicatorSpec(
    "ideas-heard",
    _("Ideas heard"),
    _("Are people saying what they would like to see?"),
    _("Conversations held in this period in which a resident had an idea."),
    _("ideas"),
    (CHANGES,),
    counting=Counting(sources.CONVERSATIONS, ~Q(idea=""), row_note=lambda talk, _reader: talk.idea),
    phase=Phase.LISTENING,
)

#: Declared in a file of their own, for its length.
(
    SPARKS_APPLIED,
    SPARKS_APPROVED,
    MONEY_AWARDED,
    MONEY_RETURNED,
    IN_KIND_VALUE,
    SPARKS_HELD_BY_HOST,
    RESIDENTS_BEHIND_SPARKS,
) = of_sparks.INDICATORS

ASSETS_ON_THE_MAP = IndicatorSpec(
    "assets-on-the-map",
    _("Assets on the map"),
    _("How much of what is strong here is known?"),
    _("Groups, institutions, places, exchanges and stories on the asset map on the last day of this period."),
    _ASSETS,
    (CONNECTED,),
    counting=Counting(sources.ASSETS, on=sources.on_the_map),
)

ASSETS_CONFIRMED = IndicatorSpec(
    "assets-confirmed",
    _("Assets confirmed as still correct"),
    _("Can the map be trusted?"),
    _(
        "Of the assets on the map on the last day of this period, those confirmed in the twelve months before that "
        "day, or later."
    ),
    _ASSETS,
    (CONNECTED,),
    counting=Counting(sources.ASSETS, on=sources.still_true, row_day="last_confirmed_on"),
)

STORIES_TOLD = IndicatorSpec(
    "stories-told",
    _("Stories told with consent"),
    _("Do people tell what is changing in their own words?"),
    _("Published stories of what happened in this period, shared with the agreement of the people in them."),
    _("stories"),
    (CONNECTED, CHANGES, FRIENDS),
    counting=Counting(sources.STORIES),
    phase=Phase.ACTING,
)

CHANGES_BY_RESIDENTS = IndicatorSpec(
    "changes-by-residents",
    _("Changes started and kept going by local people"),
    _("Do changes begin with residents, and last?"),
    _(
        "Changes in the neighbourhood that local people began and still carry on. Recorded by the team, which notes "
        "how it knows."
    ),
    _CHANGES_UNIT,
    (CHANGES, FRIENDS),
    source=LEEDS_SOURCE,
    phase=Phase.ACTING,
)

STRATEGIES_CHANGED = IndicatorSpec(
    "strategies-changed",
    _("Changes to strategies and funding agreements"),
    _("Are organisations changing what they do?"),
    _(
        "Business strategies, policies and funding agreements of partners that changed towards what residents want to "
        "do for themselves. Recorded by the team, which notes how it knows."
    ),
    _CHANGES_UNIT,
    (CHANGES,),
    source=LEEDS_SOURCE,
)

#: In the order in which they are declared above, and shown.
INDICATORS = tuple(each for each in list(globals().values()) if isinstance(each, IndicatorSpec))
BY_KEY = {spec.key: spec for spec in INDICATORS}
#: The countings of those that are counted from the records, by the indicator's key.
COUNTINGS = {spec.key: spec.counting for spec in INDICATORS if spec.counting is not None}
