"""Whom to introduce to whom, with the reason in words.

First form: shared passions, offered gifts that meet a passion, and nearness by street and neighbourhood. The cost is
bounded: at most `NEARBY` residents are compared, whatever the team's size.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Team, User
from connectors.models import ContactPreference, Conversation, Gift, Introduction, Person
from connectors.rules.people import Ground, common_ground

#: At most this many residents are compared with each other or with one.
NEARBY = 150
#: And of those a builder talked with lately, the latest so many: every two of them are compared.
MET_LATELY = 40
#: How far back "lately" goes for a builder's own conversations, in days.
LATELY_DAYS = 120


@dataclass(frozen=True)
class Suggestion:
    """Two residents and why they might like to meet."""

    person: Person
    other: Person
    ground: Ground

    @property
    def reason(self) -> str:
        """Return the reason in words: "both care about growing food, both on Mill Row, not yet introduced"."""
        return ", ".join([*_passions(self), *_nearness(self), _("not yet introduced")])


def _passions(found: Suggestion) -> Iterable[str]:
    shared = found.ground.shared[:2]
    for gift, theme in found.ground.offers[:1]:
        yield _offer(found.person, gift, found.other, theme, shared)
    for gift, theme in found.ground.asks[:1]:
        yield _offer(found.other, gift, found.person, theme, shared)
    if shared:
        yield _("both care about %(themes)s") % {"themes": _(" and ").join(shared)}


def _offer(giver: Person, gift: str, other: Person, theme: str, shared: Iterable[str]) -> str:
    """Say what one offers; that the other cares about it is left out when both are about to be said to care."""
    words = (
        _("%(name)s offers %(gift)s")
        if theme in shared
        else _("%(name)s offers %(gift)s and %(other)s cares about %(theme)s")
    )
    return words % {"name": giver, "gift": gift, "other": other, "theme": theme}


def _nearness(found: Suggestion) -> Iterable[str]:
    if found.ground.same_street:
        yield _("both on %(street)s") % {"street": found.person.street}
    elif found.ground.same_neighbourhood:
        yield _("both in %(place)s") % {"place": found.person.neighbourhood}


def suggestions_for(person: Person, user: User, *, limit: int = 5) -> list[Suggestion]:
    """Return up to `limit` residents whom this one might like to meet, the strongest grounds first."""
    if person.contact_preference == ContactPreference.NO_CONTACT:
        return []
    themes = list(person.themes.values_list("pk", flat=True))
    offered = list(person.gifts.filter(is_offered=True, theme__isnull=False).values_list("theme_id", flat=True))
    people = _reachable(user, person.team_id).exclude(pk=person.pk)
    alike = (
        people.filter(Q(themes__in={*themes, *offered}) | Q(gifts__theme__in=themes, gifts__is_offered=True))
        if themes or offered
        else people.none()
    )
    near = (
        list(alike.filter(neighbourhood=person.neighbourhood_id).order_by("-pk").distinct()[:NEARBY])
        if person.neighbourhood_id
        else []
    )
    if len(near) < NEARBY:
        near += list(alike.exclude(pk__in=[each.pk for each in near]).order_by("-pk").distinct()[: NEARBY - len(near)])
    return _ranked([(person, other) for other in near], limit)


def suggestions_lately(user: User, team: Team, *, limit: int = 3) -> list[Suggestion]:
    """Return up to `limit` pairs among the residents this builder talked with lately, strongest first, nobody twice."""
    since = timezone.localdate() - timedelta(days=LATELY_DAYS)
    talks = (
        Conversation.objects.visible_to(user)
        .filter(team=team, builder=user, held_on__gte=since)
        .order_by("-held_on", "-pk")
    )
    links = Conversation.people.through.objects.filter(
        conversation__in=list(talks.values_list("pk", flat=True)[:NEARBY])
    )
    met = links.order_by("-conversation_id").values_list("person_id", flat=True)[: NEARBY * 2]
    ids = list(dict.fromkeys(met))[:MET_LATELY]
    people = list(_reachable(user, team.pk).filter(pk__in=ids).order_by("pk"))
    found, used = [], set()
    for each in _ranked(list(combinations(people, 2)), limit * 20):
        if not used & {each.person.pk, each.other.pk}:
            used |= {each.person.pk, each.other.pk}
            found.append(each)
    return found[:limit]


def _reachable(user: User, team_id: int):
    """Return residents of the team who have not asked to be left alone."""
    people = Person.objects.visible_to(user).filter(team_id=team_id).select_related("neighbourhood")
    return people.exclude(contact_preference=ContactPreference.NO_CONTACT)


def _ranked(pairs: list[tuple[Person, Person]], limit: int) -> list[Suggestion]:
    """Return pairs with grounds that were never introduced; three queries however many pairs."""
    ids = {person.pk for pair in pairs for person in pair}
    if not ids:
        return []
    themes, gifts = _passions_of(ids), _gifts_of(ids)
    known = _introduced(ids)
    found = [
        Suggestion(person, other, _ground(person, other, themes, gifts))
        for person, other in pairs
        if _touch(person.pk, other.pk, themes, gifts) and frozenset((person.pk, other.pk)) not in known
    ]
    worth = [each for each in found if each.ground.weight]
    return sorted(worth, key=lambda each: (-each.ground.weight, each.person.pk, each.other.pk))[:limit]


def _touch(one: int, other: int, themes: dict, gifts: dict) -> bool:
    """Return whether two residents have any ground at all: most pairs have none, and this is told sooner than which."""
    if not themes[one].isdisjoint(themes[other]):
        return True
    return any(theme in themes[other] for _gift, theme in gifts[one]) or any(
        theme in themes[one] for _gift, theme in gifts[other]
    )


def _ground(person: Person, other: Person, themes: dict, gifts: dict) -> Ground:
    return common_ground(
        themes=themes[person.pk],
        other_themes=themes[other.pk],
        gifts=gifts[person.pk],
        other_gifts=gifts[other.pk],
        same_street=bool(person.street)
        and person.street.lower() == other.street.lower()
        and person.neighbourhood_id == other.neighbourhood_id,
        same_neighbourhood=person.neighbourhood_id is not None and person.neighbourhood_id == other.neighbourhood_id,
    )


def _passions_of(ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, name in Person.themes.through.objects.filter(person_id__in=ids).values_list(
        "person_id", "theme__name"
    ):
        found[person_id].add(name)
    return found


def _gifts_of(ids: set[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    offered = Gift.objects.filter(person_id__in=ids, is_offered=True, theme__isnull=False)
    for person_id, name, theme in offered.values_list("person_id", "name", "theme__name"):
        found[person_id].add((name, theme))
    return found


def _introduced(ids: set[int]) -> set[frozenset[int]]:
    pairs = Introduction.objects.filter(from_person_id__in=ids, to_person_id__in=ids).values_list(
        "from_person_id", "to_person_id"
    )
    return {frozenset(pair) for pair in pairs}
