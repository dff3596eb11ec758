"""The sources and conditions from which a team defines its own indicators.

Conditions offer lists of values, never free text or SQL. A source about residents, or about what they said, counts a part of an
indicator that ships with Kith (`total`). The gate keeps it as a part: it is shown for the whole team, if the rest is not small either. Such
sources have no conditions for routes and neighbourhoods. The release of a year shows both as tables, and figures by quarter would
have to agree with them: see docs/indicators.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Kind, LedBy
from communities.compiled import compiled_once
from communities.models import Neighbourhood, Team
from connectors.models import Conversation, GiftKind, Person, Theme
from evaluation.framework import SHIPPED, Catalogue, indicators, sources
from evaluation.framework.declaring import Counting, IndicatorSpec, OutcomeSpec
from evaluation.framework.row_wordings import award
from evaluation.models import Anyway, Form, Indicator, IndicatorKind, Outcome
from sparks.models import FundKind, HeldBy

type Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Condition:
    """Something by which rows can be chosen: which values there are for a team, and which rows have one of some values.

    reads: the marks of what it reads besides the rows themselves, as `Source.always_reads`.
    """

    key: str
    label: str | Promise
    choices: Callable[[Team], Choices]
    chosen: Callable[[Sequence[str]], Q]
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnSource:
    """What a team can count by itself. total: the indicator that counts all of it, where the gate keeps its parts."""

    key: str
    name: str | Promise
    unit: str | Promise
    counting: Counting
    conditions: tuple[Condition, ...]
    form: Form = Form.NUMBER
    total: IndicatorSpec | None = None

    @property
    def has_shares(self) -> bool:
        """Return whether it can be a percentage: for things with a day, not for people or for stocks on a day."""
        return self.total is None and self.form == Form.NUMBER and self.counting.on is None


def _of(choices: Iterable[tuple[object, object]]) -> Callable[[Team], Choices]:
    return lambda _team: [(str(value), str(label)) for value, label in choices if value]


def _themes(team: Team) -> Choices:
    return [(str(pk), name) for pk, name in Theme.objects.filter(team=team).values_list("pk", "name")]


def _places(team: Team) -> Choices:
    rows = Neighbourhood.objects.filter(team=team).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _field(key: str, label: str | Promise, choices: Callable[[Team], Choices], path: str) -> Condition:
    return Condition(key, label, choices, lambda values: Q(**{f"{path}__in": list(values)}))


#: Names of the things by which rows can be chosen.
_THEME, _KIND, _LED, _WHERE = (
    gettext_lazy("Theme"),
    gettext_lazy("Kind"),
    gettext_lazy("Led by"),
    gettext_lazy("Neighbourhood"),
)
# By the table between them, so that a row with two of the themes counts once.
_TALKED_OF = Condition(
    "theme",
    _THEME,
    _themes,
    lambda values: Q(
        pk__in=Conversation.themes.through.objects.filter(theme__in=list(map(int, values))).values("conversation")
    ),
    reads=("connectors_conversation_themes",),
)
_CARE_FOR = Condition(
    "theme",
    _THEME,
    _themes,
    lambda values: Q(pk__in=Person.themes.through.objects.filter(theme__in=list(map(int, values))).values("person")),
    reads=("connectors_person_themes",),
)
_IDEA = Condition(
    "idea",
    gettext_lazy("An idea"),
    _of([("yes", gettext_lazy("with an idea")), ("no", gettext_lazy("without an idea"))]),
    lambda values: Q() if len(values) > 1 else (~Q(idea="") if "yes" in values else Q(idea="")),
)
_OFFERED = Condition(
    "offered",
    gettext_lazy("Offered"),
    _of([("yes", gettext_lazy("offered to neighbours")), ("no", gettext_lazy("not offered"))]),
    lambda values: Q(is_offered__in=[value == "yes" for value in values]),
)
_PLACE = _field("place", _WHERE, _places, "neighbourhood")
_LED_BY = _field("led_by", _LED, _of(LedBy.choices), "led_by")
_FUND = Condition(
    "fund",
    gettext_lazy("Kind of fund"),
    _of(FundKind.choices),
    lambda values: Q(round__fund__kind__in=list(values)),
    reads=("fund_kinds", "round_funds"),
)
_HOLDER = _field("held_by", gettext_lazy("Who holds the money"), _of(HeldBy.choices), "held_by")

SOURCES = (
    OwnSource(
        "groups",
        gettext_lazy("Groups formed"),
        gettext_lazy("groups"),
        Counting(sources.GROUPS),
        (_LED_BY, _PLACE),
    ),
    OwnSource(
        "map",
        gettext_lazy("What is on the map"),
        gettext_lazy("assets"),
        Counting(sources.ASSETS, on=sources.on_the_map),
        (_field("kind", _KIND, _of(Kind.choices), "kind"), _LED_BY, _PLACE),
    ),
    OwnSource(
        "sparks",
        gettext_lazy("Sparks approved"),
        gettext_lazy("sparks"),
        Counting(sources.DECIDED),
        (_FUND, _HOLDER, _PLACE),
    ),
    OwnSource(
        "awards",
        gettext_lazy("Money awarded"),
        gettext_lazy("pounds"),
        Counting(sources.DECIDED, amount="award_gbp", row_note=award),
        (_FUND, _HOLDER, _PLACE),
        form=Form.POUNDS,
    ),
    OwnSource(
        "stories",
        gettext_lazy("Stories told with consent"),
        gettext_lazy("stories"),
        Counting(sources.STORIES),
        (_field("anyway", gettext_lazy("Would have happened anyway"), _of(Anyway.choices), "anyway"), _PLACE),
    ),
    OwnSource(
        "talks",
        gettext_lazy("Conversations held"),
        gettext_lazy("conversations"),
        Counting(sources.CONVERSATIONS),
        (_TALKED_OF, _IDEA),
        total=indicators.CONVERSATIONS_HELD,
    ),
    OwnSource(
        "met",
        gettext_lazy("Residents met"),
        gettext_lazy("residents"),
        Counting(sources.CONVERSATIONS, whom="people"),
        (_TALKED_OF,),
        form=Form.PEOPLE,
        total=indicators.RESIDENTS_MET,
    ),
    OwnSource(
        "first",
        gettext_lazy("Residents met for the first time"),
        gettext_lazy("residents"),
        Counting(sources.RESIDENTS),
        (_CARE_FOR,),
        form=Form.PEOPLE,
        total=indicators.RESIDENTS_MET_FIRST,
    ),
    OwnSource(
        "gifts",
        gettext_lazy("Gifts heard"),
        gettext_lazy("gifts"),
        Counting(sources.GIFTS),
        (_field("kind", _KIND, _of(GiftKind.choices), "kind"), _field("theme", _THEME, _themes, "theme"), _OFFERED),
        total=indicators.GIFTS_HEARD,
    ),
)
SOURCE_BY_KEY = {source.key: source for source in SOURCES}


def counting_of(source: OwnSource, conditions: Mapping[str, Sequence[str]], *, is_share: bool) -> Counting:
    """Return how rows of a source that meet conditions are counted; as a share, out of all of them."""
    condition, reads = Q(), set()
    for each in source.conditions:
        if values := conditions.get(each.key):
            condition &= each.chosen(values)
            reads |= set(each.reads)
    counting = source.counting
    stands = counting.on
    return Counting(
        counting.source,
        condition,
        whom=counting.whom,
        amount=counting.amount,
        of=Q(pk__isnull=False) if is_share else None,
        on=(lambda day: stands(day) & condition) if stands is not None else None,
        row_note=counting.row_note,
        also_reads=tuple(sorted(reads)),
    )


def in_words(team: Team, source: OwnSource, conditions: Mapping[str, Sequence[str]], *, is_share: bool) -> str:
    """Return what is counted as a sentence, such as “Groups formed; led by: Residents.”, with the names of now."""
    parts = []
    for each in source.conditions:
        if values := conditions.get(each.key):
            names = [label for value, label in each.choices(team) if value in values]
            parts.append(_("%(label)s: %(names)s") % {"label": str(each.label).lower(), "names": ", ".join(names)})
    words = "; ".join([str(source.name), *parts])
    return _("%(words)s, as a percentage of all.") % {"words": words} if is_share else f"{words}."


def conditions_gone(team: Team, counted_from: str, conditions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the conditions of which a chosen theme or neighbourhood was deleted since, so that no row has it; by what they are called."""
    source = SOURCE_BY_KEY.get(counted_from)
    return [
        str(each.label)
        for each in (source.conditions if source else ())
        if set(conditions.get(each.key, ())) - {value for value, _label in each.choices(team)}
    ]


