"""Deleting what was written down by mistake: a measurement, the draft of a story."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation.actions.emptying import empty_in_packs
from evaluation.models import Emptied, Measurement, Story, StoryStatus
from evaluation.rules import can_change_story, can_write_measurement


@transaction.atomic
def delete_measurement(*, measurement: Measurement, by: User | None) -> None:
    """Delete a measurement. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_write_measurement, by, measurement.team_id)
    measurement = locked(Measurement.objects.select_related("team"), measurement.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=measurement)
    delete_undoably(measurement, by=by)


@transaction.atomic
def delete_story(*, story: Story, by: User) -> None:
    """Delete the draft of a story; its photo stays on disk until it is too late to undo.

    Raises: PermissionDenied; ValidationError for a story that is no longer a draft, or was deleted meanwhile.
    """
    require(can_change_story, by, story)
    story = locked(Story.objects.select_related("team"), story.pk)
    if story.status != StoryStatus.DRAFT:
        raise ValidationError(_("This story has been submitted or published since, so it was not deleted."))
    empty_in_packs([story.pk], Emptied.TEAM)
    audit.record(by=by, verb=Verb.DELETE, obj=story)
    delete_undoably(story, by=by)
