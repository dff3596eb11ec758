"""How the admin and imports write measurements; stories have pages of their own."""

import copy
from uuid import UUID

from communities.doors import Door, by_field
from communities.models import User
from evaluation.actions.measurements import record_measurement, update_measurement
from evaluation.actions.removing import delete_measurement
from evaluation.models import Measurement

CHANGING = ("neighbourhood", "period_start", "period_end", "value", "note")


class MeasurementDoor(Door[Measurement]):
    """Recorded indicators."""

    model = Measurement
    fixed = ("team", "indicator")

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Measurement:
        """Record a measurement."""
        return record_measurement(by=by, uuid=uuid, **values)

    def update(self, *, row: Measurement, by: User, values: dict) -> Measurement:
        """Update a measurement; the action takes every value."""
        whole = {name: values.get(name, getattr(row, name)) for name in CHANGING}
        return update_measurement(measurement=row, by=by, **whole)

    def delete(self, *, row: Measurement, by: User) -> None:
        """Delete a measurement recorded by mistake."""
        delete_measurement(measurement=row, by=by)

    def refusals(self, *, row: Measurement | None, values: dict, by: User) -> dict[str, object]:
        """Ask the model, as the actions do."""
        draft = copy.copy(row) if row is not None else Measurement()
        for name, value in values.items():
            setattr(draft, name, value)
        return by_field(draft.clean)
