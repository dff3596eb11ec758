"""Record and update measurements."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from communities import audit
from communities.actions.saving import locked, save_checked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.rules import require
from communities.verbs import Verb
from evaluation import rules
from evaluation.models import Indicator, Measurement


@idempotent(Measurement)
@transaction.atomic
def record_measurement(
    *,
    by: User,
    team: Team,
    indicator: Indicator,
    period_start: date,
    period_end: date,
    value: Decimal,
    note: str,
    neighbourhood: Neighbourhood | None = None,
    uuid: UUID | None = None,
) -> Measurement:
    """Record an indicator's value for a whole quarter or year and a neighbourhood; None is the whole team.

    The same UUID sent twice creates one measurement.
    Raises: PermissionDenied; ValidationError for an indicator that Kith counts itself, another team's neighbourhood, a period
    that is not a whole quarter or year, a negative value, an empty note, and a second value for the same period and place.
    """
    require(rules.can_write_measurement, by, team)
    measurement = Measurement(
        uuid=uuid or uuid4(),
        team=team,
        indicator=indicator,
        neighbourhood=neighbourhood,
        period_start=period_start,
        period_end=period_end,
        value=value,
        note=note,
        created_by=by,
    )
    save_checked(measurement)
    audit.record(by=by, verb=Verb.CREATE, obj=measurement, fields=["value", "note", "period_start", "period_end"])
    return measurement


@transaction.atomic
def update_measurement(
    *,
    by: User,
    measurement: Measurement,
    period_start: date,
    period_end: date,
    value: Decimal,
    note: str,
    neighbourhood: Neighbourhood | None = None,
) -> Measurement:
    """Change a measurement.

    Raises: PermissionDenied; ValidationError as for a new one, and when it was deleted meanwhile.
    """
    require(rules.can_write_measurement, by, measurement.team_id)
    measurement = locked(Measurement.objects.select_related("indicator"), measurement.pk)
    new = {
        "neighbourhood": neighbourhood,
        "period_start": period_start,
        "period_end": period_end,
        "value": value,
        "note": note,
    }
    changed = [name for name, given in new.items() if getattr(measurement, name) != given]
    for name, given in new.items():
        setattr(measurement, name, given)
    if changed:
        save_checked(measurement, update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=measurement, fields=changed)
    return measurement
