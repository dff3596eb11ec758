"""Delete items that wait in the sealed queue: on request, and when nobody has reviewed them for too long."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities import audit
from communities.models import User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.actions.conversation_uuids import delete_sealed_contents, mark_erased, note_contents
from connectors.capture import rules
from connectors.models import Conversation, ItemState, SealedItem


def delete_contents(item: SealedItem, *, by: User | None, undo: Undo | None = None) -> SealedItem:
    """Delete the contents of a waiting item and of the photos waiting for it, and audit it. The caller holds its lock.

    A conversation already saved with its UUID stays, and so do photos that arrive for it later. `by` is None if the
    item is deleted because of its age. undo: notes what can be undone. Raises: PermissionDenied.
    """
    require(rules.can_open_item, by, item)
    if item.is_second or Conversation.objects.filter(uuid=item.uuid).exists():
        before = SealedItem.objects.get(pk=item.pk)
        delete_sealed_contents(SealedItem.objects.filter(pk=item.pk))
        if undo:
            note_contents([before], undo)
    else:
        mark_erased(team=item.team, uuid=item.uuid, undo=undo)
    audit.record(by=by, verb=Verb.DISCARD, obj=item, fields=["state", "sealed"])
    item.refresh_from_db()
    return item


@transaction.atomic
def delete_if_expired(*, pk: int, now: datetime) -> str:
    """Delete an item that nobody reviewed for too long, audit it, and return its previous state; "" if it stays.

    A phone that sends the item again is answered that it was erased. A draft's UUID stays free: it can still arrive as
    a saved conversation.
    """
    item = SealedItem.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    goes = rules.deletion_time(item) if item else None
    if item is None or goes is None or goes > now:
        return ""
    state = item.state
    if state == ItemState.DRAFT:
        audit.record(by=None, verb=Verb.DISCARD, obj=item, fields=["sealed"])
        item.delete()
    else:
        delete_contents(item, by=None)
    return state


def delete_expired_items(*, now: datetime | None = None) -> Counter[str]:
    """Delete every item that waited too long, one in each transaction, and return how many by their previous state."""
    now = now or timezone.now()
    gone: Counter[str] = Counter()
    for state in ItemState:
        time = rules.retention_period(state)
        if time is None:
            continue
        old = SealedItem.objects.filter(state=state, received_at__lte=now - time).order_by("pk")
        for pk in list(old.values_list("pk", flat=True)):
            gone[delete_if_expired(pk=pk, now=now)] += 1
    gone.pop("", None)
    return gone
