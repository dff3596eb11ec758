"""Find possible duplicates of residents: while somebody types, and among saved records."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Substr
from django.utils.translation import gettext as _

from communities.folding import folded
from communities.models import Neighbourhood, Team, User
from connectors.models import Person, PersonMerge, PersonName, ReadBackLink, TwoPeople
from connectors.queries.names import keys_of_anybody, names_starting, sketch_of, tell_apart
from connectors.rules.duplicates import Likeness, Sketch, initials, likeness
from connectors.rules.people import phone_key

#: The most residents that are compared with the typed values, whatever the team's size.
CANDIDATES = 200
#: The most residents that each way of looking them up adds.
OF_EACH = 60
#: How many are shown.
SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """A resident who could be the one being recorded, and why."""

    person: Person
    likeness: Likeness

    @property
    def because(self) -> str:
        """Return what they have in common, as text for the page."""
        words = {
            "name": _("the same name"),
            "nickname": _("a short form of the same name"),
            "spelling": _("a similar spelling"),
            "street": _("the same street"),
            "phone": _("the same phone"),
            "email": _("the same email"),
        }
        return ", ".join(words[each] for each in self.likeness.because)


def look_alikes(
    *,
    user: User,
    team: Team,
    names: Iterable[str],
    street: str = "",
    phone: str = "",
    email: str = "",
    neighbourhood: Neighbourhood | None = None,
    besides: Person | None = None,
) -> list[Alike]:
    """Return up to five residents who could be the one being typed, likeliest first.

    At most nine short queries, each on an index and of at most 60 rows, whatever the team's size; `rules.duplicates`
    ranks. They have `told_apart`.
    besides: a saved resident, left out together with those whom somebody marked as another person.
    """
    names = tuple(filter(None, (" ".join(name.split())[:80] for name in names)))
    typed = Sketch(names, street, phone_key(phone), email.strip(), neighbourhood.pk if neighbourhood else None)
    people = Person.objects.visible_to(user).filter(team=team).remembered()
    if besides is not None:
        people = people.exclude(pk__in=[besides.pk, *_confirmed_as_different(besides)])
    found = {
        pk for ways in _ways(typed, people, user, team) for pk in ways.order_by().values_list("pk", flat=True)[:OF_EACH]
    }
    rows = people.filter(pk__in=sorted(found, reverse=True)[:CANDIDATES]).select_related("neighbourhood")
    alike = [Alike(person, likeness(typed, sketch_of(person))) for person in rows]
    alike = likeliest(each for each in alike if each.likeness.is_possible)
    tell_apart([each.person for each in alike])
    return alike


def likeliest(alike: Iterable[Alike]) -> list[Alike]:
    """Return the five likeliest: of equals those with more in common, and then the newest."""
    return sorted(alike, key=lambda each: (-each.likeness.score, -len(each.likeness.because), -each.person.pk))[:SHOWN]


def _confirmed_as_different(person: Person) -> set[int]:
    pairs = TwoPeople.objects.filter(Q(person=person) | Q(other=person)).values_list("person_id", "other_id")
    return {pk for pair in pairs for pk in pair} - {person.pk}


def _ways(typed: Sketch, people: QuerySet[Person], user: User, team: Team) -> Iterable[QuerySet[Person]]:
    """Yield the ways to look residents up, each by one index."""
    if len(typed.phone_key) > 5:
        # Empty values are excluded here and below because the partial indexes leave them out, and SQLite cannot tell
        # from a value that such an index will do. With 8,000 residents 0.4 ms, otherwise 9 to 17, even with statistics.
        yield people.filter(phone_key=typed.phone_key).exclude(phone_key="")
    if typed.email:
        yield people.alias(lower=Lower("email")).filter(lower=typed.email.lower()).exclude(email="")
    if not typed.names:
        return
    keys = {key for name in typed.names for key in keys_of_anybody(name)}
    named = people.filter(name_key__in=keys)
    if typed.neighbourhood_id:
        yield named.filter(neighbourhood=typed.neighbourhood_id)
    yield named
    yield people.filter(other_name_key__in=keys).exclude(other_name_key="")
    if typed.street:
        lived = people.alias(lower=Lower("street"), begins=Substr(Lower("known_as"), 1, 1))
        yield lived.filter(lower=typed.street.strip().lower(), begins__in=initials(typed.names))
    for name in typed.names:
        if " " not in folded(name):
            yield people.filter(
                pk__in=names_starting(user=user, team=team, typed=f"{name} ").values("person")[:OF_EACH]
            )


def possible_duplicates(*, user: User, team: Team) -> QuerySet[Person]:
    """Return residents with an older record of the same phone number, email address, or name and street.

    Newest first. One statement on indexes for the whole team; pairs marked as two people are left out.
    """
    people = Person.objects.visible_to(user).filter(team=team)
    said = TwoPeople.objects.filter(person=OuterRef("pk"), other=OuterRef(OuterRef("pk")))
    older = Person.objects.filter(team=team, pk__lt=OuterRef("pk")).exclude(Exists(said))
    same_phone = older.filter(phone_key=OuterRef("phone_key")).exclude(phone_key="")
    same_email = older.alias(lower=Lower("email")).filter(lower=Lower(OuterRef("email"))).exclude(email="")
    same_name = older.alias(lower=Lower("street")).filter(
        name_key=OuterRef("name_key"), lower=Lower(OuterRef("street"))
    )
    return people.filter(
        (~Q(phone_key="") & Exists(same_phone))
        | (~Q(email="") & Exists(same_email))
        | (~Q(name_key="") & ~Q(street="") & Exists(same_name))
    ).order_by("-pk")


def duplicates_of(people: Iterable[Person], *, user: User, team: Team) -> list[tuple[Person, list[Alike]]]:
    """Return for each resident of a page the older records that look like theirs, likeliest first; four queries."""
    people = list(people)
    everybody = Person.objects.visible_to(user).filter(team=team).select_related("neighbourhood").order_by("pk")
    phones = {each.phone_key for each in people} - {""}
    emails = {each.email.lower() for each in people} - {""}
    names = {each.name_key for each in people if each.street} - {""}
    streets = {each.street.lower() for each in people} - {""}
    ways = (
        everybody.filter(phone_key__in=phones).exclude(phone_key=""),
        everybody.alias(lower=Lower("email")).exclude(email="").filter(lower__in=emails),
        everybody.alias(lower=Lower("street")).filter(name_key__in=names, lower__in=streets),
    )
    by_mark: dict[tuple[str, ...], dict[int, Person]] = defaultdict(dict)
    for other in (each for way in ways for each in way[: CANDIDATES * 5]):
        for mark in _marks(other):
            by_mark[mark][other.pk] = other
    said = set(TwoPeople.objects.filter(team=team, other__in=people).values_list("person_id", "other_id"))
    return [(person, _older(person, by_mark, said)) for person in people]


def _marks(person: Person) -> Iterable[tuple[str, ...]]:
    """Yield the values that two records of one resident can have in common, each as a key."""
    if person.phone_key:
        yield ("phone", person.phone_key)
    if person.email:
        yield ("email", person.email.lower())
    if person.name_key and person.street:
        yield ("street", person.name_key, person.street.lower())


def _older(
    person: Person, by_mark: dict[tuple[str, ...], dict[int, Person]], said: set[tuple[int, int]]
) -> list[Alike]:
    others = {pk: other for mark in _marks(person) for pk, other in by_mark[mark].items()}
    mine = sketch_of(person)
    alike = [
        Alike(other, likeness(mine, sketch_of(other)))
        for pk, other in others.items()
        if pk < person.pk and (pk, person.pk) not in said
    ]
    return sorted(alike, key=lambda each: (-each.likeness.score, -each.person.pk))[:SHOWN]


def merges_of(person: Person, user: User) -> list[PersonMerge]:
    """Return the merges into this resident's record that were not undone, most recent first; one query."""
    rows = PersonMerge.objects.visible_to(user).filter(kept=person, undone_at__isnull=True)
    rows = rows.select_related("absorbed", "merged_by").only(
        "uuid",
        "merged_at",
        "absorbed__known_as",
        "absorbed__told_on",
        "absorbed__created_by",
        "absorbed__team",
        "merged_by__name",
        "merged_by__email",
    )
    return list(rows.order_by("-pk"))


