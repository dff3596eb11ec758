"""Receiving sealed items from phones: each one once, none lost, all accounted for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from communities import audit
from communities.draft_tokens import FIELD
from communities.drafts import close_draft_of_token
from communities.models import Team, User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.actions.conversation_uuids import delete_sealed_contents
from connectors.capture import queries, rules, sealing
from connectors.capture.actions.deleting import delete_contents
from connectors.capture.actions.late_names import list_late_text, without_erased_names
from connectors.capture.actions.photos import join_photos
from connectors.capture.items import Arrival, Outcome, SaveFunctions, Written
from connectors.models import Conversation, Device, ItemKind, ItemState, SealedItem
from connectors.queries.conversation_uuids import erased_among
from connectors.rules.conversations import can_log_conversation

log = logging.getLogger(__name__)
#: How many times an item is tried again when a draft with its UUID disappears in the meantime.
TRIES = 3


@dataclass(frozen=True)
class Answer:
    """The answer to the phone: `state` is that of ItemState, or "erased"."""

    status: int
    state: str
    reason: str = ""
    item: SealedItem | None = None


class _ErasedError(Exception):
    """The UUID was erased while the item was being received."""


@transaction.atomic
def record_device(*, by: User, team: Team, uuid: UUID, saved: int = 0, is_empty: bool = False) -> Device:
    """Record that a user writes with this phone, the highest sequence it gave out, and whether it was found empty.

    The sequence never goes down. Items that had not arrived when the store was found empty are lost.
    Raises: PermissionDenied for people who do not write for the team.
    """
    require(can_log_conversation, by, team)
    device, is_new = Device.objects.get_or_create(uuid=uuid, user=by, team=team)
    device = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    device.saved = max(device.saved, min(saved, rules.MOST_SAVED))
    device.seen_at = timezone.now()
    if is_empty and device.saved > device.emptied_up_to:
        device.emptied_at, device.emptied_up_to = device.seen_at, device.saved
        audit.record(by=by, verb=Verb.FIND_EMPTY, obj=device, fields=["emptied_at"])
    device.save(update_fields=["saved", "seen_at", "emptied_at", "emptied_up_to"])
    if is_new:
        audit.record(by=by, verb=Verb.CREATE, obj=device, fields=["uuid"])
    return device


@transaction.atomic
def acknowledge_loss(*, device: Device, by: User) -> Device:
    """Acknowledge what a phone lost, and audit it; a second call changes nothing.

    Raises: PermissionDenied for other people's phones.
    """
    require(rules.can_acknowledge_loss, by, device)
    kept = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if kept.reviewed_at is not None and kept.reviewed_up_to == kept.emptied_up_to:
        return kept
    kept.reviewed_at, kept.reviewed_up_to = timezone.now(), kept.emptied_up_to
    kept.save(update_fields=["reviewed_at", "reviewed_up_to"])
    audit.record(by=by, verb=Verb.REVIEW_LOSS, obj=kept, fields=["reviewed_at"])
    return kept


def receive_item(
    *, by: User, team: Team, device: UUID, arrival: Arrival, envelope: bytes, save_functions: SaveFunctions
) -> Answer:
    """Receive one sealed item and return what to tell the phone; sent again, it gets the same answer.

    The row with the unique UUID is inserted first, so that of several requests at once one is new and the others wait
    for it. An item is one transaction. A photo joins its conversation in a second one, once both have arrived.
    Raises: SealError if it cannot be opened; PermissionDenied; OperationalError when the database is busy. In all three
    cases nothing is saved and the phone still has the item.
    """
    require(can_log_conversation, by, team)
    if sealing.digest(envelope) != arrival.sha256:
        raise sealing.SealError("it changed on its way")
    try:
        with transaction.atomic():
            answer = _receive(by, team, device, arrival, envelope, save_functions)
    except _ErasedError:
        with transaction.atomic():
            answer = _note_erased(by, team, _device(device, by, team, arrival), arrival)
    if answer.item and answer.state in {ItemState.KEPT, ItemState.WAITING} and arrival.kind != ItemKind.DRAFT:
        join_photos(parent=arrival.parent if arrival.kind == ItemKind.PHOTO else arrival.uuid)
        if arrival.kind == ItemKind.PHOTO:
            answer.item.refresh_from_db(fields=["state", "reason", "conversation"])
            answer = _told(answer.item, is_new=answer.status == 201 or answer.status == 202)
    return answer


@transaction.atomic
def record_deleted_on_phone(*, by: User, team: Team, device: UUID, arrival: Arrival) -> Answer:
    """Count an item that was deleted on the phone before it was sent, audit it, and return the answer to the phone.

    If the item arrived anyway, before or meanwhile, it stays, and the answer says so. A draft with its UUID is deleted,
    and so are photos that arrived first. Raises: PermissionDenied; OperationalError when the database is busy.
    """
    require(can_log_conversation, by, team)
    phone = _device(device, by, team, arrival)
    for _try in range(TRIES):
        item = _item(by, team, phone, arrival)
        item.state, item.reason, item.settled_at = ItemState.DROPPED, queries.DELETED_ON_PHONE, timezone.now()
        known = SealedItem.objects.select_for_update(of=("self",)).filter(uuid=arrival.uuid, is_second=False).first()
        if known and _is_own_draft(known, item):
            known.delete()
            known = None
        item.is_second = known is not None and known.sha256 != item.sha256
        if (known is None or item.is_second) and _insert(item):
            delete_sealed_contents(
                SealedItem.objects.filter(parent=item.uuid, user=by, team=team, state=ItemState.WAITING)
            )
            audit.record(by=by, verb=Verb.DISCARD, obj=item, fields=["state"])
            return Answer(200, ItemState.DROPPED, item=item)
        there = SealedItem.objects.filter(uuid=arrival.uuid, sha256=arrival.sha256).first()
        if there:
            return Answer(200, there.state, there.reason, there)
    raise OperationalError("a draft comes and goes")


def _receive(
    by: User, team: Team, device: UUID, arrival: Arrival, envelope: bytes, save_functions: SaveFunctions
) -> Answer:
    phone = _device(device, by, team, arrival)
    if erased_among([arrival.uuid, arrival.parent]):
        return _note_erased(by, team, phone, arrival)
    for _try in range(TRIES):
        item = _item(by, team, phone, arrival)
        if _insert(item):
            return _open(item, by, arrival, envelope, save_functions)
        known = SealedItem.objects.select_for_update(of=("self",)).filter(uuid=arrival.uuid, is_second=False).first()
        if known is None:
            continue
        if _is_own_draft(known, item):
            if arrival.kind == ItemKind.DRAFT:
                return _newer_draft(known, item, arrival, envelope)
            known.delete()
            continue
        return _again(known, item, by, arrival, envelope)
    raise OperationalError("a draft comes and goes")


def _device(uuid: UUID, by: User, team: Team, arrival: Arrival) -> Device:
    """Return the phone, after updating its highest sequence.

    The row is not locked: one phone can send several items at once.
    """
    phone, _is_new = Device.objects.get_or_create(uuid=uuid, user=by, team=team)
    highest = min(max(arrival.saved, arrival.sequence or 0), rules.MOST_SAVED)
    if highest > phone.saved:
        Device.objects.filter(pk=phone.pk, saved__lt=highest).update(saved=highest, seen_at=timezone.now())
    return phone


def _item(by: User, team: Team, phone: Device, arrival: Arrival) -> SealedItem:
    return SealedItem(
        uuid=arrival.uuid,
        sha256=arrival.sha256,
        kind=arrival.kind,
        state=ItemState.PARKED,
        team=team,
        user=by,
        device=phone,
        sequence=None if arrival.kind == ItemKind.DRAFT else arrival.sequence,
        draft_version=arrival.draft_version,
        parent=arrival.parent,
        kid=arrival.kid,
        recorded_at=arrival.recorded_at,
        sent_at=arrival.sent_at,
        received_at=timezone.now(),
    )


def _insert(item: SealedItem) -> bool:
    """Insert the row; return False if its UUID exists already. The savepoint keeps the transaction usable."""
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        if not SealedItem.objects.filter(uuid=item.uuid).exists():
            raise
        item.pk = None
        return False
    return True


def _open(item: SealedItem, by: User, arrival: Arrival, envelope: bytes, save_functions: SaveFunctions) -> Answer:
    """Open a new item, then save, hold or park it."""
    opened = _opened(item, envelope)
    recorded_at = _corrected(arrival, opened)
    late = without_erased_names(item, opened, envelope, written_at=recorded_at)
    opened, envelope = late.opened, late.envelope
    if item.kind == ItemKind.DRAFT:
        return _new_draft(item, envelope)
    if item.kind == ItemKind.PHOTO:
        state = ItemState.WAITING if item.parent else ItemState.PARKED
        return _hold(item, envelope, state=state, reason="parent")
    save_function = save_functions.get(item.kind)
    if save_function is None:
        return _hold(item, envelope, state=ItemState.PARKED, reason="kind")
    if late.is_unclear:
        return _hold(item, envelope, state=ItemState.PARKED, reason="person")
    written = Written(by, item.team, item.uuid, opened, recorded_at)
    outcome = _keep(save_function, written)
    token = next((value for name, value in opened.fields if name == FIELD), "")
    close_draft_of_token(user=by, team=item.team, token=token)
    if outcome.is_kept:
        list_late_text(late, item, outcome.conversation)
        return _kept(item, outcome)
    if erased_among([item.uuid]):
        raise _ErasedError
    return _hold(item, envelope, state=ItemState.PARKED, reason=outcome.reason)


def _opened(item: SealedItem, envelope: bytes) -> sealing.Opened:
    """Return the contents, which must have been sealed for the person who sends them."""
    opened = sealing.open_envelope(envelope, kind=item.kind, uuid=item.uuid, find_key=queries.private_key)
    owner = opened.words.get("owner")
    if owner is not None and owner != queries.owner_id(user_id=item.user_id, team_id=item.team_id):
        raise sealing.SealError("it was sealed for somebody else")
    if item.kind != ItemKind.PHOTO:
        queries.form_data(opened)
    return opened


def _corrected(arrival: Arrival, opened: sealing.Opened) -> datetime:
    """Return when it was written, by the server's clock; the sealed time takes precedence over the one beside it."""
    written = _moment(opened.words.get("recorded_at")) or arrival.recorded_at
    return rules.corrected_moment(recorded_at=written, sent_at=arrival.sent_at, now=timezone.now())


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if rules.is_moment_possible(moment) else None


