"""The current record of a resident, for writing: never one that was merged into another, never an erased one."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.models import Team, User
from communities.rules import require
from connectors.models import Person
from connectors.queries.duplicates import numbers_of
from connectors.rules.conversations import can_log_conversation, can_name_builder

ERASED_MEANWHILE = _("They asked us to erase their data. Nothing was saved.")


def locked_person(person: Person) -> Person:
    """Lock and return the current record of a resident: their own, or the one it was merged into meanwhile.

    Raises: ValidationError when they were erased meanwhile, so that an open page cannot bring them back.
    """
    row = Person.everyone.select_for_update(of=("self",)).get(pk=person.pk)
    while row.merged_into_id:
        row = Person.everyone.select_for_update(of=("self",)).get(pk=row.merged_into_id)
    if row.erased_on:
        raise ValidationError(ERASED_MEANWHILE, code="erased")
    return row


def current_people(people: Iterable[Person]) -> dict[int, Person]:
    """Lock residents and return, by primary key, the current record of each: their own, or the one it was merged into.

    Locks in the order of primary keys, as merging does, so that they cannot deadlock. One query, unless somebody was
    merged or erased since they were read.
    Raises: as `locked_person`.
    """
    given = {person.pk: person for person in people}
    rows = Person.everyone.select_for_update(of=("self",), no_key=True).filter(pk__in=given).order_by("pk")
    return {
        row.pk: locked_person(row) if row.merged_into_id or (row.erased_on and not given[row.pk].erased_on) else row
        for row in (rows if given else ())
    }


def refuse_builder(builder: User, *, field: str, team: Team, by: User | None) -> None:
    """Check that `by` is allowed to record that this user held a conversation, made an introduction or added an ask.

    Raises: PermissionDenied when `by` is not allowed to name others; ValidationError under `field` for somebody outside
    the team.
    """
    if builder == by:
        return
    require(can_name_builder, by, team)
    if not can_log_conversation(builder, team):
        raise ValidationError({field: _("Choose someone who adds records for this team.")})


def locked_records(person: Person) -> list[Person]:
    """Lock every record of a resident and return them, the current one first.

    Locks in the order of primary keys, as merging and unmerging do, so that they cannot deadlock. Queries again until
    no record was added or removed meanwhile.
    """
    ids = numbers_of(person.pk)
    while True:
        rows = Person.everyone.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        found = {row.pk: row for row in rows}
        now = numbers_of(person.pk)
        if missing := set(ids) - set(found):
            raise Person.DoesNotExist(missing)
        if set(now) == set(ids):
            return [found[pk] for pk in now]
        ids = now
