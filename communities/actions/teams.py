"""Writes to a team itself."""

from django.db import transaction

from communities import audit
from communities.models import Team, User

SETTINGS = (
    "name",
    "authority",
    "host_organisation",
    "language",
    "approval_limit_gbp",
    "small_number_threshold",
)


@transaction.atomic
def update_team(*, team: Team, by: User, **values: object) -> Team:
    """Change a team's settings; names other than those in SETTINGS are refused.

    Raises: ValidationError keyed by field.
    """
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise TypeError(f"Not settings of a team: {sorted(unknown)}")
    team = Team.objects.select_for_update().get(pk=team.pk)
    changed = [name for name, value in values.items() if getattr(team, name) != value]
    for name in changed:
        setattr(team, name, values[name])
    team.full_clean()
    if changed:
        team.save(update_fields=changed)
        audit.record(by=by, verb="update", obj=team, fields=changed)
    return team