def _keep(save_function: Callable[[Written], Outcome], written: Written) -> Outcome:
    """Save it; any unexpected error parks the item, so that one bad item cannot block the queue."""
    try:
        with transaction.atomic():
            return save_function(written)
    except (OperationalError, PermissionDenied, sealing.SealError):
        raise
    except Exception as error:  # noqa: BLE001 - the words are safe, and somebody will look
        log.error("A sealed item was parked after %s.", type(error).__name__)
        return Outcome(is_kept=False, reason="trouble")


def _kept(item: SealedItem, outcome: Outcome) -> Answer:
    item.state, item.reason, item.conversation = ItemState.KEPT, outcome.reason, outcome.conversation
    item.sealed, item.settled_at = None, timezone.now()
    item.save(update_fields=["state", "reason", "conversation", "sealed", "settled_at"])
    audit.record(by=item.user, verb=Verb.RECEIVE, obj=item, fields=["state"])
    return _told(item, is_new=True)


def _hold(item: SealedItem, envelope: bytes, *, state: str, reason: str) -> Answer:
    item.state, item.reason, item.sealed = state, reason, envelope
    item.save(update_fields=["state", "reason", "sealed", "kid"])
    audit.record(by=item.user, verb=Verb.RECEIVE, obj=item, fields=["state", "reason", "sealed"])
    return _told(item, is_new=True)


