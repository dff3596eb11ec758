"""Record that somebody is away, and their stand-in; an absence ends by itself."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import save_checked
from communities.handover import owners_in
from communities.models import Absence, Team, User
from communities.rules import can_be_away, require
from communities.undo import Undo
from communities.verbs import Verb


@transaction.atomic
def save_absence(*, team: Team, user: User, by: User, stand_in: User, starts_on: date, ends_on: date) -> Absence:
    """Save the days on which somebody is away, in place of those that are still to come; the same twice changes nothing.

    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_be_away, by, team, user)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if not owners_in(team).filter(pk=stand_in.pk).exists():
        raise ValidationError({"stand_in": _("Choose someone who adds records for this team.")})
    if ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("This day is over.")})
    absence = current_absence(team=team, user=user) or Absence(team=team, user=user, created_by=by)
    new = {"stand_in": stand_in, "starts_on": starts_on, "ends_on": ends_on}
    changed = [name for name, value in new.items() if absence.pk is None or getattr(absence, name) != value]
    for name, value in new.items():
        setattr(absence, name, value)
    if changed:
        save_checked(absence)
        audit.record(by=by, verb=Verb.AWAY, obj=user, fields=changed, team=team)
    return absence


@transaction.atomic
def end_absence(*, team: Team, user: User, by: User) -> User:
    """End an absence early, or call it off; nothing happens without one. Raises: PermissionDenied."""
    require(can_be_away, by, team, user)
    if absence := current_absence(team=team, user=user):
        undo = Undo(user, by=by, verb=Verb.BACK, team=team)
        undo.delete([absence])
        audit.record(by=by, verb=Verb.BACK, obj=user, fields=[], team=team)
        undo.keep()
    return user


def current_absence(*, team: Team, user: User) -> Absence | None:
    """Return the absence of a user that is not over."""
    rows = Absence.objects.filter(team=team, user=user, ends_on__gte=timezone.localdate())
    return rows.order_by("starts_on", "pk").first()
