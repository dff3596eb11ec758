"""Correct and delete words in passing; `actions.journeys` logs them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.actions.journeys import OTHER_TEAM
from connectors.models import LightTouch
from connectors.rules.conversations import is_day_possible
from connectors.rules.journeys import can_change_light_touch, is_asked_about_belonging

LIGHT_TOUCH_FIELDS = ("gave", "belongs_more", "neighbourhood", "held_on")


@transaction.atomic
def update_light_touch(*, touch: LightTouch, by: User | None, **values: Any) -> LightTouch:  # noqa: ANN401 - by field
    """Correct the named fields of a word in passing, some of LIGHT_TOUCH_FIELDS; writes nothing if nothing changed.

    belongs_more is dropped when only useful information was given, because nobody is asked then.
    Raises: PermissionDenied; ValidationError keyed by field, without a field when it was deleted meanwhile.
    """
    require(can_change_light_touch, by, touch)
    if unknown := set(values) - set(LIGHT_TOUCH_FIELDS):
        raise TypeError(f"Not fields of a word in passing that are chosen: {sorted(unknown)}")
    kept = locked(LightTouch.objects.select_related("team"), touch.pk)
    if not is_asked_about_belonging(values.get("gave", kept.gave)):
        values["belongs_more"] = None
    place = values.get("neighbourhood")
    if place is not None and place.team_id != kept.team_id:
        raise ValidationError({"neighbourhood": OTHER_TEAM})
    if "held_on" in values and values["held_on"] != kept.held_on and not is_day_possible(values["held_on"]):
        raise ValidationError({"held_on": _("Choose a day in the last two years, up to today.")})
    changed = changed_names(kept, values)
    for name in changed:
        setattr(kept, name, values[name])
    if changed:
        save_checked(kept, update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=changed)
    return kept


@transaction.atomic
def delete_light_touch(*, touch: LightTouch, by: User | None) -> None:
    """Delete a word in passing. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_change_light_touch, by, touch)
    kept = locked(LightTouch.objects.select_related("team"), touch.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=kept)
    delete_undoably(kept, by=by)