def _told(item: SealedItem, *, is_new: bool) -> Answer:
    """Return the answer to the phone for an item in its current state."""
    if item.state == ItemState.DROPPED:
        return Answer(410, "erased", item=item)
    if item.state in {ItemState.PARKED, ItemState.WAITING}:
        second = item.reason == "other-words"
        return Answer(409 if second else 202, item.state, item.reason if item.state == ItemState.PARKED else "", item)
    return Answer(201 if is_new else 200, item.state, item=item)


def _again(known: SealedItem, item: SealedItem, by: User, arrival: Arrival, envelope: bytes) -> Answer:
    """Answer for a UUID that exists already: the same item again, a late draft of it, or different contents."""
    is_own = known.user_id == by.pk and known.team_id == item.team_id
    if is_own and (known.sha256 == item.sha256 or arrival.kind == ItemKind.DRAFT):
        return _told(known, is_new=False)
    item.is_second, item.reason = True, "other-words"
    opened_before = SealedItem.objects.filter(uuid=item.uuid, sha256=item.sha256, is_second=True).first()
    if opened_before is None:
        opened = _opened(item, envelope)
        envelope = without_erased_names(item, opened, envelope, written_at=_corrected(arrival, opened)).envelope
        if _insert(item):
            return _hold(item, envelope, state=ItemState.PARKED, reason="other-words")
        opened_before = SealedItem.objects.get(uuid=item.uuid, sha256=item.sha256, is_second=True)
    return _told(opened_before, is_new=False)


