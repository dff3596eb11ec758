"""Write down, change and delete what the team learned."""

from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.models import Theme
from evaluation.learning.rules import can_change_observation, can_note
from evaluation.models import Observation


@idempotent(Observation)
@transaction.atomic
def create_observation(
    *,
    by: User,
    team: Team,
    observed_on: date,
    source: str,
    went: str,
    text: str,
    theme: Theme | None = None,
    neighbourhood: Neighbourhood | None = None,
    uuid: UUID | None = None,
) -> Observation:
    """Write down what the team learned on a day. The same UUID sent twice creates one observation.

    Raises: PermissionDenied; ValidationError, by field, for a day in the future, no words, and another team's theme or neighbourhood.
    """
    require(can_note, by, team)
    values = {
        "observed_on": observed_on,
        "source": source,
        "went": went,
        "text": text,
        "theme": theme,
        "neighbourhood": neighbourhood,
    }
    observation = Observation(uuid=uuid or uuid4(), team=team, created_by=by, **values)
    _save(observation)
    audit.record(by=by, verb=Verb.CREATE, obj=observation, fields=list(values))
    return observation


@transaction.atomic
def update_observation(
    *,
    by: User,
    observation: Observation,
    observed_on: date,
    source: str,
    went: str,
    text: str,
    theme: Theme | None = None,
    neighbourhood: Neighbourhood | None = None,
) -> Observation:
    """Change an observation. Raises: PermissionDenied; ValidationError as for a new one, and when it was deleted meanwhile."""
    require(can_change_observation, by, observation)
    observation = locked(Observation.objects.select_related("team"), observation.pk)
    values = {
        "observed_on": observed_on,
        "source": source,
        "went": went,
        "text": text,
        "theme": theme,
        "neighbourhood": neighbourhood,
    }
    changed = changed_names(observation, values)
    for name in changed:
        setattr(observation, name, values[name])
    if changed:
        _save(observation)
        audit.record(by=by, verb=Verb.UPDATE, obj=observation, fields=changed)
    return observation


@transaction.atomic
def delete_observation(*, by: User, observation: Observation) -> None:
    """Delete an observation, which can be undone. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_change_observation, by, observation)
    observation = locked(Observation.objects.select_related("team"), observation.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=observation)
    delete_undoably(observation, by=by)


def _save(observation: Observation) -> None:
    """Check and save an observation. Raises: ValidationError by field."""
    others = _("This belongs to another team.")
    refused = {
        name: others
        for name in ("theme", "neighbourhood")
        if (row := getattr(observation, name)) is not None and row.team_id != observation.team_id
    }
    if observation.observed_on > timezone.localdate():
        refused["observed_on"] = _("Choose today or an earlier day.")
    if refused:
        raise ValidationError(refused)
    save_checked(observation)
