"""Doors of residents and their gifts."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from communities.doors import Door
from communities.models import User
from connectors.actions.current_record import ERASED_MEANWHILE
from connectors.actions.gifts import add_gift, remove_gift, update_gift
from connectors.actions.merges import confirm_different_people
from connectors.actions.people import create_person, update_person
from connectors.models import Gift, Person
from connectors.queries.consent import refusals_of_offer, refusals_of_reach
from connectors.rules import records


class PersonDoor(Door[Person]):
    """Residents. None is deleted: a resident who wishes it is erased, on their page."""

    model = Person

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Person:
        """Create a resident; others: residents who look alike and are somebody else."""
        others = values.pop("others", ())
        person = create_person(by=by, uuid=uuid, **values)
        confirm_different_people(person=person, others=others, by=by)
        return person

    def update(self, *, row: Person, by: User, values: dict) -> Person:
        """Update a resident; others: residents who look alike and are somebody else."""
        others = values.pop("others", ())
        person = update_person(person=row, by=by, **values)
        confirm_different_people(person=person, others=others, by=by)
        return person

    def refusals(self, *, row: Person | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse dates in the future, erased residents, and contact details of somebody who refuses contact."""
        if row is not None and row.erased_on:
            return {"id": ERASED_MEANWHILE}
        reach = refusals_of_reach(values, before=row) if row is not None else {}
        whole = {"street": getattr(row, "street", ""), **values}
        return {**reach, **records.refusals_of_person(whole, today=timezone.localdate())}


class GiftDoor(Door[Gift]):
    """Gifts of residents."""

    model = Gift
    fixed = ("person",)

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Gift:
        """Add a gift to a resident."""
        return add_gift(by=by, uuid=uuid, **values)

    def update(self, *, row: Gift, by: User, values: dict) -> Gift:
        """Update a gift."""
        return update_gift(gift=row, by=by, **values)

    def delete(self, *, row: Gift, by: User) -> None:
        """Delete a gift."""
        remove_gift(gift=row, by=by)

    def refusals(self, *, row: Gift | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse dates in the future, and offering a gift of somebody who refuses that."""
        whole = {**{name: getattr(row, name) for name in ("person", "is_offered") if row is not None}, **values}
        return {
            **refusals_of_offer(whole, before=row),
            **records.refusals_of_gift(values, today=timezone.localdate()),
        }