def _is_own_draft(known: SealedItem, item: SealedItem) -> bool:
    return known.state == ItemState.DRAFT and (known.user_id, known.team_id) == (item.user_id, item.team_id)


def _new_draft(item: SealedItem, envelope: bytes) -> Answer:
    """Hold a draft, unless its conversation has been saved already."""
    if Conversation.objects.filter(uuid=item.uuid).exists():
        item.delete()
        return Answer(200, ItemState.KEPT, item=item)
    return _hold(item, envelope, state=ItemState.DRAFT, reason="")


def _newer_draft(known: SealedItem, item: SealedItem, arrival: Arrival, envelope: bytes) -> Answer:
    """Replace a draft with a later version; an earlier version that arrives late changes nothing."""
    opened = _opened(item, envelope)
    if item.draft_version > known.draft_version:
        envelope = without_erased_names(item, opened, envelope, written_at=_corrected(arrival, opened)).envelope
        for name in ("sha256", "draft_version", "kid", "recorded_at", "sent_at", "received_at", "device"):
            setattr(known, name, getattr(item, name))
        known.sealed = envelope
        known.save()
    return Answer(200, ItemState.DRAFT, item=known)


def _note_erased(by: User, team: Team, phone: Device, arrival: Arrival) -> Answer:
    """Count the item as arrived, without its contents."""
    item = _item(by, team, phone, arrival)
    item.state, item.reason, item.settled_at = ItemState.DROPPED, "erased", timezone.now()
    if arrival.kind != ItemKind.DRAFT and not SealedItem.objects.filter(uuid=arrival.uuid).exists() and _insert(item):
        audit.record(by=by, verb=Verb.REFUSE_ERASED, obj=item, fields=["state"])
    return Answer(410, "erased")


@transaction.atomic
def open_parked(*, item: SealedItem, by: User) -> sealing.Opened:
    """Return the contents of a waiting item; opening somebody else's is audited.

    Raises: PermissionDenied; SealError when it cannot be opened any more.
    """
    require(rules.can_open_item, by, item)
    if item.user_id != by.pk:
        audit.record(by=by, verb=Verb.OPEN, obj=item, fields=["sealed"])
    return queries.open_item(item)


@transaction.atomic
def settle_item(*, item: SealedItem, by: User, conversation: Conversation | None = None) -> SealedItem:
    """Mark a waiting item as kept, delete its sealed contents, and audit it; a second call changes nothing.

    Raises: PermissionDenied.
    """
    require(rules.can_open_item, by, item)
    kept = SealedItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if kept.state in {ItemState.KEPT, ItemState.DROPPED}:
        return kept
    kept.state, kept.reason, kept.sealed = ItemState.KEPT, "", None
    kept.conversation, kept.settled_at = conversation, timezone.now()
    kept.save(update_fields=["state", "reason", "sealed", "conversation", "settled_at"])
    audit.record(by=by, verb=Verb.SETTLE, obj=kept, fields=["state"])
    return kept


@transaction.atomic
def delete_item(*, item: SealedItem, by: User) -> SealedItem:
    """Delete the contents of a waiting item and of the photos that wait for it, and audit it.

    A phone that sends it again is answered that it was erased. A conversation already saved with its UUID stays, and so
    do photos that arrive for it later. Raises: PermissionDenied.
    """
    require(rules.can_open_item, by, item)
    kept = SealedItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if kept.state in {ItemState.KEPT, ItemState.DROPPED}:
        return kept
    undo = Undo(kept, by=by, verb=Verb.DISCARD)
    kept = delete_contents(kept, by=by, undo=undo)
    undo.keep()
    return kept
