"""Keep the keys by which residents are compared and found in step with their names."""

from collections.abc import Collection, Iterator

from connectors.models import Person, PersonName
from connectors.rules.name_keys import alike_starts, name_key, name_starts
from connectors.rules.people import phone_key


def set_keys(person: Person) -> Person:
    """Set the keys of a resident's names and phone number, to be saved with them; return the resident."""
    person.name_key, person.other_name_key = name_key(person.known_as), name_key(person.also_known_as)
    person.phone_key = phone_key(person.phone)
    return person


def save_names(people: Collection[Person], *, are_new: bool = False) -> None:
    """Save how a search for each of these saved residents can begin, and what duplicates have in common.

    Two queries, one if they are new.
    """
    wanted = {
        (person.pk, start, alike): PersonName(team_id=person.team_id, person=person, start=start, alike=alike)
        for person in people
        if person.erased_on is None
        for start, alike in _starts(person)
    }
    if not are_new:
        saved = PersonName.objects.filter(person__in=[person.pk for person in people])
        found = {tuple(rest): pk for pk, *rest in saved.values_list("pk", "person_id", "start", "alike")}
        if gone := [pk for key, pk in found.items() if key not in wanted]:
            PersonName.objects.filter(pk__in=gone).delete()
        wanted = {key: row for key, row in wanted.items() if key not in found}
    PersonName.objects.bulk_create(wanted.values())


def _starts(person: Person) -> Iterator[tuple[str, str]]:
    """Yield each text that a search can begin, and what duplicates have in common, once for each of the names."""
    names = (person.known_as, person.also_known_as)
    alike = alike_starts(names)
    yield from ((start, alike.get(start, "")) for start in sorted(name_starts(names)))
