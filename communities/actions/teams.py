"""Writes to a team itself."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from communities.rules import can_set_limit

#: What one manager may approve alone; only administrators change it.
LIMIT = "approval_limit_gbp"
SETTINGS = (
    "name",
    "authority",
    "host_organisation",
    "language",
    LIMIT,
    "small_number_threshold",
)


@transaction.atomic
def update_team(*, team: Team, by: User, **values: object) -> Team:
    """Change a team's settings; names other than those in SETTINGS are refused.

    Raises: ValidationError keyed by field; PermissionDenied when a manager would change their own limit.
    """
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise TypeError(f"Not settings of a team: {sorted(unknown)}")
    team = Team.objects.select_for_update().get(pk=team.pk)
    changed = [name for name, value in values.items() if getattr(team, name) != value]
    if LIMIT in changed and not can_set_limit(by):
        raise PermissionDenied(_("An administrator can change the limit."))
    for name in changed:
        setattr(team, name, values[name])
    team.full_clean()
    if changed:
        team.save(update_fields=changed)
        audit.record(by=by, verb="update", obj=team, fields=changed)
    return team
