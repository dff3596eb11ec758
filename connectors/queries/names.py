"""Find the residents that typed names refer to, without ever guessing between two."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.compiled import compiled_once, padded
from communities.folding import folded
from communities.models import Neighbourhood, Role, Team, User
from connectors.catalogue.nicknames import other_names
from connectors.models import Conversation, Gift, Person, PersonName, PersonQuerySet
from connectors.rules.duplicates import Likeness, Sketch, is_reached_alike, likeness
from connectors.rules.name_keys import LONGEST, keys_of, name_key
from connectors.rules.names import NameMatch
from connectors.rules.people import phone_key
from connectors.rules.shown_names import names_seen, names_seen_as
from connectors.rules.typed_names import apart_from_reach, why_asked

#: How many suggestions fit on a phone above its keyboard.
SUGGESTIONS = 8
#: How many residents are offered when a name is unclear.
CANDIDATES = 5
#: How many names of a line are looked up in one query.
NAMES_AT_ONCE = 20
#: The query for so many names is compiled once.
COMPILED = 4
#: How many residents of one first name are compared, of each neighbourhood and of the team.
OF_ONE_NAME = 60


def match_names(
    *, user: User, team: Team, neighbourhood: Neighbourhood | None, names: Iterable[str]
) -> dict[str, NameMatch]:
    """Return the match of each name, by the name as typed; accents, case and the order of its parts make no difference.

    A match is certain if exactly one resident of this neighbourhood has the name, and nobody of that name whose
    neighbourhood is unknown. Otherwise everybody in the team who could be meant is a candidate, likeliest first: that is
    unclear. Candidates have the name, or one it is short for, or are here and have a surname as well, or have the phone
    number or the email address that stands beside the name. Other texts, such as “3 kids”, are unclear too: see
    `rules.typed_names`.
    One query for twenty names, and one more if any are unclear: candidates have `told_apart`, a text that
    tells one from the other.
    """
    names = list(names)
    found: dict[str, list[Person]] = {}
    for some in batched(names, NAMES_AT_ONCE):
        found |= dict.fromkeys(some, _rows_of(user, team, some, neighbourhood))
    matches = {name: _match(name, found[name], neighbourhood) for name in names}
    tell_apart([person for match in matches.values() for person in match.candidates])
    return matches


def tell_apart(people: Sequence[Person]) -> None:
    """Set `told_apart` of residents: where they live, when they were last met, and the latest gift that they offer.

    One query, none for nobody; `neighbourhood` should have been fetched with them.
    """
    if not people:
        return
    found = {pk: rest for pk, *rest in _met_and_gift(people=padded({person.pk for person in people}))}
    for person in people:
        met_on, gift = found.get(person.pk, (None, None))
        met = _("last met %(day)s") % {"day": date_format(met_on or person.first_met_on, "j F Y")}
        place = person.neighbourhood.name if person.neighbourhood else ""
        person.told_apart = ", ".join(filter(None, (place, person.street, met, gift)))


@compiled_once
def _met_and_gift(*, people: Collection[int]) -> QuerySet[Person, Any]:
    talks = Conversation.objects.filter(people=OuterRef("pk")).order_by("-held_on").values("held_on")
    gifts = Gift.objects.filter(person=OuterRef("pk"), is_offered=True).order_by("-pk").values("name")
    return Person.objects.filter(pk__in=people).order_by().values_list("pk", Subquery(talks[:1]), Subquery(gifts[:1]))


def _rows_of(user: User, team: Team, names: Sequence[str], neighbourhood: Neighbourhood | None) -> list[Person]:
    """Return everybody who could be meant by one of these names, and others: `_match` chooses."""
    values: dict[str, Any] = {}
    typed = [apart_from_reach(name) for name in names]
    keys = {n: sorted(keys_of_anybody(each.name)) for n, each in enumerate(typed) if each.name}
    longest = max((len(padded(each)) for each in keys.values()), default=0)
    for n, each in enumerate(typed):
        if each.phone:
            values[f"phone{n}"] = phone_key(each.phone)
        if each.email:
            values[f"email{n}"] = each.email.lower()
        if keys.get(n):
            values[f"keys{n}"] = keys[n] + keys[n][-1:] * (longest - len(keys[n]))
            first = folded(each.name)
            # A first name alone is also the beginning of longer ones; an empty range finds nothing.
            is_first = bool(first) and " " not in first
            values[f"from{n}"], values[f"to{n}"] = (f"{first} ", f"{first} \U0010ffff") if is_first else ("", "")
    if not values:
        return []
    # What people type most; for anything else a query is built, so that few are kept.
    is_usual = len(names) <= COMPILED and len(values) == 3 * len(keys)
    find: Callable[..., Iterable[Person]] = _named if is_usual else _query_named
    return list(find(user=user, team=team, place=neighbourhood, **values))


def _query_named(*, user: User, team: Team, place: Neighbourhood | None, **typed: Any) -> QuerySet[Person]:
    """Return the residents of `_rows_of`: each way to look one up has an index of its own and a limit.

    The residents of the team are filtered once: building that filter again for each way costs more than the database takes
    to answer.
    """
    people = Person.objects.visible_to(user).filter(team=team).remembered().order_by()
    starting = PersonName.objects.visible_to(user).filter(team=team).current()
    ways: list[QuerySet] = []
    for name, value in typed.items():
        if name.startswith("phone"):
            ways.append(people.filter(phone_key=value).exclude(phone_key="").values("pk"))
        elif name.startswith("email"):
            ways.append(people.alias(lower=Lower("email")).filter(lower=value).exclude(email="").values("pk"))
        elif name.startswith("keys"):
            named = people.filter(name_key__in=value)
            ways.append(named.values("pk"))
            # The partial index has no empty keys, and SQLite cannot tell that from the values.
            ways.append(people.filter(other_name_key__in=value).exclude(other_name_key="").values("pk"))
            if place is not None:
                ways.append(named.filter(neighbourhood=place).values("pk"))
        elif name.startswith("from") and place is not None:
            longer = starting.filter(start__gte=value, start__lt=typed[name.replace("from", "to")])
            ways.append(longer.filter(person__neighbourhood=place).order_by("start", "person").values("person"))
    return _any_of([way[:OF_ONE_NAME] for way in ways]).select_related("neighbourhood")


_named = compiled_once(_query_named)


def keys_of_anybody(name: str) -> set[str]:
    """Return the keys of a name and of those it is short for, in any order, with the surname and without."""
    first, _blank, last = folded(name).partition(" ")
    keys = set(keys_of(name))
    for each in (first, *other_names(first)):
        keys |= {name_key(each + last), name_key(each)}
    return keys - {""}


def _any_of(ways: Sequence[QuerySet]) -> PersonQuerySet:
    """Return the residents whose primary key one of the queries gives, each of which finds only what the user may read.

    With OR between them PostgreSQL scans every resident of the team, and so it does when the team is asked for again here;
    SQLite allows no limits within a union.
    """
    people = Person.objects.remembered()
    if connection.features.supports_slicing_ordering_in_compound:
        return people.filter(pk__in=ways[0].union(*ways[1:]))
    found = Q()
    for way in ways:
        found |= Q(pk__in=way)
    return people.filter(found)


def _match(name: str, people: Iterable[Person], neighbourhood: Neighbourhood | None) -> NameMatch:
    place = neighbourhood.pk if neighbourhood else None
    typed = apart_from_reach(name)
    mine = Sketch(tuple(filter(None, [typed.name])), "", phone_key(typed.phone), typed.email, place)
    keys = keys_of(typed.name)
    same = [each for each in people if not keys.isdisjoint((each.name_key, each.other_name_key))]
    here = [each for each in same if place and each.neighbourhood_id == place]
    reached = [each for each in people if is_reached_alike(mine, sketch_of(each))]
    if len(here) == 1 and all(each.neighbourhood_id for each in same) and set(reached) <= {here[0]}:
        return NameMatch(name, person=here[0])
    alike: dict[Person, Likeness] = {each: likeness(mine, sketch_of(each)) for each in people}
    possible = sorted(
        (each for each, how in alike.items() if how.is_possible),
        key=lambda each: (-alike[each].score, each.neighbourhood_id != place, each.known_as, each.pk),
    )
    return NameMatch(name, candidates=tuple(possible[:CANDIDATES]), why=why_asked(name))


#: The columns by which a resident is compared with others, in the order of `sketch_from`.
SKETCHED = ("known_as", "also_known_as", "street", "phone_key", "email", "neighbourhood_id")


def sketch_of(person: Person) -> Sketch:
    """Return the values by which a resident is compared with others."""
    return sketch_from(*(getattr(person, name) for name in SKETCHED))


def sketch_from(
    known_as: str, also_known_as: str, street: str, phone_key: str, email: str, neighbourhood_id: int | None
) -> Sketch:
    """Return the same from the values of the columns."""
    return Sketch(tuple(filter(None, (known_as, also_known_as))), street, phone_key, email, neighbourhood_id)


def unclear_names(*, user: User, conversation: Conversation) -> list[NameMatch]:
    """Return the names in a conversation that were unclear on arrival, each with its current candidates.

    A candidate who has become certain meanwhile is still only offered, because nobody has confirmed it.
    """
    if not conversation.unsorted_names:
        return []
    matches = match_names(
        user=user, team=conversation.team, neighbourhood=conversation.neighbourhood, names=conversation.unsorted_names
    )
    tell_apart([match.person for match in matches.values() if match.person])
    return [
        NameMatch(name, candidates=(match.person,) if match.person else match.candidates, why=match.why)
        for name, match in matches.items()
    ]


def names_starting(*, user: User, team: Team, typed: str) -> QuerySet[PersonName]:
    """Return the names of a team's residents of which each typed word begins a part, in order; a range of one index.

    A blank at the end of a single word means that the word is complete.
    """
    first, *others = (folded(typed) or name_key(typed)).split(" ")
    if len(others) >= LONGEST // 2:
        return PersonName.objects.none()
    if typed.endswith(" ") and not others:
        first += " "
    rows = PersonName.objects.visible_to(user).filter(team=team).current()
    rows = rows.filter(start__gte=first, start__lt=f"{first}\U0010ffff")
    for word in others:
        rows = rows.filter(start__contains=f" {word}")
    return rows.order_by("start", "person")


def names_shown_starting(*, user: User, team: Team, typed: str) -> QuerySet[PersonName]:
    """Return the names of which each typed word begins a part, without those that the user is shown as initials.

    A search must not confirm a hidden name. Typed initials, such as "Z. Q.", find everybody who has them.
    """
    names = names_starting(user=user, team=team, typed=typed)
    return names if _are_initials(typed) else names.filter(names_seen(user, team, "person__"))


def _are_initials(typed: str) -> bool:
    return all(len(word) == 1 for word in folded(typed).split())


def people_shown_starting(*, user: User, team: Team, typed: str, most: int) -> list[int]:
    """Return the primary keys of the residents of `names_shown_starting`; for one word by a query that is compiled once."""
    first = folded(typed) or name_key(typed)
    if " " in first or typed.endswith(" "):
        names = names_shown_starting(user=user, team=team, typed=typed)
        return list(names.values_list("person", flat=True)[:most])
    is_seen = _are_initials(typed)
    roles = {"is_manager": user.has_role(team.pk, Role.MANAGER), "is_builder": user.has_role(team.pk, Role.BUILDER)}
    beyond = f"{first}\U0010ffff"
    return _shown_between(user=user, team=team, first=first, beyond=beyond, most=most, is_seen=is_seen, **roles)


@compiled_once
def _shown_between(
    *, user: User, team: Team, first: str, beyond: str, most: int, is_seen: bool, is_manager: bool, is_builder: bool
) -> QuerySet[PersonName, Any]:
    rows = PersonName.objects.visible_to(user).filter(team=team).current().filter(start__gte=first, start__lt=beyond)
    if not is_seen:
        rows = rows.filter(names_seen_as(user, is_manager=is_manager, is_builder=is_builder, path="person__"))
    return rows.order_by("start", "person").values_list("person", flat=True)[:most]


def people_like(*, user: User, team: Team, typed: str, neighbourhood: Neighbourhood | None = None) -> PersonQuerySet:
    """Return up to eight residents with a name of which each typed word begins a part, the neighbourhood's first.

    One query that reads a few of each from an index, however many there are. A single letter of an alphabet finds only
    residents with exactly that name: it would otherwise reveal eight full names, of residents who were never told.
    """
    typed = typed.strip()
    people = Person.objects.visible_to(user).filter(team=team).remembered()
    if not (key := name_key(typed)):
        return people.none()
    if len(key) == 1 and key.lower() != key.upper():
        ways = [people.filter(name_key=key), people.filter(other_name_key=key).exclude(other_name_key="")]
        ways = [way.order_by().values("pk") for way in ways]
    else:
        named = names_starting(user=user, team=team, typed=typed)
        here = [named.filter(person__neighbourhood=neighbourhood)] if neighbourhood else []
        ways = [way.values("person") for way in (named, *here)]
    # Two parts of somebody's name can begin in the same way.
    found = _any_of([way[: 2 * SUGGESTIONS] for way in ways])
    here = neighbourhood.pk if neighbourhood else 0
    found = found.select_related("neighbourhood").annotate(is_here=Q(neighbourhood=here))
    return found.order_by("-is_here", "known_as", "pk")[:SUGGESTIONS]


def matching_people_ids(*, user: User, team: Team, typed: str, also: Collection[int] = ()) -> QuerySet:
    """Return the primary keys of residents with a name of which each typed word begins a part, or whose street has the text.

    Each way uses an index of its own. The text can be anywhere in a street, above all after a house number, so all
    streets of the team are read, but from an index alone and not from the rows. A name that the user is shown as initials
    is found by these alone. also: further primary keys.
    """
    typed = " ".join(typed.split())
    on_street = Person.everyone.filter(team=team, street__icontains=typed).order_by().values("pk")
    if not name_key(typed):
        return on_street
    others = [Person.everyone.filter(team=team, pk__in=also).order_by().values("pk")] if also else []
    names = names_shown_starting(user=user, team=team, typed=typed)
    return names.order_by().values("person").union(on_street, *others, all=True)
