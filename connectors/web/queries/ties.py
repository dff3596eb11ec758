"""Read the web of connections from the records: primary keys only, never model instances, because it can be large."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from assets.models import Asset
from communities.models import Neighbourhood, Team
from connectors.models import Conversation, Introduction, IntroductionOutcome, IntroductionSource, Person, Theme
from connectors.web.network import Kind, Node, Tie, Web, build

#: A node: its kind and the primary key of its row.
type Key = tuple[str, int]

#: Outcomes of an introduction that led to contact.
MET = (IntroductionOutcome.MET, IntroductionOutcome.TOGETHER)
#: Up to these sizes a web is counted during the request: 0.2 seconds at the most, measured.
SMALL_PEOPLE, SMALL_TIES, SMALL_MEETINGS = 2_000, 2_000, 10_000
#: How many ties of one resident are drawn on their page.
EGO = 39
_CHUNK = 2_000
_SOME = 500
_Meeting = Conversation.people.through


@dataclass(frozen=True)
class Choice:
    """A part of a team's web: by neighbourhood, theme, and the dates of ties."""

    neighbourhood: Neighbourhood | None = None
    theme: Theme | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether it is the whole web."""
        return not (self.neighbourhood or self.theme or self.since or self.until)

    @property
    def is_focused(self) -> bool:
        """Return whether it is restricted to some residents."""
        return bool(self.neighbourhood or self.theme)


WHOLE = Choice()


def confirmed(team: Team, choice: Choice = WHOLE) -> QuerySet[Introduction]:
    """Return the introductions of a team that led to contact, with an end in the chosen part."""
    rows = Introduction.objects.filter(team=team, outcome__in=MET, **_days("introduced_on", choice))
    if not choice.is_focused:
        return rows
    here = Q()
    for side in ("from", "to"):
        person = people(team, choice).filter(pk=OuterRef(f"{side}_person"))
        here |= Exists(person)
        if choice.neighbourhood and not choice.theme:
            here |= Q(**{f"{side}_asset__neighbourhood": choice.neighbourhood})
    return rows.filter(here)


def people(team: Team, choice: Choice = WHOLE) -> QuerySet[Person]:
    """Return the residents of the chosen part: first met until the last date, in the neighbourhood, with the theme."""
    rows = Person.objects.filter(team=team)
    if choice.until:
        rows = rows.filter(first_met_on__lte=choice.until)
    if choice.neighbourhood:
        rows = rows.filter(neighbourhood=choice.neighbourhood)
    if choice.theme:
        caring = Person.themes.through.objects.filter(theme=choice.theme, person=OuterRef("pk"))
        rows = rows.filter(Exists(caring))
    return rows


def is_small(team: Team, choice: Choice = WHOLE) -> bool:
    """Return whether a web is small enough to be counted during the request; three capped counts."""
    sizes = (
        (people(team, choice), SMALL_PEOPLE),
        (confirmed(team, choice), SMALL_TIES),
        (_meetings(team, choice), SMALL_MEETINGS),
    )
    return all(rows.order_by().values("pk")[: most + 1].count() <= most for rows, most in sizes)


def read_web(team: Team, choice: Choice = WHOLE) -> Web:
    """Return the web of a team, or the chosen part of it.

    Nodes: every resident of the part, tied or not; groups, places and partners named in an introduction; and builders.
    Keys are (kind, id). Ties: introductions that led to contact, counted from the date of the introduction, as the
    indicators count them; and the builders' own ties, from the first conversation or the introduction they made.
    """
    here = dict(people(team, choice).values_list("pk", "neighbourhood_id").iterator(_CHUNK))
    ties = [*_introduced(confirmed(team, choice)), *_met(team, choice, here)]
    named: defaultdict[str, set[int]] = defaultdict(set)
    for tie in ties:
        for kind, number in (tie.source, tie.target):
            named[kind].add(number)
    others = dict(_in_parts(Person.objects.all(), named[Kind.PERSON] - here.keys(), "pk", "neighbourhood_id"))
    themes = _themes(people(team, choice), others)
    nodes = [_person(pk, place, themes) for pk, place in here.items()]
    nodes += [_person(pk, place, themes, is_here=False) for pk, place in others.items()]
    places = _in_parts(Asset.objects.all(), named[Kind.ASSET], "pk", "neighbourhood_id")
    nodes += [Node((Kind.ASSET, pk), Kind.ASSET, _group(place)) for pk, place in places]
    nodes += [Node((kind, pk), kind) for kind in (Kind.PARTNER, Kind.BUILDER) for pk in sorted(named[kind])]
    return build(nodes, ties)


def read_ego(person: Person, *, most: int = EGO) -> Web:
    """Return a resident, those they are tied to (at most `most`, first ties first), and the ties among all of these."""
    mine = [row for side in ("from", "to") for row in _introduced(_side(person, side))]
    me = (Kind.PERSON, person.pk)
    ties = [tie for tie in mine if me in (tie.source, tie.target)]
    met = _Meeting.objects.filter(person=person)
    ties += _meeting_ties(met, {person.pk})
    keys = list(dict.fromkeys(end for tie in sorted(ties, key=lambda tie: tie.day) for end in (tie.source, tie.target)))
    keys = [me, *(key for key in keys if key != me)][: most + 1]
    friends = {number for kind, number in keys if kind == Kind.PERSON}
    among = confirmed(person.team).filter(from_person__in=friends, to_person__in=friends)
    ties += [*_introduced(among), *_meeting_ties(_Meeting.objects.filter(person__in=friends - {person.pk}), friends)]
    return build([Node(key, Kind(key[0])) for key in keys], ties)


def _side(person: Person, side: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(outcome__in=MET, **{f"{side}_person": person})


def _days(field: str, choice: Choice) -> dict[str, date]:
    bounds = {f"{field}__gte": choice.since, f"{field}__lte": choice.until}
    return {name: day for name, day in bounds.items() if day}


def _meetings(team: Team, choice: Choice) -> QuerySet:
    """Return the links between conversations and residents."""
    rows = _Meeting.objects.filter(conversation__team=team, **_days("conversation__held_on", choice))
    return rows.filter(person__in=people(team, choice)) if choice.is_focused else rows


def _introduced(rows: QuerySet[Introduction]) -> Iterator[Tie]:
    """Yield the ties of introductions: between the two ends, and of the builder who made it with both.

    A merged end is replaced by the record it was merged into.
    """
    ends = [Coalesce(f"{side}_person__merged_into", f"{side}_person") for side in ("from", "to")]
    fields = (
        "introduced_on",
        "source",
        "introduced_by_id",
        "from_asset_id",
        "from_partner_id",
        "to_asset_id",
        "to_partner_id",
    )
    found = rows.order_by().values_list(*fields, *ends)
    for day, source, builder, from_asset, from_partner, to_asset, to_partner, from_person, to_person in found.iterator(
        _CHUNK
    ):
        one, other = _key(from_person, from_asset, from_partner), _key(to_person, to_asset, to_partner)
        yield Tie(one, other, day)
        if source == IntroductionSource.BUILDER:
            for end in (one, other):
                yield Tie((Kind.BUILDER, builder), end, day, has_direction=False)


def _key(person: int | None, asset: int | None, partner: int | None) -> Key:
    if person:
        return Kind.PERSON, person
    if asset:
        return Kind.ASSET, asset
    if partner:
        return Kind.PARTNER, partner
    raise ValueError("An introduction has somebody or something at each end.")


def _met(team: Team, choice: Choice, here: Collection[int]) -> Iterator[Tie]:
    """Return the ties of builders with the residents they had a conversation with, dated by the first one."""
    return _meeting_ties(_meetings(team, choice), here)


def _meeting_ties(rows: QuerySet, here: Collection[int]) -> Iterator[Tie]:
    pairs = rows.order_by().values_list("conversation__builder_id", "person_id")
    for builder, person, day in pairs.annotate(day=Min("conversation__held_on")).iterator(_CHUNK):
        if person in here:
            yield Tie((Kind.BUILDER, builder), (Kind.PERSON, person), day, has_direction=False)


def _person(pk: int, place: int | None, themes: dict[int, set[int]], *, is_here: bool = True) -> Node:
    return Node((Kind.PERSON, pk), Kind.PERSON, _group(place), frozenset(themes.get(pk, ())), is_here)


def _group(place: int | None) -> frozenset[int]:
    return frozenset((place,)) if place else frozenset()


def _themes(here: QuerySet[Person], others: Iterable[int]) -> dict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    links = Person.themes.through.objects.order_by()
    for person, theme in links.filter(person__in=here).values_list("person_id", "theme_id").iterator(_CHUNK):
        found[person].add(theme)
    for person, theme in _in_parts(links, others, "person_id", "theme_id"):
        found[person].add(theme)
    return found


def _in_parts(rows: QuerySet, numbers: Iterable[int], field: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield (field, value) of the rows whose field is among the given primary keys, in chunks, in their order."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _SOME):
        yield from (
            rows.order_by(field).filter(**{f"{field}__in": wanted[start : start + _SOME]}).values_list(field, value)
        )
