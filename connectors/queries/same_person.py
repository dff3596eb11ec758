"""Find for each row of a list the residents who could be the same person, in few queries however long the list is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Lower, RowNumber
from django.utils.translation import gettext_lazy as _

from communities.folding import folded
from communities.lists import listed
from communities.models import Team
from connectors.models import Person, PersonName, PersonQuerySet
from connectors.queries.names import SKETCHED, keys_of_anybody, sketch_from, tell_apart
from connectors.rules.duplicates import Likeness, Sketch, likeness

#: How many rows are looked up together.
AT_ONCE = 100
#: How many residents of one key are compared, the newest of each neighbourhood, and of one street or phone number.
OF_ONE_KEY, OF_ONE_PLACE = 5, 40
#: The most values in one query.
VALUES = 500

#: How many are shown.
SHOWN = 5

#: What two records can have in common.
IN_COMMON = {
    "name": _("the same name"),
    "nickname": _("a short form of the same name"),
    "spelling": _("a similar spelling"),
    "street": _("the same street"),
    "phone": _("the same phone"),
    "email": _("the same email"),
}

type _Marks = dict[tuple[str, object], list[int]]


@dataclass(frozen=True)
class Alike:
    """A resident who could be the one being recorded, and why."""

    person: Person
    likeness: Likeness

    @property
    def because(self) -> str:
        """Return what they have in common, as text for the page."""
        return listed(IN_COMMON[each] for each in self.likeness.because)


def likeliest(alike: Iterable[Alike]) -> list[Alike]:
    """Return the likeliest first: of equals those with more in common, and then the newest."""
    return sorted(alike, key=lambda each: (-each.likeness.score, -len(each.likeness.because), -each.person.pk))


def alike_for_each(
    *, team: Team, typed: Sequence[Sketch], of_one_key: int = OF_ONE_KEY, shown: int = SHOWN
) -> list[list[Alike]]:
    """Return for each row up to five residents of the team who could be that person, likeliest first.

    The grounds are those of `look_alikes`: a name in any order of its parts, a short form, a phone number, an email
    address, a street. A few queries for every hundred rows, and one for each pair of a first name alone and a
    neighbourhood. The residents have `told_apart`.
    of_one_key: how many residents of one name are compared, the newest of each neighbourhood. shown: how many are returned.
    """
    found = [each for some in batched(typed, AT_ONCE) for each in _alike(team, some, of_one_key, shown)]
    people = {alike.person.pk: alike.person for row in found for alike in row}
    for some in batched(people.values(), VALUES):
        tell_apart(some)
    return found


def _alike(team: Team, typed: Sequence[Sketch], of_one_key: int, shown: int) -> Iterator[list[Alike]]:
    marks = [set(_marks(each)) for each in typed]
    by_mark = _residents_of(team, set().union(*marks), of_one_key)
    # Most candidates turn out to be somebody else, so they are compared as plain values.
    sketches: dict[int, Sketch] = {}
    for some in batched(sorted({pk for pks in by_mark.values() for pk in pks}), VALUES):
        rows = Person.objects.filter(team=team, pk__in=some).remembered().order_by().values_list("pk", *SKETCHED)
        sketches |= {pk: sketch_from(*values) for pk, *values in rows}
    found: list[dict[int, Likeness]] = []
    for sketch, wanted in zip(typed, marks, strict=True):
        others = {pk for mark in wanted for pk in by_mark.get(mark, ()) if pk in sketches}
        compared = {pk: likeness(sketch, sketches[pk]) for pk in others}
        found.append({pk: like for pk, like in compared.items() if like.is_possible})
    people: dict[int, Person] = {}
    for some in batched(sorted({pk for row in found for pk in row}), VALUES):
        people |= {person.pk: person for person in Person.objects.filter(pk__in=some).select_related("neighbourhood")}
    for row in found:
        yield likeliest(Alike(people[pk], like) for pk, like in row.items() if pk in people)[:shown]


def _marks(sketch: Sketch) -> Iterator[tuple[str, object]]:
    """Yield the values by which a resident like this can be looked up."""
    if len(sketch.phone_key) > 5:
        yield "phone", sketch.phone_key
    if sketch.email:
        yield "email", sketch.email.lower()
    for name in sketch.names:
        yield from (("name", key) for key in keys_of_anybody(name))
        first = folded(name)
        if sketch.neighbourhood_id and first and " " not in first:
            yield "longer", (first, sketch.neighbourhood_id)
    if sketch.street.strip() and sketch.names:
        yield "street", sketch.street.strip().lower()


def _residents_of(team: Team, marks: Iterable[tuple[str, object]], of_one_key: int) -> _Marks:
    """Return the primary keys of the residents who have each mark."""
    found: _Marks = defaultdict(list)
    wanted: dict[str, list] = defaultdict(list)
    for kind, value in sorted(marks, key=repr):
        wanted[kind].append(value)
    people = Person.objects.filter(team=team).remembered().order_by()
    # The partial indexes have no empty values, and SQLite cannot tell that from the values asked for.
    ways: Sequence[tuple[str, PersonQuerySet, str, int]] = (
        ("phone", people.exclude(phone_key=""), "phone_key", OF_ONE_PLACE),
        ("email", people.alias(lower=Lower("email")).exclude(email=""), "lower", OF_ONE_PLACE),
        ("street", people.alias(lower=Lower("street")), "lower", OF_ONE_PLACE),
        ("name", people, "name_key", of_one_key),
        ("name", people.exclude(other_name_key=""), "other_name_key", of_one_key),
    )
    for kind, rows, column, most in ways:
        for some in batched(wanted[kind], VALUES):
            for pk, value in _newest(rows.filter(**{f"{column}__in": some}), column, most):
                found[kind, value].append(pk)
    for first, place in wanted["longer"]:
        names = PersonName.objects.filter(team=team, start__gte=f"{first} ", start__lt=f"{first} \U0010ffff")
        rows = names.current().filter(person__neighbourhood=place).values_list("person", flat=True)
        found["longer", (first, place)] = list(rows[:OF_ONE_PLACE])
    return found


def _newest(rows: QuerySet[Person], column: str, most: int) -> Iterable[tuple[int, str]]:
    """Return (primary key, value) of the newest rows of each value and neighbourhood."""
    place = Window(RowNumber(), partition_by=[F(column), F("neighbourhood_id")], order_by=F("pk").desc())
    return rows.annotate(place=place, value=F(column)).filter(place__lte=most).values_list("pk", "value")
