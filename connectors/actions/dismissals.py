"""Dismiss a suggestion, for now or for good, and restore it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.models import Dismissal, Person
from connectors.rules.introductions import can_introduce
from connectors.rules.suggestions import dismissed_until


@transaction.atomic
def dismiss_suggestion(*, person: Person, other: Person, by: User, for_good: bool = False) -> Dismissal:
    """Dismiss the suggestion of two residents, in either order, for the whole team: for three months, or for good.

    A later call replaces an earlier one.
    Raises: PermissionDenied; ValidationError for one resident twice, or residents of two teams.
    """
    require(can_introduce, by, person.team_id)
    if person.pk == other.pk or person.team_id != other.team_id:
        raise ValidationError(_("Choose two residents of your own team."))
    first, second = sorted((person, other), key=lambda each: each.pk)
    until: date | None = None if for_good else dismissed_until(timezone.localdate())
    values = {"until": until, "dismissed_by": by, "dismissed_at": timezone.now()}
    found, is_new = Dismissal.objects.select_for_update(of=("self",)).get_or_create(
        person=first, other=second, defaults={"team_id": person.team_id, **values}
    )
    undo = Undo(found, by=by, verb=Verb.DISMISS)
    before = {name: getattr(found, name) for name in values}
    if not is_new:
        if found.until == until:
            return found
        for name, value in values.items():
            setattr(found, name, value)
        found.save(update_fields=list(values))
    audit.record(by=by, verb=Verb.DISMISS, obj=found, fields=["person", "other", "until"])
    if is_new:
        undo.added(Dismissal, [found.pk])
    else:
        undo.changed(found, before)
    undo.keep()
    return found


@transaction.atomic
def restore_suggestion(*, person: Person, other: Person, by: User) -> bool:
    """Allow two residents to be suggested again; return whether they had been dismissed. Raises: PermissionDenied."""
    require(can_introduce, by, person.team_id)
    first, second = sorted((person, other), key=lambda each: each.pk)
    found = Dismissal.objects.select_for_update(of=("self",)).filter(person=first, other=second).first()
    if found is None:
        return False
    audit.record(by=by, verb=Verb.RESTORE, obj=found, fields=["person", "other", "until"])
    found.delete()
    return True
