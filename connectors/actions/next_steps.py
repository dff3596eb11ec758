"""Add, change, move, finish, close and delete next steps."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.actions.saving import check_fields, check_row, locked
from communities.folding import readable
from communities.handover import OWNERS
from communities.idempotency import idempotent
from communities.models import Membership, Team, User
from communities.rules import require
from communities.undo import delete_undoably, keep_change
from communities.verbs import Verb
from connectors.actions.noticed_words import recount_conversation
from connectors.models import Conversation, NextStep, Person
from connectors.rules import next_steps as rules


@idempotent(NextStep)
@transaction.atomic
def add_next_step(
    *,
    team: Team,
    by: User | None,
    words: str,
    due_on: date | None = None,
    owner: User | None = None,
    conversation: Conversation | None = None,
    person: Person | None = None,
    asset: Asset | None = None,
    linked: Model | None = None,
    uuid: UUID | None = None,
) -> NextStep:
    """Add something to come back to, for `owner` or else for `by`. The same UUID sent twice gives the same row.

    `by` is None for a command, which says whose it is; it then counts as added by them.
    linked: a record of an app to the right, such as a spark, of the same team.

    Raises: PermissionDenied; ValidationError keyed by field: without words, another team's rows, an owner who does not add
    records for the team.
    """
    require(rules.can_add_step, by, team)
    owner = owner or by
    if owner is None:
        raise TypeError("A command says whose a next step is.")
    lock_owner(owner, team)
    step = NextStep(
        uuid=uuid or uuid4(),
        team=team,
        words=words,
        due_on=due_on,
        owner=owner,
        conversation=conversation,
        person=person,
        asset=asset,
        linked_model=linked._meta.label_lower if linked else "",
        linked_id=linked.pk if linked else None,
        created_by=by or owner,
    )
    _check(step)
    step.save(force_insert=True)
    recount_conversation(step.conversation)
    fields = ("words", "due_on", "owner", "conversation", "person", "asset")
    audit.record(by=by, verb=Verb.CREATE, obj=step, fields=[name for name in fields if getattr(step, name)])
    return step


@transaction.atomic
def change_next_step(*, step: NextStep, by: User | None, **values: Any) -> NextStep:
    """Update the named fields of a next step, some of EDITABLE: the words, the day, whose it is. No change writes nothing.

    Raises: PermissionDenied; ValidationError keyed by field as `add_next_step`, or when it was deleted meanwhile.
    """
    require(rules.can_change_step, by, step)
    if "owner" in values:
        lock_owner(values["owner"], step.team)
    kept = locked(NextStep.objects.all(), step.pk)
    changed = [name for name in rules.EDITABLE if name in values and getattr(kept, name) != values[name]]
    for name in changed:
        setattr(kept, name, values[name])
    if changed:
        _check(kept)
        kept.save(update_fields=[*changed, "updated_at"])
        if "words" in changed:
            recount_conversation(kept.conversation)
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=changed)
    return kept


@transaction.atomic
def finish_next_step(*, step: NextStep, by: User) -> NextStep:
    """Mark a next step as done, and audit it; nothing changes if it is done or closed already. Raises: PermissionDenied."""
    require(rules.can_change_step, by, step)
    return _close(step, by=by, reason="", verb=Verb.FINISH)


@transaction.atomic
def close_next_step(*, step: NextStep, by: User, reason: str) -> NextStep:
    """Close a next step that nobody will do, with a reason; nothing changes if it is done or closed already.

    Raises: PermissionDenied; ValidationError under `reason` without one.
    """
    require(rules.can_change_step, by, step)
    if not (reason := readable(reason)):
        raise ValidationError({"reason": _("Why is it closed? A few words are enough.")})
    return _close(step, by=by, reason=reason, verb=Verb.CLOSE_STEP)


@transaction.atomic
def reopen_next_step(*, step: NextStep, by: User) -> NextStep:
    """Reopen a next step that is done or closed; a second call changes nothing.

    It goes to `by` when whoever had it no longer adds records for the team. Raises: PermissionDenied.
    """
    require(rules.can_change_step, by, step)
    kept = locked(NextStep.objects.select_related("owner"), step.pk)
    if kept.is_open:
        return kept
    try:
        lock_owner(kept.owner, kept.team)
    except ValidationError:
        kept.owner = by
    kept.closed_at, kept.closed_by, kept.closed_reason = None, None, ""
    kept.save(update_fields=["owner", "closed_at", "closed_by", "closed_reason", "updated_at"])
    audit.record(by=by, verb=Verb.REOPEN, obj=kept, fields=["closed_at"])
    return kept


@transaction.atomic
def delete_next_step(*, step: NextStep, by: User) -> None:
    """Delete a next step that was added by mistake. Raises: PermissionDenied; ValidationError when it is gone already."""
    require(rules.can_change_step, by, step)
    kept = locked(NextStep.objects.all(), step.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=kept)
    talk = kept.conversation
    delete_undoably(kept, by=by)
    recount_conversation(talk)


def lock_owner(owner: User, team: Team) -> None:
    """Hold somebody's place in a team until the transaction ends, so that they cannot be removed meanwhile.

    Removing a member locks the same rows before it counts what is theirs: either it finds what is saved here, or this finds
    that they have left.
    Raises: ValidationError under `owner` for somebody who does not add records for the team, or has left it.
    """
    held = Membership.objects.select_for_update(of=("self",), no_key=True).filter(
        team=team, user=owner, role__in=OWNERS
    )
    if not owner.is_active or not (list(held.order_by("pk").values_list("pk", flat=True)) or owner.is_superuser):
        raise ValidationError({"owner": _("Choose someone who adds records for this team.")})


def _check(step: NextStep) -> None:
    """Raise ValidationError, keyed by field, for missing or long words and another team's rows."""
    errors: dict[str, Any] = {}
    step.words = " ".join(step.words.split())
    for name in ("conversation", "person", "asset"):
        row = getattr(step, name)
        if row is not None and row.team_id != step.team_id:
            errors[name] = [_("This belongs to another team. Choose one of yours.")]
    if sum(bool(row) for row in (step.conversation_id, step.person_id, step.asset_id, step.linked_id)) > 1:
        raise ValidationError(_("A next step is about one conversation, resident or asset."))
    try:
        check_row(step, exclude=("uuid", "team", "owner", "created_by", "conversation", "person", "asset"))
    except ValidationError as error:
        errors = {**error.update_error_dict({}), **errors}
    if errors:
        raise ValidationError(errors)


def _close(step: NextStep, *, by: User, reason: str, verb: Verb) -> NextStep:
    kept = locked(NextStep.objects.all(), step.pk)
    if kept.is_open:
        kept.closed_at, kept.closed_by, kept.closed_reason = timezone.now(), by, reason
        check_fields(kept, exclude=("team", "owner", "created_by", "closed_by", "conversation", "person", "asset"))
        kept.save(update_fields=["closed_at", "closed_by", "closed_reason", "updated_at"])
        audit.record(by=by, verb=verb, obj=kept, fields=["closed_at"])
        if verb == Verb.CLOSE_STEP:
            before = {"closed_at": None, "closed_by": None, "closed_reason": ""}
            keep_change(kept, by=by, verb=verb, before=before)
    return kept
