"""Whom to introduce to whom, and why.

Each function takes at most eight queries of a bounded size, whatever the team's: at most `NEARBY` residents are
compared with one, and `MET_LATELY` with each other. Distances are measured for the strongest suggestions only, between
the places where each was last met: where residents live is known by street only.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from communities.compiled import compiled_once, padded
from communities.geometry import distance_km
from communities.models import Neighbourhood, Team, User
from connectors.models import Ask, ContactPreference, Conversation, Dismissal, Gift, Introduction, Person, Purpose
from connectors.queries.consent import said
from connectors.queries.conversations import held_by
from connectors.queries.suggestion import Suggestion
from connectors.queries.whose_word import words_of
from connectors.rules.asks import significant_words
from connectors.rules.shown_names import can_see_name
from connectors.rules.suggestions import Ground, Known, common_ground, has_ground, rounded

#: The largest number of residents that one resident is compared with.
NEARBY = 60
#: How many residents of the same neighbourhood are searched for common ground: those first met most recently.
LOOKED_THROUGH = 240
#: How many residents of other neighbourhoods are searched for each theme, gift and ask, the latest first.
ELSEWHERE = 40
#: How many of the residents a builder talked with lately are compared, each with each other; the latest first.
MET_LATELY = 40
#: How many days "lately" means, for a builder's own conversations.
LATELY_DAYS = 120
#: For how many of the strongest suggestions the distance is measured, and how many of their latest conversations are read
#: to measure it.
MEASURED, TALKS_READ = 12, 400
THEME, GIFT, ASK = 0, 1, 2

#: How many themes, and words of asks, one resident's suggestions look for elsewhere.
THEMES_LOOKED_FOR, WORDS_LOOKED_FOR = 4, 6
OPEN = {"met_on__isnull": True, "closed_on__isnull": True}


def suggestions_for(person: Person, user: User, *, limit: int = 5) -> list[Suggestion]:
    """Return up to `limit` residents whom this one might like to meet, strongest first; at most six queries."""
    mine = _facts([person.pk])
    ids = _alike(person, mine) if mine else []
    if not ids:
        return []
    people = {each.pk: each for each in _reachable(user, person.team_id, [*ids, person.pk])}
    if person.pk not in people:
        return []
    others = [people[pk] for pk in ids if pk in people]
    known, apart = _known([*mine, *_facts(each.pk for each in others)]), _apart_from(person)
    pairs = [(person, other) for other in others if frozenset((person.pk, other.pk)) not in apart]
    return _measured(_ranked(pairs, known, user), limit)


def recent_suggestions(user: User, team: Team, *, limit: int = 3) -> list[Suggestion]:
    """Return up to `limit` pairs of residents this builder talked with lately, strongest first, nobody twice."""
    since = timezone.localdate() - timedelta(days=LATELY_DAYS)
    talks = held_by(user, team).filter(held_on__gte=since)
    talks = list(talks.order_by("-held_on", "-pk").values_list("pk", flat=True)[:NEARBY])
    links = Conversation.people.through.objects.filter(conversation__in=talks)
    met = links.order_by("-conversation_id").values_list("person_id", flat=True)[: NEARBY * 2] if talks else ()
    ids = list(dict.fromkeys(met))[:MET_LATELY]
    people = sorted(_reachable(user, team.pk, ids), key=lambda each: each.pk) if len(ids) > 1 else []
    found: list[Suggestion] = []
    used: set[int] = set()
    for each in _ranked(*_pairs_of(people), user) if len(people) > 1 else ():
        if not used & {each.person.pk, each.other.pk}:
            used |= {each.person.pk, each.other.pk}
            found.append(each)
    return _measured(found, limit)


def pairs_met_in(talk: Conversation, user: User) -> list[Suggestion]:
    """Return pairs of the first eight in a conversation who can be introduced, strongest first, grounds or not."""
    ids = list(
        Conversation.people.through.objects.filter(conversation=talk)
        .order_by("pk")
        .values_list("person_id", flat=True)[:8]
    )
    people = list(_open_to_it(user, talk.team_id, ids).order_by("known_as", "pk")) if len(ids) > 1 else []
    if len(people) < 2:
        return []
    pairs, known = _pairs_of(people)
    nothing = Known()
    found = (
        Suggestion(*pair, _ground(*pair, *(known.get(each.pk, nothing) for each in pair)), user)
        for pair in _resolved(pairs, user)
    )
    return _with_words(sorted(found, key=_strength))


def _pairs_of(people: list[Person]) -> tuple[list[tuple[Person, Person]], dict[int, Known]]:
    """Return every pair not introduced and not dismissed, and what is known of each resident; two queries."""
    ids = [each.pk for each in people]
    apart = _apart_among(ids)
    pairs = [pair for pair in combinations(people, 2) if frozenset((pair[0].pk, pair[1].pk)) not in apart]
    return pairs, _known(_facts(ids))


def _reachable(user: User, team_id: int, ids: Iterable[int]) -> list[Person]:
    """Return which of these residents can be introduced, in no order; one query, compiled once."""
    return _reachable_among(user=user, team=Team(pk=team_id), people=padded(ids))


@compiled_once
def _reachable_among(*, user: User, team: Team, people: Collection[int]) -> QuerySet[Person]:
    return _open_to_it(user, team.pk, people)


def _open_to_it(user: User, team_id: int, ids: Iterable[int]) -> QuerySet[Person]:
    """Return which of these residents can be introduced: not those who refuse contact or introductions."""
    people = Person.objects.visible_to(user).filter(team_id=team_id, pk__in=list(ids))
    people = people.exclude(contact_preference=ContactPreference.NO_CONTACT).annotate(agreed=said(Purpose.INTRODUCE))
    names = (
        "uuid",
        "known_as",
        "told_on",
        "created_by_id",
        "keeper_id",
        "street",
        "neighbourhood_id",
        "team_id",
        "neighbourhood__name",
    )
    return people.filter(Q(agreed=True) | Q(agreed__isnull=True)).select_related("neighbourhood").only(*names)


def _alike(person: Person, facts: list[tuple]) -> list[int]:
    """Return the primary keys of residents who might have something in common with one, the neighbourhood's first.

    `facts` are the resident's own. Two queries: no part of them reads more than a bounded number of rows.
    """
    themes = {kind: {row[2] for row in facts if row[1] == kind and row[2]} for kind in (THEME, GIFT, ASK)}
    words = {word for row in facts if row[1] == ASK for word in significant_words(row[4])}
    carers, givers = sorted(themes[THEME] | themes[GIFT]), sorted(themes[THEME] | themes[ASK])
    has_gifts = any(row[1] == GIFT for row in facts)
    if not (carers or givers or words or has_gifts):
        return []
    team, place = Team(pk=person.team_id), person.neighbourhood_id
    here = _latest_here(team=team, place=Neighbourhood(pk=place)) if place else []
    find: Callable[..., Iterable[tuple]] = _query_alike if words else _compiled_alike
    found = list(
        find(
            team=team,
            # One length, so that the query is compiled once for small neighbourhoods and large ones.
            here=here + here[-1:] * (LOOKED_THROUGH - len(here)),
            carers=padded(carers),
            givers=padded(givers),
            far_carers=carers[:THEMES_LOOKED_FOR],
            far_givers=givers[:THEMES_LOOKED_FOR],
            words=sorted(words)[:WORDS_LOOKED_FOR],
            has_gifts=has_gifts,
        )
    )
    near = {pk for pk, rank in found if rank == 0}
    far = sorted({pk for pk, rank in found if rank == 1} - near, reverse=True)
    return [pk for pk in (*(pk for pk in here if pk in near), *far) if pk != person.pk][:NEARBY]


@compiled_once
def _latest_here(*, team: Team, place: Neighbourhood) -> QuerySet:
    """Return the primary keys of those of the neighbourhood first met most recently; one query on an index."""
    here = Person.objects.filter(team=team, neighbourhood=place)
    return here.order_by("-first_met_on", "-pk").values_list("pk", flat=True)[:LOOKED_THROUGH]


def _query_alike(
    *,
    team: Team,
    here: Collection[int],
    carers: Collection[int],
    givers: Collection[int],
    far_carers: Collection[int],
    far_givers: Collection[int],
    words: Collection[str],
    has_gifts: bool,
) -> QuerySet:
    """Return rows (primary key, rank) of residents: rank 0 of those `here`, 1 of the latest elsewhere.

    carers, givers: themes that others care about, and of their gifts. words: in their gifts. has_gifts: whether to look for asks.
    The texts of words differ in the SQL, so it is compiled once only without them.
    """
    parts = [
        *(_here(here, carers, givers, words, has_gifts=has_gifts) if here else ()),
        *_elsewhere(team, far_carers, far_givers, words, has_gifts=has_gifts),
    ]
    return parts[0].union(*parts[1:], all=True).order_by() if parts[1:] else parts[0]


_compiled_alike = compiled_once(_query_alike)


def _here(
    here: Collection[int],
    carers: Collection[int],
    givers: Collection[int],
    words: Collection[str],
    *,
    has_gifts: bool,
) -> Iterator[QuerySet]:
    """Yield the querysets that search these residents, each by the index of its own table."""
    offered = Gift.objects.filter(person__in=here, is_offered=True)
    if carers:
        yield _ranks(Person.themes.through.objects.filter(person__in=here, theme__in=carers), "person_id", 0)
    if givers:
        yield _ranks(offered.filter(theme__in=givers), "person_id", 0)
    if words:
        yield _ranks(offered.filter(_holds_any(words)), "person_id", 0)
    if has_gifts:
        yield _ranks(Ask.objects.filter(person__in=here, **OPEN), "person_id", 0)


def _elsewhere(
    team: Team, carers: Collection[int], givers: Collection[int], words: Collection[str], *, has_gifts: bool
) -> Iterator[QuerySet]:
    """Yield the querysets that read the latest of each theme, of gifts and of asks, wherever people live.

    A theme is of one team. With the team of whoever gives as well, PostgreSQL reads every resident of the team.
    """
    links, offered = Person.themes.through.objects, Gift.objects.filter(is_offered=True)
    for theme in carers:
        latest = links.filter(theme=theme).order_by("-pk").values("pk")[:ELSEWHERE]
        yield _ranks(links.filter(pk__in=latest), "person_id", 1)
    for theme in givers:
        latest = offered.filter(theme=theme).order_by("-pk").values("pk")[:ELSEWHERE]
        yield _ranks(Gift.objects.filter(pk__in=latest), "person_id", 1)
    if words:
        typed = [*words, *(f"{word}s" for word in words)]
        named = offered.filter(person__team=team).alias(typed=Lower("name")).filter(typed__in=typed)
        yield _ranks(Gift.objects.filter(pk__in=named.order_by("-pk").values("pk")[:ELSEWHERE]), "person_id", 1)
    if has_gifts:
        open_asks = Ask.objects.filter(team=team, person__isnull=False, **OPEN)
        latest = open_asks.order_by("-asked_on", "-pk").values("pk")[:ELSEWHERE]
        yield _ranks(Ask.objects.filter(pk__in=latest), "person_id", 1)


def _ranks(rows: QuerySet, path: str, rank: int) -> QuerySet:
    return rows.order_by().annotate(rank=Value(rank)).values_list(path, "rank")


def _holds_any(words: Iterable[str]) -> Q:
    found = Q()
    for word in words:
        found |= Q(name__icontains=word)
    return found


def _facts(ids: Iterable[int]) -> list[tuple]:
    """Return what residents care about, offer and ask for; one query.

    Each row is (resident, kind, theme's primary key, theme's name, text).
    """
    return _facts_of(people=padded(ids))


@compiled_once
def _facts_of(*, people: Collection[int]) -> QuerySet:
    columns = ("person_id", "fact", "theme_id", "theme__name", "said")
    cares = Person.themes.through.objects.filter(person_id__in=people).annotate(fact=Value(THEME), said=Value(""))
    gifts = Gift.objects.filter(person_id__in=people, is_offered=True).annotate(fact=Value(GIFT), said=F("name"))
    asks = Ask.objects.filter(person_id__in=people, **OPEN).annotate(fact=Value(ASK), said=F("words"))
    parts = [part.order_by().values_list(*columns) for part in (cares, gifts, asks)]
    return parts[0].union(*parts[1:], all=True).order_by()


def _known(facts: Iterable[tuple]) -> dict[int, Known]:
    found: dict[int, Known] = defaultdict(Known)
    for pk, kind, _theme, name, words in facts:
        known = found[pk]
        if kind == THEME:
            known.themes.add(name)
        else:
            (known.gifts if kind == GIFT else known.asks).add((words, name or ""))
    return found


def _apart(introduced: Q, aside: Q, today: date) -> QuerySet:
    """Return the pairs who were introduced, or whose suggestion is dismissed today."""
    met = Introduction.objects.filter(introduced, from_person__isnull=False, to_person__isnull=False)
    put = Dismissal.objects.filter(aside & (Q(until__isnull=True) | Q(until__gt=today)))
    rows = met.order_by().values_list("from_person_id", "to_person_id")
    return rows.union(put.order_by().values_list("person_id", "other_id"), all=True).order_by()


def _apart_from(person: Person) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in _apart_from_one(person=person, today=timezone.localdate())}


@compiled_once
def _apart_from_one(*, person: Person, today: date) -> QuerySet:
    return _apart(Q(from_person=person) | Q(to_person=person), Q(person=person) | Q(other=person), today)


def _apart_among(ids: list[int]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in _apart_among_some(people=padded(ids), today=timezone.localdate())}


@compiled_once
def _apart_among_some(*, people: Collection[int], today: date) -> QuerySet:
    introduced = Q(from_person__in=people, to_person__in=people)
    return _apart(introduced, Q(person__in=people, other__in=people), today)


def _resolved(pairs: Iterable[tuple[Person, Person]], reader: User) -> Iterator[tuple[Person, Person]]:
    """Yield the pairs of whom the reader is shown both names: nobody can introduce somebody to “C.”.

    The rule is asked once for each resident: 40 of them are 780 pairs, for which it took a third of Today's suggestions.
    """
    seen: dict[int, bool] = {}
    for pair in pairs:
        for each in pair:
            if each.pk not in seen:
                seen[each.pk] = can_see_name(reader, each)
        if seen[pair[0].pk] and seen[pair[1].pk]:
            yield pair


def _ranked(pairs: Iterable[tuple[Person, Person]], known: dict[int, Known], reader: User) -> list[Suggestion]:
    """Return the pairs that have grounds, strongest first."""
    nothing = Known()
    found = []
    for person, other in _resolved(pairs, reader):
        one, two = known.get(person.pk, nothing), known.get(other.pk, nothing)
        if has_ground(one, two):
            found.append(Suggestion(person, other, _ground(person, other, one, two), reader))
    return sorted(found, key=_strength)


def _strength(found: Suggestion) -> tuple:
    metres = found.ground.metres
    return -found.ground.weight, metres is None, metres or 0, found.person.pk, found.other.pk


def _ground(person: Person, other: Person, one: Known, two: Known) -> Ground:
    same_place = person.neighbourhood_id is not None and person.neighbourhood_id == other.neighbourhood_id
    alike = bool(person.street) and person.street.casefold() == other.street.casefold()
    same_street = alike and person.neighbourhood_id == other.neighbourhood_id
    return common_ground(one, two, same_street=same_street, same_neighbourhood=same_place)


def _measured(found: list[Suggestion], limit: int) -> list[Suggestion]:
    """Return the strongest, sorted again by how far apart they were last met; two queries."""
    found = found[: max(limit, MEASURED)]
    spots = _spots({person.pk for each in found for person in (each.person, each.other)}) if found else {}
    return _with_words(sorted((_with_distance(each, spots) for each in found), key=_strength)[:limit])


def _with_words(found: list[Suggestion]) -> list[Suggestion]:
    """Return the suggestions with whose word each rests on; one query."""
    cares = [care for each in found for care in each.cares]
    said = words_of(cares, reader=found[0].reader) if cares else {}
    return [replace(each, said=tuple(said[who.pk, theme] for who, theme in each.cares)) for each in found]


def _with_distance(found: Suggestion, spots: dict[int, tuple]) -> Suggestion:
    one, two = spots.get(found.person.pk), spots.get(found.other.pk)
    if not one or not two:
        return found
    metres = rounded(1000 * distance_km(*one[1:3], *two[1:3]))
    return replace(found, ground=replace(found.ground, metres=metres), spot=one[3] if one[0] == two[0] else "")


def _spots(ids: set[int]) -> dict[int, tuple[int, float, float, str]]:
    """Return the place on the map where each was last met: its primary key, latitude, longitude and name.

    Only their latest `TALKS_READ` conversations together are read, so that somebody met every day costs no more.
    """
    latest: dict[int, tuple] = {}
    for pk, day, number, *place in _talks_on_map(people=padded(sorted(ids))):
        if pk not in latest or latest[pk][0] < (day, number):
            latest[pk] = ((day, number), tuple(place))
    return {pk: place for pk, (_when, place) in latest.items()}


@compiled_once
def _talks_on_map(*, people: Collection[int]) -> QuerySet:
    links = Conversation.people.through.objects.filter(
        person_id__in=people, conversation__place__latitude__isnull=False
    )
    columns = ("conversation__place_id", "conversation__place__latitude", "conversation__place__longitude")
    return links.order_by("-conversation_id").values_list(
        "person_id", "conversation__held_on", "conversation_id", *columns, "conversation__place__name"
    )[:TALKS_READ]
