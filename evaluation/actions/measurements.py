"""Write down recorded indicators."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from communities import audit
from communities.models import Neighbourhood, Team, User
from evaluation.models import Indicator, Measurement


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
) -> Measurement:
    """Write down the value of a recorded indicator for a whole quarter or year and a place; None is the whole team.

    Raises: ValidationError for an indicator that Kith counts itself, another team's neighbourhood, an odd length of
    time, a value below 0, nothing about how the team knows, and a second value for the same time and place.
    """
    measurement = Measurement(
        team=team,
        indicator=indicator,
        neighbourhood=neighbourhood,
        period_start=period_start,
        period_end=period_end,
        value=value,
        note=note,
        created_by=by,
    )
    measurement.full_clean()
    measurement.save()
    audit.record(by=by, verb="recorded", obj=measurement, fields=["value", "note", "period_start", "period_end"])
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
    """Change a measurement; the same is refused as for a new one."""
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
    measurement.full_clean()
    if changed:
        measurement.save(update_fields=changed)
        audit.record(by=by, verb="changed", obj=measurement, fields=changed)
    return measurement
