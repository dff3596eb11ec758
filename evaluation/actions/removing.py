"""Deleting a measurement that was written down by mistake."""

from django.db import transaction

from communities import audit
from communities.actions.saving import locked
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation.models import Measurement
from evaluation.rules import can_write_measurement


@transaction.atomic
def delete_measurement(*, measurement: Measurement, by: User | None) -> None:
    """Delete a measurement. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_write_measurement, by, measurement.team_id)
    measurement = locked(Measurement.objects.select_related("team"), measurement.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=measurement)
    delete_undoably(measurement, by=by)
