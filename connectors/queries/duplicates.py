"""Find possible duplicates of residents: while somebody types, and among saved records."""

from collections.abc import Collection, Iterable, Sequence

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lower, Substr

from communities.compiled import compiled_once, padded
from communities.folding import folded
from communities.models import Neighbourhood, Team, User
from connectors.models import Person, PersonMerge, PersonName, ReadBackLink, TwoPeople
from connectors.queries.names import keys_of_anybody, names_starting, sketch_of, tell_apart
from connectors.queries.people import NAMED
from connectors.queries.same_person import SHOWN, Alike, alike_for_each, likeliest
from connectors.rules.duplicates import Sketch, initials, likeness
from connectors.rules.people import phone_key

#: The most residents that are compared with the typed values, whatever the team's size.
CANDIDATES = 200
#: The most residents that each way of looking them up adds.
OF_EACH = 60
#: The most possible duplicates that are listed; more come when these were decided on.
MOST_LISTED = 2_000
#: Seconds for which comparisons are kept, unless a record changes before.
COMPARED_KEPT = 3_600
#: Possible duplicates are counted up to this number.
MOST_COUNTED = 99
#: Seconds for which the menus show the same number of possible duplicates.
KEPT = 600
#: How many residents of one first name are few enough to be looked at.
FEW = 5


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
    alike = likeliest(each for each in alike if each.likeness.is_possible)[:SHOWN]
    tell_apart([each.person for each in alike])
    return alike


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
    """Return residents with an older record of the same phone number, email address, name and street, or name.

    Names are the same in any order of their parts and with short forms (`rules.name_keys.alike_key`). A first name alone
    counts if few have it, in the team or in one neighbourhood. Newest first; pairs marked as two people are left out.
    One statement that reads each name once, from an index.
    """
    return _possible(Person.objects.visible_to(user), team)


def _possible(people: QuerySet[Person], team: Team) -> QuerySet[Person]:
    people = people.filter(team=team)
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
        | Q(pk__in=_namesakes(team))
        | Q(pk__in=_namesakes(team, here=True))
    ).order_by("-pk")


def listed_duplicates(team: Team, stamp: str) -> list[int]:
    """Return the primary keys of `possible_duplicates` in its order, at most one more than `MOST_LISTED`.

    Kept until a record of the team changes, of which `stamp` tells (`communities.freshness.stamp_of`, read before). For
    managers, who see all of the team's residents; fetch them through `visible_to`. No query, or one.
    """
    key = f"possible-duplicates-{team.pk}-{stamp}"
    found = cache.get(key)
    if found is None:
        found = list(_possible(Person.objects.all(), team).values_list("pk", flat=True)[: MOST_LISTED + 1])
        cache.set(key, found, COMPARED_KEPT)
    return found


def duplicates_listed(
    numbers: Sequence[int], *, user: User, team: Team, stamp: str
) -> list[tuple[Person, list[Alike]]]:
    """Return `duplicates_of` for a page of `listed_duplicates`, two queries if the page was compared at the same stamp."""
    if not numbers:
        return []
    key = f"alike-{team.pk}-{stamp}-{numbers[0]}-{numbers[-1]}"
    people, known = Person.objects.visible_to(user).filter(team=team), cache.get(key)
    if known is None:
        rows = {person.pk: person for person in people.filter(pk__in=numbers)}
        found = duplicates_of([rows[pk] for pk in numbers if pk in rows], user=user, team=team)
        known = [(person.pk, [(each.person.pk, each.likeness) for each in alike]) for person, alike in found]
        cache.set(key, known, COMPARED_KEPT)
        return found
    wanted = {pk for pk, _alike in known} | {pk for _pk, alike in known for pk, _likeness in alike}
    rows = {person.pk: person for person in _people_listed(user=user, team=team, people=padded(wanted))}
    tell_apart(list(rows.values()))
    return [
        (rows[pk], [Alike(rows[other], like) for other, like in alike if other in rows])
        for pk, alike in known
        if pk in rows
    ]


@compiled_once
def _people_listed(*, user: User, team: Team, people: Collection[int]) -> QuerySet[Person]:
    rows = Person.objects.visible_to(user).filter(team=team, pk__in=people).select_related("neighbourhood")
    return rows.only("uuid", *NAMED, "street", "first_met_on", "neighbourhood__name")


def names_to_compare(team: Team) -> QuerySet[PersonName]:
    """Return the names of a team that `possible_duplicates` compares: as many as counting takes time for."""
    return PersonName.objects.filter(team=team).current().exclude(alike="").order_by()


def kept_count(team: Team) -> int | None:
    """Return how many possible duplicates were counted lately, None if they were not."""
    return cache.get(_count_key(team))


def keep_count(team: Team, number: int) -> None:
    """Keep for the menus how many possible duplicates there are, for `KEPT` seconds."""
    cache.set(_count_key(team), number, KEPT)


def clear_count(team: Team) -> None:
    """Forget how many possible duplicates there are, because somebody has looked after one."""
    cache.delete(_count_key(team))


def _count_key(team: Team) -> str:
    return f"duplicates-{team.pk}"


def _namesakes(team: Team, *, here: bool = False) -> QuerySet:
    """Return the primary keys of residents with an older record of the same name.

    The name is in two parts or more, or few have it; with `here`, few of one neighbourhood have it, and both are of it.
    """
    place = {"place": F("person__neighbourhood")} if here else {}
    names = names_to_compare(team)
    shared = Window(Count("pk"), partition_by=[F("alike"), *place.values()])
    few = names.annotate(shared=shared).filter(shared__gt=1)
    if here:
        few = few.filter(person__neighbourhood__isnull=False)
    few = few.filter(Q(shared__lte=FEW) if here else Q(shared__lte=FEW) | Q(alike__contains=" "))
    said = TwoPeople.objects.filter(person=OuterRef("person"), other=OuterRef(OuterRef("person")))
    twins = PersonName.objects.filter(team=team, alike=OuterRef("alike"), person__lt=OuterRef("person")).current()
    twins = twins.exclude(alike="").exclude(Exists(said))
    if here:
        twins = twins.filter(person__neighbourhood=OuterRef("person__neighbourhood"))
    return PersonName.objects.filter(Exists(twins), pk__in=few.values("pk")).order_by().values("person")


def duplicates_of(people: Iterable[Person], *, user: User, team: Team) -> list[tuple[Person, list[Alike]]]:
    """Return for each resident of a page the older records that look like theirs, likeliest first; a dozen queries.

    Somebody whose name only looks the same is left out.
    """
    people = list(people)
    said = set(TwoPeople.objects.filter(team=team, other__in=people).values_list("person_id", "other_id"))
    alike = alike_for_each(team=team, typed=[sketch_of(person) for person in people], of_one_key=2 * FEW, shown=OF_EACH)
    found = [
        (person, [each for each in others if each.person.pk < person.pk and (each.person.pk, person.pk) not in said])
        for person, others in zip(people, alike, strict=True)
    ]
    return [(person, others[:SHOWN]) for person, others in found if others]


@compiled_once
def merges_of(*, user: User, team: Team, person: Person) -> QuerySet[PersonMerge]:
    """Return the merges into this resident's record that were not undone, most recent first; one query."""
    rows = PersonMerge.objects.visible_to(user).filter(kept=person, undone_at__isnull=True)
    return (
        rows.select_related("absorbed", "merged_by")
        .order_by("-pk")
        .only(
            "uuid",
            "merged_at",
            "absorbed__known_as",
            "absorbed__told_on",
            "absorbed__created_by",
            "absorbed__team",
            "merged_by__name",
            "merged_by__email",
        )
    )


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