def current_record_of(person: Person) -> Person:
    """Return the record that a resident's record was merged into, through any number of merges."""
    seen = set()
    while person.merged_into_id and person.pk not in seen:
        seen.add(person.pk)
        person = Person.everyone.get(pk=person.merged_into_id)
    return person


def what_moves(person: Person) -> list[tuple[str, int]]:
    """Return (plural name, count) of the rows of any app that point at a resident, highest count first."""
    numbers: dict[str, int] = {}
    for relation in Person._meta.related_objects:
        if relation.related_model not in (Person, PersonMerge, PersonName, ReadBackLink):
            label = str(relation.related_model._meta.verbose_name_plural)
            rows = relation.related_model._base_manager.filter(**{relation.field.name: person})
            numbers[label] = numbers.get(label, 0) + rows.count()
    return sorted(
        ((label, number) for label, number in numbers.items() if number), key=lambda each: (-each[1], each[0])
    )


def numbers_of(pk: int) -> list[int]:
    """Return the primary keys of a resident's records, however many times they were merged, the current one first."""
    parents = Person.everyone.values_list("merged_into_id", flat=True)
    while (parent := parents.get(pk=pk)) is not None:
        pk = parent
    found, newest = [pk], [pk]
    while newest:
        newest = list(Person.everyone.filter(merged_into__in=newest).order_by("pk").values_list("pk", flat=True))
        found += newest
    return found
