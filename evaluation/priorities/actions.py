"""Keep the list of priorities, and tag work with them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation.models import Priority
from evaluation.priorities.rules import TAGGED, can_manage_priorities, can_tag


@idempotent(Priority)
@transaction.atomic
def create_priority(
    *,
    by: User,
    team: Team,
    plan: str,
    title: str,
    reference: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    uuid: UUID | None = None,
) -> Priority:
    """Add a priority of a plan. Raises: PermissionDenied; ValidationError by field."""
    require(can_manage_priorities, by, team)
    values = {"plan": plan, "title": title, "reference": reference, "starts_on": starts_on, "ends_on": ends_on}
    priority = Priority(uuid=uuid or uuid4(), team=team, **values)
    save_checked(priority)
    audit.record(by=by, verb=Verb.CREATE, obj=priority, fields=list(values))
    return priority


@transaction.atomic
def update_priority(
    *,
    by: User,
    priority: Priority,
    plan: str,
    title: str,
    reference: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Priority:
    """Change a priority; work keeps its tags. Raises: PermissionDenied; ValidationError by field, and when it was deleted meanwhile."""
    require(can_manage_priorities, by, priority.team_id)
    priority = locked(Priority.objects.select_related("team"), priority.pk)
    values = {"plan": plan, "title": title, "reference": reference, "starts_on": starts_on, "ends_on": ends_on}
    changed = changed_names(priority, values)
    for name in changed:
        setattr(priority, name, values[name])
    if changed:
        save_checked(priority, update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=priority, fields=changed)
    return priority


@transaction.atomic
def delete_priority(*, by: User, priority: Priority) -> None:
    """Delete a priority with its tags, which can be undone. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_manage_priorities, by, priority.team_id)
    priority = locked(Priority.objects.select_related("team"), priority.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=priority)
    delete_undoably(priority, by=by, managers_only=True)


@transaction.atomic
def tag_record(*, by: User, kind: str, record: Any, priorities: Iterable[Priority]) -> Any:  # noqa: ANN401 - a row of any kind
    """Set the priorities that a row serves. kind: one of `TAGGED`.

    Raises: PermissionDenied; ValidationError for priorities of another team, and when the row was deleted meanwhile.
    """
    require(can_tag, by, kind, record)
    kept: Any = locked(TAGGED[kind].model._base_manager.all(), record.pk)
    wanted = {each.pk: each for each in priorities}
    if any(each.team_id != kept.team_id for each in wanted.values()):
        raise ValidationError({"priorities": _("This belongs to another team.")})
    links = kept.priorities
    if set(links.values_list("pk", flat=True)) != set(wanted):
        links.set(wanted)
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=["priorities"])
    return kept
