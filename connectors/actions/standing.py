"""The record that stands for a resident when something is written: never one put into another, never one forgotten."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connectors.models import Person

FORGOTTEN = _("They were forgotten, at their wish. Nothing was kept.")


def locked_person(person: Person) -> Person:
    """Lock the record that stands for a resident now and return it: their own, or the one it was put into meanwhile.

    Raises: ValidationError when they were forgotten meanwhile: what was still on somebody's screen must not bring them back.
    """
    row = Person.everyone.select_for_update(of=("self",)).get(pk=person.pk)
    while row.merged_into_id:
        row = Person.everyone.select_for_update(of=("self",)).get(pk=row.merged_into_id)
    if row.forgotten_on:
        raise ValidationError(FORGOTTEN, code="forgotten")
    return row


def standing_people(people: Iterable[Person]) -> dict[int, Person]:
    """Lock residents and return, by number, the record that stands for each now: their own, or where it was put meanwhile.

    In the order of their numbers, as putting together locks them; it waits for this, or this for it. One query, unless
    somebody was put together or forgotten since they were read.
    Raises: as `locked_person`.
    """
    given = {person.pk: person for person in people}
    rows = Person.everyone.select_for_update(of=("self",), no_key=True).filter(pk__in=given).order_by("pk")
    return {
        row.pk: locked_person(row)
        if row.merged_into_id or (row.forgotten_on and not given[row.pk].forgotten_on)
        else row
        for row in (rows if given else ())
    }


def locked_records(person: Person) -> list[Person]:
    """Lock every record of a resident and return them, the one that stands for them first.

    In the order of their numbers, as putting together and taking apart lock them, so that none waits for the other in a ring;
    looked up again until nobody put a record in or took one out meanwhile.
    """
    ids = _numbers_of(person.pk)
    while True:
        rows = Person.everyone.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        found = {row.pk: row for row in rows}
        now = _numbers_of(person.pk)
        if set(now) == set(ids):
            return [found[pk] for pk in now]
        ids = now


def _numbers_of(pk: int) -> list[int]:
    """Return the numbers of a resident's records, however many times they were put together, the standing one first."""
    parents = Person.everyone.values_list("merged_into_id", flat=True)
    while (parent := parents.get(pk=pk)) is not None:
        pk = parent
    found, newest = [pk], [pk]
    while newest:
        newest = list(Person.everyone.filter(merged_into__in=newest).order_by("pk").values_list("pk", flat=True))
        found += newest
    return found
