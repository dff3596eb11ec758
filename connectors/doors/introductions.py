"""Doors of introductions and asks."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.doors import Door
from communities.idempotency import idempotent, part_of
from communities.models import User
from connectors.actions.asks import create_ask, delete_ask, update_ask
from connectors.actions.introductions import delete_introduction, introduce, update_introduction
from connectors.models import Ask, Introduction
from connectors.queries.consent import refusals_of_meeting
from connectors.rules import records
from connectors.rules.asks import refusals_of_ask
from connectors.rules.introductions import ENDS

WITH_A_NEW_ONE = ("team", "source", "introduced_on", "reason", "neighbourhood", "introduced_by")
ASKED = ("team", "words", "theme", "person", "neighbourhood", "asked_on")
CHOOSE_ONE = _("Choose one resident, asset or partner.")


class IntroductionDoor(Door[Introduction]):
    """Introductions."""

    model = Introduction
    field_of = {"from_end": "from_person", "to_end": "to_person"}  # noqa: RUF012 - read only

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Introduction:
        """Create an introduction, with its outcome."""
        ends = {f"{side}_end": self._end(side, values) for side in ("from", "to")}
        said = {name: values[name] for name in WITH_A_NEW_ONE if values.get(name)}
        made = introduce(by=by, uuid=uuid, **ends, **said)
        came = {name: values[name] for name in ("outcome", "outcome_note", "outcome_on") if values.get(name)}
        return _note_what_came(introduction=made, by=by, came=came, uuid=part_of(uuid, "outcome"))

    def update(self, *, row: Introduction, by: User, values: dict) -> Introduction:
        """Update an introduction, with its outcome."""
        return update_introduction(introduction=row, by=by, **values)

    def _end(self, side: str, values: Mapping) -> object:
        found = [values[f"{side}_{kind}"] for kind in ENDS if values.get(f"{side}_{kind}")]
        if len(found) != 1:
            raise ValidationError({f"{side}_person": CHOOSE_ONE})
        return found[0]

    def delete(self, *, row: Introduction, by: User) -> None:
        """Delete an introduction recorded by mistake."""
        delete_introduction(introduction=row, by=by)

    def refusals(self, *, row: Introduction | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse dates in the future, and new ends who refuse contact or introductions."""
        known = {row.from_person_id, row.to_person_id} if row is not None else set()
        found = dict(refusals_of_meeting(values, known_ids=known))
        found |= records.refusals_of_introduction(values, today=timezone.localdate(), known_ids=known)
        for side in ("from", "to"):
            ends = {f"{side}_{kind}": getattr(row, f"{side}_{kind}", None) for kind in ENDS}
            ends |= {name: values[name] for name in ends if name in values}
            if sum(end is not None for end in ends.values()) != 1:
                found.setdefault(f"{side}_person", CHOOSE_ONE)
        return found


@idempotent(Introduction)
@transaction.atomic
def _note_what_came(
    *, introduction: Introduction, by: User, came: Mapping[str, object], uuid: UUID | None = None
) -> Introduction:
    return update_introduction(introduction=introduction, by=by, **came) if came else introduction


class AskDoor(Door[Ask]):
    """Asks, and who met them."""

    model = Ask
    field_of = {"by_end": "met_by"}  # noqa: RUF012 - read only

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Ask:
        """Create an ask, with who met it."""
        said = {name: values[name] for name in ASKED if values.get(name)}
        ask = create_ask(by=by, uuid=uuid, **said)
        more = {name: value for name, value in values.items() if name not in ASKED and value}
        return _note_who_met(ask=ask, by=by, more=more, uuid=part_of(uuid, "met"))

    def update(self, *, row: Ask, by: User, values: dict) -> Ask:
        """Update an ask, with who met it."""
        return update_ask(ask=row, by=by, **values)

    def delete(self, *, row: Ask, by: User) -> None:
        """Delete an ask recorded by mistake."""
        delete_ask(ask=row, by=by)

    def refusals(self, *, row: Ask | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse dates in the future, an ask met before it was asked, and a meeter that does not match `met_by`."""
        names = [field.name for field in Ask._meta.concrete_fields]
        whole = {
            name: values.get(name, getattr(row, name, None)) for name in names if name in values or row is not None
        }
        return refusals_of_ask(whole, today=timezone.localdate())


@idempotent(Ask)
@transaction.atomic
def _note_who_met(*, ask: Ask, by: User, more: Mapping[str, object], uuid: UUID | None = None) -> Ask:
    return update_ask(ask=ask, by=by, **more) if more else ask