def spec_of(row: Indicator, outcomes: Iterable[str], *, follows: str = "", followed_by: str = "") -> IndicatorSpec:
    """Return the declaration of a team's own indicator; the keys of its outcomes, and of the versions before and after it, are given."""
    source = SOURCE_BY_KEY.get(row.counted_from)
    is_share = row.form == Form.SHARE
    return IndicatorSpec(
        row.key,
        row.name,
        row.question,
        " ".join(filter(None, (row.definition, row.counted_words))),
        row.unit,
        tuple(outcomes),
        counting=counting_of(source, row.conditions, is_share=is_share) if source else None,
        form=Form(row.form),
        counts_people=bool(source and source.total),
        part_of=source.total.key if source and source.total else "",
        is_of_things=is_share,
        is_surveyed=row.kind == IndicatorKind.SURVEYED,
        defined_at=row.made_at,
        ended_on=row.ended_on,
        follows=follows,
        followed_by=followed_by,
        version=row.version,
        source=row.source or _said(row),
    )


def _said(row: Indicator) -> str:
    return _("The team’s own, %(day)s") % {"day": date_format(localdate(row.made_at), "j F Y")} if row.made_at else ""


def catalogue_of(team: Team) -> Catalogue:
    """Return the outcomes and indicators of a team: those that ship with Kith, then its own. One query without any of its own."""
    rows = _defined_by(team=team)
    return with_own(rows) if rows else SHIPPED


@compiled_once
def _defined_by(*, team: Team) -> QuerySet[Indicator]:
    return Indicator.objects.filter(team=team).prefetch_related("outcomes").order_by("position", "pk")


def with_own(rows: Sequence[Indicator], draft: IndicatorSpec | None = None) -> Catalogue:
    """Return what ships with Kith and some own indicators, whose outcomes are fetched; draft: one that is not saved yet."""
    specs, outcomes = [], {spec.key: spec for spec in SHIPPED.outcomes}
    before = {row.pk: row.key for row in rows}
    after = {row.follows_id: row.key for row in rows if row.follows_id}
    for row in rows:
        found = list(row.outcomes.all())
        versions = {"follows": before.get(row.follows_id or 0, ""), "followed_by": after.get(row.pk, "")}
        specs.append(spec_of(row, [each.key for each in found], **versions))
        outcomes |= {each.key: outcome_of(each) for each in found if each.key not in outcomes}
    drafts = (draft,) if draft else ()
    return Catalogue(tuple(outcomes.values()), (*SHIPPED.indicators, *specs, *drafts))


def outcome_of(row: Outcome) -> OutcomeSpec:
    """Return the declaration of a team's own outcome."""
    return OutcomeSpec(row.key, row.name, row.description, row.framework)
